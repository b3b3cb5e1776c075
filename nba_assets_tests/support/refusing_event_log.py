"""An event log that refuses what the client of Dagster+ refuses, and that has no SQL connection."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml
from dagster import StringSource
from dagster._core.storage.event_log.base import EventLogStorage
from dagster._serdes import ConfigurableClass, ConfigurableClassData

from nba_assets.instance.event_log import GroupCommitSqliteEventLogStorage

# GraphQLEventLogStorage of dagster-cloud 1.13.27 answers these with NotImplementedError.
REFUSED = frozenset({
    "watch", "end_watch", "get_freshness_state_records", "update_asset_cached_status_data",
    "get_concurrency_run_ids", "get_asset_check_execution_history", "get_asset_check_partition_info",
})  # fmt: skip


def refusing_configuration(folder: Path) -> str:
    """A dagster.yaml with this event log, its databases in a folder."""
    folder.mkdir(exist_ok=True)
    settings = {
        "telemetry": {"enabled": False},
        "event_log_storage": {
            "module": __name__, "class": RefusingEventLog.__name__, "config": {"base_dir": str(folder)},
        },
    }  # fmt: skip
    return yaml.safe_dump(settings)


def _refused(name: str) -> Callable[..., Any]:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError(f"{name}: Not callable from user cloud")

    return method


def _passed_on(name: str) -> Callable[..., Any]:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return getattr(self.behind, name)(*args, **kwargs)

    return method


def _read_behind(name: str) -> property:
    return property(lambda self: getattr(self.behind, name))


def _member(name: str, member: Any) -> Any:
    if name in REFUSED:
        return _refused(name)
    return _read_behind(name) if isinstance(member, property) else _passed_on(name)


_MEMBERS = {
    name: _member(name, member)
    for name, member in inspect.getmembers(EventLogStorage)
    if not name.startswith("_") and name != "register_instance"
}


class RefusingEventLog(type("Members", (EventLogStorage,), _MEMBERS), ConfigurableClass):
    """Everything else is answered by one of our own logs behind it."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None):
        super().__init__()
        self.behind = GroupCommitSqliteEventLogStorage(base_dir)
        self._inst_data = inst_data

    def register_instance(self, instance: Any) -> None:
        """Both belong to the instance."""
        super().register_instance(instance)
        self.behind.register_instance(instance)

    @property
    def inst_data(self) -> ConfigurableClassData | None:
        """As Dagster wants it of a class of dagster.yaml."""
        return self._inst_data

    @classmethod
    def config_type(cls) -> Mapping[str, Any]:
        """The folder of the databases."""
        return {"base_dir": StringSource}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> RefusingEventLog:
        """Dagster calls this."""
        return cls(inst_data=inst_data, **config_value)
