"""What a lake holds, in a few hundred characters: enough to find the first date that was written since.

A sensor keeps it as its cursor. Dates of the last weeks have a hash of their own; those before share one sum,
which stays the same while the weeks go by.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nba_assets.storage.lake import Lake

_RECENT_DATES = 20
_MODULUS = 1 << 64


@dataclass(frozen=True)
class LakeDigest:
    """Hash of all that is stored of each date, in order of date."""

    hashes: Mapping[dt.date, int]

    @classmethod
    def of(cls, lake: Lake, tables: Sequence[str]) -> LakeDigest:
        """Digest of some tables as they are stored now."""
        versions: dict[dt.date, list[str]] = {}
        for table in tables:
            for date, version in lake.versions(table).items():
                versions.setdefault(date, []).append(f"{table}={version}")
        return cls({date: _hash("|".join(versions[date])) for date in sorted(versions)})

    @property
    def cursor(self) -> str:
        """Short form, for :meth:`first_change` of a later digest."""
        dates = list(self.hashes)
        recent = {date.isoformat(): self.hashes[date] for date in dates[-_RECENT_DATES:]}
        return json.dumps({"recent": recent, "older": self._sum(dates[:-_RECENT_DATES])})

    @property
    def name(self) -> str:
        """Sixteen digits that identify it."""
        return f"{self._sum(list(self.hashes)):016x}"

    def first_change(self, cursor: str) -> dt.date:
        """The first date with a partition that was written or removed since; ``date.max`` without one.

        Before the dates that the cursor has one by one, ``date.min`` is used for any of them.
        """
        facts = json.loads(cursor)
        recent = {dt.date.fromisoformat(date): value for date, value in facts["recent"].items()}
        start = min(recent, default=dt.date.min)
        if self._sum([date for date in self.hashes if date < start]) != facts["older"]:
            return dt.date.min
        dates = {date for date in self.hashes if date >= start} | recent.keys()
        return min((d for d in dates if self.hashes.get(d) != recent.get(d)), default=dt.date.max)

    def _sum(self, dates: Sequence[dt.date]) -> int:
        return sum(self.hashes[date] for date in dates) % _MODULUS


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
