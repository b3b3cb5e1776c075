import datetime as dt
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import dagster as dg
import pytest
from dagster._core.definitions.asset_checks.asset_check_evaluation import (
    AssetCheckEvaluationTargetMaterializationData,
)
from dagster._core.test_utils import create_run_for_test

from nba_assets.quality.gate import CHECK_NAME, Gate, Status, _Verdict, check_key
from nba_assets.storage.lake import Lake
from nba_assets_tests.workbench import passing_instance

DATE = dt.date(2023, 12, 4)
OTHER = dt.date(2023, 12, 5)


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    opened = passing_instance(tmp_path)
    yield opened
    opened.dispose()


def _materialize(instance: dg.DagsterInstance, date: dt.date = DATE) -> int:
    instance.report_runless_asset_event(dg.AssetMaterialization("table", partition=str(date)))
    return instance.event_log_storage.get_latest_storage_id_by_partition(
        dg.AssetKey("table"), dg.DagsterEventType.ASSET_MATERIALIZATION
    )[str(date)]


def _gate(instance: dg.DagsterInstance, stored: bool = True, run_id: str | None = None) -> Gate:
    """The gate of a lake that holds every date, or none."""
    lake = SimpleNamespace(stored=lambda table, dates: set(dates) if stored else set())
    return Gate(instance, cast("Lake", lake), run_id)


def _evaluate(
    instance: dg.DagsterInstance, target: int | None, passed: bool = True, check: str = CHECK_NAME
) -> None:
    instance.report_runless_asset_event(
        dg.AssetCheckEvaluation(
            asset_key=dg.AssetKey("table"),
            check_name=check,
            passed=passed,
            partition=str(DATE),
            metadata={},
            target_materialization_data=target
            and AssetCheckEvaluationTargetMaterializationData(
                storage_id=target, run_id="r", timestamp=time.time()
            ),
        )
    )


def test_a_current_passing_check_opens(instance: dg.DagsterInstance) -> None:
    _evaluate(instance, _materialize(instance))
    assert _gate(instance).shut("table", [DATE]) == {}
    assert _gate(instance).open("table", [DATE]) == [DATE]


def test_silence_shuts(instance: dg.DagsterInstance) -> None:
    assert _gate(instance).shut("table", [DATE]) == {DATE: "table: its coverage was never evaluated"}
    _materialize(instance)
    assert _gate(instance).shut("table", [DATE]) == {DATE: "table: its coverage was never evaluated"}


def test_another_check_opens_nothing(instance: dg.DagsterInstance) -> None:
    _evaluate(instance, _materialize(instance), check="freshness")
    assert _gate(instance).open("table", [DATE]) == []


def test_a_failed_check_shuts(instance: dg.DagsterInstance) -> None:
    _evaluate(instance, _materialize(instance), passed=False)
    assert _gate(instance).shut("table", [DATE]) == {DATE: "table: coverage check failed"}


def test_a_check_on_an_older_materialization_shuts(instance: dg.DagsterInstance) -> None:
    _evaluate(instance, _materialize(instance))
    _materialize(instance)
    assert _gate(instance).shut("table", [DATE]) == {
        DATE: "table: coverage was evaluated on an older materialization"
    }


@pytest.mark.parametrize(
    ("asks", "others", "opens"), [("mine", 1, True), ("mine", 0, False), (None, 1, False)]
)
def test_a_run_waits_for_another_that_is_about_to_judge(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch, asks: str | None, others: int, opens: bool
) -> None:
    """Two backfills of one date: one had materialized it and not judged it yet when the other asked."""
    for _ in range(others):
        create_run_for_test(instance, job_name="other", status=dg.DagsterRunStatus.STARTED)
    said = iter([_Verdict(Status.SUCCEEDED, 4, 2), _Verdict(Status.SUCCEEDED, 4, 4)])
    monkeypatch.setattr(Gate, "_verdicts", lambda *_: {str(DATE): next(said)})
    monkeypatch.setattr(f"{Gate.__module__}._PAUSE", 0.0)
    assert (_gate(instance, run_id=asks).open("table", [DATE]) == [DATE]) == opens


def test_a_check_of_nothing_shuts(instance: dg.DagsterInstance) -> None:
    _evaluate(instance, None)
    assert _gate(instance).shut("table", [DATE]) == {DATE: "table: not materialized"}


def test_a_check_that_does_not_say_of_what_shuts(instance: dg.DagsterInstance) -> None:
    _materialize(instance)
    _evaluate(instance, None)
    assert _gate(instance).shut("table", [DATE]) == {
        DATE: "table: coverage was evaluated on an older materialization"
    }


def test_each_date_is_judged_alone_and_open_dates_are_sorted(instance: dg.DagsterInstance) -> None:
    _evaluate(instance, _materialize(instance))
    _materialize(instance, OTHER)
    assert _gate(instance).open("table", [OTHER, DATE]) == [DATE]
    assert list(_gate(instance).shut("table", [OTHER, DATE])) == [OTHER]
    assert _gate(instance).shut("table", []) == {}


def test_the_check_is_the_blocking_one_of_the_table() -> None:
    assert check_key("table") == dg.AssetCheckKey(dg.AssetKey("table"), "coverage")


def test_a_verdict_without_a_file_shuts(instance: dg.DagsterInstance) -> None:
    """Somebody deleted a folder behind Dagster's back."""
    _evaluate(instance, _materialize(instance))
    assert _gate(instance, stored=False).shut("table", [DATE]) == {
        DATE: "table: materialized, but its file is not in the lake"
    }
