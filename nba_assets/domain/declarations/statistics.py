"""Statistics of a window, each its own declaration.

``Mean("pts", last=5)`` is the mean of a player's points over his last five games. Each statistic also
computes its value a second way, game by game: that is what a trace shows.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from nba_assets.domain.declarations.expressions import Expression
from nba_assets.domain.declarations.sources import PLAYER, Derived, Games, Past

if TYPE_CHECKING:
    from nba_assets.domain.declarations.evaluation import Evaluation

Name = str | Derived


@dataclass(frozen=True)
class Statistic(Expression):
    """A number made of earlier games, and which of them count.

    Attributes:
        of: whose games.
        last: the newest so many only.
        days: those of so many days before the date only.
        skip: without the newest so many.
        season: those of the row's season only.
        against_opponent: those against the row's opponent only.
    """

    _: KW_ONLY
    of: Games = PLAYER
    last: int | None = None
    days: int | None = None
    skip: int = 0
    season: bool = False
    against_opponent: bool = False

    @property
    def columns(self) -> tuple[Name, ...]:
        """What is used of each game."""
        return ()

    @property
    def window(self) -> Past:
        """The games that are used."""
        of = self.of.of(*["season"] * self.season, *["opponent"] * self.against_opponent)
        return Past(of, self.columns, self.last, self.days, self.skip)

    @property
    def past(self) -> tuple[Past, ...]:
        """Its window."""
        return (self.window,)

    @property
    def formula(self) -> str:
        """The statistic, its columns and its window."""
        words = [type(self).__name__.lower().replace("decayed", "decayed ")]
        if self.columns:
            words.append(f"of {' / '.join(self.window.names)}")
        if self.last is not None:
            words.append(f"over the last {self.last - self.skip}")
        if self.skip:
            words.append(f"before the last {self.skip}")
        if self.season:
            words.append("this season")
        if self.against_opponent:
            words.append("against the opponent")
        if self.days is not None:
            words.append(f"within {self.days} days")
        return " ".join(words)

    def share(self, games: pd.DataFrame) -> pd.Series | None:
        """How much each game of a window counts; None where games do not share in the value."""
        return None

    def of_games(self, games: pd.DataFrame) -> float:
        """The value, from the games of one window, oldest first."""
        raise NotImplementedError


@dataclass(frozen=True)
class _OfColumn(Statistic):
    """A statistic of one column.

    Attributes:
        column: of the games' table, or derived from its columns.
        needs: fewer known values give NULL.
    """

    column: Name
    _: KW_ONLY
    needs: int = 1

    @property
    def columns(self) -> tuple[Name, ...]:
        """The column."""
        return (self.column,)

    @property
    def name(self) -> str:
        """Name of the column."""
        return self.window.names[0]

    def _values(self, games: pd.DataFrame) -> pd.Series:
        return games[self.name].astype("float64")


@dataclass(frozen=True)
class Mean(_OfColumn):
    """Mean of the known values."""

    def evaluate(self, rows: Evaluation) -> Any:
        """Floats; NULL with fewer than ``needs`` known values."""
        return rows.window(self.window).mean(self.name, self.needs)

    def share(self, games: pd.DataFrame) -> pd.Series | None:
        """The same for every game with a value."""
        known = self._values(games).notna()
        return known / known.sum()

    def of_games(self, games: pd.DataFrame) -> float:
        """Mean."""
        known = self._values(games).dropna()
        return float(known.mean()) if len(known) >= self.needs else float("nan")


@dataclass(frozen=True)
class Sum(_OfColumn):
    """Sum of the known values; 0 without one."""

    def evaluate(self, rows: Evaluation) -> Any:
        """Floats."""
        return rows.window(self.window).sum(self.name)

    def of_games(self, games: pd.DataFrame) -> float:
        """Sum."""
        return float(self._values(games).sum())


@dataclass(frozen=True)
class Std(_OfColumn):
    """Sample standard deviation of the known values."""

    _: KW_ONLY
    needs: int = 3

    def evaluate(self, rows: Evaluation) -> Any:
        """Floats; NULL with fewer than ``needs`` known values."""
        return rows.window(self.window).std(self.name, self.needs)

    def of_games(self, games: pd.DataFrame) -> float:
        """Standard deviation."""
        known = self._values(games).dropna()
        return float(known.std()) if len(known) >= self.needs else float("nan")


@dataclass(frozen=True)
class DecayedMean(_OfColumn):
    """Mean whose weights halve every ``half_life`` games back.

    Attributes:
        half_life: in games.
    """

    _: KW_ONLY
    half_life: float = 1.0

    def evaluate(self, rows: Evaluation) -> Any:
        """Floats; NULL with fewer than ``needs`` known values."""
        return rows.decayed_mean(self)

    def share(self, games: pd.DataFrame) -> pd.Series:
        """Its weight, of 1 in all."""
        age = np.arange(len(games))[::-1]
        weight = pd.Series(0.5 ** (age / self.half_life), index=games.index)
        weight = weight.where(self._values(games).notna(), 0.0)
        return weight / weight.sum()

    def of_games(self, games: pd.DataFrame) -> float:
        """Weighted mean."""
        values = self._values(games)
        share = self.share(games)
        known = int(values.notna().sum())
        return float((values * share).sum()) if known and known >= self.needs else float("nan")


@dataclass(frozen=True)
class Ratio(Statistic):
    """Sum over sum, of the games with both known.

    Attributes:
        top: what is added up above the line.
        bottom: what is added up below it.
        needs: fewer games give NULL, and so does a sum of 0 below the line.
    """

    top: Name
    bottom: Name
    _: KW_ONLY
    needs: int = 1

    @property
    def columns(self) -> tuple[Name, ...]:
        """Both columns."""
        return (self.top, self.bottom)

    def evaluate(self, rows: Evaluation) -> Any:
        """Floats."""
        return rows.window(self.window).ratio(*self.window.names, needs=self.needs)

    def share(self, games: pd.DataFrame) -> pd.Series | None:
        """Its part of the sum below the line."""
        bottom = self._known(games).iloc[:, 1]
        return bottom / bottom.sum() if bottom.sum() else None

    def of_games(self, games: pd.DataFrame) -> float:
        """Sum over sum."""
        known = self._known(games).dropna()
        top, bottom = known.sum()
        return float(top / bottom) if bottom and len(known) >= self.needs else float("nan")

    def _known(self, games: pd.DataFrame) -> pd.DataFrame:
        values = games[list(self.window.names)].astype("float64")
        return values.where(values.notna().all(axis=1))


@dataclass(frozen=True)
class Count(Statistic):
    """Number of games, or of those in which a column is known.

    Attributes:
        known: the column.
    """

    known: Name | None = None

    @property
    def columns(self) -> tuple[Name, ...]:
        """The column, if it has one."""
        return () if self.known is None else (self.known,)

    def evaluate(self, rows: Evaluation) -> Any:
        """Whole numbers."""
        window = rows.window(self.window)
        return window.count if self.known is None else window.known(self.window.names[0])

    def of_games(self, games: pd.DataFrame) -> float:
        """Number of known values."""
        return float(len(games) if self.known is None else games[self.window.names[0]].notna().sum())


@dataclass(frozen=True)
class Last(_OfColumn):
    """Value of the newest game, as it is stored; NULL without one."""

    def evaluate(self, rows: Evaluation) -> Any:
        """The column's own type."""
        return rows.window(self.window).newest(self.name)

    def of_games(self, games: pd.DataFrame) -> float:
        """The newest value."""
        return float(games[self.name].iloc[-1]) if len(games) else float("nan")


@dataclass(frozen=True)
class First(_OfColumn):
    """Value of the oldest game, as it is stored; NULL without one."""

    def evaluate(self, rows: Evaluation) -> Any:
        """The column's own type."""
        return rows.window(self.window).oldest(self.name)

    def of_games(self, games: pd.DataFrame) -> float:
        """The oldest value."""
        return float(games[self.name].iloc[0]) if len(games) else float("nan")
