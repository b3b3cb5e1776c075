"""A feature, and a table of features."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cached_property

import pandas as pd

from nba_assets.domain.declarations.evaluation import NO_DATES, AsOf, Evaluation, KnownDates
from nba_assets.domain.declarations.expressions import Column, Expression, Function, Own
from nba_assets.domain.declarations.sources import OpenDates, Past, Stored, history_columns

NEVER = "never"
_WORDS = ("words", "teammates")  # of a function: for people


@dataclass(frozen=True)
class Feature:
    """One column of a feature table: what it is, how it is computed, and which values it may take.

    Attributes:
        name: column.
        value: how it is computed.
        definition: what it is, with its window.
        unit: unit of the value.
        range: lowest and highest legal value; a value outside it is an error, never clipped.
        null_means: when it is NULL.
        required: a row without it is not production ready.
        needs: smallest history with which it must exist: games (10 games), season (10 games, one of them this
            season). Coverage counts these rows only.
        kind: number, integer, text or flag.
        choices: values of a text.
    """

    name: str
    value: Expression
    definition: str
    unit: str = ""
    range: tuple[float | None, float | None] = (None, None)
    null_means: str = "no earlier game"
    required: bool = True
    needs: str = "games"
    kind: str = "number"
    choices: tuple[str, ...] | None = None

    @property
    def low(self) -> float | None:
        """Lowest legal value."""
        return self.range[0]

    @property
    def high(self) -> float | None:
        """Highest legal value."""
        return self.range[1]

    @property
    def source(self) -> str:
        """Table that it is made from first."""
        parts = list(self.value.parts())
        stored = [part.source.table for part in parts if isinstance(part, Column)]
        windows = [past for part in parts for past in part.past]
        tables = [past.table if isinstance(past, OpenDates) else past.games.table for past in windows]
        return next(iter((*stored, *tables)), "")


@dataclass(frozen=True)
class FeatureTable:
    """A table whose columns are declared features.

    Attributes:
        name: name of the table.
        rows: whose rows are described, one each.
        carried: columns of these that the table takes over.
        features: its features, in order; each may use those before it.
        finish: adds columns made of the row's others.
    """

    name: str
    rows: Stored
    carried: tuple[str, ...]
    features: tuple[Feature, ...]
    finish: Callable[[pd.DataFrame], pd.DataFrame] | None = None

    def __getitem__(self, name: str) -> Feature:
        """A feature by name."""
        return self._by_name[name]

    def declares(self, name: str) -> bool:
        """Whether a column is a feature of the table."""
        return name in self._by_name

    def carry(self, name: str, called: str = "", **changes: object) -> Feature:
        """A feature of another table that has a row for each row of this one: its stored value, unchanged.

        Args:
            name: of the feature in this table.
            called: its name in the other, where it differs.
            **changes: what the other declares otherwise.
        """
        value = self.stored[name]
        return replace(self[name], **{"name": called or name, "value": value, **changes})  # type: ignore[arg-type]

    @property
    def stored(self) -> Stored:
        """Its row for a row that is described by another table."""
        return Stored(self.name)

    @cached_property
    def _by_name(self) -> Mapping[str, Feature]:
        return {feature.name: feature for feature in self.features}

    @cached_property
    def reads(self) -> Mapping[str, tuple[str, ...]]:
        """Columns of the tables of the same date that are read, by table."""
        found: dict[str, dict[str, None]] = {self.rows.table: dict.fromkeys([*self.rows.key, *self.carried])}
        for part in self._parts():
            if isinstance(part, Column):
                columns = found.setdefault(part.source.table, {})
                columns |= dict.fromkeys([*part.source.key, part.name])
                found[self.rows.table] |= dict.fromkeys(part.source.names)
            if isinstance(part, Own) and part.name not in self._by_name:
                found[self.rows.table][part.name] = None
            for past in part.past:
                if isinstance(past, Past):
                    found[self.rows.table] |= dict.fromkeys(past.games.names)
        return {table: tuple(name for name in names if name != "game_date") for table, names in found.items()}

    @cached_property
    def windows(self) -> tuple[Past, ...]:
        """Every window over earlier games that is read, those behind derived columns included."""
        found: dict[Past, None] = {}
        waiting = [past for part in self._parts() for past in part.past if isinstance(past, Past)]
        while waiting:
            past = waiting.pop(0)
            found[past] = None
            waiting += [inner for column in past.derived for inner in column.past]
        return tuple(found)

    @cached_property
    def history_columns(self) -> Mapping[str, tuple[str, ...]]:
        """Columns of earlier rows that are read, by table."""
        return history_columns(self.windows)

    @cached_property
    def open_dates(self) -> tuple[OpenDates, ...]:
        """Tables of which it counts how many dates could be read."""
        found = [past for part in self._parts() for past in part.past if isinstance(past, OpenDates)]
        return tuple(dict.fromkeys(found))

    def compute(
        self,
        same_date: Mapping[str, pd.DataFrame],
        history: Mapping[str, pd.DataFrame],
        horizon: pd.Timestamp,
        dates: KnownDates = NO_DATES,
    ) -> pd.DataFrame:
        """Rows of the table.

        Args:
            same_date: tables of the dates wanted, with the columns of ``reads``.
            history: earlier rows by table, with the columns of ``windows``.
            horizon: first date that the history must not know.
            dates: game dates, and which of them could be read.

        Raises:
            HorizonError: a history reaches the horizon.
            UndeclaredReadError: a function reads what it does not declare.
        """
        rows = same_date[self.rows.table].reset_index(drop=True)
        as_of = AsOf(history, (*self.windows, *self.open_dates), horizon, dates)
        named = {feature.name: feature.value for feature in self.features}
        evaluation = Evaluation(rows, same_date, as_of, named, self.rows)
        values = {
            feature.name: evaluation.floats(feature.value)
            if feature.kind == "number"
            else evaluation.value(feature.value)
            for feature in self.features
        }
        made = pd.concat([rows[["game_date", *self.carried]], pd.DataFrame(values, index=rows.index)], axis=1)
        return made if self.finish is None else self.finish(made)

    @property
    def functions(self) -> tuple[Callable, ...]:
        """Code behind the rows: the language, and functions written by hand."""
        written = [part.compute for part in self._all_parts() if isinstance(part, Function)]
        finish = [] if self.finish is None else [self.finish]
        return (FeatureTable.compute, *dict.fromkeys(written), *finish)

    @property
    def declaration(self) -> str:
        """What is computed, as text that differs when a value may: words for people do not count."""
        values = ";".join(f"{f.name}:{f.kind}={_text(f.value)}" for f in self.features)
        return f"{_text(self.rows)}{self.carried}{values}"

    def _all_parts(self) -> Iterator[Expression]:
        """Parts of the features, and of the derived columns that they read."""
        yield from self._parts()
        for derived in dict.fromkeys(column for past in self.windows for column in past.derived):
            yield from derived.value.parts()

    def _parts(self) -> Iterator[Expression]:
        for feature in self.features:
            yield from feature.value.parts()


def covered(features: Iterable[Feature]) -> dict[str, str]:
    """What coverage asks for: required features, and the history with which each must exist."""
    return {feature.name: feature.needs for feature in features if feature.required}


def _text(value: object) -> str:
    """A declaration as text; functions by name, since their code is versioned with its module."""
    if is_dataclass(value) and not isinstance(value, type):
        inner = ",".join(
            f"{field.name}={_text(getattr(value, field.name))}"
            for field in fields(value)
            if field.name not in _WORDS
        )
        return f"{type(value).__name__}({inner})"
    if isinstance(value, tuple):
        return f"({','.join(map(_text, value))})"
    return str(value.__name__) if callable(value) else ascii(value)
