"""Names that match no player, or more than one: listed with the date that they were read on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd

UNRESOLVED = "unresolved_names"  # among the metadata of a materialization
_NAMED = 20


def unresolved_names(rows: pd.DataFrame) -> dict[dt.date, str]:
    """Names without an id by date, each with its lack of evidence (``ambiguous`` or ``unknown``).

    In: rows with game_date, player_name, player_id (NULL where unresolved), match_method.
    """
    open_ = rows.loc[rows["player_id"].isna(), ["game_date", "player_name", "match_method"]].drop_duplicates()
    found: dict[dt.date, str] = {}
    for day, part in open_.sort_values(["game_date", "match_method", "player_name"]).groupby("game_date"):
        lines = [
            f"{name}: {why}" for name, why in zip(part["player_name"], part["match_method"], strict=True)
        ]
        more = f" and {len(lines) - _NAMED} more" if len(lines) > _NAMED else ""
        found[pd.Timestamp(str(day)).date()] = "; ".join(lines[:_NAMED]) + more
    return found


def with_unresolved(
    notes: Mapping[dt.date, Mapping[str, Any]], rows: pd.DataFrame
) -> dict[dt.date, dict[str, Any]]:
    """Notes of a table that names players, the unresolved ones among them."""
    merged = {date: dict(note) for date, note in notes.items()}
    for date, words in unresolved_names(rows).items():
        merged.setdefault(date, {})[UNRESOLVED] = words
    return merged
