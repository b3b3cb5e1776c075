"""What a finding is: one row per date, check and feature, with its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from nba_assets.domain.feature_store.feature_registry import NAMES
from nba_assets.quality.measures import NAMED_KEYS

_TEXT = pd.StringDtype("pyarrow")
COLUMNS: dict[str, Any] = {
    "game_date": "datetime64[ns]",
    "check": _TEXT,
    "feature": _TEXT,
    "severity": _TEXT,
    "value": "float64",
    "limit": "float64",
    "rows": "int64",
    "keys": _TEXT,
    "words": _TEXT,
}


def found(
    check: str,
    dates: np.ndarray,
    features: np.ndarray | None,
    severity: np.ndarray | str,
    value: np.ndarray | Sequence[float],
    limit: np.ndarray | Sequence[float] | float,
    rows: np.ndarray | Sequence[int],
    keys: Sequence[str | None],
    words: Sequence[str],
) -> pd.DataFrame:  # fmt: skip
    """Findings of one check.

    Args:
        check: its name.
        dates: game dates.
        features: features by position in the registry; None for a check of rows.
        severity: FAIL or WARN.
        value: what was measured.
        limit: what it was held against.
        rows: rows concerned.
        keys: the first of them, 'game_id/player_id' joined by |; NULL when the finding is of a window.
        words: one plain sentence.
    """
    names = None if features is None else np.asarray(NAMES, dtype=object)[features]
    columns = (dates, check, names, severity, value, limit, rows, keys, words)
    frame = pd.DataFrame(
        {
            name: pd.Series(np.full(len(words), data) if np.ndim(data) == 0 else data, dtype=kind)
            for (name, kind), data in zip(COLUMNS.items(), columns, strict=True)
        }
    )
    return frame


def named_keys(rows: pd.DataFrame) -> str:
    """The first twenty rows, in order of game and player."""
    first = rows.sort_values(["game_id", "player_id"], kind="stable").head(NAMED_KEYS)
    return "|".join(
        f"{game}/{player}" for game, player in zip(first["game_id"], first["player_id"], strict=True)
    )
