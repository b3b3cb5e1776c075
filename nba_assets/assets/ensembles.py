"""The ensemble asset: partition D weighs the models trained for D by their out-of-fold predictions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import dagster as dg
import pandas as pd

from nba_assets.assets.resources import open_models
from nba_assets.lineage.inputs import (
    History,
    Inputs,
)
from nba_assets.lineage.table import (
    Built,
    Follows,
    Table,
)
from nba_assets.modeling.fitting import artefacts
from nba_assets.modeling.fitting.distribution import DISTRIBUTION
from nba_assets.modeling.systems import ensemble
from nba_assets.modeling.systems.catalog import (
    ENSEMBLE,
    POINTS_QUANTILE,
    SYSTEMS,
    Ensemble,
)
from nba_assets.schemas.catalog import TABLES

_MEMBERS = cast("Ensemble", SYSTEMS[ENSEMBLE]).members


def _weigh(context: dg.AssetExecutionContext, inputs: Inputs) -> Built:
    store = open_models(context)
    rows: list[dict[str, Any]] = []
    for date in inputs.dates:
        ids = trained_for(inputs, pd.Timestamp(date), _MEMBERS)
        source = str(inputs.past[_MEMBERS[0]]["source"].iloc[0])
        rows.append(_row(pd.Timestamp(date), ids, store, source))
    frame = pd.DataFrame(rows) if rows else TABLES[ENSEMBLE].empty()
    notes = {
        row["game_date"].date(): {"weights": row["weights"], "test_mae": row["test_mae"]} for row in rows
    }
    return Built(frame, notes=notes)


def trained_for(inputs: Inputs, day: pd.Timestamp, systems: Iterable[str]) -> dict[str, str]:
    """Models of some systems that were trained for a date, by system."""
    found: dict[str, str] = {}
    for name in systems:
        models = inputs.past[name]
        own = models.loc[models["game_date"] == day, "model_id"]
        if len(own):
            found[name] = str(own.iloc[-1])
    return found


def _row(
    day: pd.Timestamp, ids: dict[str, str], store: artefacts.ArtefactStore, source: str
) -> dict[str, Any]:
    predictions = oof_predictions(store, ids)
    sides = {
        side: predictions[predictions["side"].eq(side).to_numpy(bool)] for side in ("validation", "test")
    }
    members = list(_MEMBERS)
    seen = sides["validation"]
    weights = ensemble.fit_weights(seen[members], seen["actual"], seen["line"], members)
    held = sides["test"].dropna(subset=members)
    points = ensemble.ensemble_points({name: held[name] for name in members}, weights, held["line"])
    through = max(artefacts.load(store, model_id).trained_through for model_id in ids.values())
    model_id, digest = ensemble.save(weights, ids, through, store)
    return {
        "game_date": day,
        "model_id": model_id,
        "system": ENSEMBLE,
        "trained_through": through.isoformat(),
        "members": "|".join(ids[name] for name in members),
        "weights": _words(weights.weights),
        "line_weights": _words(weights.line_weights),
        "validation_rows": weights.rows,
        "validation_mae": weights.validation_mae,
        "test_rows": len(held),
        "test_mae": float((points - held["actual"]).abs().mean()),
        **{f"{name}_test_mae": float((held[name] - held["actual"]).abs().mean()) for name in members},
        "artefact": artefacts.model_name(model_id),
        "artefact_sha256": digest,
        "source": source,
    }


def _words(weights: dict[str, float]) -> str:
    return "|".join(f"{name} {weight:.2f}" for name, weight in weights.items())


def oof_predictions(store: artefacts.ArtefactStore, ids: dict[str, str]) -> pd.DataFrame:
    """Out-of-fold predictions of models: keys, side, actual, line, one column of points per system.

    Beside them q10..q90 and prob_over of points_quantile, the one system that predicts a distribution, if
    requested.

    Rows are those of all models; the side is the first model's, whose sides are those of the others: they
    were trained for the same date. Raises ArtefactError when the predictions of a model are absent or
    damaged.
    """
    joined: pd.DataFrame | None = None
    key = ["game_date", "game_id", "player_id"]
    for name, model_id in ids.items():
        predictions = artefacts.load_oof_predictions(store, model_id)
        predictions = predictions.rename(columns={"predicted_points": name})
        facts = [] if joined is not None else ["side", "actual", "line"]
        kept = [*key, *facts, name, *(DISTRIBUTION if name == POINTS_QUANTILE else ())]
        joined = predictions[kept] if joined is None else joined.merge(predictions[kept], on=key)
    if joined is None:
        raise ValueError("no model to read")
    return joined


ENSEMBLES = (
    Table(
        ENSEMBLE,
        group="models",
        kinds=frozenset({"numpy", "parquet"}),
        compute=_weigh,
        versioned=(ensemble.fit_weights, ensemble.ensemble_points),
        history=tuple(History(name, 0, ("model_id", "source"), and_same_date=True) for name in _MEMBERS),
        plan=Follows(_MEMBERS, "not every member was trained for this date"),
    ),
)
