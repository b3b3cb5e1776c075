"""Resources of the graph: the lake and the source, opened when a run starts, never at import.

What belongs here: Dagster's configuration of things that live elsewhere. What does not: those things.
"""

from pathlib import Path

import dagster as dg
from dagster_gcp.gcs import GCSResource
from pydantic import Field

from nba_assets.lake import Lake
from nba_assets.object_store import ObjectStore, open_store
from nba_assets.sources.archive import ArchiveSource
from nba_assets.sources.base import Source


class LakeResource(dg.ConfigurableResource):
    """The lake, in a folder or in a bucket with the credentials of dagster-gcp."""

    root: str = Field(description="Folder or gs://bucket/prefix.")
    gcs: dg.ResourceDependency[GCSResource]

    def lake(self) -> Lake:
        """Open the tables."""
        return Lake(open_store(self.root, self.gcs))

    def models(self) -> ObjectStore:
        """Open the model files, beside the tables."""
        return open_store(f"{self.root.rstrip('/')}/models", self.gcs)


class SourceResource(dg.ConfigurableResource):
    """The source that feeds the raw tables."""

    archive_dir: str = Field(description="Folder in the layout of the archive.")

    def source(self) -> ArchiveSource:
        """Open the source.

        Raises:
            BadInput: the folder is missing or has no schedule.
        """
        return ArchiveSource(Path(self.archive_dir))


def open_source(context: dg.AssetExecutionContext) -> Source:
    """The source of the run that asks."""
    return context.resources.source.source()


def open_lake(context: dg.AssetExecutionContext) -> Lake:
    """The tables of the run that asks."""
    return context.resources.lake.lake()


def open_models(context: dg.AssetExecutionContext) -> ObjectStore:
    """The model files of the run that asks."""
    return context.resources.lake.models()
