"""The ledger says what partitions and refusals say, and can be lost and made again."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from nba_assets.assets.coverage import coverage_table, ledger_graph
from nba_assets.quality.ledger import entries
from nba_assets.schemas.catalog import TABLES
from nba_assets_tests.support import ladder
from nba_assets_tests.support.ladder import (
    BAD,
    DATES,
    FIRST,
    LADDER,
    LAST,
    SOURCE,
    STEPS,
)
from nba_assets_tests.support.workbench import Workbench

TABLES_OF_STEPS = [table for table in LADDER if table.name in STEPS]
GRAPH = ledger_graph(TABLES_OF_STEPS)
DAYS = [dt.date.fromisoformat(date) for date in DATES]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with ladder.opened(tmp_path, coverage_table(TABLES_OF_STEPS)) as bench:
        yield bench


def _row(ledger: pd.DataFrame, table: str, date: str) -> pd.Series:
    here = ledger["table"].eq(table) & ledger["game_date"].eq(pd.Timestamp(date))
    (row,) = (row for _, row in ledger[here].iterrows())
    return row


def test_every_table_and_date_has_its_counts_and_its_cause(bench: Workbench) -> None:
    SOURCE[BAD] = [1.0]
    bench.run(FIRST, LAST, STEPS)
    ledger = entries(bench.lake, GRAPH, DAYS)
    good = _row(ledger, "bottom", FIRST)
    assert (good["metric"], good["expected"], good["actual"], good["status"]) == ("rows", 2, 2, "PASS")
    assert pd.isna(good["cause_table"])
    bad = _row(ledger, "bottom", BAD)
    assert (bad["expected"], bad["actual"], bad["share"], bad["status"]) == (2, 1, 0.5, "FAIL")
    assert (bad["missing_keys"], bad["missing"]) == ("y", 1)
    above = _row(ledger, "top", BAD)
    assert (above["status"], above["cause_table"]) == ("BLOCKED", "bottom")
    assert above["heal"] == f"nba-assets heal {BAD} --tables bottom"


def test_a_date_that_was_never_run_is_pending(bench: Workbench) -> None:
    bench.run(FIRST, names=["bottom"])
    ledger = entries(bench.lake, GRAPH, DAYS[:2])
    assert _row(ledger, "middle", DATES[1])["status"] == "PENDING"
    assert _row(ledger, "top", FIRST)["cause"].startswith("not run yet: middle has no rows")


def test_a_healed_date_records_since_when(bench: Workbench) -> None:
    SOURCE[BAD] = [1.0]
    bench.run(FIRST, LAST, STEPS)
    SOURCE[BAD] = [1.0, 2.0]
    before = dt.datetime.now(dt.UTC).replace(microsecond=0)
    bench.run(BAD, names=STEPS)
    ledger = entries(bench.lake, GRAPH, DAYS)
    assert set(ledger["status"]) == {"PASS"}
    healed = ledger.loc[ledger["healed_at"].notna()]
    assert set(healed["table"]) == set(STEPS)
    assert set(healed["game_date"].dt.date) == {dt.date.fromisoformat(BAD)}
    assert healed["healed_at"].min() >= before


def test_the_stored_ledger_is_the_collected_one_and_comes_back_byte_for_byte(bench: Workbench) -> None:
    SOURCE[BAD] = [1.0]
    bench.run(FIRST, LAST, [*STEPS, "coverage"])
    stored = bench.rows("coverage", *DATES)
    conformed = TABLES["coverage"].conform(entries(bench.lake, GRAPH, DAYS))
    pd.testing.assert_frame_equal(stored, conformed)
    first = bench.bytes_of("coverage")
    for date in DAYS:
        bench.lake.store.delete(bench.lake.name("coverage", date))
    bench.run(FIRST, LAST, ["coverage"])
    assert bench.bytes_of("coverage") == first


def test_a_verdict_and_its_rows_are_one_object(bench: Workbench) -> None:
    """Nothing can come between them: whoever has the rows has what was said of them."""
    bench.run(FIRST, LAST, STEPS)
    stamp = bench.lake.stamp("bottom", DAYS[0])
    assert '"status":"PASS"' in stamp.coverage
    assert '"metric":"rows"' in stamp.coverage
