"""Every system on the same held-out rows: out-of-fold predictions of learned systems, and the rules.

Belongs here: putting the rows of an evaluation together. Does not: metrics (evaluation, calibration_metrics),
out-of-fold predictions (training), reading it (assets).
"""

from collections.abc import Mapping

import pandas as pd

from nba_assets.domain.analytics.points_lines_as_of import implied_chance
from nba_assets.modeling.bootstrap import BootstrapConfig
from nba_assets.modeling.evaluation.metrics import evaluate, population_masks
from nba_assets.modeling.fitting.distribution import Calibration, distribution_around
from nba_assets.modeling.inputs import MARKET_LINE, PLAYER_KEY, require_columns
from nba_assets.modeling.systems.catalog import (
    BASELINES,
    ENSEMBLES,
    LEARNED_SYSTEMS,
    MARKET_MEDIAN,
    RULES,
)
from nba_assets.modeling.systems.ensemble import StoredEnsemble, ensemble_points

PARTIAL = "similarity_balanced_v1"
OOF_COLUMNS = ("game_date", *PLAYER_KEY, "side", "actual", "line")
_SCORED_RULES = tuple(rule for rule in RULES if rule.name != PARTIAL)
SCORED_FEATURES = tuple(
    dict.fromkeys(
        (
            "is_bootstrap",
            "is_late_addition",
            "points_avg_season",
            *(name for rule in _SCORED_RULES for name in rule.inputs),
            MARKET_MEDIAN,
            *(system.market for system in ENSEMBLES),
        )
    )
)


def system_scores(
    predictions: pd.DataFrame,
    features: pd.DataFrame,
    ensembles: Mapping[str, StoredEnsemble],
    calibrations: Mapping[str, Calibration],
    config: BootstrapConfig | None = None,
    side: str = "test",
) -> pd.DataFrame:
    """Tidy scores of all systems on one side of their split, the test side by default; models.md.

    In: out-of-fold predictions (game_date, game_id, player_id, side, actual, line, one column of points per
    system); ml_feature_store_v3 of at least the rows of the side (SCORED_FEATURES); the ensembles, and the
    calibrations of the models, by system.
    similarity_balanced_v1 is not among them: it leaves out a third of the rows, and all are measured on
    identical ones. Out: rows of `evaluation.evaluate`, versus '' where a metric compares with nothing; each
    system is compared with every baseline and with every learned system, for one of them is the champion.
    Raises MissingColumnsError.
    """
    require_columns(predictions, OOF_COLUMNS, "out-of-fold predictions")
    rows, systems = evaluation_rows(predictions, features, ensembles, side)
    odds = implied_chance(rows["line"], rows[MARKET_MEDIAN]).rename("prob_over").to_frame()
    shapes = {MARKET_LINE: odds} | {
        name: distribution_around(rows[name], rows["line"], calibration)
        for name, calibration in (
            *calibrations.items(),
            *((name, ensemble.calibration) for name, ensemble in ensembles.items()),
        )
    }
    baselines = [rule.name for rule in BASELINES]
    rivals = [*baselines, *(name for name in systems if name in LEARNED_SYSTEMS)]
    scores = evaluate(rows, [*baselines, *systems], rivals, config, shapes)
    return scores.assign(versus=scores["versus"].fillna(""))


def evaluation_rows(
    predictions: pd.DataFrame, features: pd.DataFrame, ensembles: Mapping[str, StoredEnsemble], side: str
) -> tuple[pd.DataFrame, list[str]]:
    """Rows of a side as `evaluate` takes them, and the systems beyond the baselines that are in them."""
    models = [name for name in predictions.columns if name not in OOF_COLUMNS]
    judged = predictions[predictions["side"].eq(side).to_numpy(dtype=bool)].drop(columns="side")
    within = features["game_date"].between(judged["game_date"].min(), judged["game_date"].max())
    known = features.loc[within.to_numpy(bool), [*PLAYER_KEY, *SCORED_FEATURES]]
    rows = judged.merge(known, on=list(PLAYER_KEY), how="inner", validate="one_to_one")
    points = {rule.name: rule.function(rows)["predicted_points"] for rule in _SCORED_RULES}
    rows = rows.assign(**points)
    members = {name: rows[name] for name in models}
    for name, ensemble in ensembles.items():
        rows[name] = ensemble_points(members, ensemble.weights, rows[ensemble.market])
        models = [*models, name]
    others = [rule.name for rule in _SCORED_RULES if not rule.is_baseline]
    return rows, [*models, *others]


def unpredicted(
    predictions: pd.DataFrame, features: pd.DataFrame, ensembles: Mapping[str, StoredEnsemble], side: str
) -> dict[str, int]:
    """Rows of a side that each system does not predict, by system: why `evaluate` leaves rows out.

    In: as `system_scores`. Of players who were expected and played; systems that predict all are not named.
    """
    rows, systems = evaluation_rows(predictions, features, ensembles, side)
    played = rows[population_masks(rows)["all"]]
    absent = played[[*(rule.name for rule in BASELINES), *systems]].isna().sum()
    return {str(name): int(count) for name, count in absent.items() if count}
