"""Splits, rows, determinism of the fit, refusal of other features, retrain calendars."""

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_assets.modeling.evaluation.metrics import holdout_split_by_season
from nba_assets.modeling.fitting.training import (
    FittedModel,
    SplitError,
    XGBoostParams,
    chronological_split,
    fit_xgboost,
    judged_sides,
    retrain_dates,
)
from nba_assets.modeling.fitting.training_rows import left_out, training_rows
from nba_assets.modeling.inputs import DuplicateKeyError, FeatureNamesError, MissingColumnsError

Store = Callable[..., tuple[pd.DataFrame, pd.DataFrame]]


def model_bytes(fitted: FittedModel) -> bytes:
    return fitted.learner.to_bytes()


# --- split -----------------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(st.lists(st.integers(0, 400), min_size=3, max_size=300).filter(lambda days: len(set(days)) >= 3))
def test_no_date_is_on_two_sides_and_time_only_moves_forward(days: list[int]) -> None:
    dates = pd.Series(pd.Timestamp("2022-10-18") + pd.to_timedelta(days, unit="D"))
    split = chronological_split(dates)
    assert split.index.equals(dates.index)
    assert set(split) == {"train", "validation", "test"}
    spans = dates.groupby(split).agg(["min", "max"])
    assert spans.loc["train", "max"] < spans.loc["validation", "min"]
    assert spans.loc["validation", "max"] < spans.loc["test", "min"]
    distinct = dates.groupby(split).nunique()
    assert abs(distinct["train"] - 0.70 * dates.nunique()) <= 2
    assert abs(distinct["test"] - 0.15 * dates.nunique()) <= 2


def test_shares_are_of_dates_and_binary_fractions_do_not_move_a_date() -> None:
    dates = pd.Series(pd.date_range("2024-01-01", periods=20))
    assert chronological_split(dates).value_counts().to_dict() == {"train": 14, "validation": 3, "test": 3}


def test_row_order_does_not_matter() -> None:
    dates = pd.Series(pd.date_range("2024-01-01", periods=20).repeat(3))
    shuffled = dates.sample(frac=1, random_state=1)
    assert chronological_split(shuffled).sort_index().equals(chronological_split(dates))


def test_a_fit_is_judged_on_as_many_of_its_last_dates_as_validation_has() -> None:
    dates = pd.Series(pd.date_range("2024-01-01", periods=20).repeat(2), index=range(7, 47))
    split = chronological_split(dates)
    judged = judged_sides(split, dates)
    assert judged.value_counts().to_dict() == {"train": 6, "validation": 6, "test": 6}
    pd.testing.assert_series_equal(judged, split[dates > "2024-01-11"])


@pytest.mark.parametrize("shares", [(0.7, 0.2, 0.2), (1.0, 0.0, 0.0)])
def test_shares_must_be_a_whole(shares: tuple[float, float, float]) -> None:
    with pytest.raises(SplitError, match="sum to 1"):
        chronological_split(pd.Series(pd.date_range("2024-01-01", periods=20)), shares)


def test_too_few_or_missing_dates_are_refused() -> None:
    with pytest.raises(SplitError, match="2 distinct dates"):
        chronological_split(pd.Series(pd.date_range("2024-01-01", periods=2)))
    with pytest.raises(SplitError, match="have no date"):
        chronological_split(pd.Series([pd.NaT, *pd.date_range("2024-01-01", periods=3)]))


# --- rows ------------------------------------------------------------------------------------------------


def test_training_rows_keep_missing_features_and_drop_what_may_not_teach(
    store: Store, feature_names: tuple[str, ...]
) -> None:
    features, results = store(1, 7)
    features.loc[0, "is_bootstrap"] = True
    results["minutes"] = results["minutes"].astype("Float64")
    results.loc[1, "minutes"] = pd.NA  # listed, did not play
    results.loc[2, "is_production_ready"] = False
    results = results.drop(index=3)  # no result
    features.loc[4, "is_late_addition"] = True
    features.loc[4, "is_production_ready"] = False
    features.loc[5, "points_avg_last_5"] = np.nan
    results.loc[6, "minutes"] = 0.0  # under 30 seconds in a feed of whole minutes: he played
    rows = training_rows(features, results, feature_names)
    assert rows["player_id"].tolist() == [1004, 1005, 1006]
    reasons = left_out(features, results)
    assert reasons[:4].tolist() == ["opening days", "did not play", "result not ready", "did not play"]
    assert reasons[4:].isna().all()
    assert np.isnan(rows.loc[1, "points_avg_last_5"])
    assert [name for name in rows.columns if name in feature_names] == list(feature_names)


def test_rows_whose_features_a_hole_moves_may_not_teach(store: Store, feature_names: tuple[str, ...]) -> None:
    """Two of his last ten games, or more than a twentieth of his season's, are missing."""
    features, results = store(2, 3)
    features["missing_history_games"] = [0, 1, 2, 6, 1, 2]
    features["missing_last_10_games"] = [0, 1, 1, 0, 0, 2]
    features["games_season"] = [40, 19, 37, 40, 18, 60]
    rows = training_rows(features, results, feature_names)
    taught = features.loc[[0, 1], ["game_date", "player_id"]]
    assert rows[["game_date", "player_id"]].to_numpy().tolist() == taught.to_numpy().tolist()
    with pytest.raises(MissingColumnsError, match="missing_last_10_games"):
        training_rows(features.drop(columns="missing_last_10_games"), results, feature_names)


def test_training_rows_refuse_absent_features_and_repeated_keys(
    store: Store, feature_names: tuple[str, ...]
) -> None:
    features, results = store(1, 3)
    with pytest.raises(MissingColumnsError, match="pace_score"):
        training_rows(features, results, (*feature_names, "pace_score"))
    with pytest.raises(DuplicateKeyError, match="player_game_summary: 3 rows"):
        training_rows(features, pd.concat([results, results]), feature_names)


def test_columns_of_the_store_that_are_no_features_never_reach_the_model(
    rows: pd.DataFrame, fitted: FittedModel, feature_names: tuple[str, ...]
) -> None:
    assert fitted.feature_names == feature_names
    assert not {"minutes", "pts", "is_late_addition"} & set(fitted.feature_names)


# --- fit -------------------------------------------------------------------------------------------------


def test_the_same_rows_in_any_order_give_the_same_bytes(
    rows: pd.DataFrame, fitted: FittedModel, small_params: XGBoostParams
) -> None:
    split = chronological_split(rows["game_date"])
    shuffled = rows.sample(frac=1, random_state=3)
    again = fit_xgboost(shuffled, small_params, split.sample(frac=1, random_state=4))
    assert model_bytes(again) == model_bytes(fitted)
    assert again.rows_hash == fitted.rows_hash
    reindexed = shuffled.reset_index(drop=True)
    third = fit_xgboost(reindexed, small_params, chronological_split(reindexed["game_date"]))
    assert model_bytes(third) == model_bytes(fitted)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("game_date", pd.Timestamp("2030-01-01")),
        ("game_id", "last"),
        ("player_id", 10**9),
        ("pts", 99),
        ("line", 1e-9),
        ("fatigue_score", 1e-9),
        ("fatigue_score", np.nan),
    ],
)
def test_one_changed_value_changes_the_rows_hash(
    rows: pd.DataFrame, fitted: FittedModel, small_params: XGBoostParams, column: str, value: object
) -> None:
    changed = rows.copy()
    changed.loc[changed.index[-1], column] = value
    again = fit_xgboost(changed, small_params, chronological_split(rows["game_date"]))
    assert again.rows_hash != fitted.rows_hash


def test_a_row_on_another_side_changes_the_rows_hash(
    rows: pd.DataFrame, fitted: FittedModel, small_params: XGBoostParams
) -> None:
    split = chronological_split(rows["game_date"])
    first = rows.loc[split.eq("validation"), "game_date"].min()
    later = split.mask(rows["game_date"].eq(first), "train")
    assert fit_xgboost(rows, small_params, later).rows_hash != fitted.rows_hash


def test_results_of_the_test_side_do_not_touch_the_booster(
    rows: pd.DataFrame, fitted: FittedModel, small_params: XGBoostParams
) -> None:
    split = chronological_split(rows["game_date"])
    changed = rows.assign(pts=rows["pts"].where(split.ne("test"), 99))
    assert model_bytes(fit_xgboost(changed, small_params, split)) == model_bytes(fitted)


def test_the_booster_is_cut_at_its_best_iteration(fitted: FittedModel) -> None:
    assert fitted.learner.booster.num_boosted_rounds() == fitted.best_iteration + 1
    assert fitted.trained_through == date(2024, 12, 19)
    assert fitted.fitted_through < fitted.trained_through
    assert sum(fitted.side_rows.values()) == 1200


def test_a_refit_learns_from_all_rows_and_the_first_fit_is_what_validation_and_test_judge(
    rows: pd.DataFrame, small_params: XGBoostParams
) -> None:
    split = chronological_split(rows["game_date"])
    again = small_params.model_copy(update={"refit": True})
    once, refitted = fit_xgboost(rows, small_params, split), fit_xgboost(rows, again, split)
    assert refitted.stopped is not None
    assert refitted.stopped.to_bytes() == once.learner.to_bytes() != refitted.learner.to_bytes()
    assert refitted.best_iteration == once.best_iteration
    assert (once.fitted_through < refitted.fitted_through) and refitted.fitted_through == date(2024, 12, 19)
    changed = rows.assign(pts=rows["pts"].where(split.ne("test"), 40))
    other = fit_xgboost(changed, again, split)
    assert other.stopped is not None
    assert other.stopped.to_bytes() == once.learner.to_bytes()
    assert other.learner.to_bytes() != refitted.learner.to_bytes()
    predictions = refitted.oof_predictions(rows, split)["predicted_points"]
    assert predictions.equals(once.predict(rows))


def test_what_is_kept_from_the_split_is_not_learned(rows: pd.DataFrame, small_params: XGBoostParams) -> None:
    split = chronological_split(rows["game_date"])
    known, again = split[split.ne("test")], small_params.model_copy(update={"refit": True})
    changed = rows.assign(pts=rows["pts"].where(split.ne("test"), 40))
    one, other = (fit_xgboost(each, again, known) for each in (rows, changed))
    assert one.learner.to_bytes() == other.learner.to_bytes()


def test_the_model_learns(rows: pd.DataFrame, fitted: FittedModel) -> None:
    test = rows[chronological_split(rows["game_date"]).eq("test")]
    error = (fitted.predict(test) - test["pts"]).abs().mean()
    spread = (test["pts"] - test["pts"].mean()).abs().mean()
    assert error < 0.6 * spread


def test_a_split_that_mixes_time_is_refused(rows: pd.DataFrame, small_params: XGBoostParams) -> None:
    split = chronological_split(rows["game_date"])
    last_of_train = split[split.eq("train")].index[-1]
    split[last_of_train] = "validation"  # one player of the date goes over, his team stays
    with pytest.raises(SplitError, match="share no date"):
        fit_xgboost(rows, small_params, split)
    with pytest.raises(SplitError, match="unknown sides <NA>"):
        fit_xgboost(rows, small_params, split.where(split.eq("train")))
    with pytest.raises(SplitError, match="only train"):
        fit_xgboost(rows, small_params, split[split.eq("train")].iloc[1:])


def test_a_repeated_player_game_is_refused(rows: pd.DataFrame, small_params: XGBoostParams) -> None:
    twice = pd.concat([rows, rows.head(1)], ignore_index=True)
    with pytest.raises(DuplicateKeyError):
        fit_xgboost(twice, small_params, chronological_split(twice["game_date"]))


def test_infinity_is_refused_by_name(rows: pd.DataFrame, small_params: XGBoostParams) -> None:
    broken = rows.copy()
    broken.loc[0, "fatigue_score"] = np.inf
    with pytest.raises(ValueError, match="infinite values in fatigue_score"):
        fit_xgboost(broken, small_params, chronological_split(rows["game_date"]))


def test_a_frame_of_other_features_is_refused(rows: pd.DataFrame, fitted: FittedModel) -> None:
    with pytest.raises(FeatureNamesError, match=r"missing: fatigue_score; unexpected: tiredness"):
        fitted.predict(rows.rename(columns={"fatigue_score": "tiredness"}))
    swapped = list(rows.columns)
    i, j = swapped.index("home_away"), swapped.index("back_to_back")
    swapped[i], swapped[j] = swapped[j], swapped[i]
    with pytest.raises(FeatureNamesError, match="position 5: model home_away, frame back_to_back"):
        fitted.predict(rows[swapped])
    with pytest.raises(FeatureNamesError, match="unexpected: pace_score"):
        fitted.predict(rows.assign(pace_score=0.0))


def test_default_parameters_are_those_of_the_design() -> None:
    params = XGBoostParams()
    assert params.to_xgboost() == {
        "max_depth": 6,
        "min_child_weight": 10.0,
        "eta": 0.03,
        "subsample": 0.7,
        "colsample_bytree": 0.7,
        "colsample_bylevel": 0.7,
        "gamma": 0.1,
        "alpha": 0.5,
        "lambda": 5.0,
        "max_bin": 48,
        "seed": 42,
        "objective": "reg:pseudohubererror",
        "huber_slope": 5.0,
        "eval_metric": "mae",
        "tree_method": "hist",
        "nthread": 1,
    }
    assert (params.trees, params.early_stopping_rounds) == (1000, 50)
    assert all(field.description for field in XGBoostParams.model_fields.values())


def test_holdout_by_season_leaves_other_seasons_out(rows: pd.DataFrame, small_params: XGBoostParams) -> None:
    day = rows["game_date"].rank(method="dense").to_numpy()
    seasons = np.select([day <= 5, day <= 15, day <= 25, day <= 32], ["20", "21", "22", "23"], default="24")
    dated = rows.assign(season=seasons)
    split = holdout_split_by_season(dated, train=["21", "22"], validation="23", test="24")
    assert len(split) == 35 * 30
    fitted = fit_xgboost(dated, small_params, split)
    assert fitted.season_rows == {"21": 300, "22": 300, "23": 210, "24": 240}
    with pytest.raises(ValueError, match="no rows of season 19"):
        holdout_split_by_season(dated, train=["19"], validation="23", test="24")
    with pytest.raises(ValueError, match="two sides"):
        holdout_split_by_season(dated, train=["21"], validation="21", test="24")


# --- calendar --------------------------------------------------------------------------------------------

GAME_DATES = [
    date(2024, 10, 22),  # Tuesday
    date(2024, 10, 28),  # Monday
    date(2024, 10, 29),
    date(2024, 11, 2),
    date(2024, 11, 6),  # Wednesday: no game on Monday and Tuesday
    date(2024, 12, 1),
]


@pytest.mark.parametrize(
    ("calendar", "first", "expected"),
    [
        ("first_game_date_of_month", date(2024, 10, 1), [(10, 22), (11, 2), (12, 1)]),
        ("first_game_date_of_month", date(2024, 10, 28), [(10, 28), (11, 2), (12, 1)]),
        ("weekly_monday", date(2024, 10, 1), [(10, 22), (10, 28), (11, 6), (12, 1)]),
        ("weekly_monday", date(2024, 11, 1), [(11, 2), (11, 6), (12, 1)]),
        ("every_date", date(2024, 11, 6), [(11, 6), (12, 1)]),
        ("every_date", date(2025, 1, 1), []),
    ],
)
def test_retrain_calendars(calendar: str, first: date, expected: list[tuple[int, int]]) -> None:
    found = retrain_dates(GAME_DATES[::-1], calendar, first)  # type: ignore[arg-type]
    assert found == [date(2024, month, day) for month, day in expected]


def test_an_unknown_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="fortnightly"):
        retrain_dates(GAME_DATES, "fortnightly", date(2024, 10, 1))  # type: ignore[arg-type]
