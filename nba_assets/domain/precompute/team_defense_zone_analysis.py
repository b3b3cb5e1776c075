"""What each team allowed over its last 15 games, by zone, and how that differs from the league."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nba_assets.domain.declarations.expressions import Function, Own
from nba_assets.domain.declarations.feature import Feature, FeatureTable
from nba_assets.domain.declarations.sources import Games, Stored
from nba_assets.domain.declarations.statistics import Count, Mean, Ratio
from nba_assets.domain.zones import COARSE

SAMPLE_GAMES = 15
LEAST_GAMES = 3  # one game's rating or pace is no form: alone it can lie far outside any mean's range
LEAGUE_DAYS = 30

TEAM = Games("team_defense_game_summary", ("team",), days=730)
LEAGUE = Games("team_defense_game_summary", daily=True, days=730)

_NO_GAME = "no earlier game with known zones"
_NO_FORM = f"fewer than {LEAST_GAMES} earlier games"


def _of_zone(zone: str) -> tuple[Feature, ...]:
    made, attempted = f"opponent_{zone}_fgm", f"opponent_{zone}_fga"
    allowed, league = Own(f"{zone}_pct_allowed"), Own(f"league_{zone}_pct")
    return (
        Feature(f"{zone}_fgm_allowed", Mean(made, of=TEAM, last=SAMPLE_GAMES),
                f"makes per game allowed in zone {zone}", "makes", (0, None), _NO_GAME),
        Feature(f"{zone}_fga_allowed", Mean(attempted, of=TEAM, last=SAMPLE_GAMES),
                f"attempts per game allowed in zone {zone}", "attempts", (0, None), _NO_GAME),
        Feature(allowed.name, Ratio(made, attempted, of=TEAM, last=SAMPLE_GAMES),
                f"percentage allowed in zone {zone}", "fraction", (0, 1), _NO_GAME),
        Feature(league.name, Ratio(made, attempted, of=LEAGUE, days=LEAGUE_DAYS),
                f"the league's percentage in zone {zone} over the {LEAGUE_DAYS} days before", "fraction",
                (0, 1), "no game of the league with known zones"),
        Feature(f"{zone}_difference_pp", 100 * (allowed - league),
                f"percentage allowed in zone {zone} less the league's; positive is a weak defense", "pp",
                null_means=_NO_GAME),
    )  # fmt: skip


def extreme_zones(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Zones with the largest and the smallest difference to the league.

    Args:
        rows: ``{zone}_difference_pp`` by coarse zone.

    Returns:
        weakest_zone and strongest_zone; NULL where a difference is.
    """
    differences = rows[[f"{zone}_difference_pp" for zone in COARSE]]
    known = differences.notna().all(axis=1)
    filled = differences.fillna(0.0).to_numpy()
    places = {"weakest_zone": filled.argmax(axis=1), "strongest_zone": filled.argmin(axis=1)}
    names = np.array(COARSE, dtype=object)
    return {
        column: pd.Series(names[place], index=rows.index, dtype="string[pyarrow]").where(known)
        for column, place in places.items()
    }


def _extreme(output: str, definition: str) -> Feature:
    differences = tuple(Own(f"{zone}_difference_pp") for zone in COARSE)
    value = Function(extreme_zones, differences, output=output)
    return Feature(output, value, definition, null_means=_NO_GAME, kind="text", choices=COARSE)


TEAM_DEFENSE_ZONE_ANALYSIS = FeatureTable(
    "team_defense_zone_analysis",
    rows=Stored("upcoming_team_game_context", ("game_id", "team")),
    carried=("game_id", "team", "source"),
    features=(
        Feature("games_in_sample", Count(of=TEAM, last=SAMPLE_GAMES), "games behind the row", "games",
                (0, SAMPLE_GAMES), "never", kind="integer"),
        *(feature for zone in COARSE for feature in _of_zone(zone)),
        Feature("defensive_rating", Mean("defensive_rating", of=TEAM, last=SAMPLE_GAMES, needs=LEAST_GAMES),
                "mean defensive rating", "per 100", (60, 170), _NO_FORM),
        Feature("opponent_pace", Mean("opponent_pace", of=TEAM, last=SAMPLE_GAMES, needs=LEAST_GAMES),
                "mean pace of the opponents", "per 48 min", (70, 140), _NO_FORM),
        _extreme("weakest_zone", "zone with the largest difference"),
        _extreme("strongest_zone", "zone with the smallest difference"),
    ),
)  # fmt: skip

# The row of the opponent of the row that is described.
OPPONENT_DEFENSE = Stored(TEAM_DEFENSE_ZONE_ANALYSIS.name, ("game_date", "team"), ("game_date", "opponent"))
