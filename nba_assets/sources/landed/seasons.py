"""Documents of whole seasons, read date by date and game by game as if each had a document of its own."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from nba_assets.sources.feeds.catalog import SEASON_FEEDS, season_date, wanted
from nba_assets.sources.landing import Capture, Document, Landing
from nba_assets.sources.wire.result_sets import split_result_set

_KEPT: Final = 3  # seasons of one feed in memory: a range is read in order
_PARTS: OrderedDict[tuple[str, str], Mapping[str, bytes]] = OrderedDict()
# Result set and column by which a season's document is split.
_SPLIT: Final = {
    "player_season_log": ("LeagueGameLog", "GAME_DATE"),
    "team_season_log": ("LeagueGameLog", "GAME_DATE"),
    "season_shot_chart": ("Shot_Chart_Detail", "GAME_ID"),
}


@dataclass(frozen=True)
class SeasonPart:
    """The part of a season's document that replaces the document of one date or game.

    Attributes:
        document: the season's document.
        value: the date or game.
    """

    document: Document
    value: str

    @classmethod
    def of(cls, feed: str, season: str, season_type: str, value: str) -> SeasonPart:
        """The part of a feed's season document, by the feed of single dates or games."""
        whole = wanted(SEASON_FEEDS[feed], season_date(season), season=season, season_type=season_type)
        return cls(whole.document, value)

    def read(self, landing: Landing, capture: Capture) -> bytes | None:
        """The part of a capture of the document; None where it has no rows of the date or game.

        Raises:
            BadInput: the capture cannot be read or split.
        """
        key = (landing.store.root, capture.name)
        if key not in _PARTS:
            name, column = _SPLIT[self.document.feed]
            _PARTS[key] = split_result_set(landing.read(capture), name, column, file=capture.name)
            while len(_PARTS) > _KEPT:
                _PARTS.popitem(last=False)
        _PARTS.move_to_end(key)
        return _PARTS[key].get(self.value)


def season_captures(landing: Landing, feed: str, season: str) -> list[Capture]:
    """Newest valid captures of the season documents that replace those of a feed."""
    if feed not in SEASON_FEEDS:
        return []
    return list(landing.latest_valid(SEASON_FEEDS[feed], season_date(season)).values())


def season_has(landing: Landing, feed: str, season: str, date: dt.date) -> bool:
    """Whether a season document of a feed was captured after a date was over."""
    captures = season_captures(landing, feed, season)
    return any(capture.captured_at.date() > date + dt.timedelta(1) for capture in captures)
