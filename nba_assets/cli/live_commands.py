"""Commands of a live day: fetch, landing, live."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from nba_assets.runs.console import console

_DAY = ["%Y-%m-%d"]
FeedsOption = Annotated[
    str | None, typer.Option(help="Feeds, separated by commas; those of a usual day by default.")
]
WhoOption = Annotated[str, typer.Option(help="Who says so; it stays on record.")]
WhyOption = Annotated[str, typer.Option(help="Why; it stays on record.")]


def fetch(
    date: Annotated[dt.datetime | None, typer.Option(formats=_DAY, help="Game date, US Eastern.")] = None,
    from_: Annotated[
        dt.datetime | None, typer.Option("--from", formats=_DAY, help="First game date.")
    ] = None,
    to: Annotated[dt.datetime | None, typer.Option("--to", formats=_DAY, help="Last game date.")] = None,
    feeds: FeedsOption = None,
) -> None:
    """Fetch the documents of a game date into the landing zone; tables are made by other commands.

    What is not published yet is waited for, what is refused for good is not asked again until `landing
    --lift`, and what cannot be read is set aside with the reason. With --date everything is asked for, so
    that corrections are seen; a range asks only for what has not landed, at the publishers' slow pace for
    many games: started again, it goes on where it stopped. The exit code is 1 when a date of it failed.
    """
    from nba_assets.cli import landing as commands
    from nba_assets.settings import Settings

    names = _split(feeds)
    if date is not None and from_ is None and to is None:
        raise typer.Exit(commands.fetch(console, Settings(), date.date(), names))
    if date is None and from_ is not None and to is not None:
        raise typer.Exit(commands.fetch_range(console, Settings(), from_.date(), to.date(), names))
    raise ValueError("say which: --date DATE, or --from FIRST --to LAST")


def landing(
    date: Annotated[dt.datetime | None, typer.Argument(formats=_DAY, help="Game date, US Eastern.")] = None,
    feeds: FeedsOption = None,
    release: Annotated[str | None, typer.Option(help="Capture that was set aside in error, by name.")] = None,
    lift: Annotated[
        str | None, typer.Option(help="Refusal to lift: feed/date/key, or _hosts/publisher.")
    ] = None,
    who: WhoOption = "",
    why: WhyOption = "",
) -> None:
    """What has landed of a date: there, missing, quarantined, refused. Nothing is downloaded.

    A person may overrule: --release makes a capture valid again, --lift lets a document or a publisher be
    asked again; both need --who and --why. The exit code is 1 when something due is missing.
    """
    from nba_assets.cli import landing as commands
    from nba_assets.settings import Settings

    settings = Settings()
    if release:
        commands.release(console, settings, release, who, why)
    if lift:
        commands.lift(console, settings, lift, who, why)
    if date is not None:
        raise typer.Exit(commands.show(console, settings, date.date(), _split(feeds)))
    if not (release or lift):
        raise ValueError("say which date, or what to release or to lift")


def live(
    port: Annotated[int, typer.Option(help="Port on this machine; 0 takes any that is free.")] = 8765,
    speed: Annotated[float, typer.Option(min=1, help="Seconds of the league in one second of ours.")] = 60.0,
    start: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%dT%H:%M"], help="First moment, New York; ten days before the end."),
    ] = None,
    league: Annotated[
        Path | None, typer.Option(help="Folder of a simulated league. Default: NBA_ARCHIVE_DIR.")
    ] = None,
    seconds: Annotated[float | None, typer.Option(help="Stop after so long; never by default.")] = None,
) -> None:
    """Play a simulated league live: a local server in the wire formats of the NBA and of the books.

    Its clock is sped up: schedules, injury reports, lines, games and corrections come as on a real day. With
    NBA_SOURCE=simulated-live the platform takes it for the publishers.
    """
    from nba_assets.cli.live import serve
    from nba_assets.settings import Settings

    folder = league or Settings().archive_dir
    raise typer.Exit(serve(console, folder, port=port, speed=speed, start=start, seconds=seconds))


def add_to(app: typer.Typer) -> None:
    """Make the commands part of the command line."""
    for command in (fetch, landing, live):
        app.command()(command)


def _split(feeds: str | None) -> list[str]:
    return [name.strip() for name in feeds.split(",") if name.strip()] if feeds else []
