"""The site: every page, from the documents that a manifest names."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from importlib.resources import files
from itertools import groupby, islice
from typing import Any, cast

from nba_assets.calendar.seasons import season_of
from nba_assets.domain.raw.player_names import name_forms
from nba_assets.publish.contract.coverage import Coverage, DateCoverage
from nba_assets.publish.contract.manifest import DateEntry, Manifest
from nba_assets.publish.contract.player import Player
from nba_assets.publish.contract.record import Record
from nba_assets.publish.contract.results import Results
from nba_assets.publish.contract.slate import Slate
from nba_assets.publish.contract.status import Feed, PlatformStatus
from nba_assets.publish.publication import Publication
from nba_assets.publish.site.coverage_page import coverage_values
from nba_assets.publish.site.models_page import models_values
from nba_assets.publish.site.player_page import player_values
from nba_assets.publish.site.renderer import Renderer
from nba_assets.publish.site.slate_page import around, slate_values
from nba_assets.storage.object_writes import Headers

INDEX = "index.html"
_TYPES = {"html": "text/html; charset=utf-8", "css": "text/css", "js": "text/javascript"}
_STATIC = ("site.css", "site.js")


@dataclass(frozen=True)
class Site:
    """Pages of one publication, written beside its documents.

    Pages of dates are made for the newest season; earlier ones are in the documents.

    Attributes:
        publication: the documents.
        manifest: which of them are current.
    """

    publication: Publication
    manifest: Manifest

    def write(self, dates: Collection[dt.date], others: Callable[[], object] | None = None) -> str | None:
        """Write the pages of dates, and every other page whose content has changed; the first page last.

        Args:
            dates: dates whose pages are made anew.
            others: waits for every second page, which somebody else writes meanwhile.

        Returns:
            Name of the first page; None where nothing is published.
        """
        self.write_share(dates, (0, 2 if others else 1))
        if others:
            others()
        if self.manifest.latest is None:
            return None
        self._put(INDEX, self._slate(self.manifest.latest, is_tonight=True))
        return INDEX

    def write_share(self, dates: Collection[dt.date], share: tuple[int, int]) -> None:
        """Write a share of the pages but the first: which one, and of how many."""
        if self.manifest.latest is not None:
            own = {date for date in dates if date in self._with_pages}
            for name, content in islice(self._pages(own), share[0], None, share[1]):
                self._put(name, content())

    def _put(self, name: str, content: bytes) -> None:
        """Replace a page, unless it is the same."""
        store = self.publication.store
        if not store.version(name) or store.read(name) != content:
            store.write(name, content, Headers(_TYPES[name.rsplit(".", 1)[1]], "no-cache"))

    def _pages(self, dates: Collection[dt.date]) -> Iterator[tuple[str, Callable[[], bytes]]]:
        """Names of all pages but the first, and what makes them."""
        static = files("nba_assets.publish.site")
        for name in _STATIC:
            yield f"static/{name}", static.joinpath(f"static/{name}").read_bytes
        for date in sorted(dates):
            yield f"dates/{date}.html", partial(self._slate, date)
        for number, entry in self.manifest.players.items():
            yield self._addresses[int(number)], partial(self._player, entry.path)
        yield "players.html", lambda: self._renderer.render("players", current="players", **self._players())
        yield "dates.html", lambda: self._renderer.render("dates", current="dates", **self._dates())
        if record := self._record:
            yield (
                "models.html",
                lambda: self._renderer.render("models", current="models", **models_values(record)),
            )
        if path := self.manifest.coverage:
            yield "coverage.html", partial(self._coverage, path)

    def _player(self, path: str) -> bytes:
        values = player_values(cast("Player", self.publication.read("player", path)))
        return self._renderer.render("player", depth=1, current="players", **values)

    def _coverage(self, path: str) -> bytes:
        coverage = cast("Coverage", self.publication.read("coverage", path))
        values = coverage_values(coverage, [self._season], self._feeds())
        return self._renderer.render("coverage", current="coverage", **values)

    @cached_property
    def _renderer(self) -> Renderer:
        return Renderer(self._latest)

    @property
    def _latest(self) -> dt.date:
        assert self.manifest.latest is not None  # noqa: S101 write() returns before
        return self.manifest.latest

    @cached_property
    def _season(self) -> str:
        return season_of(self._latest)

    @cached_property
    def _with_pages(self) -> list[dt.date]:
        """Game dates of the newest season, in order."""
        days = {dt.date.fromisoformat(day): entry for day, entry in self.manifest.dates.items()}
        return sorted(day for day, entry in days.items() if entry.games and season_of(day) == self._season)

    @cached_property
    def _addresses(self) -> dict[int, str]:
        return {int(number): f"players/{number}.html" for number in self.manifest.players}

    @cached_property
    def _record(self) -> Record | None:
        path = self.manifest.models
        return cast("Record", self.publication.read("models", path)) if path else None

    def _slate(self, date: dt.date, *, is_tonight: bool = False) -> bytes:
        folder = self.manifest.dates[date.isoformat()].folder
        slate = cast("Slate", self.publication.read("slate", f"{folder}/slate.json"))
        results = cast("Results", self.publication.read("results", f"{folder}/results.json"))
        coverage = cast(
            "DateCoverage", self.publication.read("date_coverage", f"{folder}/date_coverage.json")
        )
        record = self._record if is_tonight else None
        values = slate_values(slate, results, coverage, record, self._addresses, is_tonight=is_tonight)
        where: dict[str, Any] = around(self._with_pages, date)
        return self._renderer.render(
            "slate",
            depth=0 if is_tonight else 1,
            current="slate" if is_tonight else "dates",
            **values,
            **where,
        )

    def _feeds(self) -> tuple[Feed, ...]:
        path = self.manifest.status
        status = cast("PlatformStatus", self.publication.read("status", path)) if path else None
        return (status and status.feeds) or ()

    def _players(self) -> dict[str, Any]:
        entries = [
            (number, entry, f"{name_forms(entry.player_name).normalised} {entry.team.lower()}")
            for number, entry in self.manifest.players.items()
        ]
        ordered = sorted(entries, key=lambda item: (item[1].team, item[1].player_name))
        teams = [(team, list(group)) for team, group in groupby(ordered, key=lambda item: item[1].team)]
        return {"teams": teams, "total": len(entries), "season": self._season}

    def _dates(self) -> dict[str, Any]:
        months = sorted({(day.year, day.month) for day in self._with_pages})
        seasons = {season_of(dt.date.fromisoformat(day)) for day in self.manifest.dates}
        return {
            "season": self._season,
            "total": len(self._with_pages),
            "months": [self._month(year, month) for year, month in months],
            "earlier": sorted(seasons - {self._season}, reverse=True),
        }

    def _month(self, year: int, month: int) -> dict[str, Any]:
        days = [
            {"date": day, "entry": self._entry(day)} if day.month == month else None
            for day in calendar.Calendar().itermonthdates(year, month)
        ]
        return {"name": f"{calendar.month_name[month]} {year}", "days": days}

    def _entry(self, day: dt.date) -> DateEntry | None:
        return self.manifest.dates.get(day.isoformat())
