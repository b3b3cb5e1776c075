"""Events and shots of games as they have landed: the live feed, else the second sources.

Play-by-play comes from cdn.nba.com; where that has no valid capture, from playbyplayv3 of stats.nba.com,
which has the same events with fewer people named; else from BigDataBall's CSV, which has names, not ids.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Final

import pandas as pd

from nba_assets.sources.feeds.catalog import (
    bought_events,
    wanted,
)
from nba_assets.sources.landed.boxes import (
    SEASON_TYPES,
    LandedBoxes,
    sound_without_scores,
)
from nba_assets.sources.landed.latest_valid import LandedDocuments
from nba_assets.sources.landed.seasons import SeasonPart
from nba_assets.sources.landing import (
    Capture,
    Document,
)
from nba_assets.sources.wire.boxes.live_box import parse_live_roster
from nba_assets.sources.wire.documents import Parsed
from nba_assets.sources.wire.events.bigdataball import parse_bigdataball
from nba_assets.sources.wire.events.live_events import parse_live_events
from nba_assets.sources.wire.events.stats_events import parse_stats_events
from nba_assets.sources.wire.shot_chart import parse_shot_chart
from nba_assets.tabular.problems import BadInput

EVENT_FEEDS: Final = ("play_by_play", "stats_play_by_play", "bigdataball")
Found = Parsed | list[BadInput]
_PLAYER: Final = ["player_id", "player_name", "team"]
_Parse = Callable[[bytes, Capture, pd.DataFrame], Parsed]


class LandedGames:
    """Events and shots of final games."""

    def __init__(self, documents: LandedDocuments, boxes: LandedBoxes):
        self._documents, self._boxes = documents, boxes

    def events(self, date: dt.date, games: pd.DataFrame, game: str) -> Found:
        """raw_play_by_play of a game, or why no source has it; notes name a source that is not the first."""
        problems: list[BadInput] = []
        for feed in EVENT_FEEDS:
            found = self._events_of(feed, date, games, game)
            if isinstance(found, Parsed):
                second = {} if feed == EVENT_FEEDS[0] else {f"second_source: {feed}": 1}
                return Parsed(found.rows, found.problems, {**found.notes, **second})
            # A document that was never bought or requested is not reported.
            problems += found if feed == EVENT_FEEDS[0] or self._landed(feed, date, game) else []
        return problems

    def shots(self, date: dt.date, games: pd.DataFrame, game: str) -> Found:
        """raw_shot_chart of a game, or why it cannot be had."""
        row = games[games["game_id"].eq(game)].iloc[0]
        season = {"season": str(row["season"]), "season_type": SEASON_TYPES[str(row["season_type"])]}
        document = wanted("shot_chart", date, game_id=game, **season).document
        part = SeasonPart.of("shot_chart", **season, value=game)

        def shots(body: bytes, capture: Capture, schedule: pd.DataFrame = games) -> Parsed:
            return parse_shot_chart(body, schedule, file=capture.name, due=[game])

        return self._read(document, games, game, shots, part=part)

    def _events_of(self, feed: str, date: dt.date, games: pd.DataFrame, game: str) -> Found:
        parse: dict[str, Callable[[], _Parse]] = {
            "play_by_play": lambda: self._live(date, game),
            "stats_play_by_play": lambda: lambda body, capture, schedule: parse_stats_events(
                body, schedule, file=capture.name, game_id=game, source="playbyplayv3"),
            "bigdataball": lambda: self._bought(date, games, game),
        }  # fmt: skip
        document = _document(feed, date, game)
        if feed != EVENT_FEEDS[0] and not self._landed(feed, date, game):
            return [self._documents.absence(document, game)]
        chosen = parse[feed]()

        def events(body: bytes, capture: Capture, schedule: pd.DataFrame = games) -> Parsed:
            return chosen(body, capture, schedule)

        return self._read(document, games, game, events, names=feed == "bigdataball")

    def _live(self, date: dt.date, game: str) -> _Parse:
        roster = self._roster(date, game)
        starters: Mapping[str, frozenset[int]] | None = None
        if roster is not None:
            started = roster[roster["is_starter"]].groupby("team")["player_id"]
            starters = {str(team): frozenset(ids.astype(int)) for team, ids in started}
        return lambda body, capture, schedule: parse_live_events(
            body, schedule, file=capture.name, game_id=game, starters=starters
        )

    def _bought(self, date: dt.date, games: pd.DataFrame, game: str) -> _Parse:
        """Names are resolved among those on the roster of the game, else among those who played."""
        roster = self._roster(date, game)
        players = self._boxes.players(date, games).rows if roster is None else roster
        mine = players.loc[players["game_id"].eq(game).to_numpy(bool), _PLAYER]
        return lambda body, capture, schedule: parse_bigdataball(
            body, schedule, mine, file=capture.name, game_id=game
        )

    def _roster(self, date: dt.date, game: str) -> pd.DataFrame | None:
        document = wanted("boxscore", date, game_id=game).document
        reading = self._documents.read(
            document, lambda body, one: parse_live_roster(body, file=one.name, game_id=game)
        )
        return None if reading.found is None else reading.found[0]

    def _landed(self, feed: str, date: dt.date, game: str) -> bool:
        return bool(self._documents.landing.captures(_document(feed, date, game)))

    def _read(
        self,
        document: Document,
        games: pd.DataFrame,
        game: str,
        parse: Callable[..., Parsed],
        *,
        names: bool = False,
        part: SeasonPart | None = None,
    ) -> Found:
        # A name that is not on the present roster is no fault of the document: a box may follow.
        sound = sound_without_scores(parse, games, but_for="player" if names else None)
        reading = self._documents.read(document, parse, sound, part)
        if reading.found is None:
            return reading.problems or [self._documents.absence(document, game)]
        parsed = reading.found[0]
        return Parsed(parsed.rows, (*parsed.problems, *reading.problems), parsed.notes)


def _document(feed: str, date: dt.date, game: str) -> Document:
    return bought_events(date, game) if feed == "bigdataball" else wanted(feed, date, game_id=game).document
