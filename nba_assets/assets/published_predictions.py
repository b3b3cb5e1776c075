"""The published documents and pages as an asset, one partition per game date."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import dagster as dg

from nba_assets.assets.factory.chosen_dates import chosen_dates
from nba_assets.assets.factory.newest_date import SEASON, season_metadata
from nba_assets.assets.factory.shared_dates import shared
from nba_assets.assets.factory.table_asset import (
    OWNER,
    site_links,
)
from nba_assets.assets.resources import (
    LakeResource,
    PublicationResource,
    lake_again,
    publication_again,
)
from nba_assets.calendar.partitions import GAME_DATES
from nba_assets.calendar.seasons import season_of
from nba_assets.instance.garbage import no_collections
from nba_assets.instance.private_api import EXTERNALLY_MANAGED_ASSETS_TAG, disable_dagster_warnings
from nba_assets.instance.second_process import SecondProcess, SecondProcessError
from nba_assets.lineage.graph import EXPECTED_MINUTES, PREDICTIONS
from nba_assets.publish.contract.manifest import Manifest
from nba_assets.publish.publisher import Documents, Published, Publisher
from nba_assets.publish.site.pages import Site
from nba_assets.publish.status import FeedSource
from nba_assets.publish.tables import OpenTables
from nba_assets.quality.gate import Gate
from nba_assets.reports.tables.season_picture import DateFigures

NAME = "published_predictions"
# Of the dates: the later ones are explained, and the run's own process makes the pages of the newest besides.
_SHARE = 0.64
_BESIDE = (EXPECTED_MINUTES, "prediction_accuracy", "model_performance")


def published_predictions(
    groups: Mapping[str, str], site: str | None = None, feeds: FeedSource | None = None
) -> dg.AssetsDefinition:
    """The asset.

    Args:
        groups: group of each table, in the order of the graph.
        site: address at which readers open the pages; None: where they are stored.
        feeds: gives the health of every feed of a live source.
    """
    with disable_dagster_warnings():
        return _asset(groups, site, feeds)


def _asset(groups: Mapping[str, str], site: str | None, feeds: FeedSource | None) -> dg.AssetsDefinition:
    @dg.asset(
        name=NAME,
        description="What strangers see of a date: JSON documents with a manifest, and pages made from them.",
        group_name="published",
        owners=[OWNER],
        kinds={"json", "html"},
        partitions_def=GAME_DATES,
        backfill_policy=dg.BackfillPolicy.single_run(),
        deps=[PREDICTIONS, *_BESIDE, "coverage"],
        automation_condition=_when_predicted(),
        metadata=site_links(site),
        dagster_type=dg.Nothing,
    )
    def asset(
        context: dg.AssetExecutionContext, lake: LakeResource, publication: PublicationResource
    ) -> Iterator[Any]:
        # Only the events below count: a date whose predictions may not be read is not materialized.
        cast("dict[str, str]", context.run.tags)[EXTERNALLY_MANAGED_ASSETS_TAG] = "true"
        dates = chosen_dates(context.run.tags, context.partition_keys)
        tables = OpenTables(lake.lake())
        publisher = Publisher(tables, lake.models(), publication.publication(), groups, feeds)
        with no_collections():
            if second := lake.second_process(len(dates)):
                published = _publish_by_both(context, second, publisher, groups, dates)
            else:
                published = publisher.publish(dates)
            pages = Site(publisher.publication, published.manifest)
            if second := lake.second_process(len(dates)):  # it may have ended
                page = _write_by_both(context, second, pages, dates)
            else:
                page = pages.write(dates)
        damaged = tables.lake.stamps(PREDICTIONS, dates)[1]
        left_out = {**Gate(tables.lake).shut(PREDICTIONS, dates), **damaged, **published.invalid}
        made = [date for date in dates if date not in left_out]
        for date in made:
            shown = _season(published.manifest, date) if date == made[-1] else {}
            address = f"{(site or publication.root).rstrip('/')}/{page}"
            yield _materialization(published, date, address, shown)
        _report(context, left_out, everything=len(left_out) == len(dates))
        yield dg.Output(None)

    return asset


@dataclass(frozen=True)
class PublishedDates:
    """Dates whose documents a second process puts: it is sent to it.

    Attributes:
        dates: the dates.
        lake: fields of the lake's resource.
        publication: of the publication's.
        groups: group of each table, in the order of the graph.
    """

    dates: list[dt.date]
    lake: Mapping[str, Any]
    publication: Mapping[str, Any]
    groups: Mapping[str, str]


@no_collections()
def put_documents(work: PublishedDates) -> Documents:
    """Put the documents of dates; the asset publishes them."""
    lake, place = lake_again(work.lake), publication_again(work.publication).publication()
    return Publisher(OpenTables(lake.lake()), lake.models(), place, work.groups).documents(work.dates)


@dataclass(frozen=True)
class PublishedPages:
    """Pages that a second process writes: it is sent to it.

    Attributes:
        dates: dates whose pages are made anew.
        publication: fields of the publication's resource.
        manifest: names the documents that the pages are made of.
    """

    dates: list[dt.date]
    publication: Mapping[str, Any]
    manifest: Manifest


@no_collections()
def write_pages(work: PublishedPages) -> None:
    """Write every second page."""
    Site(publication_again(work.publication).publication(), work.manifest).write_share(work.dates, (1, 2))


def _publish_by_both(
    context: dg.AssetExecutionContext,
    second: SecondProcess,
    publisher: Publisher,
    groups: Mapping[str, str],
    dates: list[dt.date],
) -> Published:
    """Publish dates; documents of the earlier ones are put by the second process."""
    theirs, ours = shared(dates, _SHARE)
    resources = context.resources
    work = PublishedDates(theirs, resources.lake.model_dump(), resources.publication.model_dump(), groups)
    with _asked(context, second, work, lambda: publisher.documents(theirs)) as earlier:
        return publisher.publish(ours, earlier)


def _write_by_both(
    context: dg.AssetExecutionContext, second: SecondProcess, pages: Site, dates: list[dt.date]
) -> str | None:
    """Write pages; every second one is written by the second process."""
    work = PublishedPages(dates, context.resources.publication.model_dump(), pages.manifest)
    with _asked(context, second, work, lambda: pages.write_share(dates, (1, 2))) as others:
        return pages.write(dates, others)


@contextmanager
def _asked(
    context: dg.AssetExecutionContext, second: SecondProcess, work: Any, alone: Callable[[], Any]
) -> Iterator[Callable[[], Any]]:
    """What the second process makes of work; without an answer it is done here."""

    def done() -> Any:
        try:
            [answer] = answers
        except SecondProcessError as error:
            context.log.warning(f"{error}: its share is done here")
            answer = alone()
        return answer

    with second.asked(work) as answers:
        yield done


def _when_predicted() -> dg.AutomationCondition:
    """Dates whose predictions are new, and again once they are graded; tables beside them may be missing."""
    condition = dg.AutomationCondition
    beside = dg.AssetSelection.assets(*_BESIDE)
    eager = condition.eager().without(condition.in_latest_time_window())
    return eager.replace(condition.any_deps_missing(), condition.any_deps_missing().ignore(beside))


def _season(manifest: Manifest, date: dt.date) -> dict[str, dg.MetadataValue]:
    """A picture of how many players each date of the season has, up to a date."""
    days = {dt.date.fromisoformat(day): entry for day, entry in manifest.dates.items()}
    season = {day: DateFigures(entry.players) for day, entry in days.items()
              if entry.games and day <= date and season_of(day) == season_of(date)}  # fmt: skip
    return {SEASON: season_metadata(NAME, season)} if season else {}


def _materialization(
    published: Published, date: dt.date, page: str, shown: Mapping[str, dg.MetadataValue]
) -> dg.AssetMaterialization:
    entry = published.manifest.dates[date.isoformat()]
    address = dg.MetadataValue.url(page) if "://" in page else dg.MetadataValue.path(page)
    return dg.AssetMaterialization(
        asset_key=NAME,
        partition=date.isoformat(),
        metadata={
            "rows": entry.players,
            "games": entry.games,
            "graded": entry.graded,
            "changed": published.before.dates.get(date.isoformat()) != entry,
            "documents": entry.folder,
            "page": address,
            **shown,
        },
    )


def _report(context: dg.AssetExecutionContext, left_out: Mapping[dt.date, str], *, everything: bool) -> None:
    """Name the dates whose previous publication is kept."""
    if not left_out:
        return
    first = min(left_out)
    words = f"{len(left_out)} dates are not published; {first}: {left_out[first]}"
    if everything:
        raise dg.Failure(words, allow_retries=False)
    context.log.error(words)
