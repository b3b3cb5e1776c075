"""A player's form before a game: averages, decayed means, his team's pace, history against the opponent.

``last n`` windows hold the last n games he played, whatever the season; ``season`` windows hold this season's
games before the date. History reaches back three years.
"""

from __future__ import annotations

from nba_assets.domain.declarations.expressions import Function, Known, Own
from nba_assets.domain.declarations.feature import NEVER, Feature, FeatureTable
from nba_assets.domain.declarations.sources import PLAYER, Derived, Games, OpenDates, Past, Stored
from nba_assets.domain.declarations.statistics import Count, DecayedMean, Mean, Ratio, Std
from nba_assets.domain.precompute.missing_history import (
    REACH_DAYS,
    missing_history_games,
    missing_team_games,
)
from nba_assets.domain.precompute.team_defense_zone_analysis import SAMPLE_GAMES

DECAY_GAMES = 120  # at a half-life of 30 games the weight that is cut off is 6 %
LEAST_GAMES = 3  # one game's rating or pace is no form: alone it can lie far outside any mean's range

TEAM = Games("team_offense_game_summary", ("team",), days=730)
LEAGUE = Games("team_offense_game_summary", daily=True, days=730)

_GAME = Derived("games", Known(Own("pace")))
_NO_SEASON = "no game this season"
_NO_TEAM_FORM = f"team with fewer than {LEAST_GAMES} earlier games"
# Columns that are averaged over several windows: name, column, unit, highest legal value.
_AVERAGED = (
    ("points", "pts", "points", 83),
    ("minutes", "minutes", "minutes", 60),
    ("usage_rate", "usage_rate", "%", None),
    ("ts_pct", "ts_pct", "fraction", None),
)


def _averages(name: str, column: str, unit: str, high: float | None) -> tuple[Feature, ...]:
    return (
        *(
            Feature(f"{name}_avg_last_{n}", Mean(column, last=n), f"mean {name}, last {n}", unit, (0, high))
            for n in (5, 10, 20)
        ),
        Feature(f"{name}_avg_season", Mean(column, season=True), f"mean {name}, this season before the game",
                unit, (0, high), _NO_SEASON, needs="season"),
    )  # fmt: skip


def _decayed(name: str, column: str, unit: str) -> tuple[Feature, ...]:
    return tuple(
        Feature(
            f"{name}_decayed_{half_life}",
            DecayedMean(column, half_life=half_life, last=DECAY_GAMES),
            f"mean {name}, weights halving every {half_life} games, at most {DECAY_GAMES} games",
            unit,
            (0, None),
        )
        for half_life in (3, 10, 30)
    )


_PLAYED = Past(Games("player_game_summary"), ("game_id",), days=REACH_DAYS, as_frame=True)
_SCHEDULE = Past(
    Games("raw_schedule", days=REACH_DAYS), ("game_id", "home_team", "away_team", "status"), as_frame=True
)


def _holes(name: str, definition: str, words: str = "") -> Feature:
    reads = (
        Past(PLAYER, ("team",), as_frame=True),
        _PLAYED,
        _SCHEDULE,
        OpenDates("raw_schedule", REACH_DAYS),
    )
    keys = (Own("game_date"), Own("player_id"), Own("team"))
    value = Function(missing_history_games, keys, reads, output=name, words=words)
    return Feature(name, value, definition, "games", (0, None), NEVER, kind="integer")


PLAYER_DAILY_CACHE = FeatureTable(
    "player_daily_cache",
    rows=Stored("upcoming_player_game_context"),
    carried=("game_id", "player_id", "team", "opponent", "season", "source"),
    features=(
        Feature("games_in_history", Count(), "his games of the last three years", "games", (0, None), NEVER,
                kind="integer"),
        Feature("games_season", Count(season=True), "his games this season", "games", (0, 130), NEVER,
                kind="integer"),
        _holes(
            "missing_history_games",
            "games of this season and the last 10 that are unknown: his team's, and dates without a schedule",
        ),
        _holes(
            "missing_last_10_games",
            "the same since his tenth-last known game",
            words="The same count since the player's tenth-last known game alone, or his season's start "
            "without ten",
        ),
        Feature(
            "missing_team_games",
            Function(
                missing_team_games, (Own("game_date"), Own("team"), Own("opponent")), (_PLAYED, _SCHEDULE)
            ),
            f"games that are unknown since the last {SAMPLE_GAMES} known ones, his team's and the "
            "opponent's",
            "games",
            (0, None),
            NEVER,
            kind="integer",
        ),
        *(feature for averaged in _AVERAGED for feature in _averages(*averaged)),
        Feature("points_avg_last_2", Mean("pts", last=2, needs=2), "mean points, last 2", "points", (0, 83),
                "fewer than 2 games"),
        Feature("points_avg_3_before_last_2", Mean("pts", last=5, skip=2, needs=3),
                "mean points of the 3 games before the last 2", "points", (0, 83), "fewer than 5 games"),
        Feature("points_std_last_10", Std("pts", last=10), "sample standard deviation of points, last 10",
                "points", (0, 60), "fewer than 3 games"),
        Feature("points_per_minute_last_10", Ratio("pts", "minutes", last=10),
                "sum of points / sum of minutes, last 10", "per minute", (0, None), "no minute played"),
        Feature("free_throw_points_share_last_10", Ratio("ftm", "pts", last=10, needs=5),
                "free-throw points / points, last 10 (needs 5)", "fraction", (0, 1),
                "fewer than 5 games, or no point in them"),
        *_decayed("points", "pts", "points"),
        *_decayed("minutes", "minutes", "minutes"),
        Feature("points_avg_vs_opponent", Mean("pts", against_opponent=True),
                "mean points against this opponent, 3 years", "points", (0, 83), "never met"),
        Feature("games_vs_opponent", Count(against_opponent=True), "games against this opponent, 3 years",
                "games", (0, 60), NEVER, kind="integer"),
        Feature("team_pace_last_10", Mean("pace", of=TEAM, last=10, needs=LEAST_GAMES),
                "mean pace of the team's last 10", "per 48 min", (70, 140), _NO_TEAM_FORM),
        Feature("team_offensive_rating_last_10",
                Mean("offensive_rating", of=TEAM, last=10, needs=LEAST_GAMES),
                "mean offensive rating of the team's last 10", "per 100", (60, 170), _NO_TEAM_FORM),
        Feature("league_pace_season", Ratio("pace", _GAME, of=LEAGUE, season=True),
                "mean pace of the league this season", "per 48 min", (70, 140),
                "no game of the league this season"),
    ),
)  # fmt: skip
