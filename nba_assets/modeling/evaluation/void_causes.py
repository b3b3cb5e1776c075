"""Why a player whose prediction is void did not play, as lineups and injury sources of the date state it."""

from __future__ import annotations

from typing import Final

import pandas as pd

from nba_assets.modeling.inputs import PLAYER_KEY, TEXT

INJURY: Final = "injury"
LATE_SCRATCH: Final = "late scratch"
COACH: Final = "coach's decision"
POSTPONED: Final = "postponed"
VOID_CAUSES: Final = (
    INJURY, LATE_SCRATCH, COACH, "suspension", "G League", "rest", "personal", "not with team", POSTPONED,
)  # fmt: skip
# What the reasons of the league's box scores and reports contain, the more telling words first.
_WORDS: Final = (
    ("suspension", "suspension"),
    ("g ?league|gleague", "G League"),
    ("injury|illness|protocol|concussion|conditioning|surgery|sprain|strain|sore", INJURY),
    ("coach", COACH),
    ("rest", "rest"),
    ("personal", "personal"),
    ("not[ _]with[ _]team|trade", "not with team"),
)


def void_causes(
    rows: pd.DataFrame, lineups: pd.DataFrame, reports: pd.DataFrame, postponed: pd.Series
) -> pd.Series:
    """Cause of each void row; NULL for one that is not void, and where no source states it.

    An injury that was not known when the prediction was made is a late scratch. A player whom the final box
    lists on the bench without a reason did not play by his coach's decision.

    Args:
        rows: prediction_accuracy (game_id, player_id, void_reason, is_doubtful).
        lineups: raw_lineups of the dates (game_id, player_id, kind, role, reason, captured_at).
        reports: raw_injury_reports of the dates (game_date, player_id, status, reason, captured_at).
        postponed: game ids of postponed games.
    """
    found = rows[["game_date", *PLAYER_KEY]].merge(_by_lineup(lineups), on=list(PLAYER_KEY), how="left")
    listed = found[["game_date", "player_id"]].merge(
        _by_report(reports), on=["game_date", "player_id"], how="left"
    )
    cause = found["cause"].fillna(listed["cause"]).set_axis(rows.index)
    unforeseen = cause.eq(INJURY).fillna(False) & ~rows["is_doubtful"].astype("boolean").fillna(False)
    cause = cause.mask(unforeseen.to_numpy(bool), LATE_SCRATCH)
    cause = cause.mask(rows["game_id"].isin(postponed).to_numpy(bool), POSTPONED)
    return cause.where(rows["void_reason"].notna()).astype(TEXT)


def _by_lineup(lineups: pd.DataFrame) -> pd.DataFrame:
    """Cause by game and player, from the newest box that lists him."""
    boxes = lineups[lineups["kind"].isin(["confirmed", "final"])].sort_values("captured_at", kind="stable")
    newest = boxes.drop_duplicates(list(PLAYER_KEY), keep="last")
    cause = _cause_of(newest["reason"])
    on_bench = newest["kind"].eq("final") & newest["role"].ne("inactive")
    cause = cause.mask((cause.isna() & on_bench).to_numpy(bool), COACH)
    return newest[list(PLAYER_KEY)].assign(cause=cause)


def _by_report(reports: pd.DataFrame) -> pd.DataFrame:
    """Cause by date and player, from the newest row that lists him as out; a label may be of the day."""
    out = reports[reports["status"].eq("Out").fillna(False).to_numpy(bool) & reports["player_id"].notna()]
    key = ["game_date", "player_id"]
    newest = out.sort_values("captured_at", kind="stable").drop_duplicates(key, keep="last")
    return newest[key].assign(
        player_id=newest["player_id"].astype("int64"), cause=_cause_of(newest["reason"]).fillna(INJURY)
    )


def _cause_of(reasons: pd.Series) -> pd.Series:
    text = reasons.astype(TEXT).str.lower().str.replace("_", " ")
    cause = pd.Series(pd.NA, index=reasons.index, dtype=TEXT)
    for words, name in reversed(_WORDS):
        cause = cause.mask(text.str.contains(words, regex=True).fillna(False).to_numpy(bool), name)
    return cause
