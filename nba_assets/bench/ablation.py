"""What each group of features buys: the same fit without it, on the same rows.

Belongs here: the groups and the comparison. Does not: fits (training, catboost_fit), metrics (evaluation).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import pandas as pd

from nba_assets.domain.feature_store.feature_registry import EXTRA_NAMES, NAMES
from nba_assets.modeling.bootstrap import BootstrapConfig, DateBootstrap
from nba_assets.modeling.fitting.training import (
    TARGET,
    FittedModel,
    without_test,
)
from nba_assets.modeling.inputs import only_features

_PREFIXES: Final = {
    "windows of games": ("points_avg_last_5", "points_avg_last_10", "points_std", "minutes_avg_last",
                         "usage_rate_last", "assisted_rate", "recent_trend", "minutes_change"),
    "season averages": ("points_avg_season", "minutes_avg_season", "shot_value_avg_season", "ppm_season"),
    "decayed form": ("points_weighted", "minutes_weighted", "fga_weighted", "fta_weighted", "fg3a_weighted",
                     "usage_rate_weighted", "shot_value", "projected_points", "ppm_", "points_avg_last_82"),
    "rotation": ("expected_", "play_probability", "games_missed", "player_days_rest"),
    "role": ("starter", "started", "points_as_", "rebounds_", "assists_", "minutes_std", "minutes_last_game",
             "points_last_game"),
    "opponent": ("opponent_", "pace_score"),
    "shots by zone": ("pct_",),
    "game lines": ("implied_team_total", "game_total", "spread"),
    "injury reports": ("teammates_out_minutes", "injury_risk", "usage_spike_score"),
    "experience": ("games_3_years", "games_this_season", "games_with_team"),
    "team": ("team_",),
    "schedule and load": ("fatigue", "rest_advantage", "back_to_back", "days_rest", "games_in_last",
                          "season_day", "minutes_last_7", "minutes_last_14", "home_away", "playoff_game"),
}  # fmt: skip


def feature_groups(names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Features by group, by what their names begin with; a group without a feature of `names` is left out."""
    groups = {
        group: tuple(name for name in names if name.startswith(prefixes))
        for group, prefixes in _PREFIXES.items()
    }
    groups["everything beyond the 33"] = tuple(n for n in names if n in EXTRA_NAMES and n not in NAMES)
    return {group: members for group, members in groups.items() if members}


def ablation(
    rows: pd.DataFrame,
    split: pd.Series,
    names: Sequence[str],
    fit: Callable[[pd.DataFrame, Any, pd.Series], FittedModel],
    draws: Sequence[Any],
    groups: Mapping[str, Sequence[str]],
    config: BootstrapConfig | None = None,
) -> pd.DataFrame:
    """MAE with all features, and what it loses without each group.

    In: training rows with at least `names`; their split; the fit; its hyper-parameters, one seed after the
    other, over which errors are averaged (a small group buys less than two seeds differ by); features by
    group. Judged on the test side of the split: for choosing, give a split whose test side is a validation
    season.
    Out: group, features, mae, worse_by, low, high (paired, positive: the group helps), rows; points.
    Raises MissingColumnsError.
    """
    test = rows.loc[split.index[split.eq("test").to_numpy(dtype=bool)]]
    learned = without_test(split)
    actual = test[TARGET].astype("float64")

    def errors(chosen: Sequence[str]) -> pd.Series:
        fitted = (fit(only_features(rows, chosen), params, learned) for params in draws)
        found = [(one.predict(only_features(test, chosen)) - actual).abs() for one in fitted]
        return pd.concat(found, axis=1).mean(axis=1)

    whole = errors(names)
    drawn = DateBootstrap(test["game_date"], config)
    records: list[dict] = [
        {"group": "none", "features": 0, "mae": float(whole.mean()), "worse_by": 0.0, "low": 0.0, "high": 0.0}
    ]
    for group, left_out in groups.items():
        without = errors([name for name in names if name not in set(left_out)])
        found = drawn.interval(drawn.means((without - whole).to_numpy("float64")[:, None])[:, 0])
        records.append(
            {
                "group": group,
                "features": len(left_out),
                "mae": float(without.mean()),
                "worse_by": found["value"],
                "low": found["low"],
                "high": found["high"],
            }
        )
    return pd.DataFrame(records).assign(rows=len(test))
