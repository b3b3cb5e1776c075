"""The state of the platform from the lake."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Sequence

import pandas as pd

from nba_assets.publish.contract.coverage import DateCoverage
from nba_assets.publish.contract.slate import Slate
from nba_assets.publish.contract.status import Feed, PlatformStatus, RedDate, Served, Stage
from nba_assets.publish.tables import OpenTables
from nba_assets.sources.fetch.feed_health import FeedHealth

FeedSource = Callable[[], Sequence[FeedHealth]]

RECENT_DATES = 14
# Steps from schedule to grades: name, table that represents it, and whether it follows the games of a date.
_STAGES = (
    ("schedule", "raw_schedule", False),
    ("box scores", "raw_player_boxscores", True),
    ("features", "ml_feature_store_v2", False),
    ("predictions", "player_prop_predictions", False),
    ("grades", "prediction_accuracy", True),
    ("ledger", "coverage", False),
)


_LOG = logging.getLogger(__name__)


def build_status(
    tables: OpenTables,
    slate: Slate | None,
    recent: Sequence[DateCoverage],
    feeds: FeedSource | None = None,
) -> PlatformStatus:
    """What is fresh, red, waiting and served.

    Args:
        tables: where rows are.
        slate: the newest slate; None where its schedule may not be read.
        recent: coverage of the last dates, newest first.
        feeds: gives the health of every feed; None for an archive.

    Raises:
        ValueError: the lake has no schedule.
    """
    known = tables.dates("raw_schedule")[-RECENT_DATES:]
    if not known:
        raise ValueError(f"{tables.lake.store.root} holds no schedule yet: nba-assets backfill")
    games = tables.read("raw_schedule", known, ("game_id", "status"))
    final = games["status"].eq("final").to_numpy(bool)
    played = sorted(pd.DatetimeIndex(games.loc[final, "game_date"].unique()).date)
    predicted = set(_dates_with_rows(tables, "player_prop_predictions", known))
    return PlatformStatus(
        game_date=known[-1],
        games=len(slate.games) if slate else 0,
        stages=tuple(
            Stage(
                stage=stage,
                table=table,
                newest=max(_dates_with_rows(tables, table, known), default=None),
                due=max(played, default=None) if follows else known[-1],
            )
            for stage, table, follows in _STAGES
        ),
        served=_served(tables, slate, known) if slate else None,
        red=tuple(
            RedDate(game_date=date.game_date, root_cause=date.root_cause)
            for date in recent
            if date.root_cause
        ),
        waiting=tuple(date for date in known if date not in predicted),
        feeds=_feeds(feeds) if feeds else None,
    )


def _feeds(source: FeedSource) -> tuple[Feed, ...] | None:
    """The feeds now; None where their health cannot be worked out, which is no reason not to publish."""
    try:
        health = source()
    except Exception:  # a document of any publisher may be the reason; the check feed_health fails on it
        _LOG.exception("published without the health of feeds")
        return None
    return tuple(
        Feed(
            feed=one.feed,
            state=one.state,
            is_red=one.is_red,
            detail=one.detail,
            answered_at=one.record.answered_at,
        )
        for one in health
    )


def _dates_with_rows(tables: OpenTables, table: str, dates: Sequence[dt.date]) -> list[dt.date]:
    rows = tables.read(table, dates, ("source",))
    return sorted(pd.DatetimeIndex(rows["game_date"].unique()).date)


def _served(tables: OpenTables, slate: Slate, known: Sequence[dt.date]) -> Served | None:
    head = slate.headline
    if head is None:
        return None
    rows = [found for player in slate.players if (found := player.by(head.system))]
    newest = max(rows, key=lambda row: str(row.predicted_at))
    states = tables.read("model_performance", known, ("system", "state"))
    own = states.loc[states["system"].eq(head.system).to_numpy(bool), "state"]
    return Served(
        system=head.system,
        role=head.role,
        model_id=newest.model_id,
        trained_through=newest.model_trained_through,
        predicted_at=newest.predicted_at,
        players=len(rows),
        alarm=str(own.iloc[-1]) if len(own) else None,
    )
