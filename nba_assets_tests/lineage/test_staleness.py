"""What is stale and why, on the ladder: changed code, changed inputs, and what is no longer theirs."""

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from nba_assets.assets.factory.chosen_dates import (
    chosen_dates,
    chosen_tags,
)
from nba_assets.lineage import table
from nba_assets.lineage.staleness import (
    Stale,
    Staleness,
    reasons,
)
from nba_assets.quality.gate import Gate
from nba_assets.sources.base import Source
from nba_assets.storage.partition_file import Stamp
from nba_assets_tests.support import ladder
from nba_assets_tests.support.ladder import (
    BAD,
    DATES,
    FIRST,
    LADDER,
    LAST,
    SOURCE,
)
from nba_assets_tests.support.workbench import Workbench

NAMES = tuple(table.name for table in LADDER)
DAYS = [dt.date.fromisoformat(date) for date in DATES]
CODE = table.code_version


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """Every table of the ladder on every date; each counts as asking the source nothing."""
    with ladder.opened(tmp_path) as bench:
        assert bench.run(FIRST, LAST).success
        yield bench


def stale(bench: Workbench, names: Sequence[str] = NAMES) -> list[Stale]:
    looking = Staleness(bench.lake, Gate(bench.lake), cast(Source, None))
    return [item for table in LADDER if table.name in names for item in looking.stale(table, DAYS)]


def heal(bench: Workbench) -> list[tuple[str, str]]:
    """Heal table after table; the partitions that were stale when their turn came."""
    healed = []
    for name in NAMES:
        found = [item.date.isoformat() for item in stale(bench, [name])]
        for date in found:
            bench.run(date, names=[name])
        healed += [(name, date) for date in found]
    return healed


def keyed(found: list[Stale]) -> list[tuple[str, str]]:
    return [(item.table, item.date.isoformat()) for item in found]


def test_nothing_is_stale_after_a_run(bench: Workbench) -> None:
    assert stale(bench) == []


def test_a_changed_value_lists_its_readers_and_the_later_dates_that_remember_it(bench: Workbench) -> None:
    SOURCE[BAD] = [5.0, 2.0]
    bench.run(BAD, names=["bottom"])
    found = stale(bench)
    assert keyed(found) == [("middle", BAD), *(("memory", date) for date in DATES if date > BAD)]
    assert found[0].reasons == ("bottom of this date: changed",)
    assert {item.reasons for item in found[1:]} == {("earlier bottom: changed",)}
    # What the healing of middle makes stale is found when its turn comes.
    assert heal(bench) == [("middle", BAD), ("top", BAD), *keyed(found)[1:]]
    assert stale(bench) == []


def test_a_date_materialized_again_to_the_same_rows_makes_nothing_stale(bench: Workbench) -> None:
    assert bench.run(BAD, names=["bottom"]).success
    assert stale(bench) == []


def test_changed_code_lists_the_whole_table_and_after_it_what_its_rows_changed(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tripled(context: Any, inputs: Any) -> Any:
        return inputs["bottom"].assign(value=inputs["bottom"]["value"] * 3)

    middle = LADDER[1]
    before = middle.code_version
    monkeypatch.setattr(table, "code_version", _version_of(middle, "new"))
    for name, value in (("compute", tripled), ("versioned", (tripled,))):
        monkeypatch.setitem(middle.__dict__, name, value)
    found = stale(bench)
    assert keyed(found) == [("middle", date) for date in DATES]
    assert found[0].reasons == (f"code changed: {before} -> {middle.code_version}",)
    assert before != middle.code_version
    changed = Workbench(bench.home / "again", LADDER, lake_root=bench.root, instance=bench.instance)
    assert heal(changed) == [(name, date) for name in ("middle", "top") for date in DATES]
    assert stale(changed) == []


def test_changed_code_with_the_same_rows_stops_there(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    middle = LADDER[1]
    monkeypatch.setattr(table, "code_version", _version_of(middle, "new"))
    monkeypatch.setitem(middle.__dict__, "versioned", (heal,))
    changed = Workbench(bench.home / "again", LADDER, lake_root=bench.root, instance=bench.instance)
    assert heal(changed) == [("middle", date) for date in DATES]


def _version_of(table: table.Table, version: str) -> Any:
    """The version of every table's code but one's."""
    return lambda *functions: version if functions == table.versioned else CODE(*functions)


def test_a_date_that_its_gate_shuts_is_blocked_and_not_stale(bench: Workbench) -> None:
    SOURCE[BAD] = [-1.0, 2.0]
    assert not bench.run(BAD, names=["bottom"]).success
    assert keyed(stale(bench)) == [("memory", date) for date in DATES if date > BAD]
    looking = Staleness(bench.lake, Gate(bench.lake), cast(Source, None))
    bottom, middle = LADDER[:2]
    for each in (bottom, middle):
        assert BAD not in map(str, looking.fresh(each, DAYS))
        assert len(looking.fresh(each, DAYS)) == len(DATES) - 1


def test_reasons_name_what_is_newer() -> None:
    made = Stamp("c", "s", "h", json.dumps({"source": "1", "a": "1", "past a": "1", "gone": "1"}))
    now = Stamp("d", "t", "i", json.dumps({"source": "2", "a": "1", "past a": "2", "new": "1"}))
    assert reasons(made, made) == ()
    assert reasons(made, now) == (
        "code changed: c -> d",
        "schema changed: s -> t",
        "gone of this date: no longer read",
        "new of this date: not read before",
        "earlier a: changed",
        "the source has other rows of this date",
    )


def test_a_run_is_about_the_dates_its_tag_names() -> None:
    assert chosen_dates({}, DATES) == DAYS
    assert chosen_dates(chosen_tags([DAYS[3], DAYS[1]]), DATES) == [DAYS[1], DAYS[3]]
