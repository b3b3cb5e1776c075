"""The schedule as it has landed: the season's document, and the scoreboard of a date where that is newer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import lru_cache

import pandas as pd

from nba_assets.calendar.seasons import season_name, season_of
from nba_assets.schemas.raw import RAW_SCHEDULE
from nba_assets.sources.base import Fetched
from nba_assets.sources.feeds.catalog import (
    season_date,
    wanted,
)
from nba_assets.sources.landed.latest_valid import (
    LandedDocuments,
    Reading,
)
from nba_assets.sources.landing import (
    Capture,
    Document,
)
from nba_assets.sources.wire.documents import Parsed, Place, read_json
from nba_assets.sources.wire.schedule import parse_schedule
from nba_assets.sources.wire.scoreboard import parse_scoreboard
from nba_assets.tabular.problems import BadInput

SCHEDULES = ("schedule", "past_schedule")
_GAME = b'"gameId"'
_LEAST_LEFT = 0.9  # of the games before: single ones go, a tenth of a season does not
_STATED = ["status", "tipoff_utc", "is_postponed", "home_score", "away_score"]


class LandedSchedule:
    """Schedules of seasons, each parsed once."""

    def __init__(self, documents: LandedDocuments, kind: str):
        self._documents, self._kind = documents, kind
        self._seasons: dict[str, Reading[Parsed]] = {}

    def accounted_days(self, dates: Sequence[dt.date]) -> list[dt.date]:
        """Dates of a season whose schedule has landed, from its preseason to its last game."""
        known: list[dt.date] = []
        for season in {season_of(date) for date in dates}:
            rows = self._rows(season)
            if not rows.empty:
                last = rows["game_date"].max().date()
                known += [date for date in dates if season_of(date) == season and date <= last]
        return sorted(known)

    def seasons(self) -> dict[str, list[dt.date]]:
        """Game dates of each season whose schedule has landed."""
        landed = {date.year for feed in SCHEDULES for date in self._documents.landing.dates(feed)}
        return {season: self._dates(season) for season in map(season_name, sorted(landed))}

    def has_season(self, season: str) -> bool:
        """Whether a readable schedule of a season has landed that has games; exhibitions are none."""
        return not self._rows(season).empty

    def known_since(self, season: str) -> dt.datetime | None:
        """When the first schedule of a season landed, whichever publisher served it."""
        landing = self._documents.landing
        captures = [capture for feed in SCHEDULES for capture in landing.captures(_document(season, feed))]
        return min((capture.captured_at for capture in captures), default=None)

    def fetched(self, dates: Sequence[dt.date]) -> Fetched:
        """raw_schedule of dates; a date whose season has no schedule, or a broken game, fails."""
        problems: dict[dt.date, list[BadInput]] = {}
        frames: list[pd.DataFrame] = []
        for season in sorted({season_of(date) for date in dates}):
            mine = [date for date in dates if season_of(date) == season]
            reading = self.season(season)
            if reading.found is None:
                missing = reading.problems or [self._documents.absence(_document(season, SCHEDULES[0]), None)]
                problems |= {date: list(missing) for date in mine}
                continue
            parsed, capture = reading.found
            for problem in parsed.problems:
                for date in self._affected_dates(problem, capture, mine):
                    problems.setdefault(date, []).append(problem)
            rows = parsed.rows[parsed.rows["game_date"].isin(pd.to_datetime(mine))]
            frames += [self._as_on_board(rows, date, capture) for date in mine]
        whole = pd.concat(frames, ignore_index=True) if frames else RAW_SCHEDULE.empty()
        return Fetched(whole.assign(source=self._kind), problems)

    def season(self, season: str) -> Reading[Parsed]:
        """The newest schedule of a season, whichever of the two publishers served it."""
        if season not in self._seasons:
            self._seasons[season] = self._newest(season)
        return self._seasons[season]

    def _newest(self, season: str) -> Reading[Parsed]:
        documents = [_document(season, feed) for feed in SCHEDULES]
        newest = [(self._documents.landing.newest(document), document) for document in documents]
        valid = sorted(((c.captured_at, d) for c, d in newest if c is not None), reverse=True)
        problems: list[BadInput] = []
        for _, document in valid:
            reading = self._documents.read(document, self._parse)
            problems += reading.problems
            if reading.found:
                return Reading(reading.found, problems)
        return Reading(None, problems)

    def _parse(self, body: bytes, capture: Capture) -> Parsed:
        """A capture, unless games of the one before are missing: their dates would look like days off."""
        parsed = _parsed(body, capture.name)
        before = None if self._documents.landing.released(capture) else self._before(capture)
        if before is not None:
            (known, name), games = before, body.count(_GAME)
            if games < _LEAST_LEFT * known:
                Place(capture.name).refuse("gameDates", f"{games} games where {name} has {known}")
        return parsed

    def _before(self, capture: Capture) -> tuple[int, str] | None:
        """Games and name of the newest capture before that can be read: a damaged one says nothing."""
        landing = self._documents.landing
        for earlier in reversed(landing.captures(capture.document)):
            if earlier.captured_at < capture.captured_at and landing.valid(earlier):
                with suppress(BadInput):
                    body = landing.read(earlier)
                    _parsed(body, earlier.name)
                    return body.count(_GAME), earlier.name
        return None

    def _dates(self, season: str) -> list[dt.date]:
        return sorted(self._rows(season)["game_date"].dt.date.unique())

    def _rows(self, season: str) -> pd.DataFrame:
        found = self.season(season).found
        return found[0].rows if found else RAW_SCHEDULE.empty()

    def _as_on_board(self, rows: pd.DataFrame, date: dt.date, capture: Capture) -> pd.DataFrame:
        """A date's games, with state and scores of its scoreboard where that was captured later."""
        mine = rows[rows["game_date"].eq(pd.Timestamp(date))].reset_index(drop=True)
        board = self._documents.landing.newest(wanted("scoreboard", date).document)
        if board is None or board.captured_at <= capture.captured_at or mine.empty:
            return mine
        reading = self._documents.read(board.document, lambda body, one: _parsed_board(body, one.name))
        if reading.found is None or reading.found[1].captured_at <= capture.captured_at:
            return mine
        later = reading.found[0].rows.set_index("game_id")
        shown = mine["game_id"].isin(later.index)
        for column in _STATED:
            later_values = mine["game_id"].map(later[column])
            mine[column] = later_values.where(shown, mine[column]).astype(mine[column].dtype)
        return mine

    def _affected_dates(self, problem: BadInput, capture: Capture, dates: list[dt.date]) -> list[dt.date]:
        """The dates that a broken game affects: its own if the document still names it, else every one."""
        league = read_json(self._documents.landing.read(capture), Place(capture.name)).node("leagueSchedule")
        days = {
            str(game.value.get("gameDateEst"))[:10]
            for block in league.nodes("gameDates")
            for game in block.nodes("games")
            if problem.game is not None and game.value.get("gameId") == problem.game
        }
        return [date for date in dates if date.isoformat() in days] if _are_dates(days) else dates


def _document(season: str, feed: str) -> Document:
    return wanted(feed, season_date(season), season=season).document


# A season is a thousand games and more, and every reader of the landing zone needs it.
@lru_cache(maxsize=8)
def _parsed(body: bytes, name: str) -> Parsed:
    return parse_schedule(body, file=name)


@lru_cache(maxsize=32)
def _parsed_board(body: bytes, name: str) -> Parsed:
    return parse_scoreboard(body, file=name)


def _are_dates(days: Iterable[str]) -> bool:
    found = list(days)
    days_ = pd.to_datetime(pd.Series(found), errors="coerce", format="%Y-%m-%d")
    return bool(found) and bool(days_.notna().all())
