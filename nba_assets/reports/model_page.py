"""One self-contained HTML page a model: what it is, how good it is, where it errs.

What belongs here: plots and the page. What does not: metrics (modeling/), reading the lake (cli).
"""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nba_assets.modeling.artefacts import ModelArtefact
from nba_assets.modeling.calibration_metrics import distribution_metrics, reliability
from nba_assets.modeling.catboost_params import QUANTILE_LEVELS
from nba_assets.modeling.distribution import QUANTILES
from nba_assets.modeling.evaluation import TIERS, tier_of

_FACTS = ("system", "feature_set", "trained_at", "trained_through", "best_iteration", "code_version",
          "input_hash", "model_sha256", "override_reason")  # fmt: skip
_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:980px;margin:2em auto;padding:0 1em;color:#1b1f24}"
    "table{border-collapse:collapse;margin:1em 0}td,th{border-bottom:1px solid #d0d7de;padding:3px 10px;"
    "text-align:left}td.n{text-align:right;font-variant-numeric:tabular-nums}img{max-width:100%}"
)
Drawing = Callable[[Axes], None]


def model_page(artefact: ModelArtefact, said: pd.DataFrame, averages: pd.DataFrame) -> str:
    """The page of a model, nothing in it loaded from elsewhere; the same model gives the same bytes.

    Args:
        artefact: the model.
        said: what it said out of sample: game_date, game_id, player_id, side, actual, line, predicted_points,
            and q10..q90 and prob_over of a system with a distribution.
        averages: points_avg_season of at least those rows, by game_id and player_id.
    """
    test = said[said["side"].eq("test").to_numpy(dtype=bool)]
    test = test.merge(averages, on=["game_id", "player_id"], how="left")
    facts = artefact.metadata
    parts = [
        f"<h1>{html.escape(artefact.model_id)}</h1>",
        _table(pd.DataFrame({"fact": _FACTS, "value": [str(facts[name]) for name in _FACTS]})),
        f"<p>{html.escape(str((facts['go_no_go'] or {}).get('words', 'no training gate')))}</p>",
        "<h2>Every system on the same rows</h2>",
        *(f"<h3>{side}</h3>{_table(_systems(facts['metrics'][side]))}" for side in facts["metrics"]),
        "<h2>Error on the test rows</h2>",
        _image(_by_tier(test), _by_month(test)),
        _image(_residuals(test), _importance(facts["top_features_by_gain"])),
    ]
    if "q50" in test:
        parts += [
            "<h2>Distribution</h2>",
            _table(distribution_metrics(test)),
            _image(_levels(test), _chances(test)),
        ]
    title = html.escape(artefact.model_id)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>"
    )


def _systems(side: dict) -> pd.DataFrame:
    rows = [{"system": name, **metrics} for name, metrics in side["systems"].items()]
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
        axes.scatter(table["said"], table["seen"], s=np.sqrt(table["rows"].to_numpy("float64")) * 3)
        axes.set_title("chance of going over: said and seen, by tenth" + ("" if len(table) else " (no line)"))

    return draw


def _image(left: Drawing, right: Drawing) -> str:
    """Two plots side by side as an inline PNG, the same bytes for the same numbers."""
    figure = Figure(figsize=(11, 4), layout="constrained")
    axes = figure.subplots(1, 2)
    left(axes[0])
    right(axes[1])
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=90, metadata={"Software": None})
    return f'<img alt="" src="data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}">'


def _table(frame: pd.DataFrame) -> str:
    head = "".join(f"<th>{html.escape(str(name))}</th>" for name in frame.columns)
    body = "".join(
        "<tr>" + "".join(_cell(value) for value in row) + "</tr>" for row in frame.itertuples(index=False)
    )
    return f"<table><tr>{head}</tr>{body}</table>"


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f'<td class="n">{"" if np.isnan(value) else f"{value:,.4f}"}</td>'
    return f"<td>{html.escape(str(value))}</td>"
