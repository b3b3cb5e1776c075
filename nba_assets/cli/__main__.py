"""Where the command line starts: before it imports the commands, which takes seconds."""

from nba_assets.instance.huge_pages import restart_with_huge_pages


def start() -> None:
    """Run the console script."""
    restart_with_huge_pages()
    from nba_assets.cli.main import main

    main()


if __name__ == "__main__":
    start()
