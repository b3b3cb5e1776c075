"""The player index as it has landed: whom a name may mean before he has played.

A rookie has no box score before his first game, a traded player none with his new team. The index that was
fetched before a date names both; one fetched later is the future, and is never read.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import pandas as pd

from nba_assets.calendar.seasons import season_of
from nba_assets.domain.raw.identity import roster_as_of
from nba_assets.sources.feeds.catalog import (
    season_date,
    wanted,
)
from nba_assets.sources.landed.latest_valid import LandedDocuments
from nba_assets.sources.landing import Capture
from nba_assets.sources.league_clock import eastern
from nba_assets.sources.wire.player_index import parse_player_index

INDEX = "player_index"


class LandedIndex:
    """Player indexes of seasons."""

    def __init__(self, documents: LandedDocuments):
        self._documents = documents

    def captures(self, date: dt.date) -> list[Capture]:
        """The newest valid capture of an earlier day, if any."""
        season = season_of(date)
        document = wanted(INDEX, season_date(season), season=season).document
        landing = self._documents.landing
        earlier = [one for one in landing.captures(document) if eastern(one.captured_at).date() < date]
        return next(([one] for one in reversed(earlier) if landing.valid(one)), [])

    def known(self, date: dt.date, appearances: pd.DataFrame) -> pd.DataFrame:
        """Who is known before a date: the latest appearance of each player, those of the index among them.

        In and out: player_id, player_name, team, game_date. A day's reports are many, and each is resolved
        among these rows: once a player instead of once a game makes them cheap.
        """
        frames = [appearances]
        for capture in self.captures(date):
            reading = self._documents.read_capture(capture, _parse)
            if reading.found:
                frames.append(reading.found[0][list(appearances.columns)])
        latest = roster_as_of(pd.concat(frames, ignore_index=True), pd.Timestamp(date))
        return latest.rename(columns={"last_game_date": "game_date"})[list(appearances.columns)]


def _parse(body: bytes, capture: Capture) -> pd.DataFrame:
    return _parsed(body, capture.name, eastern(capture.captured_at).date())


@lru_cache(maxsize=4)
def _parsed(body: bytes, name: str, known_on: dt.date) -> pd.DataFrame:
    return parse_player_index(body, file=name, known_on=pd.Timestamp(known_on))
