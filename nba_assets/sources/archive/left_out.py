"""Rows of captures that were left out, or kept without a value, as problems of their dates."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from nba_assets.domain.raw.readings import REMARK, Remark
from nba_assets.sources.archive.folder import EXPORT
from nba_assets.tabular.problems import BadInput, Problems

# Why rows are left out that have a fault, and the fields to mend; other reasons are of sound rows.
_BLAMED = {
    "no_such_game_on_date": "home_team, away_team, commence_time",
    "home_and_away_swapped": "home_team, away_team",
    "no_game_at_venue_on_date": "game_date, opp",
    "two_games_fit": "home_team, away_team, opp",
    "no_teams": "home_team, away_team, opp",
    "no_player": "player",
    "no_line": "line",
    "equally_balanced_lines": "over_price, under_price",
    "moneyline_contradicts_spread": "home_ml, away_ml, spread_point",
    "no_player_id": "PLAYER_ID",
    "no_such_game": "GAME_ID",
    "unknown_team": "Team",
    "merge_conflict_marker": "Team",
    "no_lineup": "Lineup",
}


def unreadable_rows(refused: pd.DataFrame, dates: Sequence[dt.date]) -> Problems:
    """What became of the rows of each date of which a value could not be read."""
    found: Problems = defaultdict(list)
    if "field" not in refused:
        return found
    unread = refused.assign(**{REMARK: remarks_on(refused)})[refused["field"].notna()]
    for row in unread.to_dict("records"):
        if pd.notna(row["game_date"]) and (date := row["game_date"].date()) in dates:
            found[date].append(
                BadInput(
                    file=row["file"], game=None, field=row["field"],
                    reason=f"{row['count']} rows {row[REMARK]}, first value {row['value']!r}{_example(row)}",
                    remedy=EXPORT,
                )
            )  # fmt: skip
    return found


def refused_rows(refused: pd.DataFrame, dates: Sequence[dt.date]) -> Problems:
    """Rows of each date that were left out for what they state, though every value can be read."""
    found: Problems = defaultdict(list)
    left_out = refused[refused["reason"].isin(list(_BLAMED)) & refused["example"].notna()]
    for row in left_out.to_dict("records"):
        if pd.notna(row["game_date"]) and (date := row["game_date"].date()) in dates:
            found[date].append(
                BadInput(
                    file=row["file"], game=None, field=_BLAMED[row["reason"]],
                    reason=f"{row['count']} rows left out: {_in_words(row['reason'])}{_example(row)}",
                    remedy="correct the rows, or remove them",
                )
            )  # fmt: skip
    return found


def remarks_on(refused: pd.DataFrame) -> pd.Series:
    """What became of counted rows: left out, unless something else is said of them."""
    known = refused[REMARK] if REMARK in refused else pd.Series(None, refused.index, dtype="object")
    return known.astype("object").where(known.notna(), Remark.LEFT_OUT)


def _example(row: Mapping[Hashable, Any]) -> str:
    return f" in {row['example']}" if pd.notna(row["example"]) else ""


def _in_words(reason: str) -> str:
    return reason.replace("_", " ")
