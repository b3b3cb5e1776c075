"""Validity of rows: types, ranges, NULLs, unique keys, one pass over a whole range."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pandera.errors

from nba_assets.quality.verdict import INVALID_ROWS, Problem
from nba_assets.schemas.columns import TableSchema

NAMED_ROWS = 5


def invalid_rows(schema: TableSchema, frame: pd.DataFrame) -> dict[dt.date, list[Problem]]:
    """Reasons why dates are not valid, each with the field, the rule and the first offending keys.

    Args:
        schema: the table.
        frame: rows of any dates, in the table's columns and types.
    """
    try:
        schema.pandera.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as error:
        return _by_date(schema, frame.reset_index(drop=True), error.failure_cases)
    return {}


def _by_date(schema: TableSchema, frame: pd.DataFrame, cases: pd.DataFrame) -> dict[dt.date, list[Problem]]:
    whole = cases["index"].isna()
    if whole.any():
        words = "; ".join(
            f"{row.column} {row.check} ({row.failure_case})" for row in cases[whole].itertuples()
        )
        problem = Problem(f"{schema.name}: {words}", INVALID_ROWS)
        return {date.date(): [problem] for date in frame["game_date"].unique()}
    cases = cases.assign(row=cases["index"].astype(int))
    cases["game_date"] = frame["game_date"].to_numpy()[cases["row"]]
    reasons: dict[dt.date, list[Problem]] = {}
    for (date, column, check), group in cases.groupby(["game_date", "column", "check"], sort=True):
        where = frame.iloc[group["row"].head(NAMED_ROWS)]
        keys = "; ".join("/".join(str(row[key]) for key in schema.key) for _, row in where.iterrows())
        value = group["failure_case"].iloc[0]
        words = f"{schema.name}.{column}: {len(group)} rows break {check}, first value {value}, keys {keys}"
        reasons.setdefault(pd.Timestamp(date).date(), []).append(Problem(words, INVALID_ROWS))
    return reasons
