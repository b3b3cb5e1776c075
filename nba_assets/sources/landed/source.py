"""The live source: raw tables from what has landed, and from nothing else; it never fetches.

A document that is missing, refused or unreadable is a shortfall of its date, named with its cause; the other
games of the date go on, and coverage decides whether the date is good without it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

import pandas as pd

from nba_assets.calendar.seasons import season_of
from nba_assets.domain.raw.availability.injuries import identified_reports
from nba_assets.schemas.catalog import TABLES
from nba_assets.sources.base import LANDED, Fetched
from nba_assets.sources.feeds.catalog import BOUGHT, LINEUP
from nba_assets.sources.landed.boxes import LandedBoxes
from nba_assets.sources.landed.games import (
    EVENT_FEEDS,
    Found,
    LandedGames,
)
from nba_assets.sources.landed.latest_valid import (
    LandedDocuments,
    fingerprint,
)
from nba_assets.sources.landed.player_index import LandedIndex
from nba_assets.sources.landed.schedule import LandedSchedule
from nba_assets.sources.landed.seasons import season_captures
from nba_assets.sources.landing import (
    Capture,
    Landing,
)
from nba_assets.sources.wire.boxes.lineup import parse_lineups
from nba_assets.sources.wire.documents import Parsed
from nba_assets.sources.wire.injuries.injury_report import (
    InjuryReport,
    read_injury_report,
)
from nba_assets.sources.wire.odds.game_odds import parse_game_lines
from nba_assets.sources.wire.odds.points_odds import parse_points_lines

_BOX_FEEDS: Final = ("player_game_log", "team_game_log", "boxscore")  # each is held against the others
ODDS_FEEDS: Final = ("odds", "past_odds")
TABLE_FEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "raw_player_boxscores": _BOX_FEEDS,
    "raw_team_boxscores": _BOX_FEEDS,
    "raw_play_by_play": (*EVENT_FEEDS, "boxscore"),
    "raw_shot_chart": ("shot_chart",),
    "raw_injury_reports": ("injury_report",),
    "raw_lineups": (LINEUP, "boxscore"),
    "raw_game_lines": ODDS_FEEDS,
    "raw_player_points_lines": ODDS_FEEDS,
}
_NAMED: Final = ("raw_injury_reports", "raw_player_points_lines")
_HISTORIES: Final = (*_NAMED, "raw_game_lines", "raw_lineups")  # every capture counts, not the newest alone
_STATED_OF_GAMES: Final = ["game_id", "home_team", "away_team", "tipoff_utc", "status", "is_postponed"]
_SCORES: Final = ["home_score", "away_score"]


class LiveSource:
    """The rows of a landing zone.

    Args:
        landing: the documents.
        kind: value of its rows' column ``source``: ``live``, or ``simulated`` where a server plays a made-up
        league.
    """

    def __init__(self, landing: Landing, kind: str = "live"):
        self.kind = kind
        self.documents = LandedDocuments(landing)
        self._schedule = LandedSchedule(self.documents, kind)
        self._boxes = LandedBoxes(self.documents)
        self._games = LandedGames(self.documents, self._boxes)
        self._index = LandedIndex(self.documents)

    def accounted_days(self, dates: Sequence[dt.date]) -> list[dt.date]:
        """Dates of a season whose schedule has landed, from its preseason to its last game."""
        return self._schedule.accounted_days(dates)

    def seasons(self) -> dict[str, list[dt.date]]:
        """Game dates of each season whose schedule has landed."""
        return self._schedule.seasons()

    def has_season(self, date: dt.date) -> bool:
        """Whether a schedule with games of the date's season has landed, whenever in it they are."""
        return self._schedule.has_season(season_of(date))

    def season_known_since(self, date: dt.date) -> dt.datetime | None:
        """When the first schedule of the date's season landed; None without one."""
        return self._schedule.known_since(season_of(date))

    def season_games(self, season: str) -> pd.DataFrame:
        """raw_schedule of a season as its landed schedule has it; no rows where none has landed."""
        found = self._schedule.season(season).found
        return found[0].rows if found else TABLES["raw_schedule"].empty()

    def fingerprint(self, table: str, dates: Sequence[dt.date]) -> dict[dt.date, str]:
        """A name for the captures that a table's dates would be made from now; see :class:`Source`."""
        if table == "raw_schedule":
            games = self._schedule.fetched(dates).rows
            known = set(self.accounted_days(dates))
            return {date: games_fingerprint(games, date) if date in known else "" for date in dates}
        return {date: self.landed(table, date) for date in dates}

    def recognises(self, fingerprint: str) -> bool:
        """Whether a fingerprint is of captures, and not of an archive's files."""
        return fingerprint.startswith(LANDED)

    def schedule(self, dates: Sequence[dt.date]) -> Fetched:
        """Games of the dates; a date without a readable schedule fails."""
        return self._schedule.fetched(dates)

    def player_boxscores(self, dates: Sequence[dt.date], schedule: pd.DataFrame) -> Fetched:
        """Players' lines of final games."""
        return self._by_date("raw_player_boxscores", dates, schedule, self._boxes.players)

    def team_boxscores(self, dates: Sequence[dt.date], schedule: pd.DataFrame) -> Fetched:
        """Teams' lines of final games."""
        return self._by_date("raw_team_boxscores", dates, schedule, self._boxes.teams)

    def play_by_play(self, dates: Sequence[dt.date], schedule: pd.DataFrame) -> Fetched:
        """Events of final games, from the first source that has them; notes count games of the others too."""
        return self._by_game("raw_play_by_play", dates, schedule, self._games.events)

    def shot_chart(self, dates: Sequence[dt.date], schedule: pd.DataFrame) -> Fetched:
        """Field goal attempts of final games."""
        return self._by_game("raw_shot_chart", dates, schedule, self._games.shots)

    def injury_reports(
        self, dates: Sequence[dt.date], schedule: pd.DataFrame, appearances: pd.DataFrame
    ) -> Fetched:
        """Every report of a date and of the day before it, which already covers tomorrow."""

        def read(date: dt.date, games: pd.DataFrame) -> Parsed:
            captures = [
                capture
                for day in (date - dt.timedelta(1), date)
                for capture in self.documents.valid("injury_report", day)
            ]

            def report(body: bytes, one: Capture) -> Parsed:
                found = _report(body, one.name)
                silent = sum(day == pd.Timestamp(date) for day, _ in found.not_submitted)
                return replace(found, notes={"teams_not_submitted": silent} if silent else {})

            parts = self._history(captures, "raw_injury_reports", date, report)
            known = self._index.known(date, appearances)
            return replace(parts, rows=identified_reports(parts.rows, known))

        return self._by_date("raw_injury_reports", dates, schedule, read, final=False)

    def lineups(self, dates: Sequence[dt.date], schedule: pd.DataFrame, appearances: pd.DataFrame) -> Fetched:
        """Every capture of a game's box from before tip-off, and the final one: who did not play, and why."""

        def read(date: dt.date, games: pd.DataFrame) -> Parsed:
            def lineup(body: bytes, one: Capture) -> Parsed:
                at, game = pd.Timestamp(one.captured_at), one.document.key
                return parse_lineups(body, games, file=one.name, game_id=game, captured_at=at)

            played = set(games.loc[~games["is_postponed"].to_numpy(bool), "game_id"])
            final = self.documents.landing.latest_valid("boxscore", date).values()
            captures = [one for one in (*self.documents.valid(LINEUP, date), *final)
                        if one.document.key in played]  # fmt: skip
            return self._history(captures, "raw_lineups", date, lineup)

        return self._by_date("raw_lineups", dates, schedule, read, final=False)

    def game_lines(self, dates: Sequence[dt.date], schedule: pd.DataFrame) -> Fetched:
        """Every capture of spread, total and moneyline: a line's moves are rows."""

        def read(date: dt.date, games: pd.DataFrame) -> Parsed:
            def lines(body: bytes, one: Capture) -> Parsed:
                at = pd.Timestamp(one.captured_at)
                return parse_game_lines(body, games, file=one.name, captured_at=at)

            return self._history(self._odds(date), "raw_game_lines", date, lines)

        return self._by_date("raw_game_lines", dates, schedule, read, final=False)

    def points_lines(
        self, dates: Sequence[dt.date], schedule: pd.DataFrame, appearances: pd.DataFrame
    ) -> Fetched:
        """Every capture of players' points lines."""

        def read(date: dt.date, games: pd.DataFrame) -> Parsed:
            known = self._index.known(date, appearances)

            def lines(body: bytes, one: Capture) -> Parsed:
                at = pd.Timestamp(one.captured_at)
                return parse_points_lines(body, games, known, file=one.name, captured_at=at)

            return self._history(self._odds(date), "raw_player_points_lines", date, lines)

        return self._by_date("raw_player_points_lines", dates, schedule, read, final=False)

    def landed(self, table: str, date: dt.date) -> str:
        """A name for what has landed for a table (no schedule) and date, from names alone; "" for nothing."""
        days, landing = [date], self.documents.landing
        if table == "raw_injury_reports":
            days.append(date - dt.timedelta(1))
        if table in _HISTORIES:
            found = [
                one for feed in TABLE_FEEDS[table] for day in days for one in self.documents.valid(feed, day)
            ]
            # Players of the index explain names in documents: without one they cannot be resolved.
            return fingerprint([*found, *self._index.captures(date)] if found and table in _NAMED else found)
        feeds = TABLE_FEEDS[table]
        if BOUGHT in feeds and landing.latest_valid(BOUGHT, date):
            feeds = (*feeds, "player_game_log")  # names in it are resolved in that log too
        found = [one for feed in feeds for one in landing.latest_valid(feed, date).values()]
        seasons = [one for feed in feeds for one in season_captures(landing, feed, season_of(date))]
        return fingerprint([*found, *seasons])

    def _odds(self, date: dt.date) -> list[Capture]:
        return [capture for feed in ODDS_FEEDS for capture in self.documents.valid(feed, date)]

    def _history(
        self, captures: Sequence[Capture], table: str, date: dt.date, parse: Callable[..., Parsed]
    ) -> Parsed:
        """The rows of all captures about one date."""
        parts: list[Parsed] = []
        for capture in captures:
            reading = self.documents.read_capture(capture, parse)
            parts.append(Parsed(TABLES[table].empty(), tuple(reading.problems)))
            if reading.found:
                found = reading.found[0]
                parts.append(replace(found, rows=found.rows[found.rows["game_date"].eq(pd.Timestamp(date))]))
        return _together(parts, table)

    def _by_game(
        self,
        table: str,
        dates: Sequence[dt.date],
        schedule: pd.DataFrame,
        read: Callable[[dt.date, pd.DataFrame, str], Found],
    ) -> Fetched:
        def each(date: dt.date, games: pd.DataFrame) -> Parsed:
            found = [read(date, games, str(game)) for game in games["game_id"]]
            nothing = TABLES[table].empty()
            return _together(
                [one if isinstance(one, Parsed) else Parsed(nothing, tuple(one)) for one in found], table
            )

        return self._by_date(table, dates, schedule, each)

    def _by_date(
        self,
        table: str,
        dates: Sequence[dt.date],
        schedule: pd.DataFrame,
        read: Callable[[dt.date, pd.DataFrame], Parsed],
        *,
        final: bool = True,
    ) -> Fetched:
        by_date: dict[dt.date, Parsed] = {}
        for date in dates:
            games = schedule[schedule["game_date"].eq(pd.Timestamp(date))]
            games = games[games["status"].eq("final").to_numpy(bool)] if final else games
            if len(games):
                by_date[date] = read(date, games.reset_index(drop=True))
        rows = _together(list(by_date.values()), table).rows
        key = ["game_date", *TABLES[table].key]
        rows = rows.drop_duplicates(key, keep="last").sort_values(key, ignore_index=True)
        if self.kind != "live":
            rows["source"] = self.kind
        return Fetched(
            rows,
            shortfalls={date: list(one.problems) for date, one in by_date.items() if one.problems},
            notes={date: one.notes for date, one in by_date.items() if one.notes},
        )


def games_fingerprint(rows: pd.DataFrame, date: dt.date, *, scores: bool = True) -> str:
    """Fingerprint of the schedule's rows of a date's games."""
    columns = [*_STATED_OF_GAMES, *(_SCORES if scores else [])]
    mine = rows.loc[rows["game_date"].eq(pd.Timestamp(date)), columns].sort_values("game_id")
    text = mine.to_json(orient="values", date_format="iso", date_unit="s")
    return f"{LANDED}{hashlib.sha256(text.encode()).hexdigest()[:16]}"


# A report covers two dates, and is read for each.
@lru_cache(maxsize=64)
def _report(body: bytes, name: str) -> InjuryReport:
    return read_injury_report(body, file=name)


def _together(parts: Sequence[Parsed], table: str) -> Parsed:
    """Rows, problems and counts of several documents."""
    frames = [one.rows for one in parts if len(one.rows)]
    notes: Counter[str] = Counter()
    for one in parts:
        notes.update(one.notes)
    return Parsed(
        pd.concat(frames, ignore_index=True) if frames else TABLES[table].empty(),
        tuple(problem for one in parts for problem in one.problems),
        dict(notes),
    )
