from typing import Any

import pytest
from pydantic import ValidationError

from nba_assets.quality.expectations import EXPECTATIONS
from nba_assets.quality.thresholds import RegressionLimits, Thresholds, regression_limits, thresholds
from nba_assets.schemas.catalog import TABLES

MEASURED = {table: set(metrics) for table, metrics in EXPECTATIONS.items()}


def _committed() -> dict[str, Any]:
    return thresholds().model_dump()


def test_the_file_names_exactly_what_is_measured() -> None:
    thresholds().check_names(MEASURED)


def test_every_table_of_the_catalog_has_expectations() -> None:
    assert set(EXPECTATIONS) == set(TABLES)
    # The ledger and the findings count what others hold; they have no expected set of their own.
    assert {table for table, metrics in EXPECTATIONS.items() if not metrics} == {"coverage", "feature_drift"}


# What a hand may do to the file, and what must be said.
MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "unknown table": (
        {"raw_scedule": {"dates": {"fail_below": 1.0}}},
        r"unknown \[\('raw_scedule', 'dates'\)\]",
    ),
    "unknown metric": (
        {"raw_schedule": {"dates": {"fail_below": 1.0}, "datez": {"fail_below": 1.0}}},
        r"unknown \[\('raw_schedule', 'datez'\)\]",
    ),
    "missing metric": ({"raw_schedule": {}}, r"without threshold \[\('raw_schedule', 'dates'\)\]"),
}


@pytest.mark.parametrize(("change", "words"), MISTAKES.values(), ids=list(MISTAKES))
def test_a_threshold_without_a_metric_is_an_error(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Thresholds.model_validate(_committed() | change).check_names(MEASURED)


VALUES: dict[str, tuple[dict[str, Any], str]] = {
    "unknown key": ({"fail_below": 0.9, "fail_bellow": 0.8}, "fail_bellow"),
    "no fail_below": ({"warn_below": 0.9}, "fail_below"),
    "a percentage": ({"fail_below": 95}, "share from 0 to 1"),
    "negative": ({"fail_below": -0.1}, "share from 0 to 1"),
    "warns later than it fails": ({"fail_below": 0.9, "warn_below": 0.8}, "between fail_below and 1"),
    "warns above all": ({"fail_below": 0.9, "warn_below": 1.1}, "between fail_below and 1"),
    "text": ({"fail_below": "most"}, "fail_below"),
    "not a number": ({"fail_below": float("nan")}, "share from 0 to 1"),
}


@pytest.mark.parametrize(("limits", "words"), VALUES.values(), ids=list(VALUES))
def test_a_threshold_that_makes_no_sense_is_an_error(limits: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Thresholds.model_validate({"raw_schedule": {"dates": limits}})


def test_the_numbers_of_the_design_hold() -> None:
    result = {(table, metric): (t["fail_below"], t["warn_below"]) for table, rows in _committed().items()
            for metric, t in rows.items()}  # fmt: skip
    assert result["raw_schedule", "dates"] == (1.0, None)
    assert result["raw_player_boxscores", "games"] == (0.75, 1.0)
    assert result["raw_team_boxscores", "games"] == (0.0, 1.0)
    assert result["raw_play_by_play", "games"] == (0.0, 0.98)
    assert result["player_game_summary", "usage_rate"] == (0.95, 0.99)
    assert result["player_game_summary", "shot_zones"] == (0.40, 0.80)
    assert result["team_offense_game_summary", "rows"] == (0.95, 1.0)
    assert result["ml_feature_store_v2", "rows"] == (0.95, 0.99)
    assert result["player_prop_predictions", "rows"] == (0.95, 1.0)
    assert result["prediction_accuracy", "graded_or_void"] == (1.0, None)


def _regressions() -> dict[str, Any]:
    return regression_limits().model_dump()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"window_datez": 90}, "window_datez"),
        ({"regression_below": 90}, "less than or equal to 1"),
        ({"regression_below": 0.97}, "degradation_below is at least regression_below"),
        ({"minimum_dates": 91}, "within window_dates"),
        ({"may_be_constant": ["playoff_gamez"]}, "not features"),
        ({"drift_standard_errors": float("nan")}, "drift_standard_errors"),
    ],
)
def test_a_limit_that_makes_no_sense_is_an_error(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        RegressionLimits.model_validate(_regressions() | change)


@pytest.mark.parametrize("name", list(RegressionLimits.model_fields))
def test_every_limit_is_required(name: str) -> None:
    with pytest.raises(ValidationError, match=name):
        RegressionLimits.model_validate({key: value for key, value in _regressions().items() if key != name})
