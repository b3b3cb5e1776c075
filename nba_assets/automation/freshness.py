"""Freshness by the league's own schedule: which dates should be stored by now.

Dagster's own freshness is per asset: a backfill of old dates makes it look fresh, and a summer makes it look
stale. Here a date is overdue when its games have been over for hours and its tables are missing. A day off
and a summer have no games, so they are never overdue. A game that the landed schedule still calls scheduled
long after its tip-off counts as over: a fetch that has died must not look like a quiet evening.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from nba_assets.automation.due import unfinished
from nba_assets.calendar.seasons import season_of
from nba_assets.quality.gate import Gate
from nba_assets.sources.league_clock import eastern

WATCHED = ("player_game_summary", "prediction_accuracy")
GRACE = dt.timedelta(hours=12)  # from a last tip-off in the evening to the morning after
_LATE_TIPOFF = dt.time(22, 30)  # counts where no tip-off is known


@dataclass(frozen=True)
class Overdue:
    """A date whose games are over and whose tables are missing."""

    date: dt.date
    tables: tuple[str, ...]
    games: int

    @property
    def words(self) -> str:
        """The alarm in a line."""
        missing = ", ".join(self.tables)
        return f"{self.date}: {self.games} games are over, still missing: {missing}"


@dataclass(frozen=True)
class Interrupted:
    """A game that should long be final and is not."""

    date: dt.date
    game_id: str
    teams: str

    @property
    def words(self) -> str:
        """The alarm in a line."""
        return f"{self.date}: {self.teams} ({self.game_id}) is not final, the date is made without it"


def interrupted(games: pd.DataFrame, now: dt.datetime) -> list[Interrupted]:
    """Games that dates are made without.

    Args:
        games: raw_schedule of the dates to look at.
        now: the league's moment.
    """
    found: list[Interrupted] = []
    for day, part in games.groupby("game_date"):
        date = pd.Timestamp(str(day)).date()
        for game in unfinished(part, date, now).itertuples():
            found.append(Interrupted(date, str(game.game_id), f"{game.away_team} at {game.home_team}"))
    return found


def overdue(games: pd.DataFrame, now: dt.datetime, stored: Mapping[str, set[dt.date]]) -> list[Overdue]:
    """Dates that should be stored and are not.

    Args:
        games: raw_schedule of the dates to look at.
        now: the league's moment.
        stored: by watched table, the dates that have passed their gate.
    """
    found: list[Overdue] = []
    played = games[~games["is_postponed"].to_numpy(bool)]
    for day, part in played.groupby("game_date"):
        date = pd.Timestamp(str(day)).date()
        missing = tuple(table for table in stored if date not in stored[table])
        if missing and now >= _last_tipoff(part, date, now) + GRACE:
            found.append(Overdue(date, missing, len(part)))
    return found


def passed_dates(gate: Gate, dates: list[dt.date]) -> dict[str, set[dt.date]]:
    """By watched table, the dates that may be read."""
    return {table: set(gate.open(table, dates)) for table in WATCHED}


def unpartitioned(
    seasons: Mapping[str, Sequence[dt.date]], partitions: Iterable[dt.date], today: dt.date
) -> str | None:
    """An alarm for dates up to today that have games and are no partitions, so that nothing makes them."""
    scheduled = {date for dates in seasons.values() for date in dates if date <= today}
    missing = sorted(scheduled.difference(partitions))
    if not missing:
        return None
    count = f"{len(missing)} dates with games are no partitions, the first {missing[0]}"
    return f"{count}: start the sensor game_dates"


def unknown_season(days: list[dt.date], today: dt.date, *, landed: bool) -> str | None:
    """An alarm for a season of which no schedule has landed; summers are no dates at all.

    It is checked for the season, not for its days: between the Finals and the summer, and
    before opening night, a season that is well known has no games. A season's first day is silent, since the
    schedule of a new season is first fetched in the course of it.

    Args:
        days: the dates to look at, up to today.
        today: in New York.
        landed: whether a schedule of today's season can be read.
    """
    started = any(day < today and season_of(day) == season_of(today) for day in days)
    if started and today in days and not landed:
        return f"{today}: no schedule of the season has landed, so what is due is unknown"
    return None


def _last_tipoff(games: pd.DataFrame, date: dt.date, now: dt.datetime) -> pd.Timestamp:
    late = pd.Timestamp(dt.datetime.combine(date, _LATE_TIPOFF, eastern(now).tzinfo)).tz_convert("UTC")
    return games["tipoff_utc"].fillna(late).max()
