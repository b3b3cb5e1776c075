"""Validity of rows: types, ranges, NULLs, unique keys, one pass over a whole range."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
import pandera.errors

from nba_assets.quality.verdict import INVALID_ROWS, Problem
from nba_assets.schemas.columns import TableSchema

NAMED_ROWS = 5


class Unit(StrEnum):
    """The least that is refused for a row that breaks the schema."""

    ROW = "row"  # rows that are independent: a line, an entry of a report
    GAME = "game"  # rows of a whole: a box score, the events of a game
    DATE = "date"


@dataclass(frozen=True)
class Invalid:
    """What breaks a schema.

    Attributes:
        rows: the rows to leave out, by position.
        problems: reasons by date; they fail the date only where nothing less can be left out.
    """

    rows: np.ndarray
    problems: Mapping[dt.date, list[Problem]]


def invalid_rows(schema: TableSchema, frame: pd.DataFrame, unit: Unit = Unit.DATE) -> Invalid:
    """Rows that are not valid, and for each rule the field, the first offending value and keys.

    Args:
        schema: the table.
        frame: rows of any dates, in the table's columns and types.
        unit: what is refused with a row.
    """
    frame = frame.reset_index(drop=True)  # a copy of ours
    none = np.zeros(len(frame), dtype=bool)
    try:
        schema.pandera.validate(frame, lazy=True, inplace=True)
    except pandera.errors.SchemaErrors as error:
        cases = error.failure_cases
    else:
        return Invalid(none, {})
    finally:
        # A frame and its accessor hold each other: its rows would stay until the garbage is collected.
        vars(frame).pop("pandera", None)
    whole = cases["index"].isna()
    if whole.any():
        words = "; ".join(
            f"{row.column} {row.check} ({row.failure_case})" for row in cases[whole].itertuples()
        )
        problem = Problem(f"{schema.name}: {words}", INVALID_ROWS)
        return Invalid(none, {date.date(): [problem] for date in frame["game_date"].unique()})
    cases = cases.assign(row=cases["index"].astype(int))
    return Invalid(_left_out(frame, cases["row"].to_numpy(), unit), _by_date(schema, frame, cases, unit))


def _left_out(frame: pd.DataFrame, rows: np.ndarray, unit: Unit) -> np.ndarray:
    mask = np.zeros(len(frame), dtype=bool)
    if unit is Unit.ROW:
        mask[rows] = True
    elif unit is Unit.GAME:
        mask = frame["game_id"].isin(frame["game_id"].iloc[rows]).to_numpy(bool)
    return mask


def _by_date(
    schema: TableSchema, frame: pd.DataFrame, cases: pd.DataFrame, unit: Unit
) -> dict[dt.date, list[Problem]]:
    cases["game_date"] = frame["game_date"].to_numpy()[cases["row"]]
    reasons: dict[dt.date, list[Problem]] = {}
    for (date, column, check), group in cases.groupby(["game_date", "column", "check"], sort=True):
        where = frame.iloc[group["row"].head(NAMED_ROWS)]
        keys = "; ".join("/".join(str(row[key]) for key in schema.key) for _, row in where.iterrows())
        value = group["failure_case"].iloc[0]
        words = f"{schema.name}.{column}: {len(group)} rows break {check}, first value {value}, keys {keys}"
        if unit is not Unit.DATE:
            words = f"{words}; refused by {unit}"
        problem = Problem(words, INVALID_ROWS, fatal=unit is Unit.DATE)
        reasons.setdefault(pd.Timestamp(date).date(), []).append(problem)
    return reasons
