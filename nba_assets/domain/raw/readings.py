"""Texts and numbers of an archive's rows: what cannot be read costs its row, not the file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Literal

import pandas as pd

from nba_assets.domain.teams import is_team_name

FAULT_COLUMNS = ["field", "value"]
ROW = "row"  # label of the first row of a count
REMARK = "remark"
# Of the clocks that publishers of the league may have meant, the one by which a moment is latest.
_LATEST_CLOCK = "America/Los_Angeles"
_WALL_CLOCK = r"\d{8}[_-]?\d{6}"  # 20251021_170000
# Times since 1970 by their unit, as numbers of 2001 to 2286.
_Unit = Literal["s", "ms", "us", "ns"]
_EPOCHS: dict[_Unit, tuple[float, float]] = {
    "s": (1e9, 1e10), "ms": (1e12, 1e13), "us": (1e15, 1e16), "ns": (1e18, 9.2e18),
}  # fmt: skip


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
        moments: columns of ISO 8601 moments (``Z``, an offset, or none = UTC) or seconds since 1970 (or
            thousandths, millionths, billionths of them), read as UTC timestamps.
        captures: moments from which rows count as known; one that names no zone is read as the latest that
            it can be, see :func:`is_wall_clock`.
        days: columns of dates as YYYY-MM-DD, read as timestamps without a zone.
        numbers: columns of numbers, read as float64.
        teams: columns of team names that ``teams.tricode_of_name`` knows, left as they are.

    Returns:
        The rows with these columns read, NULL where unreadable; and, on the index of the rows with an
        unreadable value: field (the first such) and value (as text).
    """
    read = rows.copy()
    for name in moments:
        read[name] = _distinct(rows[name], _moments)
    for name in captures:
        read[name] = _distinct(rows[name], _captures)
    for name in days:
        read[name] = _distinct(rows[name], _days)
    for name in numbers:
        read[name] = pd.to_numeric(rows[name].astype("object"), errors="coerce").astype("float64")
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


def is_wall_clock(values: pd.Series) -> pd.Series:
    """Whether each value is a moment that names no time zone, like 20251021_170000."""
    codes, distinct = pd.factorize(values)
    found = pd.Series(distinct, dtype="string").str.fullmatch(_WALL_CLOCK).fillna(False).astype("bool")
    return pd.Series(found.reindex(codes, fill_value=False).to_numpy("bool"), values.index)


def wall_clock_days(values: pd.Series) -> pd.Series:
    """Days of moments that name no time zone, by their own clock; NaT for others."""
    days = values.astype("string").where(is_wall_clock(values)).str[:8]
    return pd.to_datetime(days, format="%Y%m%d", errors="coerce").astype("datetime64[ns]")


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


def _distinct(values: pd.Series, read: Callable[[pd.Series], pd.Series]) -> pd.Series:
    """Times of values; a feed repeats a moment on hundreds of rows, and each distinct one is read once."""
    codes, distinct = pd.factorize(values)
    return read(pd.Series(distinct, dtype="object")).reindex(codes).set_axis(values.index)


def _days(values: pd.Series) -> pd.Series:
    return pd.to_datetime(values, format="%Y-%m-%d", errors="coerce").astype("datetime64[ns]")


def _captures(values: pd.Series) -> pd.Series:
    """Moments, those of an unknown clock as the latest that they can be: nothing is known before its time."""
    walls = values[is_wall_clock(values)].astype("string").str.replace(r"\D", "", regex=True)
    moments = _moments(values.mask(values.index.isin(walls.index)))
    if walls.empty:
        return moments
    read = pd.to_datetime(walls, format="%Y%m%d%H%M%S", errors="coerce").dt.tz_localize(
        _LATEST_CLOCK,
        ambiguous=pd.array([False] * len(walls), "bool").to_numpy(),
        nonexistent="shift_forward",
    )
    moments[walls.index] = read.dt.tz_convert("UTC").astype("datetime64[ns, UTC]")
    return moments


def _moments(values: pd.Series) -> pd.Series:
    # A number that is no such time must not be taken for nanoseconds: it would be known before any game.
    numbers = pd.to_numeric(
        values.mask(values.map(lambda value: isinstance(value, pd.Timestamp))), errors="coerce"
    )
    moments = pd.to_datetime(values.where(numbers.isna()), utc=True, format="ISO8601", errors="coerce")
    moments = moments.astype("datetime64[ns, UTC]")
    for unit, (least, most) in _EPOCHS.items():
        since = numbers[numbers.between(least, most)]
        moments[since.index] = pd.to_datetime(since, unit=unit, utc=True)
    return moments
