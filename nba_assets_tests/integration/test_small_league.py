"""The demo over a small league, and where one of its numbers comes from."""

import datetime as dt
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast

import nbformat
import numpy as np
import pandas as pd
import pytest
from nbclient import NotebookClient
from rich.console import Console
from typer.testing import CliRunner

from nba_assets.assets.published_predictions import NAME as PUBLISHED
from nba_assets.assets.tables import ALL_TABLES
from nba_assets.cli.daily import demo
from nba_assets.cli.main import app
from nba_assets.definitions import defs
from nba_assets.domain.feature_store.feature_registry import EXTRA, NAMES, Feature
from nba_assets.domain.feature_store.ml_feature_store_v2 import INJURY_RISK
from nba_assets.instance import home
from nba_assets.instance.event_log import GroupCommitSqliteEventLogStorage
from nba_assets.modeling.systems.catalog import (
    BASELINES,
    ENSEMBLES,
    MODELS,
    RULES,
)
from nba_assets.publish.audit import Auditor
from nba_assets.publish.contract.slate import Contribution, Explanation, Slate
from nba_assets.publish.evidence import SHOWN_GAMES, build_evidence
from nba_assets.publish.publication import Publication
from nba_assets.publish.publisher import Publisher
from nba_assets.publish.slates import build_slates
from nba_assets.publish.tables import OpenTables
from nba_assets.reports.features.inputs import origins, stored_inputs
from nba_assets.reports.features.trace import traced
from nba_assets.reports.models.served import season_record
from nba_assets.reports.reading import read_table
from nba_assets.runs.materialize import materialize
from nba_assets.settings import Settings
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store
from nba_assets_tests.support.refusing_event_log import refusing_configuration

NOTEBOOK = Path(__file__).parents[2] / "notebooks/read_the_lake.ipynb"
FEW_TREES = {"ops": {"xgboost_extended": {"config": {"hyper_parameters": {"trees": 8}}}}}


@dataclass(frozen=True)
class Shown:
    """A demo that has run: its lake, its exit code, what it printed, the night it is about."""

    lake: Lake
    code: int
    text: str
    tonight: dt.date
    events: Path


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """The demo on four teams and thirty-six dates, its slowest model of a few trees, as on Dagster+."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"SEASONS": 1, "TEAMS": 4, "DATES": 36}.items():
            patch.setattr(demo, name, value)
        patch.setattr(demo, "materialize", partial(materialize, more_config=FEW_TREES))
        patch.setenv("DAGSTER_HOME", os.environ.get("DAGSTER_HOME", ""))
        patch.setenv("COLUMNS", "240")
        patch.setattr(home, "configuration", lambda: refusing_configuration(folder / "events"))
        settings = Settings(
            lake=str(folder / "lake"), archive_dir=folder / "league", DAGSTER_HOME=folder / "dagster"
        )  # type: ignore[call-arg]
        console = Console(width=240, force_terminal=False)
        with console.capture() as result:
            code = demo.run_demo(console, settings)
        lake = Lake(open_store(settings.lake))
        yield Shown(lake, code, result.get(), lake.dates("player_prop_predictions")[-1], folder / "events")


def lines_with(text: str, *words: str) -> list[list[str]]:
    """Cells of the table lines that hold all of these words."""
    lines = [line for line in text.splitlines() if all(word in line for word in words)]
    return [[cell.strip() for cell in line.split("│")[1:-1]] for line in lines if "│" in line]


def test_the_demo_goes_from_nothing_to_a_night_not_yet_played(shown: Shown) -> None:
    assert shown.code == 0, shown.text
    assert shown.lake.dates("raw_schedule")[-1] == shown.tonight
    assert read_table(shown.lake, "raw_player_boxscores", dates=[shown.tonight]).empty
    result = read_table(shown.lake, "player_prop_predictions", dates=[shown.tonight])
    assert set(result["system"]) == {system.name for system in (*RULES, *MODELS, *ENSEMBLES)}
    assert f"Predictions for {shown.tonight}: points; market_anchored is in shadow" in shown.text
    page = Path(f"{shown.lake.store.root}-published/index.html").resolve()
    assert shown.text.rstrip().endswith(page.as_uri()) and page.is_file()


def test_the_newest_date_of_every_asset_has_its_picture_and_the_seasons(shown: Shown) -> None:
    log = GroupCommitSqliteEventLogStorage(str(shown.events))
    for key in defs.resolve_asset_graph().get_all_asset_keys():
        newest = log.get_latest_materialization_events([key])[key]
        metadata = newest.asset_materialization.metadata if newest and newest.asset_materialization else {}
        assert "data:image/svg+xml;base64," in str(metadata["season"].value), key
        pictures = {"page"} if key.path == [PUBLISHED] else {"first_rows", "last_dates"}
        assert pictures <= metadata.keys(), key
    log.dispose()


def test_the_demo_shows_what_is_stored(shown: Shown) -> None:
    result = read_table(shown.lake, "player_prop_predictions", dates=[shown.tonight])
    wide = result.pivot_table("predicted_points", "player_name", "system")
    listed = {
        cells[0]: [float(cell) for cell in cells[3:6]]
        for name in wide.index
        for cells in lines_with(shown.text, str(name))
    }
    assert len(listed) == 12
    for name, points in listed.items():
        stored = wide.loc[name, ["hand_rules", "season_average", "market_anchored"]]
        assert points == stored.round(2).tolist()
    shadow = [listed[name][2] for name in sorted(listed, key=shown.text.rindex)]
    assert shadow == sorted(shadow, reverse=True)
    assert min(shadow) >= wide["market_anchored"].drop(list(listed)).max().round(2)


def test_the_record_of_the_season_is_what_its_graded_rows_give_by_hand(shown: Shown) -> None:
    graded = read_table(shown.lake, "prediction_accuracy")
    flags = read_table(shown.lake, "ml_feature_store_v2", ("game_id", "player_id", "is_bootstrap"))
    opening = {(row.game_id, row.player_id) for row in flags[flags["is_bootstrap"]].itertuples()}
    errors: dict[tuple[str, int], dict[str, float]] = {}
    for row in graded.dropna(subset=["absolute_error"]).itertuples():
        if row.system != "similarity_balanced_v1" and (row.game_id, row.player_id) not in opening:
            errors.setdefault((row.game_id, row.player_id), {})[row.system] = row.absolute_error
    systems = max(map(len, errors.values()))
    whole = [row for row in errors.values() if len(row) == systems]
    record = season_record(shown.lake)
    everyone = record[record["population"].eq("all")].set_index("system")
    assert set(everyone.index) == set(whole[0]) and {"ensemble_v1", "season_average"} <= set(whole[0])
    assert everyone["rows"].eq(len(whole)).all() and everyone["mae"].is_monotonic_increasing
    for system, row in everyone.iterrows():
        assert row["mae"] == pytest.approx(sum(errors[system] for errors in whole) / len(whole))
        assert row["low"] <= row["mae"] <= row["high"]


def test_every_published_number_is_the_lakes(shown: Shown) -> None:
    publication = Publication(open_store(f"{shown.lake.store.root}-published"))
    audit = Auditor(publication, OpenTables(shown.lake)).audit()
    assert audit.violations == ()
    assert audit.dates == len(shown.lake.dates("raw_schedule")) and audit.rows > 10_000


def test_the_notebook_reads_the_lake(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBA_LAKE", shown.lake.store.root)
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    tables = [output.data["text/html"] for cell in code for output in cell.outputs]
    assert len(tables) == 6 and all("<td>" in table for table in tables)


def test_contributions_add_up_to_the_prediction(shown: Shown) -> None:
    publication = Publication(open_store(f"{shown.lake.store.root}-published"))
    explained = 0
    for entry in publication.manifest().dates.values():
        slate = cast("Slate", publication.read("slate", f"{entry.folder}/slate.json"))
        for player in slate.players:
            if why := player.explanation:
                total = why.start + why.rest + sum(each.adds for each in why.contributions)
                assert total == pytest.approx(player.by(slate.headline.system).predicted_points)  # type: ignore[union-attr]
                explained += 1
    assert explained > 100


def test_a_date_alone_has_the_documents_that_it_has_in_a_range(shown: Shown, tmp_path: Path) -> None:
    groups = {table.name: table.group for table in ALL_TABLES}
    models = open_store(f"{shown.lake.store.root}/models")
    publisher = Publisher(OpenTables(shown.lake), models, Publication(open_store(str(tmp_path))), groups)
    dates = shown.lake.dates("player_prop_predictions")[-16:]
    together = publisher.documents(dates).entries
    assert len(together) == len(dates)
    for date in dates:
        assert publisher.documents([date]).entries == {str(date): together[str(date)]}


def test_a_trace_gives_the_stored_value_from_the_games_before_the_date(shown: Shown) -> None:
    slate = read_table(shown.lake, "ml_feature_store_v3", dates=[shown.tonight])
    row = slate.loc[slate["points_avg_season"].idxmax()]
    played = read_table(shown.lake, "player_game_summary")
    last = played[played["player_id"].eq(row["player_id"])].tail(5)
    requested = ["trace", str(row["player_name"]), str(shown.tonight), "points_avg_last_5"]
    result = CliRunner().invoke(app, [*requested, "--lake", shown.lake.store.root])
    assert result.exit_code == 0, result.output
    value = f"{last['pts'].mean():.6f}"
    assert f"these games give {value}; stored is {value}\n" in result.output
    (section,) = result.output.split("points_avg_last_5, game by game")[1:]
    entered = section.split("these games give")[0]
    for game in last.itertuples():
        assert lines_with(entered, str(game.game_id), str(game.game_date.date()))
    assert len(lines_with(entered, f"{shown.tonight.year}-")) == 5
    # What was said of him, and what the models' numbers are made of.
    predicted = result.output.split("Predictions")[1]
    assert all(lines_with(predicted, system.name) for system in (*BASELINES, *MODELS))
    assert " ".join(predicted.split()).count("everybody starts from") == len((*MODELS, *ENSEMBLES))


# Features of columns that no table of features declares, from the values that are shown for them.
FORMULAS = {
    "rest_advantage": lambda of: np.clip(of["days_rest"] - of["opponent_days_rest"], -2, 2),
    "injury_risk": lambda of: INJURY_RISK[of["injury_status"]],
    "home_away": lambda of: float(of["is_home"] and not of["is_neutral"]),
    "playoff_game": lambda of: float(of["season_type"] in ("PlayIn", "Playoffs")),
    "vegas_line_move": lambda of: of["points_line"] - of["opening_points_line"],
    "has_vegas_line": lambda of: float(pd.notna(of["points_line"])),
}
# Features of windows: how many of their statistics are the whole of a stored value.
WINDOWS = {
    "points_avg_last_5": 1, "points_avg_last_10": 1, "points_avg_season": 1, "points_std_last_10": 1,
    "pct_paint": 1, "pct_mid_range": 1, "pct_three": 1, "pct_free_throw": 1, "avg_points_vs_opponent": 1,
    "games_vs_opponent": 1, "minutes_avg_last_10": 1, "ppm_avg_last_10": 1, "recent_trend": 2,
    "minutes_change": 2, "opponent_def_rating": 1, "opponent_pace": 1, "team_pace": 1, "team_off_rating": 1,
    "pace_score": 3, "usage_spike_score": 2, "shot_zone_mismatch_score": 9,
}  # fmt: skip


def _same(one: float, other: float) -> bool:
    return (pd.isna(one) and pd.isna(other)) or one == pytest.approx(other)


@pytest.mark.parametrize("name", NAMES)
def test_every_feature_shows_the_values_it_was_made_from(shown: Shown, name: str) -> None:
    behind = origins("ml_feature_store_v2", name)
    slate = read_table(shown.lake, "ml_feature_store_v2", dates=[shown.tonight])
    for _, row in slate.sort_values("points_avg_season").iloc[[0, len(slate) // 2, -1]].iterrows():
        inputs = stored_inputs(shown.lake, behind, row, shown.tonight)
        assert set(zip(inputs["table"], inputs["column"], strict=True)) == {
            (column.source.table, column.name) for origin in behind for column in origin.columns
        }
        values = dict(zip(inputs["column"], inputs["value"], strict=True))
        if name in FORMULAS:
            assert _same(float(FORMULAS[name](values)), row[name])
        elif behind[0].is_carried:
            assert _same(float(inputs["value"].iloc[0]), row[name])


@pytest.mark.parametrize("name", NAMES)
def test_the_games_of_every_window_give_what_is_stored(shown: Shown, name: str) -> None:
    slate = read_table(shown.lake, "ml_feature_store_v2", dates=[shown.tonight])
    row = slate.loc[slate["points_avg_season"].idxmax()]
    found = [
        one for one in traced(shown.lake, origins("ml_feature_store_v2", name), row) if one.stored is not None
    ]
    assert len(found) == WINDOWS.get(name, 0)
    for one in found:
        assert one.stored is not None and _same(one.trace.value, one.stored)
        assert (pd.to_datetime(one.trace.games["game_date"]) < row["game_date"]).all()


@pytest.mark.parametrize("feature", EXTRA, ids=lambda feature: feature.name)
def test_the_games_of_every_extended_window_give_what_is_stored(shown: Shown, feature: Feature) -> None:
    slate = read_table(shown.lake, "ml_feature_store_v3", dates=[shown.tonight])
    row = slate.loc[slate["points_avg_season"].idxmax()]
    (origin,) = [o for o in origins("ml_feature_store_v3", feature.name) if o.feature.name == feature.name][
        :1
    ]
    for one in traced(shown.lake, (origin,), row):
        if one.stored is not None:
            assert _same(one.trace.value, one.stored)


EVIDENT = (
    "points_weighted_15", "recent_trend", "avg_points_vs_opponent", "games_with_team", "ppm_season",
    "shot_zone_mismatch_score", "opponent_points_over_usual", "opponent_margin_weighted_15", "team_pace",
)  # fmt: skip


def test_the_published_evidence_is_the_games_of_the_trace(shown: Shown) -> None:
    (slate,) = build_slates(OpenTables(shown.lake), [shown.tonight]).values()
    player = slate.players[0]
    why = Explanation(start=0.0, rest=0.0, contributions=tuple(
        Contribution(feature=name, value=None, unit="", definition="", adds=1.0) for name in EVIDENT
    ))  # fmt: skip
    explained = slate.model_copy(update={"players": (player.model_copy(update={"explanation": why}),)})
    evidence = build_evidence(OpenTables(shown.lake), explained)[player.player_id]
    features = read_table(shown.lake, "ml_feature_store_v3", dates=[shown.tonight])
    row = features[features["player_id"].eq(player.player_id)].iloc[0]
    for one in evidence.features:
        behind = origins("ml_feature_store_v3", one.feature)
        traces = [found.trace for found in traced(shown.lake, behind, row)]
        inputs = stored_inputs(shown.lake, behind, row, shown.tonight)
        stored = {value.column: value.value for value in (evidence.stored[place] for place in one.stored)}
        known = dict(zip(inputs["column"], inputs["value"], strict=True))
        assert all(_same(value, known[name]) for name, value in stored.items() if isinstance(value, float))
        with_games = [trace for trace in traces if len(trace.games)]
        assert len(one.windows) == len(with_games), one.feature
        for window, trace in zip(one.windows, with_games, strict=True):
            assert window.words.startswith(trace.words)
            games = evidence.games[window.games]
            listed = games.games[window.skipped : window.skipped + window.listed]
            expected = trace.games.iloc[::-1].head(len(listed))
            assert len(listed) == min(len(trace.games), SHOWN_GAMES - window.skipped)
            assert window.older == (len(trace.games) > len(listed))
            assert [game.game_date for game in listed] == list(expected["game_date"])
            for name in window.columns:
                amounts = [game.amounts[games.columns.index(name)] for game in listed]
                assert amounts == pytest.approx(list(expected[name].astype("float64")), nan_ok=True), name
