"""Raw rows as lists of games, for the slow oracle."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import pandas as pd

COUNTS = ("fgm", "fga", "fg3m", "fg3a", "ftm", "fta", "oreb", "reb", "ast", "tov", "pts")
ZONES = ("paint", "mid_range", "three")


def known(values: Any) -> list[Any]:
    return [value for value in values if value is not None]


def records(frame: pd.DataFrame, *columns: str) -> list[dict[str, Any]]:
    """Rows as dicts; NULL of any kind is None, dates are dates."""
    lists = []
    for name in columns:
        values = frame[name].astype("object").tolist()
        values = [None if value is None or value is pd.NA or value != value else value for value in values]
        lists.append([v.date() for v in values] if name == "game_date" else values)
    return [dict(zip(columns, row, strict=True)) for row in zip(*lists, strict=True)]


@dataclass
class TeamGame:
    """A team's game."""

    date: dt.date
    game: str
    team: str
    opponent: str
    season: str
    won: bool
    box: dict[str, float]
    minutes: float
    zones: dict[str, list[int]] | None = None

    @property
    def plays(self) -> float:
        return self.box["fga"] + 0.44 * self.box["fta"] + self.box["tov"]

    @property
    def possessions(self) -> float:
        return self.plays - self.box["oreb"]

    @property
    def offensive_rating(self) -> float:
        return 100 * self.box["pts"] / self.possessions

    @property
    def pace(self) -> float:
        return 48 * self.possessions / (self.minutes / 5)


@dataclass
class PlayerGame:
    """A player's game."""

    date: dt.date
    game: str
    player: int
    name: str
    team: str
    opponent: str
    season: str
    minutes: float
    box: dict[str, float]
    usage: float | None
    zones: dict[str, list[int]] | None

    @property
    def zoned_shots(self) -> int:
        return sum(self.zones[zone][0] for zone in ZONES)


class GameLog:
    """Every team's and player's games in order, and what books and injury lists said."""

    def __init__(self, raw: dict[str, pd.DataFrame]):
        self.schedule = {
            row["game_id"]: row
            for row in records(
                raw["raw_schedule"],
                "game_id",
                "game_date",
                "season",
                "season_type",
                "home_team",
                "away_team",
                "tipoff_utc",
                "is_neutral",
                "is_postponed",
                "status",
            )
            if not row["is_postponed"]
        }
        self.games_on: dict[dt.date, list[dict[str, Any]]] = defaultdict(list)
        self.team_dates: dict[str, list[dt.date]] = defaultdict(list)
        for game in self.schedule.values():
            self.games_on[game["game_date"]].append(game)
            for side in ("home_team", "away_team"):
                self.team_dates[game[side]].append(game["game_date"])
        self._read_zones(raw)
        self._read_box(raw)
        self._read_market(raw)
        self.season_first: dict[str, dt.date] = {}
        self.season_last: dict[str, dt.date] = {}
        for game in self.schedule.values():
            season, date = game["season"], game["game_date"]
            self.season_first[season] = min(date, self.season_first.get(season, date))
            self.season_last[season] = max(date, self.season_last.get(season, date))

    def _read_zones(self, raw: dict[str, pd.DataFrame]) -> None:
        self.zones: dict[tuple[str, int], dict[str, list[int]]] = {}
        self.zoned_games: set[str] = set()
        charted: set[str] = set()
        for shot in records(raw["raw_shot_chart"], "game_id", "player_id", "zone", "value", "made"):
            charted.add(shot["game_id"])
            paint = shot["zone"] in ("Restricted Area", "In The Paint (Non-RA)")
            self._shot(shot["game_id"], shot["player_id"], shot["value"] == 3, paint, shot["made"])
        for event in records(
            raw["raw_play_by_play"], "game_id", "person_id", "event_type", "qualifiers", "shot_made", "area"
        ):
            if (
                event["event_type"] in ("2pt", "3pt")
                and event["person_id"]
                and event["game_id"] not in charted
            ):
                assert event["area"] is None, "the archive's feed names no area"
                paint = "pointsinthepaint" in (event["qualifiers"] or "")
                three = event["event_type"] == "3pt"
                self._shot(event["game_id"], event["person_id"], three, paint, event["shot_made"])

    def _shot(self, game: str, player: int, three: bool, paint: bool, made: bool) -> None:
        self.zoned_games.add(game)
        zones = self.zones.setdefault((game, player), {zone: [0, 0] for zone in ZONES})
        zone = "three" if three else "paint" if paint else "mid_range"
        zones[zone][0] += 1
        zones[zone][1] += bool(made)

    def _zones_of(self, row: dict[str, Any]) -> dict[str, list[int]] | None:
        """Zones of a box row; None where its game has no source, or where they do not add up to the row."""
        if row["game_id"] not in self.zoned_games:
            return None
        zones = self.zones.get((row["game_id"], row["player_id"]), {zone: [0, 0] for zone in ZONES})
        sums = [sum(counts[k] for counts in zones.values()) for k in (0, 1)]
        return zones if sums == [row["fga"], row["fgm"]] else None

    def _read_box(self, raw: dict[str, pd.DataFrame]) -> None:
        columns = ("game_date", "game_id", "team", "opponent", "won", "minutes", *COUNTS)
        players = records(raw["raw_player_boxscores"], "player_id", "player_name", *columns)
        self.team_games: dict[tuple[str, str], TeamGame] = {}
        for row in records(raw["raw_team_boxscores"], *columns):
            self._team_game(row, {name: row[name] for name in COUNTS}, row["minutes"])
        by_team: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        for row in players:
            by_team[row["game_id"], row["team"]].append(row)
        for (game, team), rows in by_team.items():
            if (game, team) not in self.team_games:
                sums = {name: sum(row[name] for row in rows) for name in COUNTS}
                self._team_game(rows[0], sums, sum(row["minutes"] for row in rows))
            zones = [self._zones_of(row) for row in rows]
            if None not in zones:
                total = {
                    z: [sum(known(zones)[i][z][k] for i in range(len(zones))) for k in (0, 1)] for z in ZONES
                }
                self.team_games[game, team].zones = total
        self.team_log: dict[str, list[TeamGame]] = defaultdict(list)
        for team_game in sorted(self.team_games.values(), key=lambda t: t.date):
            self.team_log[team_game.team].append(team_game)
        self.played: dict[str, list[PlayerGame]] = defaultdict(list)
        self.log: dict[int, list[PlayerGame]] = defaultdict(list)
        for row in players:
            game = self._player_game(row)
            self.played[game.game].append(game)
            self.log[game.player].append(game)
        for games in self.log.values():
            games.sort(key=lambda g: g.date)
        self.log_dates = {player: [g.date for g in games] for player, games in self.log.items()}

    def _team_game(self, row: dict[str, Any], box: dict[str, float], minutes: float) -> None:
        overtimes = round((minutes - 240) / 25)
        self.team_games[row["game_id"], row["team"]] = TeamGame(
            row["game_date"], row["game_id"], row["team"], row["opponent"],
            self.schedule[row["game_id"]]["season"], bool(row["won"]), box, 240.0 + 25 * overtimes,
        )  # fmt: skip

    def _player_game(self, row: dict[str, Any]) -> PlayerGame:
        team = self.team_games[row["game_id"], row["team"]]
        plays = row["fga"] + 0.44 * row["fta"] + row["tov"]
        usage = None
        if row["minutes"] > 0 and team.plays > 0:
            usage = 100 * plays * (team.minutes / 5) / (row["minutes"] * team.plays)
        return PlayerGame(
            row["game_date"],
            row["game_id"],
            row["player_id"],
            row["player_name"],
            row["team"],
            row["opponent"],
            team.season,
            row["minutes"],
            {name: row[name] for name in COUNTS},
            usage,
            self._zones_of(row),
        )

    def _read_market(self, raw: dict[str, pd.DataFrame]) -> None:
        self.lines: dict[tuple[str, int], list[tuple[Any, str, float]]] = defaultdict(list)
        for line in records(
            raw["raw_player_points_lines"],
            "game_id", "player_id", "book", "captured_at", "line", "captured_before_tipoff",
        ):  # fmt: skip
            if line["captured_before_tipoff"] and line["player_id"] is not None:
                self.lines[line["game_id"], line["player_id"]].append(
                    (line["captured_at"], line["book"], line["line"])
                )
        self.lined: dict[str, list[int]] = defaultdict(list)
        for game, player in self.lines:
            self.lined[game].append(player)
        self.reports: dict[tuple[dt.date, str], list[dict[str, Any]]] = defaultdict(list)
        for report in records(
            raw["raw_injury_reports"], "game_date", "team", "captured_at", "player_id", "status", "kind"
        ):
            if report["kind"] != "inactive_list_event":
                self.reports[report["game_date"], report["team"]].append(report)
