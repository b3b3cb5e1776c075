"""What automation would run after a backfill of the lowest layer: the dates that passed, and no other."""

from dataclasses import replace
from pathlib import Path

import dagster as dg

from nba_assets.lineage.inputs import History
from nba_assets_tests.support import ladder
from nba_assets_tests.support.ladder import (
    BAD,
    FIRST,
    GOOD,
    LAST,
    SOURCE,
)
from nba_assets_tests.support.workbench import Workbench


def _requested(bench: Workbench, name: str, cursor: object = None) -> tuple[set[str], object]:
    result = dg.evaluate_automation_conditions(
        defs=dg.Definitions(assets=bench.assets, resources=bench.resources),
        instance=bench.instance,
        cursor=cursor,  # type: ignore[arg-type]
    )
    return set(result.get_requested_partitions(dg.AssetKey(name))), result.cursor


def test_dates_that_passed_go_on_and_the_bad_one_stays(bench: Workbench) -> None:
    _, cursor = _requested(bench, "middle")
    SOURCE[BAD] = [1.0]
    bench.run(FIRST, LAST, ["bottom"])
    requested, _ = _requested(bench, "middle", cursor)
    assert requested == set(GOOD)


def test_a_healed_date_is_requested(bench: Workbench) -> None:
    _, cursor = _requested(bench, "middle")
    SOURCE[BAD] = [1.0]
    bench.run(FIRST, LAST, ["bottom", "middle"])
    _, cursor = _requested(bench, "middle", cursor)
    SOURCE[BAD] = [1.0, 2.0]
    bench.run(BAD, names=["bottom"])
    requested, _ = _requested(bench, "middle", cursor)
    assert requested == {BAD}


def test_a_date_needs_its_inputs_not_the_same_date_of_its_history(tmp_path: Path) -> None:
    """A model of most dates is never trained, a champion rarely named: predictions do not wait for them."""
    with ladder.registered() as (bottom, middle, _, memory):
        looking_back = replace(middle, history=(History("memory", 30),))
        bench = Workbench(tmp_path, (bottom, memory, looking_back))
        _, cursor = _requested(bench, "middle")
        bench.run(FIRST, LAST, ["bottom"])
        requested, _ = _requested(bench, "middle", cursor)
        bench.close()
    assert requested == {*GOOD, BAD}
