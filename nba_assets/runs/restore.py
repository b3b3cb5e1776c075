"""Bringing a lost lake back from a copy of it."""

from __future__ import annotations

from dataclasses import dataclass

from nba_assets.assets.tables import ALL_TABLES
from nba_assets.quality.damage import Damage, damages
from nba_assets.runs.sync import sync
from nba_assets.settings import Settings
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store
from nba_assets.storage.object_writes import VersionConflictError
from nba_assets.storage.packs import FOLDER as PACKS
from nba_assets.storage.partitions import shared_out


@dataclass(frozen=True)
class Restored:
    """What came of a copy.

    Attributes:
        copied: number of objects that the lake did not have.
        kept: number of objects of the copy that the lake had: they are newer, and stay.
        damaged: what in the lake is not as it was written.
    """

    copied: int
    kept: int
    damaged: list[Damage]


def restore(settings: Settings, backup: str) -> Restored:
    """Copy what a lake has lost from a backup, read everything in it, and report it to the instance.

    Nothing that is in the lake is replaced, so it may be started again after it was interrupted. Where
    something is damaged, the instance learns of nothing: it must be made again first.

    Args:
        settings: where lake and instance are.
        backup: a copy of the lake, a folder or ``gs://bucket/prefix``.

    Raises:
        ValueError: the backup holds no lake.
    """
    source, target = open_store(backup), open_store(settings.lake)
    names = [name for name in source.list("") if not name.startswith(f"{PACKS}/")]
    if not Lake(source).dates("raw_schedule"):
        raise ValueError(f"{backup} holds no copy of a lake")
    stored = target.versions("")

    def copy(name: str) -> bool:
        try:
            target.write_if(name, source.read(name), version="")
        except VersionConflictError:  # a run has written it meanwhile
            return False
        return True

    threads = max(source.at_once, target.at_once)
    copied = sum(shared_out(copy, [name for name in names if name not in stored], threads))
    damaged = list(damages(Lake(target), [table.name for table in ALL_TABLES]))
    if not damaged:
        sync(settings)
    return Restored(copied, len(names) - copied, damaged)
