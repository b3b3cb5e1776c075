"""The state of the platform: what is fresh, red, waiting, served.

Facts without a clock: how old they are is for the reader to work out.
"""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from nba_assets.publish.contract.base import Document, column
from nba_assets.publish.contract.coverage import RootCause
from nba_assets.sources.fetch.feed_health import FeedState


class Stage(Document):
    """A step from schedule to published slate."""

    stage: str
    table: str = Field(description="Table that represents the step.")
    newest: dt.date | None = Field(description="Newest date with rows that may be read; NULL: none.")
    due: dt.date | None = Field(description="Newest date that should be stored; NULL: none.")


class Served(Document):
    """The system that serves a slate, and its model."""

    system: str
    role: str
    model_id: str | None
    trained_through: str | None
    predicted_at: dt.datetime | None = Field(description="Newest version of the slate; NULL for a backfill.")
    players: int = Field(ge=0)
    alarm: str | None = column("model_performance", "state", optional=True)


class RedDate(Document):
    """A recent date that is not complete."""

    game_date: dt.date
    root_cause: RootCause


class Feed(Document):
    """A feed of a live source, as it was when the status was published."""

    feed: str = Field(description="Name of the feed.")
    state: FeedState = Field(description="How it fares.")
    is_red: bool = Field(description="It needs attention.")
    detail: str = Field(description="What was expected and is missing; empty where nothing is.")
    answered_at: dt.datetime | None = Field(description="Its newest answer; NULL: none yet.")


class PlatformStatus(Document):
    """What a person on duty wants to know."""

    game_date: dt.date = Field(description="Newest date of the schedule.")
    games: int = Field(ge=0)
    stages: tuple[Stage, ...]
    served: Served | None
    red: tuple[RedDate, ...] = Field(description="Of the last dates, newest first.")
    waiting: tuple[dt.date, ...] = Field(description="Dates with games and without predictions.")
    feeds: tuple[Feed, ...] | None = Field(
        default=None, description="NULL: the source is an archive, or their health is not known."
    )
