"""Where a feature's values come from: rows of the same date, and earlier games."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from nba_assets.domain.as_of import HISTORY_DAYS
from nba_assets.domain.declarations.expressions import Column, Expression, Own


@dataclass(frozen=True)
class Stored:
    """A table of the same date, and which of its rows is read: ``CONTEXT["days_rest"]`` is a column of it.

    Attributes:
        table: name of the table.
        key: columns that name one of its rows.
        called: what these are called in the rows that are described, where they differ.
    """

    table: str
    key: tuple[str, ...] = ("game_id", "player_id")
    called: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The key as it is called in the rows that are described."""
        return self.called or self.key

    def __getitem__(self, name: str) -> Column:
        """A column of the table."""
        return Column(self, name)


@dataclass(frozen=True)
class Derived:
    """A column of earlier games that their table does not store.

    Attributes:
        name: name of the column.
        value: made of columns of the row, of other tables' rows for the same game, of windows before it.
    """

    name: str
    value: Expression

    @property
    def own(self) -> tuple[str, ...]:
        """Columns of the games' table that it is made of."""
        return tuple(dict.fromkeys(part.name for part in self.value.parts() if isinstance(part, Own)))

    @property
    def stored(self) -> tuple[Column, ...]:
        """Columns of other tables that it is made of."""
        return tuple(dict.fromkeys(part for part in self.value.parts() if isinstance(part, Column)))

    @property
    def past(self) -> tuple[Past, ...]:
        """Windows before the game."""
        found = [past for part in self.value.parts() for past in part.past]
        return tuple(past for past in found if isinstance(past, Past))


@dataclass(frozen=True)
class Games:
    """Whose earlier games a window holds.

    Attributes:
        table: one row per entity and date; with ``daily``, any number of them.
        by: columns that name the entity in the table; without any, the games are the whole league's.
        called: what these are called in the rows that are described, where they differ.
        days: how far back games count.
        daily: rows of a date are added up first, and the date counts as one game.
        only: flag column of the rows that count.
    """

    table: str
    by: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    days: int = HISTORY_DAYS
    daily: bool = False
    only: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The entity as it is called in the rows that are described."""
        return self.called or self.by

    def of(self, *columns: str) -> Games:
        """Those of them in which some columns have the value of the described row: season, opponent."""
        called = (*self.called, *columns) if self.called else ()
        return replace(self, by=(*self.by, *columns), called=called)


@dataclass(frozen=True)
class Past:
    """A window: earlier games, which of them, and the columns that are used.

    Attributes:
        games: whose.
        columns: what is used of them; without any, only that they were played.
        last: the newest so many only.
        days: the days before the date only.
        skip: without the newest so many.
        as_frame: a function gets everybody's rows as a frame, and not each entity's.
    """

    games: Games
    columns: tuple[str | Derived, ...] = ()
    last: int | None = None
    days: int | None = None
    skip: int = 0
    as_frame: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(column if isinstance(column, str) else column.name for column in self.columns)

    @property
    def derived(self) -> tuple[Derived, ...]:
        """Columns that are not stored."""
        return tuple(column for column in self.columns if isinstance(column, Derived))

    @property
    def stored(self) -> tuple[str, ...]:
        """Columns of the games' table that are used, those of the entity aside."""
        found = [self.games.only] if self.games.only else []
        for column in self.columns:
            found += [column] if isinstance(column, str) else column.own
        for column in self.derived:  # to find the other tables' rows of a game
            found += [name for stored in column.stored for name in stored.source.names]
        return tuple(name for name in dict.fromkeys(found) if name not in ("game_date", *self.games.by))

    @property
    def reach(self) -> int:
        """Days of history that it reads before the date, windows before its games included."""
        before = max((past.reach for column in self.derived for past in column.past), default=0)
        return before + min(self.games.days, self.days or self.games.days)


@dataclass(frozen=True)
class OpenDates:
    """Which dates of a table may be read, of so many days before a date: a hole in the history is a fact too.

    Attributes:
        table: name of the table.
        days: how far back.
    """

    table: str
    days: int


def history_columns(windows: Iterable[Past]) -> dict[str, tuple[str, ...]]:
    """Columns of earlier rows that windows read, by table."""
    found: dict[str, dict[str, None]] = {}
    for past in windows:
        found.setdefault(past.games.table, {}).update(dict.fromkeys([*past.games.by, *past.stored]))
        for column in [column for derived in past.derived for column in derived.stored]:
            names = [*past.games.by, *column.source.key, column.name]
            found.setdefault(column.source.table, {}).update(dict.fromkeys(names))
    return {table: tuple(columns) for table, columns in found.items()}


PLAYER = Games("player_game_summary", ("player_id",))
