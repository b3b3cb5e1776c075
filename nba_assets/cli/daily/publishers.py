"""A lake of real games from what publishers serve to everybody: whole seasons first, events behind them."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence

import dagster as dg
from rich.console import Console

from nba_assets.assets.tables import ALL_TABLES
from nba_assets.automation.fetching import FETCH_JOB, WRONG, fetch_config, words
from nba_assets.automation.jobs import RETRAINED
from nba_assets.calendar.seasons import first_year, season_name
from nba_assets.cli.repair.landing import fetch_date
from nba_assets.cli.repair.stale import fix_stale
from nba_assets.definitions import build_defs
from nba_assets.instance.home import prepare_home
from nba_assets.runs.materialize import materialize
from nba_assets.runs.report import print_run
from nba_assets.settings import Settings, SourceKind
from nba_assets.sources.fetch.fetch_desk import FetchDesk
from nba_assets.sources.league_clock import eastern

EVENT_FEEDS = ("boxscore", "play_by_play", "stats_play_by_play", "injury_report")
_SECONDS_A_GAME = 16.0  # the pace of cdn.nba.com for many games, and a second document of the same game
_SECONDS_A_DATE = 15.0  # a dozen reports of injuries
_HOUR = 3600.0


def seasons_between(text: str) -> list[str]:
    """Seasons of ``2021-22..2024-25``, or the one of ``2024-25``.

    Raises:
        ValueError: not the names of seasons, or the last one before the first.
    """
    first, _, last = text.partition("..")
    years = range(first_year(first), first_year(last or first) + 1)
    if not years:
        raise ValueError(f"{text}: the last season is before the first")
    return [season_name(year) for year in years]


def build_from_publishers(
    console: Console, settings: Settings, seasons: Sequence[str], *, events: bool
) -> int:
    """Fetch seasons from their publishers, make every table of them, then fetch and add events and reports.

    The documents of a season are a dozen requests, so models and predictions are ready within the hour.
    Events are one request a game, at the pace that cdn.nba.com allows: started again, the command goes on
    where it was stopped.

    Returns:
        Exit code: 1 when a document could not be had, or a step failed.
    """
    if settings.source is SourceKind.ARCHIVE:
        settings = settings.model_copy(update={"source": SourceKind.LIVE})
    desk = FetchDesk(settings)
    incomplete = [season for season in seasons if not _fetch_season(console, desk, season)]
    dates = _played(desk, seasons)
    if not dates:
        raise ValueError(f"no game of {', '.join(seasons)} has been played, or no schedule could be had")
    report = materialize(settings, dates[0], dates[-1], only=dates, progress=console.is_terminal)
    print_run(console, report)
    succeeded = not incomplete and report.success
    if events:
        succeeded &= add_events(console, settings, dates)
    return 0 if succeeded else 1


def add_events(console: Console, settings: Settings, dates: Sequence[dt.date]) -> bool:
    """Fetch events and reports of dates, the newest first, and make each date again as they land.

    Returns:
        Whether every document could be had.
    """
    desk = FetchDesk(settings)
    prepare_home(settings)
    job = build_defs(settings).get_job_def(FETCH_JOB)
    config = fetch_config(EVENT_FEEDS, bulk=True, resume=True)
    owed = [date for date in reversed(dates) if not desk.complete(date, EVENT_FEEDS)]
    games = {date: len(desk.source().schedule([date]).rows) for date in owed}
    left = sum(games.values())
    estimate = left * _SECONDS_A_GAME + len(owed) * _SECONDS_A_DATE
    _print(console, f"events of {left:,} games on {len(owed):,} dates: about {estimate / _HOUR:.1f} hours. "
                    "It may be stopped at any time, and goes on where it stopped.")  # fmt: skip
    done, failed, started = 0, [], time.monotonic()
    with dg.DagsterInstance.get() as instance:
        for number, date in enumerate(owed, 1):
            fetched = fetch_date(job, instance, date, config)
            report = materialize(settings, date, date, progress=False)
            done += games[date]
            pace = (time.monotonic() - started) / max(done, 1)
            hours = (left - done) * pace / _HOUR
            place = f"{date} ({number} of {len(owed)}, about {hours:.1f} hours left)"
            _print(console, f"{place}: {fetched.summary}")
            if fetched.failed or not report.success:
                failed.append(date)
                for line in (*fetched.errors, *report.errors.values()):
                    _print(console, f"  {line}", style="red")
    if failed:
        _print(console, f"failed, and tried again by the same command: {', '.join(map(str, failed))}", "red")
    # Later dates read what these have become, and a run that was killed may have landed what none has read.
    fix_stale(console, settings, dates[0], dates[-1], [t.name for t in ALL_TABLES if t.name not in RETRAINED])
    return not failed


def _fetch_season(console: Console, desk: FetchDesk, season: str) -> bool:
    complete = True
    for outcome in desk.fetch_season(season):
        wrong = outcome.result in WRONG
        complete &= not wrong
        _print(console, words(outcome), style="red" if wrong else None)
    return complete


def _played(desk: FetchDesk, seasons: Sequence[str]) -> list[dt.date]:
    """Game dates of seasons up to today, as their schedules have them."""
    today, known = eastern(desk.now()).date(), desk.source().seasons()
    return sorted(date for season in seasons for date in known.get(season, []) if date <= today)


def _print(console: Console, line: str, style: str | None = None) -> None:
    console.print(line, style=style, markup=False, soft_wrap=True)
