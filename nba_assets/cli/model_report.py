"""The page of a stored model.

What belongs here: reading what the page needs. What does not: the page (reports/model_page.py).
"""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd

from nba_assets.lake import Lake
from nba_assets.modeling.artefacts import load, said_name
from nba_assets.object_store import open_store
from nba_assets.reports.model_page import model_page
from nba_assets.reports.reading import read_table
from nba_assets.settings import Settings


def write_report(settings: Settings, model_id: str, out: Path | None) -> Path:
    """Write a model's page; returns its path.

    Raises:
        ArtefactError: the model is absent or damaged.
        FileNotFoundError: what it said out of sample is absent.
    """
    store = open_store(f"{settings.lake.rstrip('/')}/models")
    artefact = load(store, model_id)
    said = pd.read_parquet(io.BytesIO(store.read(said_name(model_id))))
    lake = Lake(open_store(settings.lake))
    averages = read_table(lake, "ml_feature_store_v2", ("game_id", "player_id", "points_avg_season"))
    path = out or Path(f"{model_id}.html")
    path.write_text(model_page(artefact, said, averages.drop(columns="game_date")))
    return path
