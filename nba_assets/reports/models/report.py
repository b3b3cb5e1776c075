"""What a model is, how good it is and where it errs: tables and figures of its page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nba_assets.modeling.evaluation.calibration_metrics import (
    distribution_metrics,
    reliability,
)
from nba_assets.modeling.evaluation.metrics import (
    TIERS,
    point_metrics,
    tier_of,
)
from nba_assets.modeling.fitting.artefacts import ModelArtefact
from nba_assets.modeling.fitting.distribution import (
    QUANTILE_LEVELS,
    QUANTILES,
    distribution_around,
)
from nba_assets.modeling.systems.catalog import (
    ENSEMBLE,
)
from nba_assets.modeling.systems.ensemble import (
    EnsembleWeights,
    StoredEnsemble,
    ensemble_points,
)
from nba_assets.reports.markup import data_uri
from nba_assets.reports.png import png

_FACTS = ("system", "feature_set", "trained_at", "trained_through", "best_iteration", "code_version",
          "input_hash", "model_sha256", "override_reason")  # fmt: skip
Drawing = Callable[[Axes], None]


@dataclass(frozen=True)
class ModelReport:
    """Tables and figures about a model.

    Attributes:
        model_id: the model.
        facts: where it comes from; of an ensemble, its members and their weights.
        gate: what the training gate found, in words.
        sides: metrics of every system on the same rows, by side of the split.
        errors: pictures of its errors on the test rows, as addresses that hold the PNG.
        distribution: metrics of its distribution on the test rows; None for a system without one.
        calibration: pictures of its distribution.
    """

    model_id: str
    facts: pd.DataFrame
    gate: str
    sides: Mapping[str, pd.DataFrame]
    errors: tuple[str, ...]
    distribution: pd.DataFrame | None
    calibration: tuple[str, ...]


def model_report(artefact: ModelArtefact, predictions: pd.DataFrame, averages: pd.DataFrame) -> ModelReport:
    """The report of a model; the same model gives the same bytes.

    Args:
        artefact: the model.
        predictions: its out-of-fold predictions: game_date, game_id, player_id, side, actual, line,
            predicted_points, and q10..q90, low_80, high_80 and prob_over of a system with a distribution.
        averages: points_avg_season of at least those rows, by game_id and player_id.
    """
    facts = artefact.metadata
    return _report(
        artefact.model_id,
        pd.DataFrame(
            [*((name, str(facts[name])) for name in _FACTS), *_successes(facts)], columns=["fact", "value"]
        ),
        str((facts["go_no_go"] or {}).get("words", "no training gate")),
        {side: _systems(metrics["systems"]) for side, metrics in facts["metrics"].items()},
        _importance(facts["top_features_by_gain"]),
        _test_rows(predictions, averages),
    )


def _successes(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """How far a model beats the baselines, how far its sides lie apart, where usage ranks."""
    if found := facts["success"]:
        yield "against the best baseline", f"{found['level']}: {found['better_by']:+.1%}"
        limit = found["sides_within"]
        within = "more than 10%" if limit is None else f"within {limit:.0%}"
        yield "gap between sides", f"{found['side_gap']:.1%}, {within}"
    if usage := facts["usage_rate"]:
        yield "rank of usage", f"{usage['feature']}: {usage['rank']} of {usage['of']} features"


def ensemble_report(
    model_id: str,
    stored: StoredEnsemble,
    predictions: pd.DataFrame,
    averages: pd.DataFrame,
) -> ModelReport:
    """The report of an ensemble: its members' weights take the place of feature importances.

    Args:
        model_id: the ensemble.
        stored: its weights, distribution and members.
        predictions: out-of-fold predictions of its members: game_date, game_id, player_id, side, actual,
            line, one column of points per member, and the feature by which the market is one.
        averages: points_avg_season of at least those rows, by game_id and player_id.
    """
    members, weights = list(stored.members), stored.weights
    points = ensemble_points(
        {name: predictions[name] for name in members}, weights, predictions[stored.market]
    )
    shape = distribution_around(points, predictions["line"], stored.calibration)
    own = predictions.assign(predicted_points=points, **shape)
    return _report(
        model_id,
        pd.DataFrame({
            "member": list(weights.line_weights),
            "model": [stored.members.get(name, "") for name in weights.line_weights],
            "weight": [weights.weights.get(name, 0.0) for name in weights.line_weights],
            "weight with a line": list(weights.line_weights.values()),
        }),
        f"weighed on {weights.rows:,} validation rows",
        _sides(own, members),
        _weights(weights),
        _test_rows(own, averages),
    )  # fmt: skip


def _sides(own: pd.DataFrame, members: list[str]) -> dict[str, pd.DataFrame]:
    """Metrics of an ensemble and its members, by side, on the rows that all members predict."""
    rows = own.dropna(subset=members).rename(columns={"predicted_points": ENSEMBLE})
    return {
        str(side): _systems(
            {name: point_metrics(part["actual"], part[name]) for name in [*members, ENSEMBLE]}
        )
        for side, part in rows.groupby("side", sort=False)
    }


def _report(
    model_id: str,
    facts: pd.DataFrame,
    gate: str,
    sides: Mapping[str, pd.DataFrame],
    parts: Drawing,
    test: pd.DataFrame,
) -> ModelReport:
    """The report of any model.

    Args:
        model_id: the model.
        facts: where it comes from.
        gate: what the training gate found.
        sides: metrics by side.
        parts: draws what it is composed of.
        test: its test rows.
    """
    shaped = "q50" in test
    return ModelReport(
        model_id,
        facts,
        gate,
        sides,
        (_image(_by_tier(test), _by_month(test)), _image(_residuals(test), parts)),
        distribution_metrics(test) if shaped else None,
        (_image(_levels(test), _chances(test)),) if shaped else (),
    )


def _test_rows(predictions: pd.DataFrame, averages: pd.DataFrame) -> pd.DataFrame:
    """Predictions of the test side, with each player's season average."""
    test = predictions[predictions["side"].eq("test").to_numpy(dtype=bool)]
    return test.merge(averages, on=["game_id", "player_id"], how="left")


def _systems(metrics: Mapping[str, Mapping[str, float]]) -> pd.DataFrame:
    rows = [{"system": name, **found} for name, found in metrics.items()]
    return pd.DataFrame(rows).sort_values("mae", ignore_index=True)


def tier_errors(test: pd.DataFrame) -> pd.Series:
    """MAE by tier of the season average, in order of the tiers; who has no average is in none."""
    tier = tier_of(test["points_avg_season"])
    errors = (test["predicted_points"] - test["actual"]).abs().groupby(tier).mean()
    return errors.reindex([name for name in TIERS if name in errors.index])


def _by_tier(test: pd.DataFrame) -> Drawing:
    errors = tier_errors(test)

    def draw(axes: Axes) -> None:
        axes.bar(errors.index.to_list(), errors.to_numpy())
        axes.set_title("MAE by tier of season average before the game")

    return draw


def _by_month(test: pd.DataFrame) -> Drawing:
    month = test["game_date"].dt.strftime("%Y-%m")
    errors = (test["predicted_points"] - test["actual"]).abs().groupby(month).mean()

    def draw(axes: Axes) -> None:
        axes.plot(errors.index.to_list(), errors.to_numpy(), marker="o")
        axes.set_title("MAE by month")
        axes.tick_params(axis="x", rotation=45)

    return draw


def _residuals(test: pd.DataFrame) -> Drawing:
    def draw(axes: Axes) -> None:
        axes.hexbin(
            test["predicted_points"], test["actual"] - test["predicted_points"], gridsize=40, mincnt=1
        )
        axes.axhline(0.0, linewidth=1)
        axes.set_title("points less prediction, by prediction")

    return draw


def _importance(top: list[dict]) -> Drawing:
    def draw(axes: Axes) -> None:
        axes.barh([item["feature"] for item in top][::-1], [item["gain"] for item in top][::-1])
        axes.set_title("ten most important features")

    return draw


def _weights(weights: EnsembleWeights) -> Drawing:
    def draw(axes: Axes) -> None:
        names = list(weights.line_weights)
        place = np.arange(len(names))
        bare = [weights.weights.get(name, 0.0) for name in names]
        axes.barh(place - 0.2, bare, height=0.4, label="without a line")
        axes.barh(place + 0.2, list(weights.line_weights.values()), height=0.4, label="with a line")
        axes.set_yticks(place, names)
        axes.legend()
        axes.set_title("weights of the members")

    return draw


def _levels(test: pd.DataFrame) -> Drawing:
    seen = [float((test["actual"] <= test[name]).mean()) for name in QUANTILES]

    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], linewidth=1)
        axes.plot(QUANTILE_LEVELS, seen, marker="o")
        axes.set_title("share of results at or below each quantile")

    return draw


def _chances(test: pd.DataFrame) -> Drawing:
    table = reliability(test)

    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], linewidth=1)
        axes.scatter(table["predicted"], table["observed"], s=np.sqrt(table["rows"].to_numpy("float64")) * 3)
        axes.set_title(
            "chance of going over: predicted and observed, by tenth" + ("" if len(table) else " (no line)")
        )

    return draw


def _image(left: Drawing, right: Drawing) -> str:
    """Two plots side by side, the same bytes for the same numbers."""
    figure = Figure(figsize=(11, 4), dpi=90, layout="constrained")
    axes = figure.subplots(1, 2)
    left(axes[0])
    right(axes[1])
    return data_uri(png(figure))
