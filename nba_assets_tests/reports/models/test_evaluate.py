"""The experiment from the command line: printed and written scores are those measured, looks are counted."""

import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from nba_assets.cli.models import evaluate as command
from nba_assets.modeling.fitting.training import SplitError
from nba_assets.modeling.systems.catalog import SYSTEMS
from nba_assets.settings import Settings
from nba_assets_tests.reports.models.conftest import few_trees

SEASONS = ("2022-23", "2023-24", "2024-25")


@pytest.fixture
def seasons(store: tuple[pd.DataFrame, pd.DataFrame], monkeypatch: pytest.MonkeyPatch) -> pd.DataFrame:
    """A lake of three short seasons; the first two have no line."""
    features, results = store
    days = features["game_date"].drop_duplicates().sort_values().to_numpy()
    third = np.searchsorted(days[[20, 30]], features["game_date"].to_numpy(), side="right")
    lined = third == 2
    features = features.assign(
        season=np.array(SEASONS)[third],
        vegas_points_line=features["vegas_points_line"].where(lined),
        market_median_points=features["market_median_points"].where(lined),
    )
    tables = {"ml_feature_store_v3": features, "player_game_summary": results}
    monkeypatch.setattr(command, "read_table", lambda lake, name, columns=None: tables[name])
    return features


def evaluated(lake: Path, out: Path, *seasons: str) -> tuple[str, dict]:
    """What the command prints and writes."""
    console = Console(file=io.StringIO(), width=250)
    with few_trees():
        command.evaluate_seasons(console, Settings(lake=str(lake)), [seasons[0]], *seasons[1:], out)
    return console.file.getvalue(), json.loads(out.read_text())  # type: ignore[attr-defined]


def test_a_season_is_compared_and_the_look_is_counted(seasons: pd.DataFrame, tmp_path: Path) -> None:
    """A season whose lines are all in the test: the market weighs what is believed of it, never nothing."""
    text, written = evaluated(tmp_path / "lake", tmp_path / "out.json", *SEASONS)
    assert "2024-25 has been tested on 1 times from this lake, with 1 versions of the code" in text
    assert "2023-24, on which everything was chosen: all" in text
    scores = pd.DataFrame(written["test"])
    own = scores[scores["population"].eq("with_line") & scores["metric"].eq("mae")].set_index("system")
    tested = seasons[seasons["season"].eq("2024-25")]
    assert own["rows"].unique().tolist() == [tested["vegas_points_line"].notna().sum()]
    assert {"market_line", "market_anchored", "core_average", "projected_points_2"} <= set(own.index)
    weights = written["ensembles"]["ensemble_v1"]
    assert weights["line_rows"] == 0 and weights["line_weights"]["market_line"] == 0.7
    odds = scores[scores["population"].eq("with_line") & scores["metric"].eq("log_loss")]
    assert odds.set_index("system").loc["market_line", "rows"] > 0 and odds["value"].notna().all()
    assert set(written["not_learned_from"]) == set(SEASONS)
    assert all(written["not_predicted_by"][side].keys() <= set(SYSTEMS) for side in ("validation", "test"))
    apart = scores[scores["metric"].eq("mae_difference") & scores["versus"].eq("market_line")]
    pair = apart[apart["population"].eq("with_line")].set_index("system").loc["ensemble_v1"]
    assert pair["value"] == pytest.approx(own.loc["ensemble_v1", "value"] - own.loc["market_line", "value"])
    assert pair["low"] <= pair["value"] <= pair["high"]


def test_seasons_out_of_order_are_refused_and_no_look_is_counted(
    seasons: pd.DataFrame, tmp_path: Path
) -> None:
    with pytest.raises(SplitError, match="follow each other"):
        evaluated(tmp_path / "lake", tmp_path / "out.json", "2023-24", "2022-23", "2024-25")
    with pytest.raises(ValueError, match="no rows of season 2030-31"):
        evaluated(tmp_path / "lake", tmp_path / "out.json", "2022-23", "2023-24", "2030-31")
    assert not (tmp_path / "lake" / "test_seasons").exists()
