"""The freshness sensor on a landed schedule: an alarm, said once, when a night was never fetched."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from nba_assets.instance.partition_keys import add_partitions
from nba_assets.simulation.server.world import EASTERN
from nba_assets.sources.feeds.catalog import (
    season_date,
    wanted,
)
from nba_assets.sources.fetch.fetch_desk import FetchDesk
from nba_assets.sources.fetch.fetch_plan import USUAL
from nba_assets.sources.http.hosts import NBA_CDN
from nba_assets_tests.sources.wire.miniature_game import body, game_node
from nba_assets_tests.support.live_days import LiveDays

DATE = dt.date(2024, 10, 22)


def test_a_night_without_fetches_raises_one_alarm(league: Path, tmp_path: Path) -> None:
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


@pytest.mark.parametrize(
    ("season", "opening", "last"),
    [
        ("2025-26", dt.date(2025, 10, 21), dt.date(2026, 6, 19)),
        ("2026-27", dt.date(2026, 10, 20), dt.date(2027, 6, 20)),
        ("2027-28", dt.date(2027, 10, 26), dt.date(2028, 7, 2)),
    ],
)
def test_no_alarm_before_opening_night_nor_after_the_finals(
    league: Path, tmp_path: Path, season: str, opening: dt.date, last: dt.date
) -> None:
    """These days are game dates for all the calendar knows, and a known season has no games on them."""
    days = LiveDays(tmp_path, league, dt.datetime.combine(opening, dt.time(6), EASTERN))
    try:
        summer = dt.date(last.year, 7, 21)
        autumn = dt.date(opening.year, 10, 18)
        eve = autumn + dt.timedelta(1)
        assert _alerts(days, [eve]) == [], "a sensor that has just been started cannot tell"
        assert _alerts(days, [eve, eve + dt.timedelta(1)]), "before a schedule has landed"
        days.landing.land(
            wanted("schedule", season_date(season), season=season).document,
            body(_schedule(season, opening, last)),
            days.now,
        )
        add_partitions(days.instance, [opening, last])
        quiet = [autumn + dt.timedelta(n) for n in range((opening - autumn).days + 1)]
        after = last + dt.timedelta(9)  # its tables are not watched for longer
        quiet += [after + dt.timedelta(n) for n in range((summer - after).days + 10)]
        assert _alerts(days, quiet) == []
    finally:
        days.close()


def _alerts(days: LiveDays, dates: list[dt.date]) -> list[str]:
    days.alerts.clear()
    for date in dates:
        days.now = dt.datetime.combine(date, dt.time(6), EASTERN)
        days.tick("freshness")
    return list(days.alerts)


def _schedule(season: str, *dates: dt.date) -> dict:
    year = season[2:4]
    games = [
        game_node()
        | {"gameId": f"00{2 + 2 * number}{year}00001", "gameDateEst": f"{date}T00:00:00Z"}
        | dict.fromkeys(("gameDateTimeUTC", "gameTimeUTC"), f"{date}T23:30:00Z")
        for number, date in enumerate(dates)
    ]
    return {"leagueSchedule": {"seasonYear": season, "gameDates": [{"gameDate": "x", "games": games}]}}
