"""Publishing dates: their documents, those of the newest date, then the manifest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pydantic import ValidationError

from nba_assets.calendar.seasons import season_of
from nba_assets.modeling.fitting.artefacts import ArtefactStore
from nba_assets.publish.contract.base import Document
from nba_assets.publish.contract.manifest import DateEntry, Manifest, PlayerEntry
from nba_assets.publish.contract.player import Player
from nba_assets.publish.contract.slate import Slate
from nba_assets.publish.coverage import build_coverage, build_date_coverage
from nba_assets.publish.players import build_players, season_dates_until
from nba_assets.publish.publication import Publication
from nba_assets.publish.record import build_record
from nba_assets.publish.results import build_results
from nba_assets.publish.slates import build_slates, off_day
from nba_assets.publish.status import RECENT_DATES, FeedSource, build_status
from nba_assets.publish.tables import OpenTables, chunks

_CHUNK = 40  # dates whose rows are in memory at once


@dataclass(frozen=True)
class Published:
    """The manifest before a publication, and since.

    Attributes:
        before: names what was published.
        manifest: names what is published now.
        invalid: dates whose rows make no valid document, with the reason; what was published of them stays.
    """

    before: Manifest
    manifest: Manifest
    invalid: Mapping[dt.date, str]


@dataclass(frozen=True)
class Documents:
    """Documents of dates, which no manifest names yet.

    Attributes:
        entries: where they are, by date.
        invalid: dates whose rows make no valid document, with the reason.
    """

    entries: Mapping[str, DateEntry]
    invalid: Mapping[dt.date, str]

    def newest(self, before: Manifest) -> dt.date | None:
        """The newest date of these documents and of what was published before."""
        published = before.dates.keys() | self.entries.keys()
        return dt.date.fromisoformat(max(published)) if published else None

    def __or__(self, others: Documents) -> Documents:
        return Documents({**self.entries, **others.entries}, {**self.invalid, **others.invalid})


NO_DOCUMENTS = Documents({}, {})


@dataclass(frozen=True)
class Publisher:
    """Publishes the lake's dates.

    Attributes:
        tables: where rows are, and which may be read.
        models: where the models are.
        publication: where documents go.
        groups: group of each table, in the order of the graph.
        feeds: gives the health of every feed of a live source.
    """

    tables: OpenTables
    models: ArtefactStore
    publication: Publication
    groups: Mapping[str, str]
    feeds: FeedSource | None = None

    def documents(self, dates: Sequence[dt.date]) -> Documents:
        """Put the documents of dates; nobody is shown them before they are published."""
        entries: dict[str, DateEntry] = {}
        invalid: dict[dt.date, str] = {}
        for part in chunks(sorted(dates), _CHUNK):
            entries |= self._valid_dates(part, invalid)
        return Documents(entries, invalid)

    def publish(
        self, dates: Sequence[dt.date], earlier: Callable[[], Documents] = lambda: NO_DOCUMENTS
    ) -> Published:
        """Publish dates, and what is known as of the newest date published.

        Dates without a schedule are left out, and so are those that were published with predictions and have
        none that may be read now: what was published stays. Days between published dates of a season on which
        no game is played get an empty slate.

        Args:
            dates: the dates.
            earlier: waits for documents of earlier dates, which somebody else puts meanwhile.

        Raises:
            ValueError: rows that make no valid document of players, record, ledger or state; nothing of the
                old publication has changed then.
        """
        before = self.publication.manifest()
        schemas = self.publication.put_schemas()
        documents = self.documents(dates)
        expected = documents.newest(before)
        current = self._as_of(expected, documents)
        documents = earlier() | documents
        newest = documents.newest(before)
        if newest != expected:  # none of these dates has anything to publish
            current = self._as_of(newest, documents)
        entries = dict(documents.entries)
        for day, entry in before.dates.items():
            if entry.players and day in entries and not entries[day].players:
                del entries[day]
        if newest is None:
            return Published(before, before, documents.invalid)
        published = before.dates.keys() | entries.keys()
        entries |= self._off_days(sorted(map(dt.date.fromisoformat, published)))

        def change(manifest: Manifest) -> Manifest:
            merged = dict(sorted({**manifest.dates, **entries}.items()))
            update: dict[str, object] = {"dates": merged, "schemas": schemas}
            if manifest.latest is None or newest >= manifest.latest:
                update |= {"latest": newest, **current}
            return manifest.model_copy(update=update)

        return Published(before, self.publication.commit(change), documents.invalid)

    def _valid_dates(self, dates: Sequence[dt.date], invalid: dict[dt.date, str]) -> dict[str, DateEntry]:
        """Publish dates; those that make no valid document are found by halves, and noted."""
        try:
            return self._dates(dates)
        except ValidationError as error:
            if len(dates) == 1:
                invalid[dates[0]] = "; ".join(problem["msg"] for problem in error.errors())
                return {}
        middle = len(dates) // 2
        halves = (dates[:middle], dates[middle:])
        return {day: entry for half in halves for day, entry in self._valid_dates(half, invalid).items()}

    def _dates(self, dates: Sequence[dt.date]) -> dict[str, DateEntry]:
        slates = build_slates(self.tables, dates, self.models)
        heads = {date: slate.headline for date, slate in slates.items()}
        results = build_results(self.tables, dates, heads)
        coverage = build_date_coverage(self.tables, dates, self.groups)
        return {
            date.isoformat(): DateEntry(
                folder=self.publication.put(
                    date, {"slate": slate, "results": results[date], "date_coverage": coverage[date]}
                ),
                games=len(slate.games),
                players=len(slate.players),
                graded=bool(results[date].players),
            )
            for date, slate in slates.items()
        }

    def _off_days(self, published: Sequence[dt.date]) -> dict[str, DateEntry]:
        """Days without games between the published dates of a season."""
        schedule = set(self.tables.dates("raw_schedule"))
        found: dict[str, DateEntry] = {}
        for before, after in pairwise(published):
            if season_of(before) == season_of(after):
                between = (before + dt.timedelta(n) for n in range(1, (after - before).days))
                for day in between:
                    if day not in schedule:
                        slate: dict[str, Document] = {"slate": off_day(day, season_of(day))}
                        folder = self.publication.put(day, slate)
                        found[day.isoformat()] = DateEntry(folder=folder, games=0, players=0, graded=False)
        return found

    def _as_of(self, newest: dt.date | None, documents: Documents) -> dict[str, object]:
        """Documents of the newest date (players, record, ledger, state), as the manifest names them."""
        if newest is None:
            return {}
        is_valid = newest not in documents.invalid
        slate = build_slates(self.tables, [newest], self.models).get(newest) if is_valid else None
        season = slate.season if slate else season_of(newest)
        dates = season_dates_until(self.tables, newest, season)
        recent = build_date_coverage(self.tables, dates[-RECENT_DATES:], self.groups)
        order = {table: place for place, table in enumerate(self.groups)}
        ledger = self.tables.read("coverage", self.tables.dates("coverage"))
        one = {
            "models": build_record(self.tables, newest),
            "coverage": build_coverage(ledger, order),
            "status": build_status(self.tables, slate, list(reversed(recent.values())), self.feeds),
        }
        paths = {
            name: f"{self.publication.put(newest, {name: made})}/{name}.json" for name, made in one.items()
        }
        return {**paths, "players": self._players(dates, season, slate)}

    def _players(self, dates: Sequence[dt.date], season: str, slate: Slate | None) -> dict[str, PlayerEntry]:
        players = build_players(self.tables, dates, season, slate)
        return {
            str(number): PlayerEntry(
                player_name=player.player_name, team=player.team, path=self._put_player(player)
            )
            for number, player in sorted(players.items())
        }

    def _put_player(self, player: Player) -> str:
        """Store a player's document under the date of his newest game: unchanged, it stays where it is."""
        date, name = player.next_date or player.games[-1].game_date, f"player-{player.player_id}"
        return f"{self.publication.put(date, {name: player})}/{name}.json"
