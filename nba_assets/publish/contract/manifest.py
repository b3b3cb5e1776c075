"""The manifest: the one object that changes, naming every document that is current."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from nba_assets.publish.contract.base import VERSION, Document
from nba_assets.publish.contract.coverage import Coverage, DateCoverage
from nba_assets.publish.contract.player import Player
from nba_assets.publish.contract.record import Record
from nba_assets.publish.contract.results import Results
from nba_assets.publish.contract.slate import Slate
from nba_assets.publish.contract.status import PlatformStatus

MANIFEST = f"{VERSION}/manifest.json"
DOCUMENTS: dict[str, type[Document]] = {
    "slate": Slate,
    "results": Results,
    "date_coverage": DateCoverage,
    "player": Player,
    "models": Record,
    "coverage": Coverage,
    "status": PlatformStatus,
}


class DateEntry(Document):
    """The documents of a date.

    `{folder}/slate.json`, and for a game date `{folder}/results.json` and `{folder}/date_coverage.json`.
    """

    folder: str = Field(pattern=r"^v1/\d{4}-\d{2}-\d{2}/[0-9a-f]{16}$")
    games: int = Field(ge=0)
    players: int = Field(ge=0)
    graded: bool


class PlayerEntry(Document):
    """The document of a player."""

    player_name: str
    team: str
    path: str


class Manifest(Document):
    """Names of the current documents, relative to the folder or bucket that holds `v1/`."""

    version: Literal["v1"] = "v1"
    revision: int = Field(ge=0, description="Rises with every change.")
    latest: dt.date | None = Field(description="Newest date published; NULL: none.")
    dates: dict[str, DateEntry] = Field(description="By date, off days of published seasons included.")
    players: dict[str, PlayerEntry] = Field(description="By player id; players of the newest season.")
    models: str | None = Field(description="The record of the systems.")
    coverage: str | None = Field(description="The ledger of all seasons.")
    status: str | None = Field(description="The state of the platform.")
    schemas: dict[str, str] = Field(description="JSON Schema of each kind of document.")


NOTHING = Manifest(
    revision=0, latest=None, dates={}, players={}, models=None, coverage=None, status=None, schemas={}
)
