"""Prediction rows: who gets one, the recommendation, what is known when."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtr, ndtri

from nba_assets.domain.feature_store import feature_registry
from nba_assets.modeling.fitting.artefacts import ModelArtefact
from nba_assets.modeling.fitting.distribution import Calibration, distribution_rows
from nba_assets.modeling.inputs import TEXT, FeatureNamesError, feature_columns, row_hashes
from nba_assets.modeling.systems.catalog import (
    BASELINES,
    OF_LINEUPS,
    SYSTEMS,
    Ensemble,
    Model,
    Rule,
    model_output,
    rule_output,
    unavailable_output,
)
from nba_assets.modeling.systems.predicting import (
    PREDICTION_COLUMNS,
    FutureModelError,
    SystemOutput,
    is_pregame,
    predict,
    prediction_rows,
)
from nba_assets.modeling.systems.recommending import (
    OFFERS,
    RECOMMENDED,
    PredictionConfig,
    SystemThresholds,
    recommend,
)
from nba_assets.schemas.feature_store import ML_FEATURE_STORE_V2
from nba_assets.schemas.predictions import PLAYER_PROP_PREDICTIONS

Store = Callable[..., tuple[pd.DataFrame, pd.DataFrame]]
NOW = pd.Timestamp("2025-01-10 17:00", tz="UTC")
GAME_DATE = pd.Timestamp("2025-01-10")


@pytest.fixture
def features(store: Store) -> pd.DataFrame:
    """Six players of one date after the model of the tests."""
    frame, _ = store(1, 6)
    return frame.assign(game_date=GAME_DATE)


@pytest.fixture
def context(features: pd.DataFrame) -> pd.DataFrame:
    frame = features[["game_date", "game_id", "player_id"]].assign(
        player_name=[f"Player {i}" for i in range(6)],
        is_late_addition=[False, False, False, False, False, True],
        injury_status=["Out", "Doubtful", "Questionable", None, None, None],
        points_line=[20.5, 20.5, 20.5, 20.5, None, 20.5],
        line_captured_at=pd.Timestamp("2025-01-10 16:00", tz="UTC"),
    )
    return frame.sample(frac=1, random_state=1)


def fixed(features: pd.DataFrame, points: float | list[float], **columns: object) -> SystemOutput:
    rows = pd.DataFrame(
        {"predicted_points": points, "missing_terms": "", "reason": None, **columns}, index=features.index
    )
    return SystemOutput("fixed", rows, ("points_avg_season",))


def predicted(
    features: pd.DataFrame,
    context: pd.DataFrame,
    outputs: dict[str, SystemOutput],
    config: PredictionConfig,
    predicted_at: pd.Timestamp | None = NOW,
    offers: Sequence[tuple[int, str, float, float | None, float | None]] = (),
) -> pd.DataFrame:
    games = features["game_id"].drop_duplicates()
    schedule = pd.DataFrame({"game_id": games, "tipoff_utc": pd.Timestamp("2025-01-11 00:30", tz="UTC")})
    of_game = features.set_index("player_id")["game_id"]
    quoted = pd.DataFrame([(of_game[offer[0]], *offer) for offer in offers], columns=list(OFFERS))
    quoted = quoted.astype(
        {"game_id": TEXT, "player_id": "int64", "over_price": "float64", "under_price": "float64"}
    )
    return prediction_rows(
        features, context, outputs, config, offers=quoted, schedule=schedule, predicted_at=predicted_at
    )


def test_out_and_late_additions_get_no_row_and_doubtful_is_flagged(
    features: pd.DataFrame, context: pd.DataFrame
) -> None:
    rows = predicted(features, context, {"fixed": fixed(features, 25.0)}, PredictionConfig())
    assert rows["player_id"].tolist() == [1001, 1002, 1003, 1004]
    assert rows["is_doubtful"].tolist() == [True, False, False, False]
    assert tuple(rows.columns) == PREDICTION_COLUMNS
    assert rows["player_name"].tolist() == ["Player 1", "Player 2", "Player 3", "Player 4"]


def test_edge_and_recommendation(features: pd.DataFrame, context: pd.DataFrame) -> None:
    output = fixed(features, [0.0, 22.5, 18.5, 22.4, 30.0, 0.0])
    rows = predicted(features, context, {"fixed": output}, PredictionConfig())
    assert rows["recommendation"].tolist() == ["OVER", "UNDER", "PASS", "NO_LINE"]
    assert rows["edge"].iloc[:3].tolist() == pytest.approx([2.0, -2.0, 1.9])
    assert np.isnan(rows["edge"].iloc[3])
    assert rows["line"].isna().tolist() == [False, False, False, True]
    assert rows[["q10", "q25", "q50", "q75", "q90", "prob_over"]].isna().all(axis=None)


def test_a_system_may_have_its_own_threshold(features: pd.DataFrame, context: pd.DataFrame) -> None:
    config = PredictionConfig(by_system={"fixed": SystemThresholds(edge_points=5.0)})
    rows = predicted(features, context, {"fixed": fixed(features, 24.0)}, config)
    assert rows["recommendation"].tolist() == ["PASS", "PASS", "PASS", "NO_LINE"]


@pytest.mark.parametrize(
    ("edge", "prob_over", "expected"),
    [
        (3.0, 0.60, "OVER"),
        (3.0, 0.51, "PASS"),
        (-3.0, 0.40, "UNDER"),
        (-3.0, 0.49, "PASS"),
        (-3.0, 0.90, "PASS"),
        (1.0, 0.90, "PASS"),
        (np.nan, 0.90, "PASS"),
    ],
)
def test_a_distribution_must_agree_with_the_edge(edge: float, prob_over: float, expected: str) -> None:
    own = SystemThresholds()
    found = recommend(
        pd.Series([edge]), pd.Series([20.5]), pd.Series([prob_over]), own.edge_points, own.probability
    )
    assert found.tolist() == [expected]


def test_a_zero_edge_is_never_a_side_even_with_a_zero_threshold() -> None:
    found = recommend(pd.Series([0.0]), pd.Series([20.5]), pd.Series([np.nan]), 0.0, 0.5)
    assert found.tolist() == ["PASS"]


PLAIN = Calibration(
    residuals=((-6, 0, 0), (-3, 0, 0), (3, 0, 0), (6, 0, 0)), line_intercept=0.0, line_slope=1.0,
    rows=1, line_rows=0,
)  # fmt: skip


def distributed(features: pd.DataFrame, points: float) -> SystemOutput:
    """A system whose median is the same for everyone, with its distribution around it."""
    line = pd.Series(20.5, index=features.index)
    shape = distribution_rows(np.full(len(features), points), line, PLAIN).drop(columns="predicted_points")
    output = fixed(features, points, **{str(name): shape[name] for name in shape})
    return replace(output, calibration=PLAIN)


def test_the_side_follows_from_the_best_expected_value_over_the_books(
    features: pd.DataFrame, context: pd.DataFrame
) -> None:
    offers = [
        (1001, "low", 20.5, -110.0, -110.0),
        (1001, "lower", 19.5, -125.0, 100.0),
        (1002, "dear", 20.5, -300.0, -400.0),
        (1003, "even", 21.0, 250.0, -400.0),
    ]
    system = {"fixed": distributed(features, 21.0)}
    rows = predicted(features, context, system, PredictionConfig(), offers=offers).set_index("player_id")
    assert rows["recommendation"].to_dict() == {1001: "OVER", 1002: "PASS", 1003: "OVER", 1004: "NO_LINE"}

    # The median is 21, the quartile 3 below it: 19.5 lies half way there.
    taken = rows.loc[1001]
    chance = 1 - ndtr(ndtri(0.25) * 0.5)
    assert (taken["book"], taken["offered_line"], taken["price"]) == ("lower", 19.5, -125.0)
    assert taken["expected_value"] == pytest.approx(chance * 1.8 - 1)
    assert taken["fair_probability"] == pytest.approx((125 / 225) / (125 / 225 + 0.5))
    assert taken["stake"] == pytest.approx(min(0.02, 0.25 * taken["expected_value"] / 0.8))

    refused = rows.loc[1002]
    assert refused[["book", "offered_line", "price", "fair_probability"]].isna().all()
    assert refused["expected_value"] < 0 and refused["stake"] == 0

    # A line of 21 is whole: exactly 21 returns the stake, and the sides are even.
    push = ndtr(ndtri(0.75) / 6) - ndtr(-ndtri(0.75) / 6)
    assert rows.loc[1003, "expected_value"] == pytest.approx((1 - push) * (0.5 * 2.5 - 0.5))
    assert rows.loc[1003, "stake"] == 0.02
    assert rows.loc[1004, list(RECOMMENDED[1:])].isna().all()


def test_without_a_price_nothing_is_assumed_of_it(features: pd.DataFrame, context: pd.DataFrame) -> None:
    offers = [
        (1001, "one", 20.5, None, None), (1001, "other", 21.5, None, None),
        (1002, "priced", 20.5, None, -120.0), (1003, "high", 23.5, None, None),
    ]  # fmt: skip
    system = {"fixed": distributed(features, 25.0)}
    rows = predicted(features, context, system, PredictionConfig(), offers=offers).set_index("player_id")
    assert rows["recommendation"].to_dict() == {1001: "OVER", 1002: "PASS", 1003: "OVER", 1004: "NO_LINE"}
    assert rows.loc[1001, "book"] == "one"  # the line that is easier to exceed
    assert rows.loc[1001, ["price", "fair_probability", "expected_value", "stake"]].isna().all()
    assert rows.loc[1002, "expected_value"] < 0  # of the one side that has a price
    assert rows.loc[1003, "offered_line"] == 23.5


def test_a_rule_takes_the_best_line_of_its_side_then_the_best_price(
    features: pd.DataFrame, context: pd.DataFrame
) -> None:
    offers = [
        (1001, "a", 21.5, -110.0, -110.0), (1001, "b", 21.5, -115.0, -105.0), (1001, "c", 20.5, 150.0, 150.0),
    ]  # fmt: skip
    rows = predicted(features, context, {"fixed": fixed(features, 15.0)}, PredictionConfig(), offers=offers)
    taken = rows.set_index("player_id").loc[1001]
    assert (taken["recommendation"], taken["book"], taken["price"]) == ("UNDER", "b", -105.0)
    assert pd.isna(taken["expected_value"]) and pd.isna(taken["stake"])


def test_a_distribution_is_carried_through(features: pd.DataFrame, context: pd.DataFrame) -> None:
    output = fixed(features, 25.0, q10=15.0, q90=33.0, low_80=15.0, prob_over=0.7)
    rows = predicted(features, context, {"fixed": output}, PredictionConfig())
    assert rows[["q10", "low_80"]].eq(15.0).all(axis=None)
    assert rows["q50"].isna().all()
    assert rows["recommendation"].tolist() == ["OVER", "OVER", "OVER", "NO_LINE"]


def test_systems_that_cannot_predict_keep_their_rows_and_give_the_reason(
    features: pd.DataFrame, context: pd.DataFrame
) -> None:
    features.loc[1, "points_avg_last_5"] = np.nan
    rule = SYSTEMS["hand_rules"]
    assert isinstance(rule, Rule)
    outputs = {
        "hand_rules": rule_output(rule, features),
        "xgboost_v1": unavailable_output("xgboost_v1", features, "no champion"),
    }
    rows = predicted(features, context, outputs, PredictionConfig())
    assert rows["system"].tolist() == ["hand_rules", "xgboost_v1"] * 4
    first = rows.iloc[0]
    assert np.isnan(first["predicted_points"])
    assert first["reason"] == "missing points_avg_last_5"
    assert first["recommendation"] == "PASS"
    assert rows["reason"].iloc[2::2].isna().all()
    model = rows[rows["system"].eq("xgboost_v1")]
    assert model["reason"].eq("no champion").all()
    assert model[["predicted_points", "model_id", "feature_hash"]].isna().all(axis=None)


def test_a_model_writes_its_id_and_horizon(
    features: pd.DataFrame, context: pd.DataFrame, artefact: ModelArtefact
) -> None:
    output = model_output(artefact, features)
    rows = predicted(features, context, {"xgboost_v1": output}, PredictionConfig())
    assert (
        rows["predicted_points"].tolist()
        == predict(artefact, features)["predicted_points"].iloc[1:5].tolist()
    )
    assert rows["model_id"].eq(artefact.model_id).all()
    assert rows["model_trained_through"].eq("2024-12-19").all()
    assert rows["feature_hash"].tolist() == row_hashes(features, artefact.feature_names).iloc[1:5].tolist()
    absent = features["injury_risk"].isna().iloc[1:5]
    assert rows["missing_terms"].eq("injury_risk").tolist() == absent.tolist()


@pytest.mark.parametrize("day", [date(2024, 12, 19), date(2024, 11, 1)])
def test_a_model_may_not_predict_a_date_it_knows(
    features: pd.DataFrame, context: pd.DataFrame, artefact: ModelArtefact, day: date
) -> None:
    past = features.assign(game_date=pd.Timestamp(day))
    output = model_output(artefact, past)
    with pytest.raises(FutureModelError, match="may not predict"):
        predicted(past, context, {"xgboost_v1": output}, PredictionConfig())


def test_other_features_are_refused(features: pd.DataFrame, artefact: ModelArtefact) -> None:
    with pytest.raises(FeatureNamesError, match="missing: home_away"):
        predict(artefact, features.drop(columns="home_away"))


def test_a_player_without_context_stops_the_run(features: pd.DataFrame, context: pd.DataFrame) -> None:
    short = context[context["player_id"] != 1003]
    with pytest.raises(ValueError, match="1 feature rows have no context row"):
        predicted(features, short, {"fixed": fixed(features, 1.0)}, PredictionConfig())


def test_an_output_over_other_rows_is_refused(features: pd.DataFrame, context: pd.DataFrame) -> None:
    output = fixed(features.iloc[1:], 1.0)
    with pytest.raises(ValueError, match="not of these feature rows"):
        predicted(features, context, {"fixed": output}, PredictionConfig())


def test_feature_order_and_context_order_do_not_change_the_rows(
    features: pd.DataFrame, context: pd.DataFrame, artefact: ModelArtefact
) -> None:
    shuffled = features.sample(frac=1, random_state=5)
    first, second = (
        predicted(frame, context, {"xgboost_v1": model_output(artefact, frame)}, PredictionConfig())
        for frame in (features, shuffled)
    )
    pd.testing.assert_frame_equal(first, second)


def test_a_prediction_is_stamped_and_a_backfill_is_marked(
    features: pd.DataFrame, context: pd.DataFrame
) -> None:
    outputs = {"fixed": fixed(features, 1.0)}
    live = predicted(features, context, outputs, PredictionConfig())
    late = predicted(features, context, outputs, PredictionConfig(), NOW + pd.Timedelta(days=1))
    backfill = predicted(features, context, outputs, PredictionConfig(), None)
    assert live["predicted_at"].eq(NOW).all()
    assert live["is_pregame"].tolist() == [True] * 4
    assert late["is_pregame"].tolist() == [False] * 4
    assert backfill["predicted_at"].isna().all()
    assert backfill["is_pregame"].tolist() == [False] * 4
    assert live.dtypes.equals(backfill.dtypes)
    with pytest.raises(ValueError, match="time zone"):
        predicted(features, context, outputs, PredictionConfig(), pd.Timestamp("2025-01-10"))


def test_rows_have_the_columns_and_types_of_the_table(
    features: pd.DataFrame, context: pd.DataFrame, artefact: ModelArtefact
) -> None:
    outputs = {
        "fixed": fixed(features, 1.0),
        "none": unavailable_output("none", features, "no champion"),
        "xgboost_v1": model_output(artefact, features),
    }
    rows = predicted(features, context, outputs, PredictionConfig())
    declared = {f.name: pd.api.types.pandas_dtype(f.frame_type) for f in PLAYER_PROP_PREDICTIONS.own_fields}
    del declared["role"], declared["largest_contributions"]  # of the served, whom the registry names
    assert tuple(rows.columns) == ("game_date", *declared)
    assert rows.drop(columns="game_date").dtypes.to_dict() == declared


def test_an_empty_slate_gives_no_rows(
    features: pd.DataFrame, context: pd.DataFrame, artefact: ModelArtefact
) -> None:
    none = features.iloc[:0]
    output = model_output(artefact, none)
    rows = predicted(none, context, {"xgboost_v1": output}, PredictionConfig())
    assert rows.empty
    assert tuple(rows.columns) == PREDICTION_COLUMNS


@pytest.mark.parametrize(
    ("tipoff", "predicted_at", "expected"),
    [
        ("2025-01-11 00:30", "2025-01-11 00:29", True),
        ("2025-01-11 00:30", "2025-01-11 00:30", False),
        (None, "2025-01-10 04:59", True),  # before midnight Eastern of the game date
        (None, "2025-01-10 05:00", None),  # the date has begun: nobody knows
        (None, "2025-01-11 04:59", None),
        (None, "2025-01-11 05:00", False),  # the date is over
    ],
)
def test_pregame_is_null_where_it_cannot_be_known(
    tipoff: str | None, predicted_at: str, expected: bool | None
) -> None:
    found = is_pregame(
        pd.Series([GAME_DATE]),
        pd.Series(pd.to_datetime([tipoff], utc=True)),
        pd.Timestamp(predicted_at, tz="UTC"),
    )
    assert found.dtype == "boolean"
    assert (found.iloc[0] is pd.NA) if expected is None else (found.iloc[0] == expected)


def test_feature_hash_depends_on_values_names_and_order_only() -> None:
    frame = pd.DataFrame({"a": [1.0, 0.0, np.nan], "b": [2.0, 3.0, 4.0]}, index=[5, 6, 7])
    hashes = row_hashes(frame, ["a", "b"])
    assert hashes.str.fullmatch("[0-9a-f]{16}").all()
    assert hashes.nunique() == 3
    assert row_hashes(frame.iloc[[2]].reset_index(drop=True), ["a", "b"]).iloc[0] == hashes.iloc[2]
    assert row_hashes(frame.assign(a=[1.0, -0.0, None]), ["a", "b"]).tolist() == hashes.tolist()
    assert not set(row_hashes(frame, ["b", "a"])) & set(hashes)
    assert not set(row_hashes(frame.rename(columns={"a": "c"}), ["c", "b"])) & set(hashes)


def test_the_hash_is_the_same_in_every_process() -> None:
    """A value written down: a library that hashes otherwise after an upgrade fails here by name."""
    assert row_hashes(pd.DataFrame({"a": [1.0]}), ["a"]).tolist() == ["4c8f88f5912c045f"]


def test_the_registry_names_every_system_once() -> None:
    rules = ["season_average", "last_10_average", "core_average", "projected_points_2", "hand_rules",
             "moving_average", "zone_matchup_v1", "similarity_balanced_v1"]  # fmt: skip
    models = ["xgboost_v1", "catboost_v8", "xgboost_extended", "lineup_aware", "points_quantile"]
    assert list(SYSTEMS) == [*rules, *models, "ensemble_v1", "market_anchored", "lineups_anchored"]
    assert OF_LINEUPS == ("lineup_aware", "lineups_anchored")
    assert [rule.name for rule in BASELINES] == rules[:5]
    assert all(name == system.name for name, system in SYSTEMS.items())
    assert [system.kind for system in SYSTEMS.values()] == ["rule"] * 8 + ["model"] * 5 + ["ensemble"] * 3
    model = SYSTEMS["xgboost_v1"]
    assert isinstance(model, Model)
    assert model.feature_set == "v2_33features"
    assert len(model.inputs) == 33
    known = {feature.name for feature in feature_registry.EXTENDED}
    for system in SYSTEMS.values():
        names = system.members if isinstance(system, Ensemble) else system.inputs
        assert names and set(names) <= (set(SYSTEMS) if isinstance(system, Ensemble) else known)


def test_what_is_no_feature_in_the_store_is_known_as_such() -> None:
    """A new column of the store that is not listed here would make every model refuse the store."""
    store = pd.DataFrame(columns=list(ML_FEATURE_STORE_V2.columns))
    assert feature_columns(store) == feature_registry.NAMES
