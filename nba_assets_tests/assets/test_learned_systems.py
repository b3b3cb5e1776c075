"""Models, ensemble, evaluation, registry, predictions over one small league: no Dagster run, no archive."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nba_assets.assets.evaluations import EVALUATIONS
from nba_assets.assets.predictions import PREDICTIONS
from nba_assets.assets.training.ensembles import ENSEMBLE_TABLES, oof_predictions
from nba_assets.assets.training.models import MODEL_TABLES
from nba_assets.cli.models.report import write_report
from nba_assets.domain.feature_store.feature_registry import (
    EXTENDED,
    FEATURE_SETS,
    NAMES,
    VERSION_LINEUPS,
)
from nba_assets.lineage.inputs import Inputs, OwnRows
from nba_assets.lineage.reader import Reader
from nba_assets.lineage.table import (
    Built,
    Table,
)
from nba_assets.modeling.evaluation.calibration_metrics import METRICS
from nba_assets.modeling.evaluation.system_scores import system_scores
from nba_assets.modeling.fitting.artefacts import (
    ArtefactError,
    load,
    load_oof_predictions,
    oof_predictions_name,
    save,
)
from nba_assets.modeling.fitting.distribution import distribution_around
from nba_assets.modeling.fitting.documents import load_document
from nba_assets.modeling.fitting.trainers import TRAINERS
from nba_assets.modeling.systems import ensemble
from nba_assets.modeling.systems.catalog import CANDIDATES, MEDIANS, SYSTEMS
from nba_assets.modeling.systems.contributions import Contributions
from nba_assets.modeling.systems.ensemble import EnsembleWeights, StoredEnsemble
from nba_assets.quality.gate import Gate
from nba_assets.quality.refusals import Refusals
from nba_assets.quality.verdict import Verdict
from nba_assets.schemas.catalog import TABLES
from nba_assets.settings import Settings
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store
from nba_assets.storage.partition_file import Stamp
from nba_assets_tests.modeling.conftest import make_store
from nba_assets_tests.support.of_trees import OF_TREES

DATE = dt.date(2024, 12, 20)
DAY = pd.Timestamp(DATE)
SMALL = {"trees": 15, "early_stopping_rounds": 5}
PARAMETERS = dict.fromkeys(OF_TREES, SMALL) | {"points_quantile": {"waves": 20}}
GATE = {
    "rows": 100,
    "recommended_rows": 100,
    "dates": 10,
    "players": 10,
    "rows_a_season": 100,
    "feature": 0.5,
}
REASON = "a league of thirty made-up players"
LEARNED = (*TRAINERS, "ensemble_v1", "market_anchored", "lineups_anchored")


def context(models: Path, config: dict[str, Any], override_reason: str = "") -> Any:
    lake = SimpleNamespace(
        models=lambda: open_store(str(models)),
        lake=lambda: Lake(open_store(str(models / "lake"))),
        processors=lambda: 2,
    )
    source = SimpleNamespace(now=lambda: dt.datetime.now(dt.UTC))
    log = SimpleNamespace(info=lambda words: None, error=lambda words: None)
    return SimpleNamespace(
        op_execution_context=SimpleNamespace(op_config=config),
        resources=SimpleNamespace(
            lake=lake, source=source, training=SimpleNamespace(override_reason=override_reason)
        ),
        log=log,
    )


def stores() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """ml_feature_store_v2 and _v3 of forty-one dates, and the results of forty."""
    features, results = make_store(41, 30)
    draw = np.random.default_rng(2)
    absent = [feature.name for feature in EXTENDED if feature.name not in features]
    noise = pd.DataFrame(draw.uniform(0, 1, (len(features), len(absent))), columns=absent)
    features = pd.concat([features, noise], axis=1)
    line = np.floor(features["points_avg_season"]) + 0.5
    features["vegas_points_line"] = line.where(draw.random(len(features)) < 0.5)
    features["market_median_points"] = features["vegas_points_line"] + 0.2
    features["player_name"], features["override_reason"] = "A. Player", pd.NA
    features["games_in_history"], features["games_season"] = 50, 20
    results["usage_rate"], results["paint_fga"] = 20.0, 3.0
    v2 = features[[name for name in TABLES["ml_feature_store_v2"].columns if name in features]]
    v3 = features[[name for name in TABLES["ml_feature_store_v3"].columns if name in features]]
    assert set(NAMES) <= set(v2.columns)
    return v2, v3.assign(feature_version="v3_extended"), results[results["game_date"] < DAY]


def copy_models(folder: Path, to: Path) -> None:
    for path in folder.glob("*.*"):
        (to / path.name).write_bytes(path.read_bytes())


def run(table: Table, inputs: Inputs, models: Path, override_reason: str = "", **config: Any) -> Built:
    inputs = replace(inputs, own=own_rows(table, inputs, models))
    made = table.compute(context(models, config, override_reason), inputs)
    assert isinstance(made, Built) and not made.problems and not made.no_go, made
    return made


def own_rows(table: Table, inputs: Inputs, models: Path) -> pd.DataFrame:
    """What a run reads of the rows that its lake has stored of the dates."""
    lake = Lake(open_store(str(models / "lake")))
    return Reader(lake, Gate(lake)).own(table.name, table.own or OwnRows(), inputs.dates)


def stored(name: str, built: Built) -> pd.DataFrame:
    schema = TABLES[name]
    frame = schema.conform(built.rows)  # type: ignore[arg-type]
    schema.pandera.validate(frame)
    return schema.to_pandas(schema.to_arrow(frame))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, pd.DataFrame]]:
    """A models folder, and every table up to the evaluation of one date."""
    folder = tmp_path_factory.mktemp("models")
    v2, v3, results = stores()
    known = {"ml_feature_store_v2": v2, "ml_feature_store_v3": v3, "player_game_summary": results}
    past = {name: frame[frame["game_date"] < DAY] for name, frame in known.items()}
    made: dict[str, pd.DataFrame] = {}
    for table in MODEL_TABLES:
        built = run(
            table, Inputs([DATE], {}, past), folder, gate=GATE, hyper_parameters=PARAMETERS[table.name],
            override_reason=REASON,
        )  # fmt: skip
        made[table.name] = stored(table.name, built)
    for table in ENSEMBLE_TABLES:
        made[table.name] = stored(table.name, run(table, Inputs([DATE], {}, past | made), folder))
    evaluation = run(EVALUATIONS[0], Inputs([DATE], {}, past | made), folder)
    made["model_evaluation"] = stored("model_evaluation", evaluation)
    return folder, known | made


def test_every_learned_system_of_the_registry_has_an_asset_and_a_trainer() -> None:
    learned = {name for name, system in SYSTEMS.items() if system.kind == "model"}
    assert learned == set(TRAINERS) == {table.name for table in MODEL_TABLES}
    assert getattr(SYSTEMS["ensemble_v1"], "members", None) == MEDIANS
    for table in MODEL_TABLES:
        assert table.config is not None
        fields = table.config.model_fields["hyper_parameters"].annotation.model_fields  # type: ignore[union-attr]
        assert all(field.description for field in fields.values()) and "seed" in fields


def test_a_model_knows_only_the_past_and_records_what_it_was_made_of(world: tuple) -> None:
    folder, tables = world
    for name in TRAINERS:
        (row,) = tables[name].to_dict("records")
        assert row["trained_through"] == "2024-12-19" and row["override_reason"] == REASON
        assert row["gate"].startswith("NO-GO: limit of rows: 100, at least 35000;")
        artefact = load(open_store(str(folder)), row["model_id"])
        assert artefact.metadata["go_no_go"]["verdict"] == "NO-GO"
        assert artefact.metadata["hyper_parameters"].items() >= PARAMETERS[name].items()
        learned, others = artefact.metadata["rows_by_side"], artefact.metadata["left_out"]
        assert sum(learned.values()) + sum(others.values()) == 40 * 30
        assert (folder / row["artefact"]).is_file()
        assert set(artefact.metadata["metrics"]["test"]["systems"]) >= {name, "hand_rules"}


def test_a_date_whose_features_were_refused_is_not_learned_from(tmp_path: Path) -> None:
    """A leak or a regression of a feature shuts its date for training, and the model is stale by it."""
    v2, _, results = stores()
    past = {"ml_feature_store_v2": v2[v2["game_date"] < DAY], "player_game_summary": results}
    table = next(t for t in MODEL_TABLES if t.name == "xgboost_v1")
    lake = Lake(open_store(str(tmp_path / "lake")))
    shut = results["game_date"].drop_duplicates().sort_values().iloc[-5].date()

    def learned() -> tuple[int, str]:
        gathered = Reader(lake, Gate(lake)).gather((), table.history, [DATE])
        inputs = Inputs([DATE], {}, past, gathered)
        (row,) = stored(table.name, run(table, inputs, tmp_path, REASON, hyper_parameters=SMALL)).to_dict(
            "records"
        )
        metadata = load(open_store(str(tmp_path)), row["model_id"]).metadata
        count = sum(metadata["rows_by_side"].values()) + sum(metadata["left_out"].values())
        own = TABLES[table.name].arrow_with_date.empty_table()
        return count, gathered.used(own)[DATE]["refused feature_drift"]

    before, unmarked = learned()
    Refusals(lake.store).keep("feature_drift", {shut: Verdict("FAIL")}, {})
    after, marked = learned()
    assert before - after == len(results[results["game_date"].dt.date == shut]) > 0
    assert unmarked == "" != marked


def test_a_no_go_names_what_is_missing_and_stores_no_model(tmp_path: Path) -> None:
    v2, _, results = stores()
    past = {"ml_feature_store_v2": v2[v2["game_date"] < DAY], "player_game_summary": results}
    table = next(t for t in MODEL_TABLES if t.name == "xgboost_v1")
    inputs = Inputs([DATE], {}, past)
    inputs = replace(inputs, own=own_rows(table, inputs, tmp_path))
    made = table.compute(context(tmp_path, {"hyper_parameters": SMALL}), inputs)
    assert isinstance(made, Built) and list(made.no_go) == [DATE] and not len(made.rows)
    assert "NO-GO: rows: 1200, at least 35000" in made.no_go[DATE]
    assert not list(tmp_path.iterdir())
    config = {"hyper_parameters": SMALL, "gate": GATE}
    lowered = table.compute(context(tmp_path, config), inputs)
    assert isinstance(lowered, Built) and not list(tmp_path.iterdir())
    assert "limit of rows: 100, at least 35000" in lowered.no_go[DATE]
    past["ml_feature_store_v2"].loc[past["ml_feature_store_v2"].index[-40:], "override_reason"] = "hardship"
    forced = table.compute(context(tmp_path, {"hyper_parameters": SMALL}, REASON), inputs)
    assert isinstance(forced, Built) and not forced.no_go
    (row,) = stored("xgboost_v1", forced).to_dict("records")
    assert row["override_reason"] == f"{REASON}; hardship" and row["gate"].endswith(REASON)


def test_the_same_model_trained_again_heals_its_files_and_keeps_the_newest_reason(
    world: tuple, tmp_path: Path
) -> None:
    """Out-of-fold predictions were once written with new bytes only: a lost file was never made again."""
    copy_models(world[0], tmp_path)
    tables = world[1]
    model_id = tables["xgboost_v1"]["model_id"][0]
    before, predictions = load(open_store(str(tmp_path)), model_id), tmp_path / oof_predictions_name(model_id)
    lines = predictions.read_bytes()
    predictions.unlink()
    with pytest.raises(ArtefactError, match="materialize the model's partition again"):
        run(EVALUATIONS[0], Inputs([DATE], {}, tables), tmp_path)
    table = next(t for t in MODEL_TABLES if t.name == "xgboost_v1")
    past = {name: frame[frame["game_date"] < DAY] for name, frame in tables.items()}
    run(table, Inputs([DATE], {}, past), tmp_path, hyper_parameters=SMALL, override_reason="another reason")
    assert predictions.read_bytes() == lines
    after = load(open_store(str(tmp_path)), model_id)
    assert after.model_bytes == before.model_bytes
    assert after.metadata["trained_at"] == before.metadata["trained_at"]
    assert after.metadata["override_reason"] == "another reason"
    assert after.metadata["go_no_go"]["words"].endswith("another reason")


def test_dates_that_know_the_same_rows_describe_one_model_alike(tmp_path: Path) -> None:
    """The later of two dates once told what it had left out, so a model's facts depended on the run."""
    v2, _, results = stores()
    table = next(t for t in MODEL_TABLES if t.name == "xgboost_v1")
    described = []
    for date in (DATE, DATE + dt.timedelta(days=7)):
        known = {
            "ml_feature_store_v2": v2[v2["game_date"] < pd.Timestamp(date)],
            "player_game_summary": results,
        }
        config = {"gate": GATE, "hyper_parameters": SMALL}
        (row,) = run(table, Inputs([date], {}, known), tmp_path, REASON, **config).rows.to_dict("records")
        described.append(load(open_store(str(tmp_path)), row["model_id"]).metadata)
    assert described[0] == described[1]


def test_the_evaluation_measures_all_systems_on_the_same_rows(world: tuple) -> None:
    scores = world[1]["model_evaluation"]
    mae = scores[scores["metric"].eq("mae") & scores["population"].eq("all")].set_index("system")
    assert set(TRAINERS) | {"ensemble_v1", "hand_rules", "zone_matchup_v1"} <= set(mae.index)
    assert (mae["rows"] == 180).all()
    lined = scores[scores["population"].eq("with_line") & scores["system"].eq("market_line")]
    assert not lined.empty
    # One of the learned systems is champion: a challenger's paired difference to it must be there.
    pairs = scores[scores["metric"].eq("mae_difference") & scores["population"].eq("all")]
    learned = set(LEARNED)
    found = set(zip(pairs["system"], pairs["versus"], strict=True))
    assert found >= {(one, other) for one in learned for other in learned - {one}}
    assert pairs["high"].notna().all()


def test_the_evaluation_shows_every_system_in_numbers_and_in_a_picture(world: tuple) -> None:
    folder, tables = world
    built = run(EVALUATIONS[0], Inputs([DATE], {}, tables), folder)
    notes = built.notes[DATE]
    mae = tables["model_evaluation"]
    mae = mae[mae["population"].eq("all") & mae["metric"].eq("mae")]
    assert {f"mae_{system}" for system in mae["system"]} | {"picture"} == set(notes)
    assert notes["picture"].value.startswith("![MAE of every system](data:image/png;base64,iVBOR")
    again = run(EVALUATIONS[0], Inputs([DATE], {}, tables), folder)
    assert again.notes[DATE]["picture"] == notes["picture"]


def test_every_learned_system_has_a_distribution_that_is_measured(world: tuple) -> None:
    folder, tables = world
    scores = tables["model_evaluation"]
    shapes = scores[scores["metric"].isin(METRICS)]
    assert set(shapes["system"]) == {*LEARNED, "market_line"}  # the line has odds alone, by its prices
    everyone = shapes[shapes["population"].eq("all")].set_index(["system", "metric"])
    assert set(everyone.index.get_level_values("metric")) == set(METRICS)
    assert (everyone["low"] < everyone["high"]).all()
    predictions = load_oof_predictions(open_store(str(folder)), tables["points_quantile"]["model_id"][0])
    test = predictions[predictions["side"].eq("test")]
    inside = test["actual"].between(test["low_80"], test["high_80"]).mean()
    for name in LEARNED:
        assert everyone.loc[(name, "log_loss"), "value"] > 0, f"{name} has no odds"
    found = everyone.loc[("points_quantile", "coverage_80")]
    assert found["value"] == pytest.approx(inside) and found["rows"] == len(test) == 180
    decided = test["line"].notna() & test["actual"].ne(test["line"])
    assert everyone.loc[("ensemble_v1", "log_loss"), "rows"] == decided.sum() < 180


def test_the_ensemble_is_measured_with_the_distribution_that_it_serves(world: tuple) -> None:
    folder, tables = world
    store = open_store(str(folder))
    ids = {name: tables[name]["model_id"][0] for name in TRAINERS}
    predictions = oof_predictions(store, ids)
    own, calibration = (load(store, ids[name]).calibration for name in ("xgboost_v1", "points_quantile"))
    weights = EnsembleWeights(
        weights={"xgboost_v1": 1.0}, line_weights={"xgboost_v1": 1.0, "market_line": 0.0}, rows=1,
        line_rows=0, validation_mae=4.0,
    )  # fmt: skip
    content = StoredEnsemble(
        weights=weights, calibration=calibration, members={"xgboost_v1": "x"}, market="vegas_points_line"
    )
    ensembles, calibrations = {"ensemble_v1": content}, {"xgboost_v1": own}
    scores = system_scores(predictions, tables["ml_feature_store_v3"], ensembles, calibrations)
    measured = scores[scores["population"].eq("all") & scores["metric"].eq("coverage_80")]
    found = measured.set_index("system")["value"]
    test = predictions[predictions["side"].eq("test")]
    around = distribution_around(test["xgboost_v1"], test["line"], calibration)
    inside = test["actual"].between(around["low_80"], around["high_80"]).mean()
    assert found["ensemble_v1"] == pytest.approx(inside) and found["xgboost_v1"] != found["ensemble_v1"]


def test_a_page_is_written_of_every_learned_system_and_a_missing_model_is_named(
    world: tuple, tmp_path: Path
) -> None:
    """The ensemble once had none: its artefact holds weights, and the page asked for a learner."""
    (tmp_path / "models").mkdir()
    copy_models(world[0], tmp_path / "models")
    settings = Settings(lake=str(tmp_path))
    for name in (*TRAINERS, "ensemble_v1"):
        row = world[1][name].iloc[0]
        page = write_report(settings, row["model_id"], tmp_path / "page.html").read_text()
        assert row["model_id"] in page and f"{row['test_mae']:,.4f}" in page
    assert all(world[1][name]["model_id"][0] in page for name in MEDIANS)
    assert "coverage_80" in page and "weight with a line" in page
    with pytest.raises(ArtefactError, match=r"ensemble_v1_none\.json does not exist; materialize the model"):
        write_report(settings, "ensemble_v1_none", None)


def test_the_registry_records_a_refusal_and_a_champion_by_hand(world: tuple) -> None:
    folder, tables = world
    empty = TABLES["model_registry"].empty()
    inputs = Inputs([DATE], {}, tables | {"model_registry": empty})
    registry = stored("model_registry", run(EVALUATIONS[1], inputs, folder)).set_index("system")
    assert set(registry["state"]) == {"candidate"} and "ensemble_v1" in registry.index
    assert registry.loc["points_quantile", "reason"].startswith("refused")
    requested = {c["name"] for c in json.loads(registry.loc["points_quantile", "criteria"])}
    assert {"beats hand_rules", "gap between sides", "bias", "shadow"} <= requested
    chosen = run(EVALUATIONS[1], inputs, folder, champion="xgboost_v1", reason="a test")
    by_hand = stored("model_registry", chosen).set_index("system")
    assert by_hand.loc["xgboost_v1", "state"] == "champion"
    assert by_hand.loc["xgboost_v1", "by_hand"] and by_hand["by_hand"].sum() == 1
    with pytest.raises(ValueError, match="needs a reason"):
        run(EVALUATIONS[1], inputs, folder, champion="xgboost_v1")


def test_a_date_computed_anew_keeps_the_champion_a_person_chose(world: tuple, tmp_path: Path) -> None:
    folder, tables = world
    copy_models(folder, tmp_path)
    inputs = Inputs([DATE], {}, tables | {"model_registry": TABLES["model_registry"].empty()})
    chosen = run(EVALUATIONS[1], inputs, tmp_path, champion="xgboost_v1", reason="a test")
    schema = TABLES["model_registry"]
    rows = schema.to_arrow(schema.conform(chosen.rows))  # type: ignore[arg-type]
    Lake(open_store(str(tmp_path / "lake"))).write(schema.name, rows, {DATE: Stamp("c", "s", "i", "{}")})
    again = stored("model_registry", run(EVALUATIONS[1], inputs, tmp_path)).set_index("system")
    assert again.loc["xgboost_v1", "state"] == "champion" and again.loc["xgboost_v1", "reason"] == "a test"
    other = run(EVALUATIONS[1], inputs, tmp_path, champion="catboost_v8", reason="another test")
    assert stored("model_registry", other).set_index("system").loc["catboost_v8", "state"] == "champion"


def test_a_system_that_the_code_no_longer_has_leaves_the_registry(world: tuple) -> None:
    """An older lake names it, as champion that a person chose: nothing of it is trained or predicted."""
    folder, tables = world
    inputs = Inputs([DATE], {}, tables | {"model_registry": TABLES["model_registry"].empty()})
    first = stored("model_registry", run(EVALUATIONS[1], inputs, folder))
    gone = first[first["system"].eq("xgboost_v1")].assign(system="xgboost_v5", state="champion", by_hand=True)
    older = pd.concat([first, gone], ignore_index=True).assign(game_date=DAY - pd.Timedelta(days=1))
    own = gone.assign(since=DATE.isoformat())
    inputs = Inputs([DATE], {}, tables | {"model_registry": older}, own=own)
    made = EVALUATIONS[1].compute(context(folder, {}, ""), inputs)
    assert isinstance(made, Built)
    assert sorted(stored("model_registry", made)["system"]) == sorted(CANDIDATES)


def evenings(features: pd.DataFrame, dates: list[dt.date]) -> pd.DataFrame:
    """The rows of DATE, once for each date, as games of their own."""
    own = features[features["game_date"] == DAY]
    every = [own.assign(game_date=pd.Timestamp(date), game_id=own["game_id"].str[:-2] + date.strftime("%d"))
             for date in dates]  # fmt: skip
    return pd.concat(every, ignore_index=True).astype({"game_date": "datetime64[ns]", "game_id": "string"})


def predicted(
    world: tuple,
    folder: Path,
    dates: list[dt.date] | None = None,
    config: dict[str, Any] | None = None,
    status: str = "final",
    **changes: Any,
) -> pd.DataFrame:
    _, tables = world
    dates = dates or [DATE]
    tonight = {n: evenings(tables[n], dates) for n in ("ml_feature_store_v2", "ml_feature_store_v3")}
    rows = tonight["ml_feature_store_v2"]
    players = rows[["game_date", "game_id", "player_id"]].assign(
        player_name="A. Player", is_late_addition=False, injury_status="Available",
        points_line=rows["vegas_points_line"],
        line_captured_at=pd.to_datetime([pd.NaT] * len(rows), utc=True),
    )  # fmt: skip
    games = rows.drop_duplicates("game_id")[["game_date", "game_id"]]
    schedule = games.assign(status=status, tipoff_utc=pd.to_datetime([pd.NaT] * len(games), utc=True))
    offered = players[players["points_line"].notna()]
    lines = TABLES["raw_player_points_lines"].empty().reindex(range(2 * len(offered))).assign(
        game_id=[*offered["game_id"]] * 2, player_id=pd.array([*offered["player_id"]] * 2, dtype="Int64"),
        book=["one"] * len(offered) + ["two"] * len(offered), line=[*offered["points_line"]] * 2,
        captured_at=pd.Timestamp("2024-12-20 16:00", tz="UTC"), captured_before_tipoff=True,
        over_price=-110.0, under_price=[-110.0] * len(offered) + [250.0] * len(offered),
    )  # fmt: skip
    frames = {
        "ml_feature_store_v2": rows, "upcoming_player_game_context": players, "raw_schedule": schedule,
        "raw_player_points_lines": lines,
    }  # fmt: skip
    past = {n: tables[n] for n in LEARNED} | {
        "ml_feature_store_v3": tonight["ml_feature_store_v3"],
        "model_registry": TABLES["model_registry"].empty(),
    }
    made = run(PREDICTIONS[0], Inputs(dates, frames, past | changes), folder, **(config or {}))
    return stored("player_prop_predictions", made)


def test_every_system_predicts_every_player_and_names_its_model(world: tuple) -> None:
    rows = predicted(world, world[0])
    assert set(rows["system"]) == set(SYSTEMS) and len(rows) == 30 * len(SYSTEMS)
    learned = rows[rows["system"].isin(TRAINERS)]
    assert learned["predicted_points"].notna().all()
    assert (
        learned["model_id"] == learned["system"].map({n: world[1][n]["model_id"][0] for n in TRAINERS})
    ).all()
    quantile = rows[rows["system"].isin(["points_quantile", "ensemble_v1", "market_anchored"])]
    assert (quantile["prob_over"].notna() == quantile["line"].notna()).all()
    assert (quantile["q10"] <= quantile["q90"]).all()


def test_a_run_may_set_what_a_recommendation_must_clear(world: tuple) -> None:
    own = {"system": "season_average", "edge_points": 0.0, "probability": 0.5}
    unreachable = {"edge_points": 60.0, "probability": 0.5, "expected_value": 3.0}
    config = {"default": unreachable, "by_system": [own]}
    rows = predicted(world, world[0], config=config)
    lined = rows[rows["line"].notna()].groupby("system")["recommendation"].agg(set)
    assert all(sides == {"PASS"} for sides in lined.drop("season_average"))
    assert lined["season_average"] & {"OVER", "UNDER"}
    taken = predicted(world, world[0])
    taken = taken[taken["system"].eq("market_anchored") & taken["recommendation"].eq("UNDER")]
    assert set(taken["book"]) == {"two"} and set(taken["price"]) == {250.0}
    with pytest.raises(ValueError, match="no prediction system nobody"):
        predicted(world, world[0], config={"by_system": [own | {"system": "nobody"}]})
    with pytest.raises(ValueError, match="probability"):
        predicted(world, world[0], config={"default": {"probability": 0.2}})


def test_an_ensemble_serves_the_members_it_was_weighed_with_or_nothing(world: tuple) -> None:
    """Monday's weights once met Tuesday's member."""
    folder, tables = world
    store = open_store(str(folder))
    member = weighed_member(world)
    monday = load(store, str(tables[member]["model_id"][0]))
    tuesday = replace(monday, metadata=monday.metadata | {"model_id": f"{member}_tuesday"})
    save(tuesday, store)
    trained = tables[member].assign(model_id=tuesday.model_id)
    rows = predicted(world, folder, **{member: trained})
    own = rows[rows["system"].eq("ensemble_v1")]
    assert own["predicted_points"].isna().all()
    assert own["reason"].eq(f"weighed with {monday.model_id}, served is {tuesday.model_id}").all()
    assert rows.loc[rows["system"].eq(member), "predicted_points"].notna().all()


def weighed_member(world: tuple) -> str:
    """A member with weight."""
    folder, tables = world
    stored = load_document(
        ensemble.StoredEnsemble, open_store(str(folder)), tables["ensemble_v1"]["model_id"][0]
    )
    return ensemble.members_used(stored.weights)[0]


def registry(champion: str, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    names = LEARNED
    return pd.DataFrame({
        "game_date": DAY, "system": names, "model_id": [tables[name]["model_id"][0] for name in names],
        "state": ["champion" if name == champion else "shadow" for name in names],
        "share": None, "replaced": None,
    }).astype({"game_date": "datetime64[ns]"})  # fmt: skip


def test_the_registry_decides_who_is_served(world: tuple) -> None:
    unknown_player = predicted(world, world[0])
    assert set(unknown_player.loc[unknown_player["role"].eq("baseline"), "system"]) == {
        "season_average", "last_10_average", "core_average", "projected_points_2", "hand_rules",
    }  # fmt: skip
    assert not unknown_player["role"].eq("champion").any()
    for champion in ("catboost_v8", "ensemble_v1"):
        rows = predicted(world, world[0], model_registry=registry(champion, world[1]))
        assert set(rows.loc[rows["role"].eq("champion"), "system"]) == {champion}
        assert rows["role"].eq("champion").sum() == 30
    later = registry("catboost_v8", world[1]).assign(game_date=DAY + pd.Timedelta(days=1))
    assert not predicted(world, world[0], model_registry=later)["role"].eq("champion").any()


def test_a_served_prediction_names_the_three_features_that_add_the_most(world: tuple) -> None:
    known = {"model_registry": registry("ensemble_v1", world[1])}
    rows = predicted(world, world[0], status="scheduled", **known)
    assert set(rows.loc[rows["largest_contributions"].notna(), "role"]) == {"champion"}
    served = rows[rows["role"].eq("champion")].set_index(["game_id", "player_id"])
    features = evenings(world[1]["ml_feature_store_v3"], [DATE]).set_index(["game_id", "player_id"])
    inputs = features.loc[served.index].assign(line=served["line"])
    adds = Contributions(open_store(str(world[0]))).of(served["model_id"].iloc[0], inputs)
    assert adds is not None and adds.sum(axis=1).to_numpy() == pytest.approx(
        served["predicted_points"].to_numpy(), abs=1e-3
    )
    for key, text in served["largest_contributions"].items():
        expected = adds.loc[key].drop("start").sort_values(key=abs, ascending=False)[:3]
        assert text == "|".join(f"{name} {value:+.2f}" for name, value in expected.items())
    assert predicted(world, world[0], **known)["largest_contributions"].isna().all()  # a backfill


def test_without_extended_features_the_systems_that_read_them_are_silent(world: tuple) -> None:
    none = TABLES["ml_feature_store_v3"].empty()
    rows = predicted(world, world[0], ml_feature_store_v3=none)
    assert set(rows["system"]) == {
        "season_average", "last_10_average", "core_average", "hand_rules", "moving_average", "xgboost_v1",
        "catboost_v8",
    }  # fmt: skip


def test_a_range_equals_its_dates_one_by_one(world: tuple) -> None:
    dates = [DATE, DATE + dt.timedelta(days=1), DATE + dt.timedelta(days=2)]
    extended = evenings(world[1]["ml_feature_store_v3"], [dates[0], dates[2]])
    # Of the last date one player has no extended features: its models would take him for all NULL.
    extended = extended[:-1]
    together = predicted(world, world[0], dates, ml_feature_store_v3=extended)
    alone = [
        predicted(world, world[0], [date],
                  ml_feature_store_v3=extended[extended["game_date"] == pd.Timestamp(date)])
        for date in dates
    ]  # fmt: skip
    pd.testing.assert_frame_equal(together, pd.concat(alone, ignore_index=True))
    assert [rows["system"].nunique() for rows in alone] == [len(SYSTEMS), 7, 7]


def test_a_model_of_code_with_other_features_predicts_nothing_and_the_others_do(
    world: tuple, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FEATURE_SETS, VERSION_LINEUPS, FEATURE_SETS[VERSION_LINEUPS][1:])
    rows = predicted(world, world[0]).set_index("system")
    assert rows.loc["lineup_aware", "predicted_points"].isna().all()
    assert rows.loc["lineup_aware", "reason"].str.startswith("model refused: the frame's features").all()
    assert rows.loc["xgboost_v1", "predicted_points"].notna().all()


def test_a_damaged_model_predicts_nothing_and_is_not_replaced(world: tuple, tmp_path: Path) -> None:
    copy_models(world[0], tmp_path)
    member = weighed_member(world)
    (tmp_path / world[1][member]["artefact"][0]).write_bytes(b"damaged")
    rows = predicted(world, tmp_path).set_index("system")
    assert rows.loc[member, "predicted_points"].isna().all()
    assert rows.loc[member, "reason"].str.startswith("model refused").all()
    assert rows.loc["ensemble_v1", "reason"].str.startswith(f"weighed with {member}").all()
    assert rows.loc["xgboost_v1", "predicted_points"].notna().all()
