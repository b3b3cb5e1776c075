"""A table with every kind of column, NULLs and hard values included, for tests of the lake."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa

from nba_assets.storage.lake import Stamp

DATES = [dt.date(2023, 12, 4), dt.date(2023, 12, 5), dt.date(2023, 12, 7)]
STAMP = Stamp(code_version="c0de", schema_hash="5c4e", input_hash="1a2b")
_MOMENT = dt.datetime(2023, 12, 5, 0, 30, 0, 123456, tzinfo=dt.UTC)


def schema() -> pa.Schema:
    """Every stored type there is."""
    return pa.schema(
        [
            ("key", pa.string()),
            ("text", pa.string()),
            ("integer", pa.int64()),
            ("number", pa.float64()),
            ("flag", pa.bool_()),
            ("moment", pa.timestamp("us", tz="UTC")),
        ]
    )


def rows(date: dt.date) -> pa.Table:
    """A full row, a row of NULLs, and a row of values that careless formats lose."""
    return pa.Table.from_pylist(
        [
            {
                "key": f"{date}-a",
                "text": "Dončić",
                "integer": 77,
                "number": 0.1,
                "flag": True,
                "moment": _MOMENT,
            },
            {"key": f"{date}-b", "text": None, "integer": None, "number": None, "flag": None, "moment": None},
            {
                "key": f"{date}-c",
                "text": "",
                "integer": 2**53 + 1,
                "number": -0.0,
                "flag": False,
                "moment": _MOMENT,
            },
        ],
        schema=schema(),
    )


def dated(parts: dict[dt.date, pa.Table]) -> pa.Table:
    """Rows of several dates as the lake takes them."""
    days = [pa.array([day] * part.num_rows, pa.date32()) for day, part in parts.items()]
    return pa.concat_tables(
        [part.add_column(0, "game_date", day) for part, day in zip(parts.values(), days, strict=True)]
    )


def three_dates() -> pa.Table:
    """Rows of DATES, the last of which is proven empty."""
    return dated({day: rows(day) for day in DATES[:2]})
