"""Comparing frames bit for bit."""

from __future__ import annotations

import numpy as np
import pandas as pd


def bits(values: pd.Series) -> np.ndarray:
    """A column as what it is stored as: floats by their bits, so that 0 and -0 differ."""
    if values.dtype == "float64":
        return values.to_numpy().view("int64")
    return values.astype("object").where(values.notna(), "NULL").to_numpy()


def differing(one: pd.DataFrame, other: pd.DataFrame) -> dict[str, int]:
    """Rows that differ by a bit, by column; both frames hold the same keys in the same order."""
    assert list(one.columns) == list(other.columns) and len(one) == len(other)
    counts = {name: int((bits(one[name]) != bits(other[name])).sum()) for name in one.columns}
    return {name: count for name, count in counts.items() if count}
