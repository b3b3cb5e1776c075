"""Resources of the graph: the lake and the source, opened when a run starts, never at import."""

import datetime as dt
import logging
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_gcp.gcs import GCSResource
from pydantic import Field, PrivateAttr

from nba_assets.assets.training.training_config import Training
from nba_assets.calendar.game_dates import Calendar
from nba_assets.instance.run_process import tune_process
from nba_assets.instance.second_process import SecondProcess, SecondProcessError
from nba_assets.publish.publication import Publication
from nba_assets.settings import Settings, SourceKind
from nba_assets.sources.archive.source import ArchiveSource
from nba_assets.sources.base import Source
from nba_assets.sources.fetch.fetch_desk import live_source
from nba_assets.sources.landed.source import LiveSource
from nba_assets.sources.landing import Landing
from nba_assets.sources.league_clock import LeagueClock
from nba_assets.storage.lake import Lake
from nba_assets.storage.lake_calendar import lake_calendar
from nba_assets.storage.object_store import (
    ObjectStore,
    open_store,
)

_WORKER = "nba_assets.assets.second_process"  # the module that a second process executes
_LOG = logging.getLogger(__name__)


class LakeResource(dg.ConfigurableResource):
    """The lake, in a folder or in a bucket with the credentials of dagster-gcp."""

    root: str = Field(description="Folder or gs://bucket/prefix.")
    gcs: dg.ResourceDependency[GCSResource]
    second_process_from: int = Field(
        0,
        description="With so many dates to work out, and two processors, a second process works out and "
        "writes the earlier ones. 0: never.",
    )
    _stores: dict[str, ObjectStore] = PrivateAttr(default_factory=dict)
    _second: SecondProcess | None = PrivateAttr(default=None)

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        """Prepare the process of a run: every step needs the lake."""
        tune_process()

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        """End the second process with the run."""
        if self._second:
            self._second.end()

    def second_process(self, dates: int) -> SecondProcess | None:
        """The second process, started by the first who has dates for it; None for few, or while it starts."""
        if not self.second_process_from or dates < self.second_process_from or os.cpu_count() == 1:
            return None
        if self._second is None:
            self._second = SecondProcess(_WORKER)
        try:
            return self._second if self._second.is_ready() else None
        except SecondProcessError as error:
            _LOG.warning("%s before it was ready: this run works without it", error)
            self._second.end()
            return None

    def processors(self) -> int:
        """How many processors this process may keep busy: half of them beside a second process."""
        return _half() if self._second and self._second.is_in_use else os.cpu_count() or 1

    def lake(self) -> Lake:
        """Open the tables."""
        return Lake(self._store(self.root))

    def models(self) -> ObjectStore:
        """Open the model files, beside the tables."""
        return self._store(f"{self.root.rstrip('/')}/models")

    def _store(self, root: str) -> ObjectStore:
        """A place, opened once: each client of a bucket asks for credentials of its own."""
        if root not in self._stores:
            self._stores[root] = open_store(root, self.gcs)
        return self._stores[root]


class _SecondLake(LakeResource):
    """The lake as a second process opens it."""

    def processors(self) -> int:
        """How many processors this process may keep busy: the other half."""
        return _half()


def _half() -> int:
    return max((os.cpu_count() or 1) // 2, 1)


class PublicationResource(dg.ConfigurableResource):
    """The published documents and pages, in a folder or in a bucket with the credentials of dagster-gcp."""

    root: str = Field(description="Folder or gs://bucket/prefix.")
    gcs: dg.ResourceDependency[GCSResource]

    def publication(self) -> Publication:
        """Open the documents."""
        return Publication(open_store(self.root, self.gcs))


class SourceResource(dg.ConfigurableResource):
    """The source that feeds the raw tables."""

    archive_dir: str = Field(description="Folder in the layout of the archive.")
    kind: str = Field(SourceKind.ARCHIVE.value, description="archive, live or simulated-live.")
    landing_root: str = Field("", description="Landing zone that a live source reads.")
    live_url: str = Field("", description="Server of the simulated league; its clock is the league's.")

    def source(self) -> ArchiveSource | LiveSource:
        """Open the source.

        Raises:
            BadInput: the folder of an archive is missing or has no schedule.
        """
        if SourceKind(self.kind) is SourceKind.ARCHIVE:
            return ArchiveSource(Path(self.archive_dir))
        simulated = SourceKind(self.kind) is SourceKind.SIMULATED_LIVE
        return live_source(Landing(open_store(self.landing_root)), simulated=simulated)

    def now(self) -> dt.datetime:
        """The league's moment."""
        return LeagueClock(self.live_url or None).now()


def lake_again(fields: Mapping[str, Any]) -> LakeResource:
    """The lake of another process, by the fields of its resource."""
    return _lake_again(fields["root"], fields["gcs"]["project"])


@cache
def _lake_again(root: str, project: str | None) -> LakeResource:
    # Once for all requests: opening a bucket takes a second.
    return _SecondLake(root=root, gcs=GCSResource(project=project))


def publication_again(fields: Mapping[str, Any]) -> PublicationResource:
    """The publication of another process, by the fields of its resource."""
    return PublicationResource(root=fields["root"], gcs=GCSResource(**fields["gcs"]))


def source_resource(settings: Settings) -> SourceResource:
    """The source that the settings choose."""
    return SourceResource(
        archive_dir=str(settings.archive_dir),
        kind=settings.source.value,
        landing_root=settings.landing_root,
        live_url=settings.simulated_url or "",
    )


def open_training(context: dg.AssetExecutionContext) -> Training:
    """When the run that asks trains."""
    return context.resources.training


def open_source(context: dg.AssetExecutionContext) -> Source:
    """The source of the run that asks."""
    return context.resources.source.source()


def league_now(context: dg.AssetExecutionContext) -> dt.datetime:
    """What time it is in the league of the run that asks."""
    return context.resources.source.now()


def open_lake(context: dg.AssetExecutionContext) -> Lake:
    """The tables of the run that asks."""
    return context.resources.lake.lake()


def processors(context: dg.AssetExecutionContext) -> int:
    """How many processors the run that asks may keep busy in this process."""
    return context.resources.lake.processors()


def open_calendar(context: dg.AssetExecutionContext) -> Calendar:
    """The game dates that the lake of the run knows."""
    return lake_calendar(open_lake(context).store)


def open_models(context: dg.AssetExecutionContext) -> ObjectStore:
    """The model files of the run that asks."""
    return context.resources.lake.models()
