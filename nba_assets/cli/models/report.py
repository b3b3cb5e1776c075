"""The page of a stored model."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from nba_assets.assets.training.ensembles import oof_predictions, with_market
from nba_assets.modeling.fitting.artefacts import ArtefactStore, load, load_oof_predictions
from nba_assets.modeling.fitting.documents import load_document
from nba_assets.modeling.systems import ensemble
from nba_assets.modeling.systems.catalog import LINE
from nba_assets.publish.site.model_report import render_model_report
from nba_assets.reports.models.report import ModelReport, ensemble_report, model_report
from nba_assets.reports.reading import read_table
from nba_assets.settings import Settings
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store


def write_report(settings: Settings, model_id: str, out: Path | None) -> Path:
    """Write a model's page; returns its path.

    Raises:
        ArtefactError: the model, a member of it, or an out-of-fold prediction of it, is absent or damaged.
    """
    store = open_store(f"{settings.lake.rstrip('/')}/models")
    lake = Lake(open_store(settings.lake))
    averages = read_table(lake, "ml_feature_store_v2", ("game_id", "player_id", "points_avg_season"))
    averages = averages.drop(columns="game_date")
    if ensemble.is_ensemble(model_id):
        report = _ensemble_report(store, lake, model_id, averages)
    else:
        report = model_report(load(store, model_id), load_oof_predictions(store, model_id), averages)
    path = out or Path(f"{model_id}.html")
    path.write_text(render_model_report(report), encoding="utf-8")
    return path


def _ensemble_report(store: ArtefactStore, lake: Lake, model_id: str, averages: pd.DataFrame) -> ModelReport:
    """The report of an ensemble, from the predictions of its members."""
    stored = load_document(ensemble.StoredEnsemble, store, model_id)
    features = None
    if stored.market != LINE:
        features = read_table(lake, "ml_feature_store_v3", ("game_id", "player_id", stored.market))
    predictions = with_market(oof_predictions(store, stored.members), stored.market, features)
    return ensemble_report(model_id, stored, predictions, averages)
