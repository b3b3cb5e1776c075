"""Texts and numbers of an archive's rows: what cannot be read costs its row, not the file."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import pandas as pd
import pyarrow as pa

from nba_assets.domain.raw.moments import by_distinct_value, read_captures, read_moments
from nba_assets.domain.teams import is_team_name
from nba_assets.tabular.arrow_columns import plain_numbers

FAULT_COLUMNS = ["field", "value"]
ROW = "row"  # label of the first row of a count
REMARK = "remark"


class Remark(StrEnum):
    """What became of rows with a value that cannot be read, or be read only in part."""

    LEFT_OUT = "left out: it cannot be read"
    WITHOUT_IT = "kept without it: it cannot be read"
    REPAIRED = "repaired: it is written otherwise"
    LATEST = "kept as of the latest moment that it can mean, Pacific time: it names no time zone"


def readings(
    rows: pd.DataFrame,
    *,
    moments: Sequence[str] = (),
    captures: Sequence[str] = (),
    days: Sequence[str] = (),
    numbers: Sequence[str] = (),
    teams: Sequence[str] = (),
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read columns of rows.

    Args:
        rows: rows of a file, on a unique index.
        moments: columns of ISO 8601 moments (``Z``, an offset, or none = UTC), seconds since 1970 (or
            thousandths, millionths, billionths of them) or clocks in a zone, read as UTC timestamps.
        captures: moments from which rows count as known; one that names no zone is read as the latest that
            it can be, see ``moments``.
        days: columns of dates as YYYY-MM-DD, read as timestamps without a zone.
        numbers: columns of numbers, read as float64.
        teams: columns of team names that ``teams.tricode_of_name`` knows, left as they are.

    Returns:
        The rows with these columns read, NULL where unreadable; and, on the index of the rows with an
        unreadable value: field (the first such) and value (as text).
    """
    read = rows.copy()
    for name in moments:
        read[name] = read_moments(rows[name])
    for name in captures:
        read[name] = read_captures(rows[name])
    for name in days:
        read[name] = by_distinct_value(rows[name], _days)
    for name in numbers:
        read[name] = _numbers(rows[name])
    for name in teams:
        read[name] = rows[name].where(rows[name].map({x: is_team_name(x) for x in rows[name].unique()}))
    faults = [
        pd.DataFrame({"field": name, "value": rows.loc[bad, name].astype(str)})
        for name in (*moments, *captures, *days, *numbers, *teams)
        if (bad := rows[name].notna() & read[name].isna()).any()
    ]
    if not faults:
        return read, pd.DataFrame(columns=FAULT_COLUMNS, index=rows.index[:0])
    found = pd.concat(faults)
    return read, found[~found.index.duplicated()]


def with_faults(rows: pd.DataFrame, faults: pd.DataFrame) -> pd.DataFrame:
    """Rows whose unreadable ones are refused as ``unreadable_FIELD``, with the columns of the faults."""
    known = rows.join(faults)
    known.loc[faults.index, "refused"] = "unreadable_" + faults["field"]
    return known


def remarks(
    rows: pd.DataFrame, by: list[str], written: pd.Series, of: pd.Series, remark: Remark
) -> pd.DataFrame:
    """Counts of rows that are kept although a value cannot be read as it is written, as :func:`counted`.

    Args:
        rows: columns to count by but ``reason``, which is the field.
        by: all columns to count by.
        written: the values as they are written, on the same index; its name is the field.
        of: which rows to count.
        remark: what became of them.
    """
    kept = rows.loc[of].assign(
        reason=str(written.name), field=str(written.name), value=written[of].astype(str)
    )
    return counted(kept, by).assign(**{REMARK: remark})


def counted(refused: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Count of refused rows by some columns, with field and value of the first fault, and the first row."""
    labelled = refused if ROW in refused else refused.assign(**{ROW: refused.index.astype("Int64")})
    groups = labelled.groupby(by, dropna=False)
    return groups[[*FAULT_COLUMNS, ROW]].first().join(groups.size().rename("count")).reset_index()


def _numbers(values: pd.Series) -> pd.Series:
    numbers = pd.to_numeric(values.astype("object"), errors="coerce").astype("float64")
    odd = values[numbers.isna() & values.map(lambda value: isinstance(value, str)).astype("bool")]
    plain = plain_numbers(pa.array(odd.tolist(), pa.string())).to_pylist()
    return numbers.fillna(pd.to_numeric(pd.Series(plain, odd.index, dtype="object"), errors="coerce"))


def _days(values: pd.Series) -> pd.Series:
    return pd.to_datetime(values, format="%Y-%m-%d", errors="coerce").astype("datetime64[ns]")
