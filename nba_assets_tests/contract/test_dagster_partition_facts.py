"""How Dagster treats a set of dates: what GAME_DATES and range runs rely on."""

import datetime as dt
from zoneinfo import ZoneInfo

import dagster as dg
from dagster._core.definitions.partitions.context import partition_loading_context
from dagster._core.test_utils import freeze_time

from nba_assets.calendar.partitions import GAME_DATES
from nba_assets_tests.workbench import RANGE_END, RANGE_START

EASTERN = ZoneInfo("America/New_York")
NOON = dt.datetime(2025, 6, 22, 12, tzinfo=EASTERN)
SMALL = dg.TimeWindowPartitionsDefinition(
    cron_schedule="0 0 * * *",
    start=dt.datetime(2024, 7, 28, tzinfo=EASTERN),
    end=dt.datetime(2024, 8, 8, tzinfo=EASTERN),
    fmt="%Y-%m-%d",
    timezone="America/New_York",
    exclusions=["0 0 1-4 8 *", dt.datetime(2024, 7, 30, tzinfo=EASTERN)],
)
LEFT = ["2024-07-28", "2024-07-29", "2024-07-31", "2024-08-05", "2024-08-06", "2024-08-07"]


def test_exclusions_may_mix_cron_strings_and_days() -> None:
    assert list(SMALL.get_partition_keys()) == LEFT
    assert not SMALL.has_partition_key("2024-07-30")
    assert not SMALL.has_partition_key("2024-08-02")


def test_a_range_steps_over_excluded_days() -> None:
    found = SMALL.get_partition_keys_in_range(dg.PartitionKeyRange("2024-07-29", "2024-08-05"))
    assert list(found) == ["2024-07-29", "2024-07-31", "2024-08-05"]


def test_a_subset_over_exclusions_survives_the_database() -> None:
    with partition_loading_context(effective_dt=NOON):
        subset = GAME_DATES.subset_with_partition_keys(["2024-12-23", "2024-12-25", "2025-01-02"])
        back = GAME_DATES.deserialize_subset(subset.serialize())
        assert sorted(back.get_partition_keys()) == ["2024-12-23", "2024-12-25", "2025-01-02"]


def test_end_offset_makes_tonight_a_partition_at_midnight_eastern() -> None:
    for hour, minute in ((0, 0), (12, 0), (23, 59)):
        with freeze_time(dt.datetime(2025, 1, 15, hour, minute, tzinfo=EASTERN)):
            assert GAME_DATES.get_last_partition_key() == "2025-01-15"


def test_the_days_the_clock_changes_are_partitions_like_any_other() -> None:
    with freeze_time(dt.datetime(2025, 6, 22, 12, tzinfo=EASTERN)):
        for day in ("2024-11-03", "2025-03-09"):
            window = GAME_DATES.time_window_for_partition_key(day)
            assert window.start.date().isoformat() == day
            assert (window.start.hour, window.end.hour) == (0, 0)


def test_range_tags_hand_an_asset_all_dates_of_the_range_in_one_call(instance: dg.DagsterInstance) -> None:
    calls: list[list[str]] = []

    @dg.asset(partitions_def=SMALL, backfill_policy=dg.BackfillPolicy.single_run())
    def table(context: dg.AssetExecutionContext) -> None:
        calls.append(list(context.partition_keys))

    dg.materialize([table], instance=instance, tags={RANGE_START: LEFT[1], RANGE_END: LEFT[3]})
    assert calls == [LEFT[1:4]]
