"""The check ``feed_health`` of raw tables: whether the feeds that they are made from give what they should.

It judges the present, not a date, so it is no part of the jobs: the sensor reports it, and a person may
execute it on the page of the asset. An archive has no feeds and no such checks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import dagster as dg

from nba_assets.sources.fetch.feed_health import FeedHealth, FeedState
from nba_assets.sources.fetch.fetch_desk import FetchDesk
from nba_assets.sources.landed.source import ODDS_FEEDS, TABLE_FEEDS
from nba_assets.sources.league_clock import eastern

FEED_CHECK: Final = "feed_health"
_FEEDS: Final[Mapping[str, Sequence[str]]] = {
    **TABLE_FEEDS,
    "raw_schedule": ("schedule", "scoreboard"),
    **dict.fromkeys(("raw_game_lines", "raw_player_points_lines"), ("odds_events", *ODDS_FEEDS)),
}


def feed_checks(desk: FetchDesk) -> list[dg.AssetChecksDefinition]:
    """One check for each raw table, to be executed by hand."""
    return [_check(desk, table) for table in _FEEDS]


def feed_evaluations(health: Sequence[FeedHealth], changed: set[str]) -> list[dg.AssetCheckEvaluation]:
    """Evaluations of the tables that read any of the changed feeds."""
    return [
        dg.AssetCheckEvaluation(
            asset_key=dg.AssetKey(table), check_name=FEED_CHECK, **_verdict(table, health)
        )
        for table, feeds in _FEEDS.items()
        if changed.intersection(feeds)
    ]


def _check(desk: FetchDesk, table: str) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=table,
        name=FEED_CHECK,
        description="Whether the feeds of this table have given what they should have by now.",
    )
    def check() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(**_verdict(table, desk.feed_health()))

    return check


def _verdict(table: str, health: Sequence[FeedHealth]) -> dict[str, Any]:
    mine = [one for one in health if one.feed in _FEEDS[table]]
    red = [one for one in mine if one.is_red]
    expected = [one for one in mine if one.state is not FeedState.IDLE]
    words = "; ".join(f"{one.feed} {one.state.value}: {one.detail}" for one in red)
    return {
        "passed": not red,
        "severity": dg.AssetCheckSeverity.ERROR,
        "description": words
        or ("every feed is well" if expected else "nothing is expected of its feeds now"),
        "metadata": {"feeds": dg.MetadataValue.table([_record(one) for one in mine])} if mine else {},
    }


def _record(one: FeedHealth) -> dg.TableRecord:
    answered = one.record.answered_at
    return dg.TableRecord(
        {
            "feed": one.feed,
            "state": one.state.value,
            "last answer": f"{eastern(answered):%Y-%m-%d %H:%M}" if answered else "never",
            "waits": one.record.waits,
            "failures": one.record.failures,
            "detail": one.detail,
        }
    )
