"""Who may play a game, and what the injury report says of him, for the slow oracle."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from nba_assets_tests.domain.game_log import GameLog, PlayerGame
from nba_assets_tests.domain.missing_history_oracle import Appearance, MissingHistory, Scheduled

THREE_YEARS = dt.timedelta(days=1096)


@dataclass
class Row:
    """What is known of a player before a game."""

    expected_because: str | None
    team: str
    facts: dict[str, Any] = field(default_factory=dict)
    features: dict[str, float | None] = field(default_factory=dict)


class Roster(GameLog):
    """Answers about one game at a time."""

    @cached_property
    def holes(self) -> MissingHistory:
        """What is missing from whose windows, in a lake that has every date of the schedule."""
        games = [
            Scheduled(g["game_date"], game, g["home_team"], g["away_team"], g["status"])
            for game, g in self.schedule.items()
        ]
        played = [Appearance(g.date, g.game, g.player, g.team) for log in self.log.values() for g in log]
        return MissingHistory(games, played, self.games_on, self.games_on)

    @cache  # noqa: B019 the oracle lives as long as the tests
    def before(self, player: int, date: dt.date) -> list[PlayerGame]:
        """His games of the three years before a date, oldest first."""
        dates = self.log_dates[player]
        return self.log[player][bisect_left(dates, date - THREE_YEARS) : bisect_left(dates, date)]

    def season_distance(self, earlier: dt.date, later: dt.date) -> int:
        """Days between two dates, each summer in between counted as one day."""
        days = (later - earlier).days
        seasons = sorted(self.season_first)
        for last, following in pairwise(seasons):
            end, start = self.season_last[last], self.season_first[following]
            if earlier <= end and start <= later:
                days -= (start - end).days - 1
        return days

    @cache  # noqa: B019
    def report(self, game_id: str, team: str) -> tuple[Any, dict[int, str | None]] | None:
        """Capture time and statuses of a team's latest report before tip-off."""
        game = self.schedule[game_id]
        cutoff = game["tipoff_utc"]
        if cutoff is None:
            noon = dt.datetime.combine(game["game_date"], dt.time(12), ZoneInfo("America/New_York"))
            cutoff = pd.Timestamp(noon.astimezone(dt.UTC))
        rows = [r for r in self.reports.get((game["game_date"], team), []) if r["captured_at"] < cutoff]
        if not rows:
            return None
        newest = max(r["captured_at"] for r in rows)
        statuses: dict[int, set[str | None]] = defaultdict(set)
        for row in rows:
            if row["captured_at"] == newest and row["player_id"] is not None:
                statuses[row["player_id"]].add(row["status"])
        return newest, {player: one.pop() if len(one) == 1 else None for player, one in statuses.items()}

    @cache  # noqa: B019
    def rows_of(self, game_id: str) -> dict[int, Row]:
        """Everybody who may play, or played, a game."""
        rows = dict(self._candidates(game_id))
        date = self.schedule[game_id]["game_date"]
        for other in (one for one, g in self.schedule.items() if g["game_date"] == date and one != game_id):
            for player, row in self._candidates(other).items():
                if row.expected_because == "named_tonight" and player in rows:
                    del rows[player]  # the report is newer than his last game
        for late in self.played[game_id]:
            rows.setdefault(late.player, Row(None, late.team))
        return rows

    @cache  # noqa: B019
    def _candidates(self, game_id: str) -> dict[int, Row]:
        """Those whom his last game or a report of tonight puts into a game."""
        game = self.schedule[game_id]
        date, sides = game["game_date"], (game["home_team"], game["away_team"])
        rows: dict[int, Row] = {}
        for player in self.log:
            earlier = self.before(player, date)
            if earlier and earlier[-1].team in sides and self.season_distance(earlier[-1].date, date) <= 60:
                rows[player] = Row("recent_game", earlier[-1].team)
        for team in sides:
            report = self.report(game_id, team)
            for player in report[1] if report else {}:
                rows.setdefault(player, Row("named_tonight", team))
        for player in self.lined[game_id]:
            earlier = self.before(player, date)
            if earlier and earlier[-1].team in sides:
                rows.setdefault(player, Row("named_tonight", earlier[-1].team))
        return rows

    def status(self, game: dict[str, Any], team: str, player: int) -> str | None:
        """Listed status; Available when the team has a report without him; None without a report."""
        for side in (game["home_team"], game["away_team"]):
            report = self.report(game["game_id"], side)
            if report and player in report[1]:
                return report[1][player]
        return "Available" if self.report(game["game_id"], team) else None
