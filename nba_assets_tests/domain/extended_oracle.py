"""The slow oracle of ``v3_extended``: every extra feature again, in plain Python, from the raw rows."""

from __future__ import annotations

import datetime as dt
import statistics
from bisect import bisect_left
from collections.abc import Callable
from typing import Any

import pandas as pd

from nba_assets_tests.domain.game_log import PlayerGame
from nba_assets_tests.domain.oracle import Oracle, form, mean
from nba_assets_tests.domain.roster import Row

BASES = ("points", "minutes", "fga", "fta", "fg3a", "usage_rate", "shot_value")


def shot_value(game: PlayerGame) -> float:
    box = game.box
    return 3 * 0.36 * box["fg3a"] + 2 * 0.53 * (box["fga"] - box["fg3a"]) + 0.78 * box["fta"]


def base(game: PlayerGame, name: str) -> float | None:
    if name == "points":
        return game.box["pts"]
    if name == "minutes":
        return game.minutes
    if name == "usage_rate":
        return game.usage
    return shot_value(game) if name == "shot_value" else game.box[name]


def weighted(values: list[float | None], half_life: float) -> float | None:
    """Values from the oldest on; the newest weighs 1."""
    pairs = [(0.5 ** (lag / half_life), v) for lag, v in enumerate(reversed(values)) if v is not None]
    total = sum(weight for weight, _ in pairs)
    return sum(weight * value for weight, value in pairs) / total if pairs else None


def ratio(tops: Any, bottoms: Any) -> float | None:
    bottom = sum(bottoms)
    return sum(tops) / bottom if bottom else None


class ExtendedOracle(Oracle):
    """Answers for one (game, player) at a time; ``starters`` says who started."""

    def __init__(self, raw: dict[str, pd.DataFrame], starters: dict[tuple[str, int], bool | None]):
        super().__init__(raw)
        self.starters = starters

    def extras(self, game_id: str, player: int) -> dict[str, float | None]:
        """Extra features of a row; those that the context already tells are left out."""
        row = self.answer(game_id, player)
        game = self.schedule[game_id]
        games = self.before(player, game["game_date"])
        return (
            self._own(games, game, row)
            | self._roles(games)
            | self._company(game, row, player)
            | self._opposition(game, row)
        )

    def _own(self, games: list[PlayerGame], game: dict[str, Any], row: Row) -> dict[str, float | None]:
        last, season = games[-160:], [g for g in games if g.season == game["season"]]
        year = games[-82:]
        rate = ratio((g.box["pts"] for g in year), (g.minutes for g in year))
        found: dict[str, float | None] = {
            f"{name}_weighted_{n}": weighted([base(g, name) for g in last], n)
            for name in BASES
            for n in (2, 6, 15, 40)
        }
        for n in (2, 6, 15):
            lately = found[f"minutes_weighted_{n}"]
            found[f"projected_points_{n}"] = None if rate is None or lately is None else lately * rate
        minutes = [g.minutes for g in games[-10:]]
        date = game["game_date"]
        return found | {
            "ppm_last_82": rate,
            "ppm_season": ratio((g.box["pts"] for g in season), (g.minutes for g in season)),
            "shot_value_per_minute_last_82": ratio(map(shot_value, year), (g.minutes for g in year)),
            "points_avg_last_82": mean(g.box["pts"] for g in year),
            "minutes_avg_season": mean(g.minutes for g in season),
            "shot_value_avg_season": mean(map(shot_value, season)),
            "minutes_std_last_10": statistics.stdev(minutes) if len(minutes) >= 3 else None,
            "usage_rate_last_10": mean(g.usage for g in games[-10:]),
            "games_3_years": float(len(games)),
            "games_this_season": float(len(season)),
            "games_with_team": float(sum(1 for g in games if g.team == row.team)),
            "season_day": float((date - self.season_first[game["season"]]).days),
            "games_missed": row.facts["team_games_missed"],
            "days_rest": row.facts["days_rest"],
            "player_days_rest": row.facts["player_days_rest"],
            "minutes_last_7_days": row.facts["minutes_last_7_days"],
            "minutes_last_14_days": row.facts["minutes_last_14_days"],
            "teammates_out_minutes": row.facts["teammates_out_minutes"],
        }

    def _roles(self, games: list[PlayerGame]) -> dict[str, float | None]:
        last = games[-160:]
        started = [self.starters.get((g.game, g.player)) for g in last]
        points = [g.box["pts"] for g in last]
        flags = [None if s is None else float(s) for s in started]
        return {
            "minutes_last_game": games[-1].minutes if games else None,
            "points_last_game": points[-1] if games else None,
            "shot_value_last_game": shot_value(games[-1]) if games else None,
            "starter_share_last_5": mean(flags[-5:]),
            "started_last_game": flags[-1] if flags else None,
            "points_as_starter_weighted_15": weighted(
                [p if s is True else None for p, s in zip(points, started, strict=True)], 15
            ),
            "points_as_reserve_weighted_15": weighted(
                [p if s is False else None for p, s in zip(points, started, strict=True)], 15
            ),
            "rebounds_weighted_15": weighted([g.box["reb"] for g in last], 15),
            "assists_weighted_15": weighted([g.box["ast"] for g in last], 15),
        }

    def lineup(self, game_id: str, player: int, fives: dict[str, set[int]]) -> dict[str, float | None]:
        """Features of the lineups; ``fives`` has the starters of the teams whose lineup is known."""
        row, game = self.answer(game_id, player), self.schedule[game_id]

        def chance(mate: int) -> float:
            expected = self._chance(game, row.team, mate)
            if row.team not in fives:
                return expected
            if mate in fives[row.team]:
                return 1.0
            share = self._roles(self.before(mate, game["game_date"]))["starter_share_last_5"] or 0.0
            return expected * (0.95 if share < 0.2 else 0.94 if share < 0.5 else 0.9 if share < 0.8 else 0.36)

        starts = float(player in fives[row.team]) if row.team in fives else None
        return {"starts_tonight": starts} | self._rotation(game, row, player, chance, "announced")

    def _company(self, game: dict[str, Any], row: Row, player: int) -> dict[str, float | None]:
        def chance(mate: int) -> float:
            return self._chance(game, row.team, mate)

        return {"play_probability": chance(player)} | self._rotation(game, row, player, chance, "expected")

    def _rotation(
        self, game: dict[str, Any], row: Row, player: int, chance: Callable[[int], float], kind: str
    ) -> dict[str, float | None]:
        mates: dict[int, tuple[float, float, float]] = {}
        for mate, other in self.rows_of(game["game_id"]).items():
            if other.team == row.team:
                minutes, points = self._weights(mate, game["game_date"]) or (0.0, 0.0)
                counted = 0.0 if other.expected_because is None else chance(mate)
                mates[mate] = (counted, minutes, points)
        own = self._weights(player, game["game_date"])
        mine = (mates[player][1], -player)
        ahead = sum(counted for mate, (counted, minutes, _) in mates.items() if (minutes, -mate) > mine)
        found: dict[str, float | None] = {f"{kind}_rank": 1 + ahead}
        for k, name in enumerate(("minutes", "points")):
            others = sum(known[0] * known[k + 1] for mate, known in mates.items() if mate != player)
            found[f"{kind}_teammates_{name}"] = others
            whole = None if own is None else own[k] + others
            found[f"{kind}_share_of_{name}"] = own[k] / whole if own and whole else None
        return found

    def _chance(self, game: dict[str, Any], team: str, player: int) -> float:
        status = self.status(game, team, player)
        if status in (listed := {"Probable": 0.94, "Questionable": 0.56, "Doubtful": 0.02, "Out": 0.01}):
            return listed[status]
        available = status == "Available"
        missed = self.answer(game["game_id"], player).facts["team_games_missed"]
        if missed is None or missed > 10:
            return 0.06 if available else 0.05
        if missed > 3:
            return 0.18 if available else 0.15
        if missed > 1:
            return 0.39 if available else 0.30
        if missed == 1:
            return 0.56 if available else 0.45
        return 0.92 if available else 0.89

    def _weights(self, player: int, date: dt.date) -> tuple[float, float] | None:
        last = self.before(player, date)[-160:]
        minutes = weighted([g.minutes for g in last], 15)
        points = weighted([g.box["pts"] for g in last], 15)
        return None if minutes is None or points is None else (minutes, points)

    def _opposition(self, game: dict[str, Any], row: Row) -> dict[str, float | None]:
        date, opponent = game["game_date"], row.facts["opponent"]
        faced = [t for t in self.team_log[opponent] if 0 < (date - t.date).days <= 400]
        own = [t for t in self.team_log[row.team] if 0 < (date - t.date).days <= 400]
        nights = [self._over(t.game, opponent, starters=False) for t in faced]
        starters = [self._over(t.game, opponent, starters=True) for t in faced]
        return {
            "opponent_points_over_usual": mean(nights[-25:]),
            "opponent_starters_over_usual": mean([n for n in starters if n is not None][-25:]),
            "opponent_points_allowed_last_10": form(
                self.team_games[t.game, t.opponent].box["pts"] for t in faced[-10:]
            ),
            "team_margin_weighted_15": self._margin(own),
            "opponent_margin_weighted_15": self._margin(faced),
        }

    def _margin(self, games: list[Any]) -> float | None:
        margins = [t.box["pts"] - self.team_games[t.game, t.opponent].box["pts"] for t in games[-60:]]
        return weighted(margins, 15) if len(margins) >= 3 else None

    def _over(self, game_id: str, opponent: str, starters: bool) -> float | None:
        """Points over what their minutes usually bring, of all who met this opponent in a game."""
        total: list[float] = []
        for game in self.played[game_id]:
            if game.opponent != opponent:
                continue
            if starters and self.starters.get((game_id, game.player)) is not True:
                continue
            dates = self.log_dates[game.player]
            first = bisect_left(dates, game.date - dt.timedelta(days=365))
            year = self.log[game.player][first : bisect_left(dates, game.date)]
            rate = ratio((g.box["pts"] for g in year), (g.minutes for g in year))
            if rate is not None:
                total.append(game.box["pts"] - game.minutes * rate)
        return sum(total) if total else None


def alike(tonight: dict[str, Any], past: list[dict[str, Any]]) -> tuple[float | None, int]:
    """Mean points of the past games most like tonight's; ``past`` from the oldest on."""

    def defense(rating: float | None) -> int | None:
        return None if rating is None else sum(rating >= edge for edge in (106, 110, 113, 116, 120))

    def rest(days: float | None) -> int | None:
        return None if days is None else min(max(int(days), 1), 4)

    def sign(trend: float | None) -> int | None:
        return None if trend is None else (trend > 0) - (trend < 0)

    def score(game: dict[str, Any]) -> float:
        total = 15.0 if game["home_away"] == tonight["home_away"] else 0.0
        for name, kind, full in (
            ("opponent_def_rating", defense, 40), ("player_days_rest", rest, 30), ("recent_trend", sign, 15)
        ):  # fmt: skip
            one, other = kind(game[name]), kind(tonight[name])
            if one is not None and other is not None:
                total += {0: full, 1: full / 2}.get(abs(one - other), 0.0)
        return total

    found = [(score(game), number, game["pts"]) for number, game in enumerate(past)]
    best = sorted((g for g in found if g[0] >= 70), key=lambda g: (-g[0], -g[1]))[:20]
    weight = sum(g[0] for g in best)
    return (sum(g[0] * g[2] for g in best) / weight if len(best) >= 5 else None), len(best)
