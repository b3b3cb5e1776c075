"""Why dates of a table are red, in words: what is missing, the root cause, and the repair.

The check of a date in the UI, ``nba-assets explain`` and the ledger use these same words.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from nba_assets.calendar.game_dates import finished_seasons
from nba_assets.calendar.partitions import contiguous_ranges
from nba_assets.quality.causes import INCOMPLETE, NOT_RUN_SINCE, NOT_RUN_YET, Cause
from nba_assets.quality.verdict import INVALID_ROWS, Verdict
from nba_assets.schemas.catalog import TABLES
from nba_assets.storage.lake import Lake
from nba_assets.storage.partition_file import DamagedPartitionError
from nba_assets.tabular.problems import NOT_PUBLISHED

_KEY = re.compile(r"\b(?P<game>\d{10})(?:/(?P<player>\d+)\b)?")
_GAMES = ("home_team", "away_team")
_PLAYERS = ("raw_player_boxscores", "upcoming_player_game_context")
_RUN_AGAIN = (INCOMPLETE, NOT_RUN_SINCE, NOT_RUN_YET)


class Names:
    """Teams and players of a lake's dates, for the ids in a sentence.

    Args:
        lake: the tables; a name that none of them has stays an id.
    """

    def __init__(self, lake: Lake):
        self._lake = lake
        self._games = cache(self._read_games)
        self._players = cache(self._read_players)

    def with_names(self, words: str, date: dt.date) -> str:
        """A sentence whose game ids have their teams beside them, and whose player ids their names."""
        return _KEY.sub(lambda found: self._name(found, date), words)

    def _name(self, key: re.Match[str], date: dt.date) -> str:
        game, player = key["game"], key["player"]
        teams = self._games(date).get(game)
        where = f"{teams} ({game})" if teams else game
        if player is None:
            return where
        name = self._players(date).get(int(player))
        return f"{name} ({player}) in {where}" if name else f"player {player} in {where}"

    def _read_games(self, date: dt.date) -> dict[str, str]:
        games = self._rows("raw_schedule", date, ("game_id", *_GAMES))
        return {row["game_id"]: f"{row['away_team']} at {row['home_team']}" for row in games}

    def _read_players(self, date: dt.date) -> dict[int, str]:
        rows = [row for table in _PLAYERS for row in self._rows(table, date, ("player_id", "player_name"))]
        return {row["player_id"]: row["player_name"] for row in rows}

    def _rows(self, table: str, date: dt.date, columns: tuple[str, ...]) -> list[dict[str, Any]]:
        try:
            return self._lake.read(table, [date], TABLES[table].arrow, columns).table.to_pylist()
        except DamagedPartitionError:
            return []


@dataclass(frozen=True)
class Remedy:
    """What a person can do about a cause.

    Attributes:
        words: the advice.
        command: the command in it.
    """

    words: str
    command: str


def remedy(cause_table: str, reason: str, dates: Sequence[dt.date], *, shut: bool = True) -> Remedy:
    """What helps against a cause on some dates.

    Args:
        cause_table: table to blame.
        reason: kind of the cause, as :class:`nba_assets.quality.causes.Cause` has it.
        dates: dates that suffer from it.
        shut: whether they are refused; a date that only warns needs no one to let it through.
    """
    again = heal_command(cause_table, dates)
    through = f'{again} --allow-partial --reason "WHY"'
    if reason in _RUN_AGAIN:
        return Remedy(f"run {again}", again)
    mend = "add it to the source" if reason == NOT_PUBLISHED else "mend the source"
    if reason == INVALID_ROWS or not shut:
        return Remedy(f"{mend}, then run {again}", again)
    if reason == NOT_PUBLISHED:
        words = f"{mend}; or let it through with a reason: allow_partial in the launchpad, or {through}"
        return Remedy(words, through)
    words = (
        f"mend the source, then run {again}; or let it through with a reason: allow_partial in the launchpad"
    )
    return Remedy(words, again)


def heal_command(table: str, dates: Sequence[dt.date]) -> str:
    """The command that makes dates of a table again, and all of whatever date that was made from them."""
    keys = [date.isoformat() for date in dates]
    universe = [date.isoformat() for date in finished_seasons().between(min(dates), max(dates))]
    ranges = contiguous_ranges(keys, sorted({*universe, *keys}))
    named = " ".join(first if first == last else f"{first}..{last}" for first, last in ranges)
    return f"nba-assets heal {named} --tables {table}"


@dataclass(frozen=True)
class Explanation:
    """Why a date of a table is red.

    Attributes:
        words: what is missing, the table to blame, why, and what to do, in one line.
        blamed: the table to blame.
        remedy: what to do.
    """

    words: str
    blamed: str
    remedy: Remedy


def explanation(table: str, date: dt.date, verdict: Verdict, cause: Cause, names: Names) -> Explanation:
    """Why a date of a table is red.

    Args:
        table: the table.
        date: the date.
        verdict: its verdict.
        cause: its root cause.
        names: of teams and players.
    """
    missing = names.with_names(verdict.words, date)
    if cause.table == table and cause.words in verdict.words:
        why = cause.reason
    else:
        why = f"{cause.table}: {cause.reason}: {names.with_names(cause.words, date)}"
    advice = remedy(cause.table, cause.reason, [date])
    return Explanation(f"{missing}. Because: {why}. To do: {advice.words}", cause.table, advice)
