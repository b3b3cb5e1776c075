"""Texts and numbers of an archive's rows: what cannot be read costs its row, not the file."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from nba_assets.domain.teams import TRICODE_BY_NAME

FAULT_COLUMNS = ["field", "value"]


def readings(
    rows: pd.DataFrame,
    *,
    moments: Sequence[str] = (),
    days: Sequence[str] = (),
    numbers: Sequence[str] = (),
    teams: Sequence[str] = (),
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read columns of rows.

    Args:
        rows: rows of a file, on a unique index.
        moments: columns of ISO 8601 moments (``Z``, an offset, or none = UTC), read as UTC timestamps.
        days: columns of dates as YYYY-MM-DD, read as timestamps without a zone.
        numbers: columns of numbers, read as float64.
        teams: columns of full team names, left as they are.

    Returns:
        The rows with these columns read, NULL where unreadable; and, on the index of the rows with an
        unreadable value: field (the first such) and value (as text).
    """
    read = rows.copy()
    for name in moments:
        read[name] = _distinct(rows[name], utc=True, format="ISO8601").astype("datetime64[ns, UTC]")
    for name in days:
        read[name] = _distinct(rows[name], format="%Y-%m-%d").astype("datetime64[ns]")
    for name in numbers:
        read[name] = pd.to_numeric(rows[name].astype("object"), errors="coerce").astype("float64")
    for name in teams:
        read[name] = rows[name].where(rows[name].isin(list(TRICODE_BY_NAME)))
    faults = [
        pd.DataFrame({"field": name, "value": rows.loc[bad, name].astype(str)})
        for name in (*moments, *days, *numbers, *teams)
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


def counted(refused: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Count of the refused rows by some columns, with field and value of the first unreadable one."""
    groups = refused.groupby(by, dropna=False)
    return groups[FAULT_COLUMNS].first().join(groups.size().rename("count")).reset_index()


def _distinct(texts: pd.Series, **options: object) -> pd.Series:
    """Times of texts; a feed repeats a moment on hundreds of rows, and each distinct one is parsed once."""
    codes, distinct = pd.factorize(texts)
    times = pd.Series(pd.to_datetime(pd.Series(distinct, dtype="object"), errors="coerce", **options))  # type: ignore[call-overload]
    return times.reindex(codes).set_axis(texts.index)
