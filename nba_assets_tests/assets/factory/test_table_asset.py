"""What the factory promises of every table, on three made-up ones."""

import base64
import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from nba_assets.assets.coverage import ledger_graph
from nba_assets.assets.factory.overrides import override_run_config
from nba_assets.assets.factory.table_asset import table_asset
from nba_assets.instance import partition_events
from nba_assets.quality.gate import Gate, Shut
from nba_assets.quality.refusals import Refusals
from nba_assets.quality.thresholds import Threshold, thresholds
from nba_assets.quality.validation import Unit
from nba_assets.quality.verdict import Verdict
from nba_assets.storage.lake import Lake
from nba_assets_tests.support import ladder
from nba_assets_tests.support.ladder import (
    BAD,
    DATES,
    FIRST,
    GOOD,
    LADDER,
    LAST,
    SOURCE,
    STEPS,
)
from nba_assets_tests.support.workbench import (
    Workbench,
    step_failure,
)

# How a date goes bad, and what its check must then say.
BAD_DATES = {
    "its computation raises": (ArithmeticError("no such luck"), "ArithmeticError: no such luck"),
    "the source reports a problem": ("players.parquet, game 7: torn", "players.parquet, game 7: torn"),
    "a value is out of range": ([-1.0, 2.0], "bottom.value: 1 rows break greater_than_or_equal_to(0)"),
    "a row is missing": ([1.0], "rows: 1 of 2 (50.0%), missing y"),
}


@pytest.mark.parametrize(("said", "words"), BAD_DATES.values(), ids=list(BAD_DATES))
def test_one_bad_date_blocks_itself_at_every_layer_and_nothing_else(
    bench: Workbench, said: list[float] | str | Exception, words: str
) -> None:
    SOURCE[BAD] = said
    result = bench.run(FIRST, LAST, STEPS)

    assert result.success
    for name in STEPS:
        assert bench.materialized(name) == GOOD
        assert bench.lake.dates(name) == [dt.date.fromisoformat(date) for date in GOOD]
        assert bench.statuses(name, FIRST, LAST) == dict.fromkeys(DATES, "SUCCEEDED") | {BAD: "FAILED"}
    assert words in bench.verdict("bottom", BAD)[1]
    assert bench.verdict("middle", BAD) == (False, "blocked: bottom: coverage check failed")
    assert bench.verdict("top", BAD) == (False, "blocked: middle: coverage check failed")
    assert bench.verdict("top", FIRST) == (True, "rows 2 of 2")
    assert bench.rows("top", FIRST)["value"].to_list() == [4.0, 8.0]


def test_a_later_run_by_hand_on_a_blocked_date_fails_with_the_reason(bench: Workbench) -> None:
    SOURCE[BAD] = [1.0]
    bench.run(FIRST, LAST, STEPS)

    result = bench.run(BAD, names=["middle"])
    assert not result.success
    failure = step_failure(result, "middle").user_failure_data
    assert "1 of 1 dates of middle are blocked; 2023-12-06: blocked: bottom: " in failure.description
    reason = failure.metadata["blocked"].value[BAD]
    assert reason.startswith(
        "blocked: bottom: coverage check failed. Because: bottom: failed a check: rows: 1"
    )
    assert bench.materialized("middle") == GOOD


def test_all_dates_failed_is_a_failed_run_that_names_each(bench: Workbench) -> None:
    SOURCE.update(dict.fromkeys(DATES, "torn"))
    result = bench.run(FIRST, LAST, STEPS)
    assert not result.success
    failure = step_failure(result, "bottom").user_failure_data
    words = "torn; rows: 0 of 2 (0.0%), missing x, y"
    assert failure.description.startswith(f"5 of 5 dates of bottom are blocked; {FIRST}: {words}. Because: ")
    reasons = failure.metadata["blocked"].value
    assert {date: reason.split(". Because")[0] for date, reason in reasons.items()} == dict.fromkeys(
        DATES, words
    )
    assert bench.materialized("bottom") == []
    # The evaluations were stored before the step failed: the reason is on record of each date.
    assert bench.statuses("bottom", FIRST, LAST) == dict.fromkeys(DATES, "FAILED")


def test_the_newest_date_shows_its_first_rows_its_coverage_and_its_season(bench: Workbench) -> None:
    SOURCE[BAD] = [1.0]
    bench.run(FIRST, LAST, STEPS)
    shown = _shown(bench)
    assert {date for date, metadata in shown.items() if "season" in metadata} == {LAST}
    first, *_ = bench.rows("top", LAST)["value"]
    assert f"{first:.3g}" in shown[LAST]["first_rows"]
    assert f"| rows | 2 of 2 | {'█' * len(GOOD)} | 100.0% |" in shown[LAST]["last_dates"]
    assert picture(shown[LAST]["season"]).count("h214.4V54z") == 2 * len(
        GOOD
    )  # bars of rows, and of coverage


def test_the_picture_of_a_season_holds_dates_of_earlier_runs(bench: Workbench) -> None:
    bench.run(FIRST, LAST, STEPS)
    whole = _shown(bench)[LAST]["season"]
    bench.run(LAST, names=["top"])
    assert _shown(bench)[LAST]["season"] == whole
    bench.run(FIRST, names=["top"])
    assert "2023-12-04 to 2023-12-04" in picture(_shown(bench)[FIRST]["season"])


def test_a_date_without_rows_says_why(bench: Workbench) -> None:
    SOURCE[LAST] = None
    bench.run(FIRST, LAST, ["bottom"])
    assert _shown(bench, "bottom")[LAST]["first_rows"] == "No row: nothing to do."


def _shown(bench: Workbench, table: str = "top") -> dict[str, dict[str, Any]]:
    """Metadata of the newest materialization of each date."""
    found = partition_events.materialized_metadata(bench.instance, table)
    return {str(date): dict(values) for date, values in found.items()}


def picture(markdown: str) -> str:
    """The SVG inside the metadata of an asset."""
    return base64.b64decode(markdown.rsplit(",", 1)[1].rstrip(")")).decode()


def test_a_table_that_was_never_run_is_a_shut_gate(bench: Workbench) -> None:
    result = bench.run(FIRST, names=["middle"])
    assert not result.success
    assert bench.verdict("middle", FIRST) == (False, "blocked: bottom: not materialized")


def test_healing_a_date_opens_it_to_the_top(bench: Workbench) -> None:
    SOURCE[BAD] = "torn"
    bench.run(FIRST, LAST, STEPS)
    before = bench.bytes_of("top")

    SOURCE[BAD] = [1.0, 2.0]
    assert bench.run(BAD, names=STEPS).success
    for name in STEPS:
        assert bench.materialized(name) == list(DATES)
        assert bench.verdict(name, BAD) == (True, "rows 2 of 2")
    after = bench.bytes_of("top")
    assert {date: after[date] for date in before} == before


def test_a_failing_date_keeps_the_bytes_stored_before_and_its_gate_is_shut(bench: Workbench) -> None:
    bench.run(FIRST, LAST, STEPS)
    before = {name: bench.bytes_of(name) for name in STEPS}

    SOURCE[BAD] = [-1.0, 2.0]
    bench.run(FIRST, LAST, STEPS)
    assert {name: bench.bytes_of(name) for name in STEPS} == before
    assert bench.statuses("bottom", BAD, BAD) == {BAD: "FAILED"}
    assert not bench.run(BAD, names=["middle"]).success


def test_a_range_and_single_dates_give_the_same_bytes(bench: Workbench, tmp_path: Path) -> None:
    bench.run(FIRST, LAST)
    other = Workbench(tmp_path / "one_by_one", ladder.LADDER)
    for date in DATES:
        assert other.run(date).success
    for name in other.names:
        assert other.bytes_of(name) == bench.bytes_of(name)
    other.close()


def test_a_second_run_changes_nothing(bench: Workbench) -> None:
    bench.run(FIRST, LAST, STEPS)
    before = {path: path.stat().st_mtime_ns for path in Path(bench.root).rglob("*.parquet")}
    result = bench.run(FIRST, LAST, STEPS)
    assert {path: path.stat().st_mtime_ns for path in Path(bench.root).rglob("*.parquet")} == before
    changed = [
        event.metadata["changed"].value
        for name in STEPS
        for event in result.asset_materializations_for_node(name)
    ]
    assert changed == [False] * 15


def test_history_leaves_shut_dates_out_and_the_others_in(bench: Workbench) -> None:
    SOURCE[BAD] = "torn"
    bench.run(FIRST, LAST, ["bottom", "memory"])
    assert bench.rows("memory", *DATES)["value"].to_list() == [0.0, 3.0, 6.0, 6.0, 9.0]


def test_the_materialization_shows_what_people_search_for(bench: Workbench) -> None:
    result = bench.run(FIRST, names=["bottom"])
    (event,) = result.asset_materializations_for_node("bottom")
    values = {name: value.value for name, value in event.metadata.items()}
    content = values.pop("content")
    assert len(values.pop("file")) == 32
    assert values.pop("first_rows").splitlines()[0] == "| key | value |" and values.pop("last_dates")
    assert values.pop("season").startswith("![bottom in 2023-24, by date](data:image/svg+xml;base64,")
    assert values == {
        "rows": 2,
        "status": "PASS",
        "changed": True,
        "coverage": 1.0,
        "games": 0,
        "note": "seen",
    }
    assert len(content) == 32


def test_the_evidence_of_a_gap_names_expected_actual_and_missing(bench: Workbench) -> None:
    SOURCE[BAD] = [1.0]
    result = bench.run(BAD, names=["bottom"])
    (evaluation,) = result.get_asset_check_evaluations()
    assert evaluation.metadata["metrics"].value == [
        {"metric": "rows", "status": "FAIL", "expected": 2.0, "actual": 1.0, "share": 0.5, "missing": ["y"]}
    ]
    assert evaluation.metadata["status"].value == "FAIL"


def test_a_date_with_nothing_to_do_is_stored_empty_and_gives_the_reason(bench: Workbench) -> None:
    SOURCE[BAD] = None
    assert bench.run(FIRST, LAST, ["bottom"]).success
    assert bench.materialized("bottom") == list(DATES)
    assert bench.verdict("bottom", BAD) == (True, "nothing to do")
    assert bench.rows("bottom", BAD).empty
    stamp = bench.lake.stamp("bottom", dt.date.fromisoformat(BAD))
    assert Verdict.of_record(stamp.coverage).status == "EMPTY_OK"


def test_nothing_to_do_keeps_what_an_earlier_run_has_made(bench: Workbench) -> None:
    """A model trained on the first of the month, after a run over the month that trains on Mondays."""
    bench.run(FIRST, LAST, STEPS)
    SOURCE[BAD] = None
    result = bench.run(FIRST, LAST, ["bottom"])
    assert len(bench.rows("bottom", BAD)) == 2
    # A backfill that asked for the date waits for its event.
    assert BAD in {event.partition for event in result.asset_materializations_for_node("bottom")}
    assert bench.run(BAD, names=["middle"]).success


def test_a_date_that_turns_bad_is_not_green_any_more_and_keeps_its_rows(bench: Workbench) -> None:
    bench.run(FIRST, LAST, STEPS)
    SOURCE[BAD] = [1.0]
    bench.run(FIRST, LAST, STEPS)
    for name in STEPS:
        assert bench.materialized(name) == GOOD
        assert dt.date.fromisoformat(BAD) in bench.lake.dates(name)
    SOURCE[BAD] = [3.0, 4.0]
    bench.run(FIRST, LAST, STEPS)
    assert bench.materialized("top") == list(DATES)


def test_a_date_without_a_file_is_a_shut_gate(bench: Workbench) -> None:
    bench.run(FIRST, LAST, ["bottom"])
    bench.lake.store.delete(bench.lake.name("bottom", dt.date.fromisoformat(BAD)))
    bench.run(FIRST, LAST, ["middle"])
    assert bench.verdict("middle", BAD)[1] == "blocked: bottom: not materialized"
    assert bench.materialized("middle") == GOOD


def test_two_runs_at_once_leave_a_good_write_or_a_shut_gate(bench: Workbench) -> None:
    """Another run refuses a date while this one writes it: what it refused is not what is stored then."""
    bench.run(FIRST, LAST, ["bottom"])
    refusals, date = Refusals(bench.lake.store), dt.date.fromisoformat(BAD)
    left = bench.lake.file_hashes("bottom", [date])
    SOURCE[BAD] = [3.0, 4.0]
    bench.run(BAD, names=["bottom"])
    refusals.keep("bottom", {date: Verdict("FAIL")}, left)
    assert bench.run(BAD, names=["middle"]).success
    refusals.keep("bottom", {date: Verdict("FAIL")}, bench.lake.file_hashes("bottom", [date]))
    assert not bench.run(BAD, names=["middle"]).success


def test_verdicts_of_a_part_stay_when_the_next_one_raises(bench: Workbench) -> None:
    parted = replace(LADDER[0], in_parts=lambda dates: {"first": dates[:3], "then": dates[3:]})
    bench.assets[0] = table_asset(parted, ledger_graph([parted, *LADDER[1:]]))
    SOURCE.update({BAD: [1.0], DATES[3]: dg.Failure("nothing can be computed")})
    assert not bench.run(FIRST, LAST, ["bottom"]).success
    shut = Gate(bench.lake).shut("bottom", [dt.date.fromisoformat(date) for date in DATES])
    assert {str(date): reason for date, reason in shut.items()} == {
        BAD: Shut.REFUSED,
        DATES[3]: Shut.NOT_MATERIALIZED,
        DATES[4]: Shut.NOT_MATERIALIZED,
    }


def test_a_date_let_through_does_not_read_what_a_refused_version_left(bench: Workbench) -> None:
    bench.run(FIRST, LAST, STEPS)
    SOURCE[BAD] = [1.0]
    bench.run(BAD, names=["bottom"])
    config = override_run_config([dt.date.fromisoformat(BAD)], "better than nothing")
    bench.run(BAD, names=["middle"], resources=config)
    assert bench.rows("middle", BAD).empty
    passed, words = bench.verdict("middle", BAD)
    assert passed
    assert words.startswith("let through: better than nothing; blocked: bottom: coverage check failed")


@pytest.mark.parametrize(
    ("unit", "left"),
    [(Unit.ROW, [2.0]), (Unit.DATE, None)],
    ids=["rows stand alone", "a row spoils its date"],
)
def test_the_least_is_refused_for_a_row_that_breaks_the_schema(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch, unit: Unit, left: list[float] | None
) -> None:
    monkeypatch.setitem(thresholds().root, "bottom", {"rows": Threshold(fail_below=0.5)})
    table = replace(LADDER[0], refuses=unit)
    bench.assets[0] = table_asset(table, ledger_graph([table, *LADDER[1:]]))
    SOURCE[BAD] = [-1.0, 2.0]
    bench.run(FIRST, LAST, ["bottom"])
    passed, words = bench.verdict("bottom", BAD)
    assert passed is (left is not None)
    assert "bottom.value: 1 rows break greater_than_or_equal_to(0), first value -1.0, keys x" in words
    if left:
        assert bench.rows("bottom", BAD)["value"].to_list() == left
        assert "refused by row" in words
    assert [date for date in bench.materialized("bottom") if date != BAD] == GOOD


def test_a_date_that_another_run_has_written_meanwhile_stays_and_is_reported(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Workbench(bench.home / "other", LADDER, lake_root=bench.root)
    write_each = Lake.write_each

    def after_another_run(lake: Lake, *args: Any) -> Any:
        monkeypatch.setattr(Lake, "write_each", write_each)
        SOURCE[BAD] = [7.0, 8.0]
        assert other.run(BAD, names=["bottom"]).success
        return write_each(lake, *args)

    monkeypatch.setattr(Lake, "write_each", after_another_run)
    assert bench.run(FIRST, LAST, ["bottom"]).success
    assert list(bench.rows("bottom", BAD)["value"]) == [7.0, 8.0]
    assert bench.materialized("bottom") == list(DATES)
    assert bench.statuses("bottom", FIRST, LAST) == dict.fromkeys(DATES, "SUCCEEDED")
    of_the_date = dg.AssetRecordsFilter(dg.AssetKey("bottom"), asset_partitions=[BAD])
    events = [
        made.instance.fetch_materializations(of_the_date, limit=1).records[0] for made in (bench, other)
    ]
    contents = [
        event.asset_materialization.metadata["content"].value
        for event in events
        if event.asset_materialization
    ]
    assert contents[0] == contents[1]
    other.close()


def test_the_newest_date_is_reported_last_with_pictures_of_its_whole_season(bench: Workbench) -> None:
    assert bench.run(FIRST, LAST, ["bottom"]).success
    event = bench.instance.get_latest_materialization_event(dg.AssetKey("bottom"))
    assert event is not None and event.asset_materialization is not None
    assert event.asset_materialization.partition == LAST
    assert {"season", "last_dates", "first_rows"} <= event.asset_materialization.metadata.keys()
