"""A small league of feature rows without any fault, for tests that plant one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from nba_assets.domain.feature_store.feature_registry import (
    NAMES,
    V2,
)

TEAMS = [f"T{chr(65 + n)}{chr(65 + n)}" for n in range(8)]
PLAYERS = 10  # a team


@dataclass
class League:
    """Feature rows, context, schedule and results of some dates."""

    features: pd.DataFrame
    context: pd.DataFrame
    schedule: pd.DataFrame
    results: pd.DataFrame

    @property
    def days(self) -> list[pd.Timestamp]:
        """Dates with rows."""
        return list(self.features["game_date"].drop_duplicates())


def league(dates: int = 120, games: int = 4, seed: int = 1) -> League:
    """Every feature drawn anew inside its range: no row knows another."""
    random = np.random.default_rng(seed)
    days = pd.date_range("2023-11-15", periods=dates)
    schedule = pd.DataFrame(
        [
            (day, f"00223{number * games + game:05d}", TEAMS[2 * game], TEAMS[2 * game + 1])
            for number, day in enumerate(days)
            for game in range(games)
        ],
        columns=["game_date", "game_id", "home_team", "away_team"],
    )
    sides = [schedule.assign(team=schedule[side]) for side in ("home_team", "away_team")]
    rows = (
        pd.concat(sides, ignore_index=True)
        .loc[lambda r: r.index.repeat(PLAYERS)]
        .sort_values(["game_date", "game_id", "team"])
    )
    rows = rows[["game_date", "game_id", "team"]].reset_index(drop=True)
    rows["player_id"] = np.tile(np.arange(1, 2 * PLAYERS + 1), len(schedule))
    low, high = (np.array([getattr(feature, side) for feature in V2]) for side in ("low", "high"))
    values = random.uniform(low, high, (len(rows), len(NAMES)))
    flags = [feature.unit == "flag" for feature in V2]
    values[:, flags] = values[:, flags].round()
    features = rows.join(pd.DataFrame(values, columns=list(NAMES)))
    features["playoff_game"] = 0.0
    features = features.assign(
        season="2023-24", is_bootstrap=False, games_in_history=50, games_season=20, opponent="OPP"
    )
    results = rows[["game_id", "player_id"]].assign(pts=random.integers(0, 40, len(rows)))
    return League(features, rows[["game_date", "game_id", "player_id"]], schedule, results)
