"""Holding published documents against the lake: complete, each player once, and every number that of a row.

Rows are compared both ways: what is published and not stored, what is stored and not published, and values
that differ. Dates whose predictions may not be read now keep what was published of them, and are left out.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd

from nba_assets.calendar.seasons import season_of
from nba_assets.modeling.systems.versions import counting
from nba_assets.publish.contract.manifest import DateEntry, Manifest
from nba_assets.publish.contract.results import FinalScore, Grade, GradedPlayer
from nba_assets.publish.contract.slate import Offer, Prediction, SlateGame, SlatePlayer
from nba_assets.publish.headline import of_published_systems
from nba_assets.publish.publication import Publication
from nba_assets.publish.tables import OpenTables, chunks
from nba_assets.schemas.catalog import TABLES

_CHUNK = 40  # dates in memory at once
_SHOWN = 3  # keys named of one kind of difference
_PLAYER = ["game_date", "game_id", "player_id"]
_SYSTEM = [*_PLAYER, "system"]
_PREDICTIONS, _GRADES = "player_prop_predictions", "prediction_accuracy"
_CONTEXT, _LINES = "upcoming_player_game_context", "raw_player_points_lines"
Documents = Mapping[dt.date, Mapping[str, Any]]


@dataclass(frozen=True)
class Audit:
    """What was compared.

    Attributes:
        dates: game dates whose documents were compared.
        rows: published rows that were compared with stored ones.
        violations: what is wrong, a sentence each.
    """

    dates: int
    rows: int
    violations: tuple[str, ...]


class Auditor:
    """Compares a publication with the lake that it was made from.

    Args:
        publication: the documents.
        tables: the lake, on the dates that may be read.
    """

    def __init__(self, publication: Publication, tables: OpenTables):
        self._publication = publication
        self._tables = tables
        self._rows = 0

    def audit(self) -> Audit:
        """Compare everything that the manifest names."""
        manifest = self._publication.manifest()
        entries = {dt.date.fromisoformat(day): entry for day, entry in manifest.dates.items()}
        open_dates = set(self._tables.open_dates(_PREDICTIONS, list(entries)))
        compared = sorted(day for day, entry in entries.items() if entry.games and day in open_dates)
        found = list(self._calendar(entries))
        for part in chunks(compared, _CHUNK):
            found += self._slates(part, entries)
            found += self._results(part, entries)
        found += self._players(manifest, compared)
        return Audit(len(compared), self._rows, tuple(found))

    def _calendar(self, entries: Mapping[dt.date, DateEntry]) -> Iterator[str]:
        """Every day between published dates of a season is published, and has games if it is a game date."""
        scheduled = set(self._tables.dates("raw_schedule"))
        days = sorted(entries)
        for before, after in pairwise(days):
            if season_of(before) == season_of(after) and (after - before).days > 1:
                yield f"{before}..{after}: days between them are not published"
        for day, entry in entries.items():
            if bool(entry.games) != (day in scheduled):
                yield f"{day}: {entry.games} games published"

    def _slates(self, dates: Sequence[dt.date], entries: Mapping[dt.date, DateEntry]) -> Iterator[str]:
        slates = self._documents(dates, entries, "slate")
        games = _frame(slates, "games", SlateGame)
        yield from self._compare("raw_schedule", ["game_date", "game_id"], games, dates)
        players = _frame(slates, "players", SlatePlayer)
        twice = players[players.duplicated(["game_date", "player_id"])]
        yield from _named("a player more than once", twice[_PLAYER])
        sides = games[~games["is_postponed"].astype(bool)].melt(
            ["game_date", "game_id"], ["home_team", "away_team"], value_name="team"
        )
        predicted = pd.to_datetime([date for date in dates if entries[date].players])
        due = sides[sides["game_date"].isin(predicted)]
        present = set(zip(players["game_id"], players["team"], strict=True))
        present |= {(n["game_id"], n["team"]) for slate in slates.values() for n in slate["unpredicted"]}
        lacking = [key not in present for key in zip(due["game_id"], due["team"], strict=True)]
        yield from _named(
            "a team without a player or a reason", due.loc[lacking, ["game_date", "game_id", "team"]]
        )
        counts = players.groupby("game_date").size().reindex(dates, fill_value=0)
        yield from _named(
            "a number of players that is not the manifest's",
            pd.DataFrame({"game_date": [day for day in dates if counts[day] != entries[day].players]}),
        )
        # A prediction stays when its player is no longer listed; one of a postponed game is not shown.
        listed = self._tables.read(_CONTEXT, dates, _PLAYER[1:])
        yield from self._compare(_CONTEXT, _PLAYER, players.merge(listed, on=_PLAYER), dates, one_way=True)
        made = _nested(slates, "players", "predictions", Prediction)
        stored = counting(self._tables.read(_PREDICTIONS, dates))
        stored = stored[~stored["game_id"].isin(games.loc[games["is_postponed"].astype(bool), "game_id"])]
        heads = {day: slate["headline"]["system"] for day, slate in slates.items() if slate["headline"]}
        yield from self._difference(_PREDICTIONS, _SYSTEM, made, _published_of(stored, heads))
        offers = _nested(slates, "players", "offers", Offer)
        yield from self._compare(
            _LINES, [*_PLAYER, "book", "captured_at", "line"], offers, dates, one_way=True
        )

    def _results(self, dates: Sequence[dt.date], entries: Mapping[dt.date, DateEntry]) -> Iterator[str]:
        results = self._documents(dates, entries, "results")
        slates = self._documents(dates, entries, "slate")
        heads = {day: slate["headline"]["system"] for day, slate in slates.items() if slate["headline"]}
        stored = _published_of(self._tables.read(_GRADES, dates), heads)
        yield from self._difference(_GRADES, _SYSTEM, _nested(results, "players", "grades", Grade), stored)
        players = _frame(results, "players", GradedPlayer)
        yield from self._difference(_GRADES, _PLAYER, players, stored.drop_duplicates(_PLAYER))
        finals = _frame(results, "games", FinalScore)
        points = pd.concat([
            finals[["game_date", "game_id", f"{side}_team", f"{side}_points"]].set_axis(
                ["game_date", "game_id", "team", "pts"], axis=1
            )
            for side in ("home", "away")
        ])  # fmt: skip
        yield from self._compare("team_offense_game_summary", ["game_date", "game_id", "team"], points, dates)

    def _players(self, manifest: Manifest, dates: Sequence[dt.date]) -> Iterator[str]:
        """Players' seasons: each game played once, with the points of the box score."""
        store, paths = self._publication.store, {n: entry.path for n, entry in manifest.players.items()}
        seasons = {int(number): json.loads(store.read(path)) for number, path in paths.items()}
        games = [{**game, "player_id": n} for n, player in seasons.items() for game in player["games"]]
        if not games:
            return
        newest = {player["season"] for player in seasons.values()}
        season_dates = [date for date in dates if season_of(date) in newest]
        shown = pd.DataFrame(games).rename(columns={"actual_points": "pts"})
        shown["game_date"] = pd.to_datetime(shown["game_date"])
        played = shown.loc[shown["pts"].notna(), [*_PLAYER, "pts", "minutes"]]
        in_reach = played[played["game_date"].dt.date.isin(set(season_dates))]
        yield from self._compare("player_game_summary", _PLAYER, in_reach, season_dates)

    def _documents(
        self, dates: Sequence[dt.date], entries: Mapping[dt.date, DateEntry], kind: str
    ) -> Documents:
        store = self._publication.store
        return {date: json.loads(store.read(f"{entries[date].folder}/{kind}.json")) for date in dates}

    def _compare(
        self,
        table: str,
        key: list[str],
        published: pd.DataFrame,
        dates: Sequence[dt.date],
        *,
        one_way: bool = False,
    ) -> Iterator[str]:
        """Published rows beside all stored ones of the dates."""
        columns = [name for name in published if name in TABLES[table].columns]
        stored = self._tables.read(table, dates, [name for name in columns if name != "game_date"])
        yield from self._difference(table, key, published, stored, one_way=one_way)

    def _difference(
        self,
        table: str,
        key: list[str],
        published: pd.DataFrame,
        stored: pd.DataFrame,
        *,
        one_way: bool = False,
    ) -> Iterator[str]:
        """What differs; with ``one_way``, stored rows need not be published."""
        columns = [name for name in published if name in TABLES[table].columns]
        self._rows += len(published)
        both = _typed(table, published[columns]).merge(
            _typed(table, stored[columns]), on=key, how="outer", suffixes=("", "_stored"), indicator=True
        )
        yield from _named(f"{table}: published and not stored", both.loc[both["_merge"].eq("left_only"), key])
        if not one_way:
            unpublished = both.loc[both["_merge"].eq("right_only"), key]
            yield from _named(f"{table}: stored and not published", unpublished)
        both = both[both["_merge"].eq("both")]
        for name in columns:
            if name not in key:
                ours, theirs = both[name], both[f"{name}_stored"]
                same = ours.eq(theirs).fillna(False).to_numpy(bool) | (ours.isna() & theirs.isna()).to_numpy(
                    bool
                )
                yield from _named(f"{table}.{name}: another value than the stored one", both.loc[~same, key])


def _published_of(stored: pd.DataFrame, heads: Mapping[dt.date, str]) -> pd.DataFrame:
    """Rows of the systems that are published: the baselines, and the headline system of each date."""
    return of_published_systems(stored[stored["game_date"].dt.date.isin(list(heads))], heads)


def _frame(documents: Documents, member: str, model: type) -> pd.DataFrame:
    """The plain values of one list of each document, with its date."""
    plain = [
        name for name in model.model_fields if name not in ("predictions", "offers", "grades", "explanation")
    ]
    rows = [
        {"game_date": date, **{name: item[name] for name in plain}}
        for date, document in documents.items()
        for item in document[member]
    ]
    frame = pd.DataFrame(rows, columns=["game_date", *plain])
    return frame.assign(game_date=pd.to_datetime(frame["game_date"]))


def _nested(documents: Documents, member: str, inner: str, model: type) -> pd.DataFrame:
    """The values of a list within each item of a list of each document, with the item's game and player."""
    rows = [
        {"game_date": date, "game_id": item["game_id"], "player_id": item["player_id"], **each}
        for date, document in documents.items()
        for item in document[member]
        for each in item[inner]
    ]
    frame = pd.DataFrame(rows, columns=[*_PLAYER, *model.model_fields])
    return frame.assign(game_date=pd.to_datetime(frame["game_date"]))


def _typed(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Values in types that compare alike whether they come from JSON or from the lake."""
    kinds = {field.name: field.kind for field in TABLES[table].fields}
    typed = frame.copy()
    for name in frame:
        kind = kinds.get(str(name))
        if kind in ("number", "integer"):
            typed[name] = frame[name].astype("Float64").astype("float64")
        elif kind == "moment":
            typed[name] = pd.to_datetime(frame[name], utc=True, format="ISO8601")
        elif kind is not None:
            typed[name] = frame[name].astype("object").where(frame[name].notna(), None)
    return typed


def _named(what: str, keys: pd.DataFrame) -> Iterator[str]:
    if len(keys):
        first = [" ".join(map(str, row)) for row in keys.head(_SHOWN).itertuples(index=False)]
        yield f"{len(keys):,} x {what}: {'; '.join(first)}"
