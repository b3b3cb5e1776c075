"""The interface of every source: what raw tables ask, whoever answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import pandas as pd
import pyarrow as pa

from nba_assets.tabular.problems import BadInput

LANDED: Final = "landed "  # before every fingerprint of captures: an archive's are a hash alone


@dataclass(frozen=True)
class Fetched:
    """Rows of some dates, in the columns of the raw table.

    Attributes:
        rows: rows of every date that could be read.
        problems: what is wrong with the others, by date: those dates fail, the rest go on.
        shortfalls: documents of a date that gave nothing, and why. Coverage decides whether the date is good
            without them; they are the cause it names.
        refused: rows that were left out, by date: no warning, but the cause of a gap that coverage finds.
        notes: counts of repairs and refused rows, by date, for people.
    """

    rows: pd.DataFrame | pa.Table
    problems: Mapping[dt.date, list[BadInput]] = field(default_factory=dict)
    shortfalls: Mapping[dt.date, list[BadInput]] = field(default_factory=dict)
    refused: Mapping[dt.date, list[BadInput]] = field(default_factory=dict)
    notes: Mapping[dt.date, Mapping[str, Any]] = field(default_factory=dict)


class Source(Protocol):
    """A feed of NBA facts. A feed that a source does not have for a date gives no rows."""

    @property
    def kind(self) -> str:
        """``archive``, ``simulated``, ...: its rows' value of ``source``; a lake holds one kind."""
        ...

    def accounted_days(self, dates: Sequence[dt.date]) -> list[dt.date]:
        """Dates of which the source has every game: without a game on one, none was played."""
        ...

    def seasons(self) -> dict[str, list[dt.date]]:
        """Game dates of each season of which the source has the schedule, dates to come included."""
        ...

    def fingerprint(self, table: str, dates: Sequence[dt.date]) -> dict[dt.date, str]:
        """Hash of the source's present rows of each date of a raw table; "" where it has none.

        Two equal fingerprints of a date mean that the feed would give the same rows. It costs reading, not
        parsing.
        """
        ...

    def recognises(self, fingerprint: str) -> bool:
        """Whether a fingerprint is of this kind of source; that of another kind cannot be compared."""
        ...

    def schedule(self, dates: Sequence[dt.date]) -> Fetched:
        """raw_schedule."""
        ...

    def player_boxscores(self, dates: Sequence[dt.date], schedule: pd.DataFrame) -> Fetched:
        """raw_player_boxscores."""
        ...

    def team_boxscores(self, dates: Sequence[dt.date], schedule: pd.DataFrame) -> Fetched:
        """raw_team_boxscores."""
        ...

    def play_by_play(self, dates: Sequence[dt.date], schedule: pd.DataFrame) -> Fetched:
        """raw_play_by_play."""
        ...

    def shot_chart(self, dates: Sequence[dt.date], schedule: pd.DataFrame) -> Fetched:
        """raw_shot_chart."""
        ...

    def injury_reports(
        self, dates: Sequence[dt.date], schedule: pd.DataFrame, appearances: pd.DataFrame
    ) -> Fetched:
        """raw_injury_reports; names are resolved among the appearances before each date."""
        ...

    def lineups(self, dates: Sequence[dt.date], schedule: pd.DataFrame, appearances: pd.DataFrame) -> Fetched:
        """raw_lineups; names are resolved among the appearances before each date."""
        ...

    def game_lines(self, dates: Sequence[dt.date], schedule: pd.DataFrame) -> Fetched:
        """raw_game_lines."""
        ...

    def points_lines(
        self, dates: Sequence[dt.date], schedule: pd.DataFrame, appearances: pd.DataFrame
    ) -> Fetched:
        """raw_player_points_lines; names are resolved among the appearances before each date."""
        ...
