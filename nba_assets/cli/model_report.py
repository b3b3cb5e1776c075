"""The page of a stored model.

What belongs here: reading what the page needs. What does not: the page (reports/model_page.py).
"""

from __future__ import annotations

from pathlib import Path

from nba_assets.lake import Lake
from nba_assets.modeling.artefacts import load, load_said
from nba_assets.object_store import open_store
from nba_assets.reports.model_page import model_page
from nba_assets.reports.reading import read_table
from nba_assets.settings import Settings


def write_report(settings: Settings, model_id: str, out: Path | None) -> Path:
    """Write a model's page; returns its path.

    Raises:
        ArtefactError: the model, or what it said out of sample, is absent or damaged.
    """
    store = open_store(f"{settings.lake.rstrip('/')}/models")
    artefact = load(store, model_id)
    said = load_said(store, model_id)
    lake = Lake(open_store(settings.lake))
    averages = read_table(lake, "ml_feature_store_v2", ("game_id", "player_id", "points_avg_season"))
    path = out or Path(f"{model_id}.html")
    path.write_text(model_page(artefact, said, averages.drop(columns="game_date")))
    return path
