"""The freshness sensor on a landed schedule: an alarm, said once, when a night was never fetched."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from nba_assets.sources.fetch_desk import FetchDesk
from nba_assets.sources.http.hosts import NBA_CDN
from nba_assets.sources.simulated.live_world import EASTERN
from nba_assets.sources.slate import USUAL
from nba_assets_tests.live_days import LiveDays

DATE = dt.date(2024, 10, 22)


def test_a_night_that_nobody_fetched_is_an_alarm_said_once(league: Path, tmp_path: Path) -> None:
    days = LiveDays(tmp_path, league, dt.datetime.combine(DATE, dt.time(12), EASTERN))
    FetchDesk(days.settings).fetch(DATE, NBA_CDN, ["schedules"], USUAL)
    days.tick("freshness")
    assert days.alerts == [], "the evening is still to come"
    days.now += dt.timedelta(days=1)
    days.tick("freshness")
    days.tick("freshness")
    (message,) = days.alerts
    assert f"{DATE}: 2 games are over" in message
    assert "prediction_accuracy" in message
    days.close()
