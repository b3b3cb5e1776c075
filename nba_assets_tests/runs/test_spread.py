"""Which runs a spread backfill consists of, in which order, and when it goes no further."""

import datetime as dt
from pathlib import Path

import pytest

from nba_assets.assets.tables import ALL_TABLES
from nba_assets.instance.remote_runs import EndedRun
from nba_assets.quality.gate import Gate
from nba_assets.quality.refusals import Refusals
from nba_assets.quality.verdict import Verdict
from nba_assets.runs.spread import Part, SpreadError, check_complete, levels, parts
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import FolderStore

DAYS = [dt.date(2024, 11, 1) + dt.timedelta(days=n) for n in range(7)]


def test_every_table_comes_after_all_that_it_reads() -> None:
    made: set[str] = set()
    for level in levels(ALL_TABLES):
        for table in level:
            read = {item.table for item in (*table.inputs, *table.history)} - {table.name}
            assert read | set(table.after) <= made
        made |= {table.name for table in level}
    assert made == {table.name for table in ALL_TABLES}


@pytest.mark.parametrize("runs", [1, 2, 3, 7, 20])
def test_every_date_of_every_table_is_in_one_run_and_who_reads_itself_is_made_in_order(runs: int) -> None:
    for level in levels(ALL_TABLES):
        found = [
            (name, date) for part in parts(level, DAYS, runs) for name in part.tables for date in part.dates
        ]
        assert sorted(found) == sorted((table.name, date) for table in level for date in DAYS)
        for table in level:
            own = [part for part in parts(level, DAYS, runs) if table.name in part.tables]
            assert len(own) == (1 if table.reads_itself else min(runs, -(-7 // -(-7 // runs))))


def test_a_run_that_was_lost_ends_the_backfill_and_one_whose_dates_are_all_refused_does_not(
    tmp_path: Path,
) -> None:
    store = FolderStore(tmp_path)
    gate, part = Gate(Lake(store)), Part(("bets",), tuple(DAYS))
    lost = EndedRun("1a2b", "FAILURE", {})
    with pytest.raises(SpreadError, match="run 1a2b ended as FAILURE and has not made bets"):
        check_complete(gate, [(part, lost)])
    Refusals(store).keep("bets", dict.fromkeys(DAYS, Verdict("FAIL")), {})
    check_complete(gate, [(part, EndedRun("3c4d", "FAILURE", {"bets": "FAILURE"}))])
