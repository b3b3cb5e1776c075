"""Commands about what is published: predictions, status, publish."""

import datetime as dt
from typing import Annotated

import typer

from nba_assets.runs.console import console

_DAY = ["%Y-%m-%d"]
LakeOption = Annotated[
    str | None, typer.Option(help="Lake: a folder or gs://bucket/prefix. Default: NBA_LAKE.")
]


def _settings(lake: str | None):
    from nba_assets.settings import Settings

    return Settings(lake=lake) if lake is not None else Settings()  # type: ignore[call-arg]


def predictions(
    date: Annotated[
        dt.datetime | None, typer.Argument(formats=_DAY, help="Game date; the newest predicted by default.")
    ] = None,
    player: Annotated[str | None, typer.Option(help="Only players whose name contains this.")] = None,
    system: Annotated[
        str | None, typer.Option(help="System to show; the one that serves by default.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The slate as it is published, as JSON.")] = False,
    lake: LakeOption = None,
) -> None:
    """Tonight's predictions, game by game: points, 80 % interval, line, edge, probability, pick, and why.

    The exit code is 1 where nothing is predicted, or no player matches.
    """
    from nba_assets.cli.predictions import print_predictions

    day = date and date.date()
    raise typer.Exit(print_predictions(console, _settings(lake), day, player, system, as_json=as_json))


def status(lake: LakeOption = None) -> None:
    """What is fresh, red, waiting, served and published, by the lake itself.

    The exit code is 1 when a recent date is red or waits for predictions.
    """
    from nba_assets.cli.status import print_status

    raise typer.Exit(print_status(console, _settings(lake)))


def publish(
    from_: Annotated[
        dt.datetime | None, typer.Option("--from", formats=_DAY, help="First game date; the last by default.")
    ] = None,
    to: Annotated[
        dt.datetime | None, typer.Option("--to", formats=_DAY, help="Last game date; the newest by default.")
    ] = None,
    lake: LakeOption = None,
) -> None:
    """Publish dates as JSON documents and pages that need no server, and print their address.

    The exit code is 1 when a date is not published.
    """
    from nba_assets.cli.publish import publish as run_publication

    raise typer.Exit(run_publication(console, _settings(lake), from_ and from_.date(), to and to.date()))


def add_to(app: typer.Typer) -> None:
    """Make the commands part of the command line."""
    for command in (predictions, status, publish):
        app.command()(command)
