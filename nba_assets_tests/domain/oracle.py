"""The slow oracle: every feature again, in plain Python, from the raw rows alone.

What belongs here: loops over lists of games, written from tables.md and features.md. What does not: pandas
arithmetic, numpy, or anything of the package: an error shared by both paths would be invisible.
"""

from __future__ import annotations

import datetime as dt
import math
import statistics
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

THREE_YEARS = dt.timedelta(days=1096)
QUARTER_HOUR = dt.timedelta(minutes=15)
COUNTS = ("fgm", "fga", "fg3m", "ftm", "fta", "oreb", "tov", "pts")
ZONES = ("paint", "mid_range", "three")
RISK = {"Available": 0.0, "Probable": 1.0, "Questionable": 2.0, "Doubtful": 3.0, "Out": 3.0}
POSTSEASON = ("PlayIn", "Playoffs")
NOT_REQUIRED = (
    "shot_zone_mismatch_score", "usage_spike_score", "injury_risk", "pct_free_throw", "team_win_pct",
    "vegas_points_line", "vegas_opening_line", "vegas_line_move", "avg_points_vs_opponent",
)  # fmt: skip


def known(values: Any) -> list[Any]:
    return [value for value in values if value is not None]


def mean(values: Any) -> float | None:
    numbers = known(values)
    return sum(numbers) / len(numbers) if numbers else None


def clamp(value: float, low: float, high: float) -> float:
    return max(low, min(high, value))


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


@dataclass
class Row:
    """What is known of a player before a game."""

    expected_because: str | None
    team: str
    facts: dict[str, Any] = field(default_factory=dict)
    features: dict[str, float | None] = field(default_factory=dict)


class Oracle:
    """Answers for one (game, player) at a time."""

    def __init__(self, raw: dict[str, pd.DataFrame]):
        self.schedule = {
            row["game_id"]: row
            for row in records(
                raw["raw_schedule"], "game_id", "game_date", "season", "season_type", "home_team", "away_team",
                "tipoff_utc", "is_neutral", "is_postponed",
            )  # fmt: skip
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

    # --- reading -------------------------------------------------------------------------------------------

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
            if event["event_type"] in ("2pt", "3pt") and event["person_id"] and event["game_id"] not in charted:
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

    def _zones_of(self, game: str, player: int) -> dict[str, list[int]] | None:
        if game not in self.zoned_games:
            return None
        return self.zones.get((game, player), {zone: [0, 0] for zone in ZONES})

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
            zones = [self._zones_of(game, row["player_id"]) for row in rows]
            if None not in zones:
                total = {z: [sum(known(zones)[i][z][k] for i in range(len(zones))) for k in (0, 1)] for z in ZONES}
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
            row["game_date"], row["game_id"], row["player_id"], row["player_name"], row["team"], row["opponent"],
            team.season, row["minutes"], {name: row[name] for name in COUNTS}, usage,
            self._zones_of(row["game_id"], row["player_id"]),
        )  # fmt: skip

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
            raw["raw_injury_reports"], "game_date", "team", "captured_at", "player_id", "status"
        ):
            self.reports[report["game_date"], report["team"]].append(report)

    # --- who ------------------------------------------------------------------------------------------------

    @cache  # noqa: B019 the oracle lives as long as the tests
    def before(self, player: int, date: dt.date) -> list[PlayerGame]:
        """His games of the three years before a date, oldest first."""
        return [g for g in self.log[player] if date - THREE_YEARS <= g.date < date]

    def season_distance(self, earlier: dt.date, later: dt.date) -> int:
        """Days between two dates, each summer in between counted as one day."""
        days = (later - earlier).days
        seasons = sorted(self.season_first)
        for last, following in zip(seasons, seasons[1:], strict=False):
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
            evening = dt.datetime.combine(game["game_date"], dt.time(18), ZoneInfo("America/New_York"))
            cutoff = pd.Timestamp(evening.astimezone(dt.UTC))
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
        for late in self.played[game_id]:
            rows.setdefault(late.player, Row(None, late.team))
        return rows

    def status(self, game: dict[str, Any], team: str, player: int) -> str | None:
        """Listed status; Available when the team has a report without him; None without a report."""
        for side in (game["home_team"], game["away_team"]):
            report = self.report(game["game_id"], side)
            if report and player in report[1]:
                return report[1][player]
        return "Available" if self.report(game["game_id"], team) else None

    # --- what -----------------------------------------------------------------------------------------------

    @cache  # noqa: B019
    def answer(self, game_id: str, player: int) -> Row:
        """Facts and features of a row."""
        row = self.rows_of(game_id)[player]
        game = self.schedule[game_id]
        is_home = game["home_team"] == row.team
        opponent = game["away_team"] if is_home else game["home_team"]
        row.facts = self._facts(game, row.team, opponent, player)
        games = self.before(player, game["game_date"])
        row.features = (
            self._form(games, game, opponent)
            | self._situation(game, row, opponent)
            | self._factors(game, row, opponent, player, games)
            | self._market(game_id, player)
        )
        self._quality(row)
        return row

    def _facts(self, game: dict[str, Any], team: str, opponent: str, player: int) -> dict[str, Any]:
        date, season = game["game_date"], game["season"]
        games = self.before(player, date)
        week = [g for g in games if (date - g.date).days <= 7]
        fortnight = [g for g in games if (date - g.date).days <= 14]
        dates = {g.date for g in games}
        first = self.season_first[season]
        phase = "opening" if (date - first).days < 14 else "regular"
        last = games[-1].date if games else None
        missed = None
        if last:
            missed = sum(1 for day in self.team_dates[team] if max(first, last + dt.timedelta(1)) <= day < date)
        return {
            "opponent": opponent,
            "season_phase": "postseason" if game["season_type"] in POSTSEASON else phase,
            "days_rest": self._team_rest(team, date),
            "opponent_days_rest": self._team_rest(opponent, date),
            "player_days_rest": (date - last).days if last else None,
            "games_last_7_days": len(week),
            "games_last_14_days": len(fortnight),
            "minutes_last_7_days": sum(g.minutes for g in week),
            "minutes_last_14_days": sum(g.minutes for g in fortnight),
            "back_to_backs_last_14_days": sum(1 for g in fortnight if g.date - dt.timedelta(1) in dates),
            "games_played_season": sum(1 for g in games if g.season == season),
            "team_games_missed": missed,
            "injury_status": self.status(game, team, player),
            "teammates_out_minutes": self._out_minutes(game, team, player),
            "games_in_history": len(games),
        }

    def _team_rest(self, team: str, date: dt.date) -> int | None:
        earlier = [day for day in self.team_dates[team] if day < date]
        return (date - max(earlier)).days if earlier else None

    def _out_minutes(self, game: dict[str, Any], team: str, player: int) -> float | None:
        if self.report(game["game_id"], team) is None:
            return None
        minutes = 0.0
        for mate, row in self.rows_of(game["game_id"]).items():
            if row.team == team and mate != player and self.status(game, team, mate) == "Out":
                minutes += mean(g.minutes for g in self.before(mate, game["game_date"])[-10:]) or 0.0
        return minutes

    def _form(self, games: list[PlayerGame], game: dict[str, Any], opponent: str) -> dict[str, float | None]:
        season = [g for g in games if g.season == game["season"]]
        met = [g for g in games if g.opponent == opponent]
        ten = games[-10:]
        points = [g.box["pts"] for g in ten]
        minutes = sum(g.minutes for g in ten)
        zoned = [g for g in ten if g.zones is not None]
        shots = sum(g.zoned_shots for g in zoned)
        trend = None
        if len(games) >= 5:
            change = mean(points[-2:]) - mean(points[-5:-2])
            trend = math.copysign((abs(change) > 2 + 1e-9) + (abs(change) > 5 + 1e-9), change)
        usual, lately = mean(g.minutes for g in season), mean(g.minutes for g in games[-5:])
        change_of_minutes = None
        if usual:
            change = 100 * (lately / usual - 1)
            change_of_minutes = math.copysign((abs(change) > 10 + 1e-9) + (abs(change) > 20 + 1e-9), change)
        return {
            "points_avg_last_5": mean(points[-5:]),
            "points_avg_last_10": mean(points),
            "points_avg_season": mean(g.box["pts"] for g in season),
            "points_std_last_10": statistics.stdev(points) if len(points) >= 3 else None,
            "recent_trend": trend,
            "minutes_change": change_of_minutes,
            **{
                f"pct_{zone}": sum(g.zones[zone][0] for g in zoned) / shots if shots else None for zone in ZONES
            },
            "pct_free_throw": sum(g.box["ftm"] for g in ten) / sum(points) if len(ten) >= 5 and sum(points) else None,
            "avg_points_vs_opponent": mean(g.box["pts"] for g in met),
            "games_vs_opponent": float(len(met)),
            "minutes_avg_last_10": mean(g.minutes for g in ten),
            "ppm_avg_last_10": sum(points) / minutes if minutes else None,
        }

    def _situation(self, game: dict[str, Any], row: Row, opponent: str) -> dict[str, float | None]:
        date, facts = game["game_date"], row.facts
        own, other = facts["days_rest"], facts["opponent_days_rest"]
        log = [t for t in self.team_log[row.team] if t.date < date]
        faced = [t for t in self.team_log[opponent] if t.date < date][-15:]
        against = [self.team_games[t.game, t.opponent] for t in faced]
        season = [t for t in log if t.season == game["season"]]
        home = row.team == game["home_team"] and not game["is_neutral"]
        return {
            "games_in_last_7_days": float(facts["games_last_7_days"]),
            "rest_advantage": None if own is None or other is None else float(clamp(own - other, -2, 2)),
            "injury_risk": RISK.get(facts["injury_status"]),
            "opponent_def_rating": mean(t.offensive_rating for t in against),
            "opponent_pace": mean(t.pace for t in against),
            "home_away": float(home),
            "back_to_back": float(own == 1),
            "playoff_game": float(game["season_type"] in POSTSEASON),
            "team_pace": mean(t.pace for t in log[-10:]),
            "team_off_rating": mean(t.offensive_rating for t in log[-10:]),
            "team_win_pct": mean(float(t.won) for t in season) if len(season) >= 5 else None,
        }

    def _factors(
        self, game: dict[str, Any], row: Row, opponent: str, player: int, games: list[PlayerGame]
    ) -> dict[str, float | None]:
        pace = None
        own, other = self._situation(game, row, opponent)["team_pace"], None
        other = self._situation(game, row, opponent)["opponent_pace"]
        league = mean(
            t.pace for t in self.team_games.values() if t.season == game["season"] and t.date < game["game_date"]
        )
        if None not in (own, other, league):
            pace = clamp(((own + other) / 2 - league) / 2, -3, 3)
        return {
            "fatigue_score": fatigue(row.facts),
            "shot_zone_mismatch_score": self._mismatch(game["game_date"], opponent, games),
            "pace_score": pace,
            "usage_spike_score": self._usage_spike(game, row.team, player),
        }

    def _mismatch(self, date: dt.date, opponent: str, games: list[PlayerGame]) -> float | None:
        zoned = [g for g in games[-10:] if g.zones is not None]
        shots = sum(g.zoned_shots for g in zoned)
        if not shots:
            return None
        share = {zone: sum(g.zones[zone][0] for g in zoned) / shots for zone in ZONES}
        zone = next((z for z, need in (("paint", 0.4), ("three", 0.4), ("mid_range", 0.35)) if share[z] >= need), None)
        if zone is None:
            return None
        faced = [t for t in self.team_log[opponent] if t.date < date][-15:]
        allowed = [self.team_games[t.game, t.opponent].zones for t in faced]
        month = [
            t.zones for t in self.team_games.values() if t.zones is not None and 1 <= (date - t.date).days <= 30
        ]
        percentages = []
        for sample in (known(allowed), month):
            tried, made = (sum(zones[zone][k] for zones in sample) for k in (0, 1))
            if not tried:
                return None
            percentages.append(made / tried)
        score = 100 * (percentages[0] - percentages[1]) * min(share[zone] / 0.5, 1)
        return clamp(score * 1.2 if abs(score) > 5 else score, -10, 10)

    def _usage_spike(self, game: dict[str, Any], team: str, player: int) -> float | None:
        if self.report(game["game_id"], team) is None:
            return None
        out = available = 0.0
        for mate, row in self.rows_of(game["game_id"]).items():
            if row.team != team or row.expected_because is None:
                continue
            weight = (self._season_usage(mate, game) or 0.0) * self._usual_minutes(mate, game)
            if self.status(game, team, mate) != "Out":
                available += weight
            elif mate != player:
                out += weight
        own = self._season_usage(player, game)
        if own is None or available == 0:
            return None
        return clamp(0.3 * own * out / available, -3, 3)

    def _season_usage(self, player: int, game: dict[str, Any]) -> float | None:
        return mean(g.usage for g in self.before(player, game["game_date"]) if g.season == game["season"])

    def _usual_minutes(self, player: int, game: dict[str, Any]) -> float:
        return mean(g.minutes for g in self.before(player, game["game_date"])[-10:]) or 0.0

    def _market(self, game_id: str, player: int) -> dict[str, float | None]:
        lines = sorted(self.lines.get((game_id, player), []))
        if not lines:
            none = dict.fromkeys(("vegas_points_line", "vegas_opening_line", "vegas_line_move"))
            return none | {"has_vegas_line": 0.0}
        first, last = lines[0][0], lines[-1][0]
        closing: dict[str, float] = {}
        opening: dict[str, float] = {}
        for moment, book, line in lines:
            if last - moment <= QUARTER_HOUR:
                closing[book] = line
            if moment - first <= QUARTER_HOUR:
                opening.setdefault(book, line)
        now, then = statistics.median(closing.values()), statistics.median(opening.values())
        return {
            "vegas_points_line": now,
            "vegas_opening_line": then,
            "vegas_line_move": now - then,
            "has_vegas_line": 1.0,
        }

    def _quality(self, row: Row) -> None:
        required = [name for name in row.features if name not in NOT_REQUIRED]
        missing = [name for name in required if row.features[name] is None]
        score = 100 * (len(required) - len(missing)) / len(required)
        if missing:
            score = min(score, 49 if len(missing) >= 5 else 69)
        tiers = ((95, "gold"), (85, "silver"), (70, "bronze"), (50, "poor"), (0, "unusable"))
        row.facts["is_bootstrap"] = row.facts["season_phase"] == "opening"
        row.facts["missing"] = set(missing)
        row.facts["quality_score"] = score
        row.facts["quality_tier"] = next(name for floor, name in tiers if score >= floor)
        row.facts["is_production_ready"] = (
            not missing and not row.facts["is_bootstrap"] and row.expected_because is not None
        )


def fatigue(facts: dict[str, Any]) -> float | None:
    """tables.md, term by term."""
    if facts["player_days_rest"] is None:
        return None
    score = 100.0
    if facts["player_days_rest"] == 1:
        score -= 15
    elif facts["player_days_rest"] >= 3:
        score += 5
    games, minutes = facts["games_last_7_days"], facts["minutes_last_7_days"]
    if games >= 4:
        score -= 10
    if minutes > 240:
        score -= 10
    if games and minutes / games > 35:
        score -= 8
    if facts["back_to_backs_last_14_days"] >= 2:
        score -= 12
    elif facts["back_to_backs_last_14_days"] == 1:
        score -= 5
    return clamp(score, 0, 100)
