"""Commands about game dates: which seasons are known, the calendar of a finished one, a new season."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from nba_assets.runs.console import console

app = typer.Typer(help="Game dates of seasons.", no_args_is_help=True)
SeasonArgument = Annotated[str, typer.Argument(help="Season, as in 2025-26.")]


@app.command()
def show() -> None:
    """Known seasons: number of game dates, the first and the last, and where they are known from."""
    from nba_assets.calendar.game_dates import finished_seasons

    finished, scheduled = finished_seasons().seasons, _seasons()
    grid = Table("season", "dates", "first", "last", "known from", title="seasons")
    for season in sorted({*finished, *scheduled}):
        dates = scheduled.get(season) or list(finished.get(season, ()))
        known = "the source's schedule" if season in scheduled else "the package's calendar"
        grid.add_row(season, str(len(dates)), str(min(dates)), str(max(dates)), known)
    console.print(grid)


@app.command()
def write(
    season: SeasonArgument,
    out: Annotated[Path | None, typer.Option(help="Folder; the package's calendars by default.")] = None,
) -> None:
    """Write the calendar file of a finished season from its schedule; the exit code is 2 before its end."""
    from nba_assets.calendar.game_dates import FINISHED, write_season
    from nba_assets.calendar.seasons import complete_seasons

    dates = _seasons().get(season, [])
    if not dates:
        raise ValueError(f"the source has no schedule of {season}")
    if season not in complete_seasons(_source().schedule(dates).rows):
        raise ValueError(f"{season} is not finished: some of its games are not final, or it has no playoffs")
    console.print(f"wrote {write_season(season, dates, out or FINISHED)}: {len(dates)} game dates")


@app.command("open")
def open_season(season: SeasonArgument) -> None:
    """Fetch the schedule of a season from its publisher: from then on its dates are known."""
    from nba_assets.automation.fetching import words
    from nba_assets.settings import Settings
    from nba_assets.sources.fetch.fetch_desk import FetchDesk

    desk = FetchDesk(Settings())
    console.print(words(desk.fetch_schedule(season)), markup=False, soft_wrap=True)
    dates = desk.source().seasons().get(season, [])
    if not dates:
        raise ValueError(f"no schedule of {season} has landed")
    console.print(f"{season}: {len(dates)} game dates, {dates[0]} to {dates[-1]}")


def _source():
    from nba_assets.assets.resources import source_resource
    from nba_assets.settings import Settings

    return source_resource(Settings()).source()


def _seasons() -> dict[str, list[dt.date]]:
    return {season: sorted(dates) for season, dates in _source().seasons().items()}
