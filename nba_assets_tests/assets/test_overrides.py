"""What a person lets through goes on, and says so in every row made of it."""

import datetime as dt
from typing import Any

from nba_assets.assets.coverage import ledger_graph
from nba_assets.assets.overrides import override_run_config
from nba_assets.quality.ledger import entries
from nba_assets_tests.ladder import BAD, DATES, FIRST, LADDER, LAST, SOURCE, STEPS
from nba_assets_tests.workbench import Workbench, step_failure

DAY = dt.date.fromisoformat(BAD)
REASON = "one of two feeds is down until Tuesday"


def _run(bench: Workbench, tables: tuple[str, ...], reason: str = REASON, **more: Any) -> Any:
    return bench.run(FIRST, LAST, STEPS, config=override_run_config(tables, [DAY], reason), **more)


def test_the_date_goes_through_every_layer_and_each_row_says_why(bench: Workbench) -> None:
    SOURCE[BAD] = [1.0]
    assert _run(bench, STEPS).success
    for name in STEPS:
        assert bench.materialized(name) == list(DATES)
        rows = bench.rows(name, *DATES)
        here = rows["game_date"].eq(BAD)
        assert set(rows.loc[here, "override_reason"]) == {REASON}
        assert rows.loc[~here, "override_reason"].isna().all()
    assert bench.verdict("bottom", BAD) == (True, f"let through: {REASON}; rows: 1 of 2 (50.0%), missing y")


def test_the_ledger_shows_it(bench: Workbench) -> None:
    SOURCE[BAD] = [1.0]
    _run(bench, STEPS)
    graph = ledger_graph([table for table in LADDER if table.name in STEPS])
    ledger = entries(bench.lake, graph, [DAY]).set_index("table")
    assert ledger.loc["bottom", "status"] == "OVERRIDDEN"
    assert set(ledger["override_reason"]) == {REASON}
    assert ledger.loc["bottom", "cause_table"] == "bottom"


def test_other_dates_and_tables_are_not_let_through(bench: Workbench) -> None:
    SOURCE[BAD] = [1.0]
    SOURCE[LAST] = [1.0]
    _run(bench, ("bottom",))
    assert bench.materialized("bottom") == list(DATES[:-1])


def test_each_table_is_let_through_by_name(bench: Workbench) -> None:
    """The table above still lacks a row: nobody has said that this is right."""
    SOURCE[BAD] = [1.0]
    _run(bench, ("bottom",))
    assert BAD in bench.materialized("bottom")
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


def test_rows_that_break_the_schema_are_never_let_through(bench: Workbench) -> None:
    SOURCE[BAD] = [-1.0, 2.0]
    _run(bench, ("bottom",))
    assert BAD not in bench.materialized("bottom")
    assert not bench.verdict("bottom", BAD)[0]


def test_the_date_loses_the_mark_when_it_heals(bench: Workbench) -> None:
    SOURCE[BAD] = [1.0]
    _run(bench, STEPS)
    SOURCE[BAD] = [1.0, 2.0]
    bench.run(FIRST, LAST, STEPS)
    for name in STEPS:
        assert bench.rows(name, BAD)["override_reason"].isna().all()
