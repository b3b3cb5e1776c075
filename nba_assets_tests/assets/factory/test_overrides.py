"""What a person lets through goes on, and says so in every row made of it."""

import datetime as dt
from typing import Any

import pytest

from nba_assets.assets.coverage import ledger_graph
from nba_assets.assets.factory.overrides import override_run_config
from nba_assets.quality.ledger import entries
from nba_assets_tests.support.ladder import (
    BAD,
    DATES,
    FIRST,
    LADDER,
    LAST,
    SOURCE,
    STEPS,
)
from nba_assets_tests.support.workbench import (
    Workbench,
    step_failure,
)

DAY = dt.date.fromisoformat(BAD)
REASON = "one of two feeds is down until Tuesday"


def _run(bench: Workbench, tables: tuple[str, ...] = STEPS, reason: str = REASON) -> Any:
    return bench.run(FIRST, LAST, tables, resources=override_run_config([DAY], reason))


def test_the_date_goes_through_every_layer_and_each_row_gives_the_reason(bench: Workbench) -> None:
    SOURCE[BAD] = [1.0]
    assert _run(bench).success
    for name in STEPS:
        assert bench.materialized(name) == list(DATES)
        rows = bench.rows(name, *DATES)
        here = rows["game_date"].eq(BAD)
        assert set(rows.loc[here, "override_reason"]) == {REASON}
        assert rows.loc[~here, "override_reason"].isna().all()
    assert bench.verdict("bottom", BAD) == (True, f"let through: {REASON}; rows: 1 of 2 (50.0%), missing y")


def test_the_ledger_shows_it(bench: Workbench) -> None:
    SOURCE[BAD] = [1.0]
    _run(bench)
    graph = ledger_graph([table for table in LADDER if table.name in STEPS])
    ledger = entries(bench.lake, graph, [DAY]).set_index("table")
    assert ledger.loc["bottom", "status"] == "OVERRIDDEN"
    assert set(ledger["override_reason"]) == {REASON}
    assert ledger.loc["bottom", "cause_table"] == "bottom"


def test_other_dates_are_not_let_through(bench: Workbench) -> None:
    SOURCE[BAD] = [1.0]
    SOURCE[LAST] = [1.0]
    _run(bench, ("bottom",))
    assert bench.materialized("bottom") == list(DATES[:-1])


def test_tables_of_another_run_are_not_let_through(bench: Workbench) -> None:
    """The table above still lacks a row: nobody has said that this is right."""
    SOURCE[BAD] = [1.0]
    _run(bench, ("bottom",))
    assert BAD in bench.materialized("bottom")
    bench.run(FIRST, LAST, ["middle"])
    assert BAD not in bench.materialized("middle")


def test_a_shut_input_is_read_as_it_is(bench: Workbench) -> None:
    """The table above is let through; the one below stays red."""
    SOURCE[BAD] = [1.0]
    bench.run(FIRST, LAST, ["bottom"])
    assert BAD not in bench.materialized("bottom")
    assert _run(bench, ("middle", "top")).success
    assert bench.materialized("middle") == list(DATES)
    assert len(bench.rows("middle", BAD)) == 0


def test_without_a_reason_nothing_is_let_through(bench: Workbench) -> None:
    SOURCE[BAD] = [1.0]
    result = _run(bench, ("bottom",), reason="  ")
    assert "needs a reason" in step_failure(result, "bottom").user_failure_data.description
    assert bench.materialized("bottom") == []


@pytest.mark.parametrize("text", [BAD, f"{DATES[1]}..{DATES[3]}"])
def test_dates_are_single_or_ranges(bench: Workbench, text: str) -> None:
    SOURCE[BAD] = [1.0]
    config = {"allow_partial": {"config": {"dates": [text], "reason": REASON}}}
    bench.run(FIRST, LAST, ["bottom"], resources=config)
    assert bench.materialized("bottom") == list(DATES)
    # A date that is complete needs nobody to let it through.
    assert bench.rows("bottom", DATES[1])["override_reason"].isna().all()


def test_what_is_no_date_is_named(bench: Workbench) -> None:
    config = {"allow_partial": {"config": {"dates": ["6 December"], "reason": REASON}}}
    result = bench.run(FIRST, LAST, ["bottom"], resources=config)
    assert "6 December" in step_failure(result, "bottom").user_failure_data.description


def test_rows_that_break_the_schema_are_never_let_through(bench: Workbench) -> None:
    SOURCE[BAD] = [-1.0, 2.0]
    _run(bench, ("bottom",))
    assert BAD not in bench.materialized("bottom")
    assert not bench.verdict("bottom", BAD)[0]


def test_the_date_loses_the_mark_when_it_heals(bench: Workbench) -> None:
    SOURCE[BAD] = [1.0]
    _run(bench)
    SOURCE[BAD] = [1.0, 2.0]
    bench.run(FIRST, LAST, STEPS)
    for name in STEPS:
        assert bench.rows(name, BAD)["override_reason"].isna().all()


def test_the_next_run_keeps_the_decision_while_the_data_stays(bench: Workbench) -> None:
    SOURCE[BAD] = [1.0]
    _run(bench)
    before = {name: bench.bytes_of(name) for name in STEPS}
    assert bench.run(FIRST, LAST, STEPS).success
    assert {name: bench.bytes_of(name) for name in STEPS} == before
    for name in STEPS:
        assert bench.materialized(name) == list(DATES)
        assert bench.verdict(name, BAD)[1].startswith(f"let through: {REASON}")


def test_other_data_needs_another_decision(bench: Workbench) -> None:
    SOURCE[BAD] = [1.0]
    _run(bench)
    SOURCE[BAD] = [7.0]
    bench.run(FIRST, LAST, STEPS)
    for name in STEPS:
        assert BAD not in bench.materialized(name)
    # What was decided was decided on the old rows: the same run again does not open the date either.
    bench.run(FIRST, LAST, STEPS)
    assert BAD not in bench.materialized("bottom")
    SOURCE[BAD] = [1.0]
    bench.run(FIRST, LAST, STEPS)
    assert bench.materialized("top") == list(DATES)


def test_a_decision_on_a_shut_input_holds_too(bench: Workbench) -> None:
    SOURCE[BAD] = [1.0]
    bench.run(FIRST, LAST, ["bottom"])
    _run(bench, ("middle", "top"))
    assert bench.run(FIRST, LAST, ["middle", "top"]).success
    assert bench.materialized("middle") == list(DATES)


def test_what_is_let_through_is_not_healed(bench: Workbench) -> None:
    SOURCE[BAD] = [1.0]
    bench.run(FIRST, LAST, STEPS)
    _run(bench)
    graph = ledger_graph([table for table in LADDER if table.name in STEPS])
    assert entries(bench.lake, graph, [DAY])["healed_at"].isna().all()
    SOURCE[BAD] = [1.0, 2.0]
    bench.run(FIRST, LAST, STEPS)
    assert entries(bench.lake, graph, [DAY])["status"].eq("PASS").all()


def test_the_reason_travels_through_history(bench: Workbench) -> None:
    SOURCE[BAD] = [1.0]
    _run(bench, ("bottom", "memory"))
    rows = bench.rows("memory", *DATES).set_index("game_date")["override_reason"]
    later = rows.index > BAD
    assert rows[later].eq(REASON).all()
    assert rows[~later].isna().all(), "a date knows nothing of itself, and nothing of later ones"
    SOURCE[BAD] = [1.0, 2.0]
    bench.run(FIRST, LAST, ["bottom", "memory"])
    assert bench.rows("memory", *DATES)["override_reason"].isna().all()


def test_two_reasons_of_history_are_both_given(bench: Workbench) -> None:
    other = "the second feed is down too"
    SOURCE.update({FIRST: [1.0], BAD: [1.0]})
    for date, reason in ((FIRST, other), (BAD, REASON)):
        config = override_run_config([dt.date.fromisoformat(date)], reason)
        bench.run(date, names=["bottom"], resources=config)
    bench.run(FIRST, LAST, ["bottom", "memory"])
    rows = bench.rows("memory", *DATES).set_index("game_date")["override_reason"]
    assert rows[DATES[1]] == other
    assert set(rows[LAST].split("; ")) == {other, REASON}


def test_a_date_let_through_reads_nothing_of_a_version_that_was_refused_since(bench: Workbench) -> None:
    bench.run(FIRST, LAST, ["bottom"])
    SOURCE[BAD] = [-1.0, 2.0]
    bench.run(BAD, names=["bottom"])
    assert len(bench.rows("bottom", BAD)) == 2, "what the refusal left stands in the lake"
    assert _run(bench, ("middle",)).success
    assert bench.rows("middle", BAD).empty
