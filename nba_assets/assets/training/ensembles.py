"""The ensemble assets: partition D weighs the models trained for D by their out-of-fold predictions."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import dagster as dg
import pandas as pd

from nba_assets.assets.resources import open_models
from nba_assets.assets.training.models import TRAINING_DAYS
from nba_assets.lineage.inputs import (
    History,
    Inputs,
)
from nba_assets.lineage.table import (
    Built,
    Compute,
    Follows,
    Table,
)
from nba_assets.modeling.fitting import artefacts
from nba_assets.modeling.fitting.documents import save_document
from nba_assets.modeling.inputs import LINE
from nba_assets.modeling.systems import ensemble
from nba_assets.modeling.systems.catalog import (
    ENSEMBLES,
    Ensemble,
)
from nba_assets.schemas.catalog import TABLES

_KEY = ["game_id", "player_id"]


def _weigh(system: Ensemble) -> Compute:
    def compute(context: dg.AssetExecutionContext, inputs: Inputs) -> Built:
        store = open_models(context)
        rows: list[dict[str, Any]] = []
        no_go: dict[dt.date, str] = {}
        trained = trained_models(inputs, system.members)
        for date in inputs.dates:
            ids = trained[date]
            features = inputs.past.get("ml_feature_store_v3")
            predictions = with_market(oof_predictions(store, ids), system.market, features)
            source = str(inputs.past[system.members[0]]["source"].iloc[0])
            try:
                row = _row(system, pd.Timestamp(date), ids, predictions, store)
            except ensemble.TooFewRowsError as error:
                no_go[date] = f"NO-GO: {error}"
            else:
                rows.append(row | {"source": source})
        frame = pd.DataFrame(rows) if rows else TABLES[system.name].empty()
        notes = {
            row["game_date"].date(): {"weights": row["weights"], "test_mae": row["test_mae"]} for row in rows
        }
        return Built(frame, notes=notes, no_go=no_go)

    return compute


def with_market(predictions: pd.DataFrame, market: str, features: pd.DataFrame | None) -> pd.DataFrame:
    """Out-of-sample predictions with the feature by which the market is a member of an ensemble.

    In: `oof_predictions`; the feature; ml_feature_store_v3 with it, for any feature but the line.
    """
    if market == LINE or features is None:
        return predictions.assign(**{LINE: predictions["line"]})
    return predictions.merge(features[[*_KEY, market]], on=_KEY, how="left", validate="one_to_one")


def trained_models(inputs: Inputs, systems: Iterable[str]) -> defaultdict[dt.date, dict[str, str]]:
    """Models of some systems by the date that they were trained for, then by system."""
    found: defaultdict[dt.date, dict[str, str]] = defaultdict(dict)
    for name in systems:
        models = inputs.past[name]
        for day, model_id in zip(models["game_date"].dt.date, models["model_id"], strict=True):
            found[day][name] = str(model_id)
    return found


def _row(
    system: Ensemble,
    day: pd.Timestamp,
    ids: dict[str, str],
    predictions: pd.DataFrame,
    store: artefacts.ArtefactStore,
) -> dict[str, Any]:
    sides = {
        side: predictions[predictions["side"].eq(side).to_numpy(bool)] for side in ("validation", "test")
    }
    members = list(system.members)
    weights, calibration = ensemble.fit_ensemble(sides["validation"], members, system.market)
    held = sides["test"].dropna(subset=members)
    points = ensemble.ensemble_points({name: held[name] for name in members}, weights, held[system.market])
    through = max(artefacts.load(store, model_id).trained_through for model_id in ids.values())
    content = ensemble.StoredEnsemble(
        weights=weights, calibration=calibration, members=ids, market=system.market
    )
    model_id, digest = save_document(content, system.name, through, store)
    return {
        "game_date": day,
        "model_id": model_id,
        "system": system.name,
        "trained_through": through.isoformat(),
        "members": "|".join(ids[name] for name in members),
        "weights": _words(weights.weights),
        "line_weights": _words(weights.line_weights),
        "validation_rows": weights.rows,
        "validation_line_rows": weights.line_rows,
        "validation_mae": weights.validation_mae,
        "test_rows": len(held),
        "test_mae": float((points - held["actual"]).abs().mean()),
        **{f"{name}_test_mae": float((held[name] - held["actual"]).abs().mean()) for name in members},
        "artefact": artefacts.model_name(model_id),
        "artefact_sha256": digest,
    }


def _words(weights: dict[str, float]) -> str:
    return "|".join(f"{name} {weight:.2f}" for name, weight in weights.items())


def oof_predictions(store: artefacts.ArtefactStore, ids: dict[str, str]) -> pd.DataFrame:
    """Out-of-fold predictions of models: keys, side, actual, line, one column of points per system.

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
        kept = [*key, *facts, name]
        joined = predictions[kept] if joined is None else joined.merge(predictions[kept], on=key)
    if joined is None:
        raise ValueError("no model to read")
    return joined


def _ensemble_table(system: Ensemble) -> Table:
    market = History("ml_feature_store_v3", TRAINING_DAYS, (*_KEY, system.market))
    return Table(
        system.name,
        group="models",
        kinds=frozenset({"numpy", "parquet"}),
        compute=_weigh(system),
        versioned=(ensemble.fit_ensemble, ensemble.ensemble_points),
        history=(
            *(History(name, 0, ("model_id", "source"), and_same_date=True) for name in system.members),
            *(() if system.market == LINE else (market,)),
        ),
        plan=Follows(system.members, "not every member was trained for this date"),
    )


ENSEMBLE_TABLES = tuple(map(_ensemble_table, ENSEMBLES))
