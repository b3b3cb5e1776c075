"""Permanent refusals of a publisher, and their lifting by a person.

Layout: ``refused/{feed}/{game_date}/{key}/{moment}.json`` for one document, ``refused/_hosts/{host}/...``
for all of a publisher's (a bad key). A person's word lies beside, as ``{moment}.lifted.json``; nothing is
deleted.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nba_assets.sources.landing.documents import (
    Document,
    Reason,
    moment,
)
from nba_assets.sources.landing.names import Names
from nba_assets.storage.object_store import ObjectStore

_LIFTED = ".lifted.json"


@dataclass(frozen=True)
class Refusal:
    """One terminal error, with its evidence."""

    scope: str
    name: str
    record: Mapping[str, Any]


class Refusals:
    """The refused documents and publishers of one landing zone."""

    def __init__(self, store: ObjectStore, names: Names):
        self._store, self._names = store, names

    def record(self, scope: str, reason: Reason, at: dt.datetime) -> Refusal:
        """Record a permanent error; one that is open already is not recorded again."""
        if (current := self.current(scope)) is not None:
            return current
        name = f"refused/{scope}/{moment(at)}.json"
        with self._names.changing(_day(scope)):
            self._store.write(name, reason.document(refused_at=at.isoformat(), scope=scope))
        return Refusal(scope, name, json.loads(self._store.read(name)))

    def current(self, scope: str) -> Refusal | None:
        """The open refusal, if any."""
        names = self._names.below(f"refused/{scope}/")
        lifted = {name.removesuffix(_LIFTED) for name in names if name.endswith(_LIFTED)}
        for name in reversed(names):
            if not name.endswith(_LIFTED) and name.removesuffix(".json") not in lifted:
                return Refusal(scope, name, json.loads(self._store.read(name)))
        return None

    def lift(self, scope: str, who: str, why: str, at: dt.datetime) -> list[str]:
        """Allow requests for a document or to a publisher again.

        Returns:
            Names of the refusals lifted.

        Raises:
            ValueError: who or reason is empty.
        """
        if not who.strip() or not why.strip():
            raise ValueError("lifting a refusal needs a person and a reason")
        lifted: list[str] = []
        while (refusal := self.current(scope)) is not None:
            word = Reason("lifted", why, "", {"who": who})
            with self._names.changing(_day(scope)):
                self._store.write(
                    refusal.name.removesuffix(".json") + _LIFTED, word.document(lifted_at=at.isoformat())
                )
            lifted.append(refusal.name)
        return lifted

    def keys(self, feed: str, game_date: dt.date) -> dict[str, str]:
        """Keys of a feed and date with an open refusal, with the outcome each was refused for."""
        prefix = f"refused/{feed}/{game_date.isoformat()}/"
        keys = sorted({name.removeprefix(prefix).split("/")[0] for name in self._names.below(prefix)})
        current = {key: self.current(f"{feed}/{game_date.isoformat()}/{key}") for key in keys}
        return {key: str(refusal.record["outcome"]) for key, refusal in current.items() if refusal}


def _day(scope: str) -> str:
    """The second part of a scope: a game date, or the name of a host."""
    return scope.split("/")[1]


def document_scope(document: Document) -> str:
    """Scope of one document's refusal."""
    return document.folder


def host_scope(host: str) -> str:
    """Scope of a publisher's refusal."""
    return f"_hosts/{host}"
