import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from nba_assets.sources.feeds.report_times import report_clock, report_time, report_times

NEW_YORK = ZoneInfo("America/New_York")
HOURLY, QUARTERLY = dt.date(2025, 12, 21), dt.date(2025, 12, 22)


def at(date: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(hour, minute), NEW_YORK)


def test_an_hourly_report_is_out_half_an_hour_before_the_hour_in_its_name() -> None:
    found = report_times(HOURLY, at(HOURLY, 12))
    assert [report_clock(moment) for moment in found] == ["09AM", "10AM", "11AM", "12PM"]
    assert found[-1] == at(HOURLY, 11, 30)


def test_since_the_22nd_of_december_2025_there_is_one_every_quarter_until_the_last_tipoff() -> None:
    found = report_times(QUARTERLY, at(QUARTERLY, 22, 30))
    assert [report_clock(moment) for moment in found[:3]] == ["08_00AM", "08_15AM", "08_30AM"]
    assert report_clock(found[-1]) == "10_30PM" and len(found) == 59


@pytest.mark.parametrize("date", [HOURLY, QUARTERLY])
def test_a_name_leads_back_to_its_moment(date: dt.date) -> None:
    for moment in report_times(date, at(date, 23)):
        assert report_time(date, report_clock(moment)) == moment


@pytest.mark.parametrize(
    ("date", "clock"), [(HOURLY, "05_15PM"), (QUARTERLY, "05PM"), (QUARTERLY, "05_20PM"), (HOURLY, "99PM")]
)
def test_a_name_of_the_other_era_is_none(date: dt.date, clock: str) -> None:
    assert report_time(date, clock) is None
