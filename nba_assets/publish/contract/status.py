"""The state of the platform: what is fresh, red, waiting, served.

Facts without a clock: how old they are is for the reader to work out.
"""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from nba_assets.publish.contract.base import Document, column
from nba_assets.publish.contract.coverage import RootCause


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


class PlatformStatus(Document):
    """What a person on duty wants to know."""

    game_date: dt.date = Field(description="Newest date of the schedule.")
    games: int = Field(ge=0)
    stages: tuple[Stage, ...]
    served: Served | None
    red: tuple[RedDate, ...] = Field(description="Of the last dates, newest first.")
    waiting: tuple[dt.date, ...] = Field(description="Dates with games and without predictions.")
