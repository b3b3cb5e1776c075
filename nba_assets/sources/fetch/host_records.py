"""Records of publishers beside the landing zone, for the process that asks next."""

from __future__ import annotations

from nba_assets.sources.http.records import HostRecord
from nba_assets.storage.object_store import ObjectStore


class StoredHostRecords:
    """Records as objects ``hosts/{host}.json``; of two processes that write at once the later one counts."""

    def __init__(self, store: ObjectStore):
        self._store = store

    def read(self, host: str) -> HostRecord:
        """See :class:`nba_assets.sources.http.records.HostRecords`."""
        try:
            return HostRecord.model_validate_json(self._store.read(_name(host)))
        except FileNotFoundError:
            return HostRecord()

    def write(self, host: str, record: HostRecord) -> None:
        """See :class:`nba_assets.sources.http.records.HostRecords`."""
        self._store.write(_name(host), record.model_dump_json().encode())


def _name(host: str) -> str:
    return f"hosts/{host}.json"
