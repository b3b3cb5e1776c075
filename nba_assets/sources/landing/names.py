"""Names of the objects of a landing zone, listed once per feed and date until something changes.

Sensors look at the same days every minute, and a listing of a bucket is its dearest request. Whoever writes
replaces ``changes/{game_date}`` before and after, so a reader that finds that object unchanged knows that
its last listing still holds. A writer that dies in between is noticed after some minutes.
"""

from __future__ import annotations

import time
import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from nba_assets.storage.object_store import ObjectStore

_KEPT_SECONDS: Final = 600.0


@dataclass(frozen=True)
class _Listing:
    token: tuple[str, int]
    at: float
    names: list[str]


# By root of the store and place below it; shared by all readers of a process.
_LISTINGS: dict[tuple[str, str], _Listing] = {}
_OWN_WRITES: defaultdict[tuple[str, str], int] = defaultdict(int)


class Names:
    """The names below ``{kind}/{feed}/{game_date}/`` of one store, as seen by one short-lived reader."""

    def __init__(self, store: ObjectStore):
        self._store = store
        self._markers: dict[str, str] = {}

    def below(self, prefix: str) -> list[str]:
        """Names that begin with ``{kind}/{feed}/{game_date}/``, or with more, sorted."""
        kind, feed, day, *_ = prefix.split("/")
        place, key = f"{kind}/{feed}/{day}/", (self._store.root, day)
        if day not in self._markers:
            self._markers[day] = self._store.version(_marker(day))
        token = (self._markers[day], _OWN_WRITES[key])
        listing = _LISTINGS.get((self._store.root, place))
        if listing is None or listing.token != token or time.monotonic() - listing.at > _KEPT_SECONDS:
            listing = _Listing(token, time.monotonic(), list(self._store.list(place)))
            _LISTINGS[self._store.root, place] = listing
        return [name for name in listing.names if name.startswith(prefix)]

    @contextmanager
    def changing(self, day: str) -> Iterator[None]:
        """Announce that objects of a day change, before and after."""
        self._announce(day)
        yield
        self._announce(day)

    def _announce(self, day: str) -> None:
        self._markers[day] = self._store.write(_marker(day), uuid.uuid4().bytes)
        _OWN_WRITES[self._store.root, day] += 1


def _marker(day: str) -> str:
    return f"changes/{day}"
