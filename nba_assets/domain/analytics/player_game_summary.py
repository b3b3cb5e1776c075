"""A player's game: box line, usage, shooting, zones, and how much of it is known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nba_assets.domain import possessions as po
from nba_assets.domain import zones
from nba_assets.domain.analytics.team_game_summary import with_game_facts

KEYS = ["game_id", "player_id"]
NO_ZONES_COST, PARTIAL_ZONES_COST = 15, 5  # points of quality_score
FROM_EVENTS = [
    "is_starter",
    *zones.columns(),
    "assisted_fgm",
    "zone_source",
    "zone_detail",
    "zones_consistent",
]


def player_game_events(
    box: pd.DataFrame,
    zone_rows: pd.DataFrame,
    starters: pd.DataFrame,
    assisted: pd.DataFrame,
    points: pd.DataFrame,
    events: pd.DataFrame,
) -> pd.DataFrame:
    """Facts of the event feeds about each player's game.

    Args:
        box: raw_player_boxscores, keyed by game_id and player_id.
        zone_rows: choose_zones, same key.
        starters: first five of the games whose first ten are known, same key.
        assisted: assisted makes of players who have one, same key.
        points: points of players who scored, same key.
        events: raw_play_by_play: games in it have counts of 0 for players without a row above.

    Returns:
        player_game_events, same key; NULL without a feed.
    """
    rows = box[["game_date", *KEYS, "team", "source"]].merge(
        zone_rows, on=KEYS, how="left", validate="one_to_one"
    )
    covered = rows["game_id"].isin(events["game_id"].unique())
    first_five = rows.merge(starters[KEYS].assign(first=True), on=KEYS, how="left")["first"].eq(True)
    known_start = rows["game_id"].isin(starters["game_id"].unique())
    rows["is_starter"] = first_five.astype("boolean").where(known_start)
    for frame, column, name in ((assisted, "assisted_fgm", "assisted_fgm"), (points, "pts", "event_points")):
        counted = rows[KEYS].merge(frame[[*KEYS, column]], on=KEYS, how="left")[column]
        rows[name] = counted.fillna(0).astype("Int64").where(covered)
    return rows


def player_game_summary(
    player_box: pd.DataFrame, events: pd.DataFrame, offense: pd.DataFrame, schedule: pd.DataFrame
) -> pd.DataFrame:
    """One row per game and player who entered it.

    Args:
        player_box: raw_player_boxscores, keyed by game_id and player_id.
        events: player_game_events, keyed by game_id and player_id.
        offense: team_offense_game_summary, keyed by game_id and team; may miss teams.
        schedule: raw_schedule of the same games.

    Returns:
        player_game_summary, keyed by game_id and player_id.
    """
    team = offense[["game_id", "team", "fga", "fta", "tov", "minutes"]].rename(
        columns={name: f"team_{name}" for name in ("fga", "fta", "tov", "minutes")}
    )
    rows = player_box.merge(team, on=["game_id", "team"], how="left", validate="many_to_one").merge(
        events[[*KEYS, *FROM_EVENTS]], on=KEYS, how="left", validate="one_to_one"
    )
    rows["zone_source"] = rows["zone_source"].fillna("none")
    rows["usage_rate"] = po.usage_rate(rows)
    rows["usage_rate_missing_reason"] = _usage_reason(rows)
    rows["ts_pct"] = po.true_shooting(rows)
    rows["efg_pct"] = po.effective_field_goal(rows)
    rows["quality_score"] = quality_score(rows)
    rows["is_production_ready"] = _is_ready(rows)
    return with_game_facts(rows, schedule)


def without_zones(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of player_game_summary without their shot zones, and with the quality of such rows."""
    zoned = rows["zone_source"].ne("none").to_numpy(bool)
    partial = rows["zone_detail"].eq("coarse") | rows["zones_consistent"].eq(False)
    cost = np.where(zoned, NO_ZONES_COST - PARTIAL_ZONES_COST * partial.fillna(False).to_numpy(bool), 0)
    unknown = {
        name: pd.Series(pd.NA, index=rows.index, dtype=rows[name].dtype)
        for name in (*zones.columns(), "zone_detail", "zones_consistent")
    }
    return rows.assign(
        **unknown,
        zone_source="none",
        quality_score=rows["quality_score"] - cost,
        is_production_ready=_is_ready(rows.assign(**unknown)),
    )


def without_usage(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of player_game_summary without usage rates: too few of a date have one to trust the others."""
    reason = rows["usage_rate_missing_reason"].fillna("withheld: too few usage rates on this date")
    unknown = rows.assign(usage_rate=np.nan, usage_rate_missing_reason=reason)
    return unknown.assign(is_production_ready=_is_ready(unknown))


def oddities(rows: pd.DataFrame) -> pd.DataFrame:
    """Number of rows worth a look by date: usage over 100 %, and zones that do not sum to the box.

    Args:
        rows: player_game_summary.

    Returns:
        Frame by game_date: usage_over_100, zones_inconsistent.
    """
    flags = pd.DataFrame(
        {
            "usage_over_100": rows["usage_rate"] > 100,
            "zones_inconsistent": ~rows["zones_consistent"].fillna(True).astype(bool),
        }
    )
    return flags.groupby(rows["game_date"]).sum().astype("int64")


def _is_ready(rows: pd.DataFrame) -> pd.Series:
    return (
        rows["minutes"].notna()
        & rows["pts"].notna()
        & (rows["usage_rate"].notna() | rows["minutes"].eq(0))
        & rows["zones_consistent"].astype("boolean").fillna(True).astype(bool)
    )


def _usage_reason(rows: pd.DataFrame) -> pd.Series:
    reason = np.select(
        [rows["usage_rate"].notna(), rows["team_fga"].isna(), rows["minutes"].eq(0)],
        ["", "no team_offense_game_summary row", "minutes are 0"],
        "team has no plays",
    )
    return pd.Series(reason, index=rows.index, dtype="string[pyarrow]").replace("", pd.NA)


def quality_score(rows: pd.DataFrame) -> pd.Series:
    """100, less 20 without a team row, 15 without zones (5 when coarse or inconsistent), 5 without starters.

    Args:
        rows: columns team_fga, zone_source, zone_detail, zones_consistent, is_starter.
    """
    no_zones = rows["zone_source"].eq("none").to_numpy(bool, na_value=False)
    partial = (
        rows["zone_detail"].eq("coarse").fillna(False) | ~rows["zones_consistent"].fillna(True).astype(bool)
    ).to_numpy(bool)
    score = (
        100.0
        - 20 * rows["team_fga"].isna().to_numpy(bool)
        - np.where(no_zones, NO_ZONES_COST, PARTIAL_ZONES_COST * partial)
        - 5 * rows["is_starter"].isna().to_numpy(bool)
    )
    return pd.Series(score, index=rows.index)
