"""How often a season has been tested on: every look makes its figures less honest."""

from __future__ import annotations

import datetime as dt
import json

from pydantic import BaseModel, ConfigDict, Field

from nba_assets.storage.object_store import ObjectStore


class Look(BaseModel):
    """An experiment whose test side was a season."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    trained_on: tuple[str, ...] = Field(description="Seasons of the train side.")
    stopped_on: str = Field(description="Season of the validation side.")
    tested_on: str = Field(description="Season of the test side.")
    code_version: str = Field(description="Hash of the code that trained and measured.")
    looked_at: dt.datetime = Field(description="When, UTC.")


def record_look(store: ObjectStore, look: Look) -> list[Look]:
    """Store a look beside the lake's tables.

    Returns:
        All looks at the season so far, this one last.

    Raises:
        VersionConflictError: another process recorded a look at the same moment.
    """
    name = f"test_seasons/{look.tested_on}.json"
    version = store.version(name)
    every = [*(looks_at(store, look.tested_on) if version else []), look]
    data = json.dumps([each.model_dump(mode="json") for each in every], indent=1).encode()
    store.write_if(name, data, version)
    return every


def looks_at(store: ObjectStore, season: str) -> list[Look]:
    """Looks at a season, oldest first.

    Raises:
        FileNotFoundError: the season has not been tested on.
    """
    return [Look(**each) for each in json.loads(store.read(f"test_seasons/{season}.json"))]
