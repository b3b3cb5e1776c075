"""What a write of an object takes beside its bytes, and how it loses against another writer."""

from __future__ import annotations

from dataclasses import dataclass


class VersionConflictError(RuntimeError):
    """An object is no longer the version that its writer has read."""


@dataclass(frozen=True)
class Headers:
    """HTTP headers with which a bucket serves an object; a folder has none."""

    content_type: str = "application/octet-stream"
    cache_control: str | None = None


PLAIN = Headers()
