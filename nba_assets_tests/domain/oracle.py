"""The slow oracle: every feature again, in plain Python, from the raw rows alone."""

from __future__ import annotations

import datetime as dt
import math
import statistics
from functools import cache
from typing import Any

from nba_assets_tests.domain.game_log import ZONES, PlayerGame, known
from nba_assets_tests.domain.roster import Roster, Row

QUARTER_HOUR = dt.timedelta(minutes=15)
RISK = {"Available": 0.0, "Probable": 1.0, "Questionable": 2.0, "Doubtful": 3.0, "Out": 3.0}
POSTSEASON = ("PlayIn", "Playoffs")
NOT_REQUIRED = (
    "shot_zone_mismatch_score", "usage_spike_score", "injury_risk", "pct_free_throw", "team_win_pct",
    "vegas_points_line", "vegas_opening_line", "vegas_line_move", "avg_points_vs_opponent",
)  # fmt: skip


def mean(values: Any) -> float | None:
    numbers = known(values)
    return sum(numbers) / len(numbers) if numbers else None


def form(values: Any) -> float | None:
    """Mean of a team's games, of which it takes three."""
    numbers = list(values)
    return mean(numbers) if len(numbers) >= 3 else None


def clamp(value: float, low: float, high: float) -> float:
    return max(low, min(high, value))


class Oracle(Roster):
    """Answers for one (game, player) at a time."""

    @cache  # noqa: B019
    def answer(self, game_id: str, player: int) -> Row:
        """Facts and features of a row."""
        row = self.rows_of(game_id)[player]
        game = self.schedule[game_id]
        is_home = game["home_team"] == row.team
        opponent = game["away_team"] if is_home else game["home_team"]
        row.facts = self._facts(game, row.team, opponent, player)
        row.facts["missing_history_games"] = self.holes.count(game["game_date"], player, row.team)
        row.facts["is_moved"] = self.holes.moves(game["game_date"], player, row.team)
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
            missed = sum(
                1 for day in self.team_dates[team] if max(first, last + dt.timedelta(1)) <= day < date
            )
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
                f"pct_{zone}": sum(g.zones[zone][0] for g in zoned) / shots if shots else None
                for zone in ZONES
            },
            "pct_free_throw": sum(g.box["ftm"] for g in ten) / sum(points)
            if len(ten) >= 5 and sum(points)
            else None,
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
            "opponent_def_rating": form(t.offensive_rating for t in against),
            "opponent_pace": form(t.pace for t in against),
            "home_away": float(home),
            "back_to_back": float(own == 1),
            "playoff_game": float(game["season_type"] in POSTSEASON),
            "team_pace": form(t.pace for t in log[-10:]),
            "team_off_rating": form(t.offensive_rating for t in log[-10:]),
            "team_win_pct": mean(float(t.won) for t in season) if len(season) >= 5 else None,
        }

    def _factors(
        self, game: dict[str, Any], row: Row, opponent: str, player: int, games: list[PlayerGame]
    ) -> dict[str, float | None]:
        pace = None
        situation = self._situation(game, row, opponent)
        own, other = situation["team_pace"], situation["opponent_pace"]
        league = mean(
            t.pace
            for t in self.team_games.values()
            if t.season == game["season"] and t.date < game["game_date"]
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
        zone = next(
            (z for z, need in (("paint", 0.4), ("three", 0.4), ("mid_range", 0.35)) if share[z] >= need), None
        )
        if zone is None:
            return None
        faced = [t for t in self.team_log[opponent] if t.date < date][-15:]
        allowed = [self.team_games[t.game, t.opponent].zones for t in faced]
        month = [
            t.zones
            for t in self.team_games.values()
            if t.zones is not None and 1 <= (date - t.date).days <= 30
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
        holes = row.facts["missing_history_games"]
        score = max(score - min(5 * holes, 30), 0)
        tiers = ((95, "gold"), (85, "silver"), (70, "bronze"), (50, "poor"), (0, "unusable"))
        row.facts["is_bootstrap"] = row.facts["season_phase"] == "opening"
        row.facts["missing"] = set(missing)
        row.facts["quality_score"] = score
        row.facts["quality_tier"] = next(name for floor, name in tiers if score >= floor)
        row.facts["is_production_ready"] = (
            not (missing or row.facts["is_moved"] or row.facts["is_bootstrap"])
            and row.expected_because is not None
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
