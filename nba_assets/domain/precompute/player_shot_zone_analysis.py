"""Where a player takes and makes his shots, over his last 10 games."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nba_assets.domain.declarations.expressions import Function, Own
from nba_assets.domain.declarations.feature import Feature, FeatureTable
from nba_assets.domain.declarations.sources import Derived, Stored
from nba_assets.domain.declarations.statistics import Count, Ratio
from nba_assets.domain.zones import COARSE

PRIMARY = (("paint", "paint", 0.40), ("three", "perimeter", 0.40), ("mid_range", "mid_range", 0.35))

# Attempts as the zones count them: in the few games whose zones do not sum to the box, shares still sum to 1.
ZONED_FGA = Derived("zoned_fga", Own("paint_fga") + Own("mid_range_fga") + Own("three_fga"))
_UNKNOWN = "no attempt in a game with known zones"


def _of_zone(zone: str) -> tuple[Feature, ...]:
    attempted, made = f"{zone}_fga", f"{zone}_fgm"
    share = Own(f"{zone}_share")
    return (
        Feature(share.name, Ratio(attempted, ZONED_FGA, last=10),
                f"share of attempts in zone {zone}, last 10", "fraction", (0, 1), _UNKNOWN),
        Feature(f"{zone}_pct", Ratio(made, attempted, last=10),
                f"percentage in zone {zone}, last 10", "fraction", (0, 1), f"no attempt in zone {zone}"),
        Feature(f"{zone}_share_trend", share - Ratio(attempted, ZONED_FGA, last=20),
                f"share of attempts in zone {zone} over the last 10 less that over the last 20", "fraction",
                (-1, 1), _UNKNOWN),
    )  # fmt: skip


def primary_zone(rows: pd.DataFrame) -> pd.Series:
    """Paint from 40 % of attempts, perimeter from 40 %, mid_range from 35 %, else balanced; NULL: unknown.

    Args:
        rows: paint_share, three_share, mid_range_share.
    """
    zone = np.select(
        [rows["paint_share"].isna(), *(rows[f"{column}_share"] >= share for column, _, share in PRIMARY)],
        ["", *(name for _, name, _ in PRIMARY)],
        "balanced",
    )
    return pd.Series(zone, index=rows.index, dtype="string[pyarrow]").replace("", pd.NA)


PLAYER_SHOT_ZONE_ANALYSIS = FeatureTable(
    "player_shot_zone_analysis",
    rows=Stored("upcoming_player_game_context"),
    carried=("game_id", "player_id", "source"),
    features=(
        Feature("games_in_sample", Count(known=ZONED_FGA, last=10), "games of the last 10 with known zones",
                "games", (0, 10), "never", kind="integer"),
        *(feature for zone in COARSE for feature in _of_zone(zone)),
        Feature("assisted_share", Ratio("assisted_fgm", "fgm", last=10), "assisted makes / makes, last 10",
                "fraction", (0, 1), "no make with known assists"),
        Feature("primary_zone", Function(primary_zone, tuple(Own(f"{zone}_share") for zone, *_ in PRIMARY)),
                "zone of most attempts: paint, perimeter or mid_range, else balanced", null_means=_UNKNOWN,
                kind="text", choices=("paint", "perimeter", "mid_range", "balanced")),
    ),
)  # fmt: skip
