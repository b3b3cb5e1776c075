"""Three made-up tables, bottom -> middle -> top, in which any date can be made bad.

``bottom`` says what ``SOURCE`` says of a date: a value below 0 is invalid, fewer than two rows are a gap in
coverage, a text is a problem that the source reports, None is a date to skip. ``middle`` and ``top`` double
the values below them; ``memory`` adds up the dates before its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import pytest

from nba_assets.lineage.code_version import code_version
from nba_assets.lineage.inputs import (
    History,
    Input,
    Inputs,
)
from nba_assets.lineage.table import (
    Built,
    Plan,
    Table,
)
from nba_assets.quality.expectations import EXPECTATIONS
from nba_assets.quality.measures import keys_present
from nba_assets.quality.thresholds import Threshold, thresholds
from nba_assets.schemas.catalog import TABLES
from nba_assets.schemas.columns import TableSchema, number, text
from nba_assets_tests.support.workbench import Workbench

# Five game dates in a row.
DATES = ("2023-12-04", "2023-12-05", "2023-12-06", "2023-12-07", "2023-12-08")
FIRST, BAD, LAST = DATES[0], DATES[2], DATES[-1]
GOOD = [date for date in DATES if date != BAD]
KEYS = ("x", "y")
SOURCE: dict[str, list[float] | str | Exception | None] = {}


def reset() -> None:
    """Let every date be good."""
    SOURCE.clear()
    SOURCE.update({date: [1.0, 2.0] for date in DATES})


def _schema(name: str) -> TableSchema:
    return TableSchema(
        name,
        "One row per key.",
        ("key",),
        (text("key", "Name."), number("value", "Size.", unit="count", low=0)),
    )


def _frame(rows: list[tuple[str, str, float]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["game_date", "key", "value"])
    return frame.assign(game_date=pd.to_datetime(frame["game_date"]).astype("datetime64[ns]"))


def _bottom(context: dg.AssetExecutionContext, inputs: Inputs) -> Built:
    result = {date: SOURCE[date.isoformat()] for date in inputs.dates}
    for values in result.values():
        if isinstance(values, Exception):
            raise values
    rows = [
        (date.isoformat(), key, value)
        for date, values in result.items()
        if isinstance(values, list)
        for key, value in zip(KEYS, values, strict=False)
    ]
    problems = {date: [words] for date, words in result.items() if isinstance(words, str)}
    return Built(_frame(rows), problems, {date: {"note": "seen"} for date in inputs.dates})


def _planned(context: dg.AssetExecutionContext, dates: list[dt.date]) -> list[dt.date]:
    return [date for date in dates if SOURCE[date.isoformat()] is not None]


def _doubled(below: str) -> Any:
    def compute(context: dg.AssetExecutionContext, inputs: Inputs) -> pd.DataFrame:
        return inputs[below].assign(value=inputs[below]["value"] * 2)

    return compute


def _sum_of_past(context: dg.AssetExecutionContext, inputs: Inputs) -> pd.DataFrame:
    """Each date's sum over the dates before it that are open."""
    past = inputs.past["bottom"]
    rows = [
        (str(day.date()), "x", float(past.loc[past["game_date"] < day, "value"].sum())) for day in inputs.days
    ]
    return _frame(rows)


def _table(
    name: str,
    compute: Any,
    inputs: tuple[Input, ...] = (),
    history: tuple[History, ...] = (),
    plan: Plan | None = None,
) -> Table:
    return Table(
        name,
        group="ladder",
        kinds=frozenset({"pandas"}),
        compute=compute,
        versioned=(code_version,),
        inputs=inputs,
        history=history,
        plan=plan,
    )


LADDER = (
    _table("bottom", _bottom, plan=Plan(_planned, "nothing to do")),
    _table("middle", _doubled("bottom"), (Input("bottom"),)),
    _table("top", _doubled("middle"), (Input("middle"),)),
    _table("memory", _sum_of_past, (), (History("bottom", 30),)),
)
STEPS = ("bottom", "middle", "top")


def _two_keys(frame: pd.DataFrame, inputs: Any, days: pd.DatetimeIndex) -> pd.DataFrame:
    wanted = pd.MultiIndex.from_product([days, KEYS], names=["game_date", "key"]).to_frame(index=False)
    return keys_present("rows", wanted, frame, ["key"], days)


@contextmanager
def registered() -> Iterator[tuple[Table, ...]]:
    """The tables in the catalog for as long as it takes, every date good."""
    with pytest.MonkeyPatch.context() as patch:
        for table in LADDER:
            patch.setitem(TABLES, table.name, _schema(table.name))
            patch.setitem(EXPECTATIONS, table.name, {} if table.name == "memory" else {"rows": _two_keys})
            limits = {} if table.name == "memory" else {"rows": Threshold(fail_below=1.0)}
            patch.setitem(thresholds().root, table.name, limits)
        reset()
        yield LADDER


@contextmanager
def opened(folder: Path, *more: Table, instance: dg.DagsterInstance | None = None) -> Iterator[Workbench]:
    """A workbench with the ladder's tables and more, on an instance of its own where none is given."""
    with registered() as tables:
        bench = Workbench(folder, [*tables, *more], instance=instance)
        yield bench
        bench.close()
