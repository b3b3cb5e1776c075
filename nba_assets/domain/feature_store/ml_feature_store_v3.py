"""The features of ``v3_extended``: the 33 of ``v2_33features``, and those declared in EXTRA."""

from __future__ import annotations

import pandas as pd

from nba_assets.domain.as_of import PriorRows
from nba_assets.domain.declarations.expressions import Function, Own
from nba_assets.domain.declarations.feature import NEVER, Feature, FeatureTable, covered
from nba_assets.domain.declarations.sources import PLAYER, Derived, Games, Past, Stored
from nba_assets.domain.declarations.statistics import Count, DecayedMean, Last, Mean, Ratio, Std
from nba_assets.domain.feature_store.expected_teammates import announced_teammates, expected_teammates
from nba_assets.domain.feature_store.ml_feature_store_v2 import COUNTS, ML_FEATURE_STORE_V2, V2
from nba_assets.domain.feature_store.similar_games import past_classes, similar_games
from nba_assets.domain.precompute.player_shot_zone_analysis import PLAYER_SHOT_ZONE_ANALYSIS
from nba_assets.domain.precompute.team_defense_zone_analysis import OPPONENT_DEFENSE
from nba_assets.domain.zones import COARSE

VERSION_EXTENDED = "v3_extended"
HALF_LIVES = (2, 6, 15, 40)  # games
WEIGHTED_GAMES = 160  # at a half-life of 40 games the weight that is cut off is 6 %
# What an attempt is worth at the league's usual make rates: luck of the night taken out of the points.
THREE_VALUE, TWO_VALUE, FREE_THROW_VALUE = 3 * 0.36, 2 * 0.53, 0.78
OPPONENT_DAYS = 400  # its last 25 games, a summer in between
OPPONENT_GAMES = 25
MARGIN_GAMES = 60  # at a half-life of 15 games the weight that is cut off is 6 %
LEAST_TEAM_GAMES = 3

_CONTEXT = Stored("upcoming_player_game_context")
_ANNOUNCED = Stored("announced_lineups")
_FEATURES = ML_FEATURE_STORE_V2.stored
_TEAM = Games("team_offense_game_summary", ("team",), days=OPPONENT_DAYS)
_OPPONENT = Games("team_offense_game_summary", ("team",), ("opponent",), days=OPPONENT_DAYS)
_FACING_OPPONENT = Games("team_offense_game_summary", ("opponent",), days=OPPONENT_DAYS)
_PLAYERS_FACING_OPPONENT = Games("player_game_summary", ("opponent",), days=OPPONENT_DAYS, daily=True)
_STARTERS_FACING_OPPONENT = Games(
    "player_game_summary", ("opponent",), days=OPPONENT_DAYS, daily=True, only="is_starter"
)
_SEASON = Games("raw_schedule", ("season",), days=365, daily=True)

SHOT_VALUE = Derived(
    "shot_value",
    THREE_VALUE * Own("fg3a") + TWO_VALUE * (Own("fga") - Own("fg3a")) + FREE_THROW_VALUE * Own("fta"),
)
POINTS_STARTED = Derived("points_started", Own("pts").when(Own("is_starter"), 1))
POINTS_RESERVE = Derived("points_reserve", Own("pts").when(Own("is_starter"), 0))
# Points of a game less what the player's rate of the year before would bring in its minutes.
POINTS_OVER_USUAL = Derived(
    "points_over_usual", Own("pts") - Own("minutes") * Ratio("pts", "minutes", days=365)
)
PPM_LAST_82 = Ratio("pts", "minutes", last=82)

_NO_SEASON = "no game this season"
_NO_STARTERS = "no earlier game with known starters"
_NO_REPORT = "no injury report"
_NO_GAME_LINE = "no line on the game"
_NO_TEAM_GAMES = f"team with fewer than {LEAST_TEAM_GAMES} earlier games"
_NO_OPPONENT_GAMES = f"opponent with fewer than {LEAST_TEAM_GAMES} earlier games"
_TEAMMATES = "teammates, each times the probability that he plays"
_ONCE_ANNOUNCED = "once lineups are announced, else as expected"
# Columns whose exponentially weighted means are features: name, column, unit, lowest and highest legal value.
_WEIGHTED = (
    ("points", "pts", "points", (0, 83)),
    ("minutes", "minutes", "minutes", (0, 60)),
    ("fga", "fga", "attempts", (0, 60)),
    ("fta", "fta", "attempts", (0, 45)),
    ("fg3a", "fg3a", "attempts", (0, 30)),
    ("usage_rate", "usage_rate", "%", (0, 500)),
    ("shot_value", SHOT_VALUE, "points", (0, 90)),
)


def season_day(rows: pd.DataFrame, season: PriorRows) -> pd.Series:
    """Days since the season's first game; 0 on its day.

    Args:
        rows: game_date.
        season: dates of the season before it.
    """
    first = season.oldest("game_date").fillna(rows["game_date"])
    return (rows["game_date"] - first).dt.days


def _weighted(
    name: str, column: str | Derived, unit: str, limits: tuple[float, float]
) -> tuple[Feature, ...]:
    return tuple(
        Feature(
            f"{name}_weighted_{half_life}",
            _decayed(column, half_life),
            f"mean of {name}, weights halving every {half_life} games, at most {WEIGHTED_GAMES} games",
            unit,
            limits,
            "no earlier game with a value",
        )
        for half_life in HALF_LIVES
    )


def _decayed(column: str | Derived, half_life: int = 15) -> DecayedMean:
    return DecayedMean(column, half_life=half_life, last=WEIGHTED_GAMES)


def _rotation(output: str) -> Function:
    reads = (
        "game_id", "team", "player_id", "is_late_addition", "minutes_weighted_15", "points_weighted_15",
        "games_missed",
    )  # fmt: skip
    columns = (*map(Own, reads), _CONTEXT["injury_status"])
    return Function(expected_teammates, columns, output=output, teammates=True)


def _announced(output: str) -> Function:
    reads = (
        "game_id", "team", "player_id", "is_late_addition", "minutes_weighted_15", "points_weighted_15",
        "play_probability", "starter_share_last_5",
    )  # fmt: skip
    lineup = (_ANNOUNCED["is_starter"], _ANNOUNCED["is_inactive"])
    return Function(announced_teammates, (*map(Own, reads), *lineup), output=output, teammates=True)


def _similar(output: str) -> Function:
    tonight = ("opponent_def_rating", "player_days_rest", "home_away", "recent_trend")
    classes = past_classes(dict.fromkeys(tonight, _FEATURES) | {"player_days_rest": _CONTEXT})
    return Function(similar_games, tuple(map(Own, tonight)), (Past(PLAYER, ("pts", *classes)),), output)


def _margin(of: Games) -> DecayedMean:
    return DecayedMean("margin", half_life=15, of=of, last=MARGIN_GAMES, needs=LEAST_TEAM_GAMES)


def _allowed(zone: str) -> Feature:
    return Feature(
        f"opponent_{zone}_difference",
        OPPONENT_DEFENSE[f"{zone}_difference_pp"],
        f"percentage the opponent allows in zone {zone}, less the league's",
        "pp",
        (-60, 60),
        "zones unknown",
        required=False,
    )


EXTRA = (
    *(feature for weighted in _WEIGHTED for feature in _weighted(*weighted)),
    Feature("ppm_last_82", PPM_LAST_82, "sum of points / sum of minutes, last 82",
            "per minute", (0, 10), "no minute played"),
    Feature("ppm_season", Ratio("pts", "minutes", season=True), "sum of points / sum of minutes, this season",
            "per minute", (0, 10), "no minute played this season", required=False),
    Feature("shot_value_per_minute_last_82", Ratio(SHOT_VALUE, "minutes", last=82),
            "sum of shot values / sum of minutes, last 82", "per minute", (0, 15), "no minute played"),
    Feature("points_avg_last_82", Mean("pts", last=82), "mean points, last 82", "points", (0, 83)),
    Feature("minutes_avg_season", Mean("minutes", season=True), "mean minutes, this season", "minutes",
            (0, 60), _NO_SEASON, needs="season"),
    Feature("shot_value_avg_season", Mean(SHOT_VALUE, season=True), "mean shot value, this season", "points",
            (0, 90), _NO_SEASON, needs="season"),
    *(
        Feature(f"projected_points_{n}", _decayed("minutes", n) * PPM_LAST_82,
                f"minutes_weighted_{n} * ppm_last_82", "points", (0, 300), "no minute played")
        for n in (2, 6, 15)
    ),
    Feature("minutes_std_last_10", Std("minutes", last=10), "sample standard deviation of minutes, last 10",
            "minutes", (0, 40), "fewer than 3 games"),
    Feature("minutes_last_game", Last("minutes"), "minutes of the last game", "minutes", (0, 70)),
    Feature("points_last_game", Last("pts"), "points of the last game", "points", (0, 100)),
    Feature("shot_value_last_game", Last(SHOT_VALUE), "shot value of the last game", "points", (0, 120)),
    Feature("starter_share_last_5", Mean("is_starter", last=5), "share of the last 5 that he started",
            "fraction", (0, 1), _NO_STARTERS, required=False),
    Feature("started_last_game", Last("is_starter"), "he started his last game", "flag", (0, 1), _NO_STARTERS,
            required=False),
    Feature("points_as_starter_weighted_15", _decayed(POINTS_STARTED),
            "mean points of games he started, half-life 15 of his games", "points", (0, 83), "never started",
            required=False),
    Feature("points_as_reserve_weighted_15", _decayed(POINTS_RESERVE),
            "mean points of games he did not start, half-life 15 of his games", "points", (0, 83),
            "always started", required=False),
    Feature("rebounds_weighted_15", _decayed("reb"), "mean rebounds, half-life 15 games", "rebounds",
            (0, 45)),
    Feature("assists_weighted_15", _decayed("ast"), "mean assists, half-life 15 games", "assists",
            (0, 35)),
    Feature("usage_rate_last_10", Mean("usage_rate", last=10), "mean usage rate, last 10", "%", (0, 500),
            "no earlier game with minutes", required=False),
    PLAYER_SHOT_ZONE_ANALYSIS.carry("assisted_share", "assisted_rate_last_10", required=False),
    Feature("games_3_years", Count(), "games of the last three years", "games", (0, 400), NEVER),
    Feature("games_this_season", Count(season=True), "games this season", "games", (0, 130), NEVER),
    Feature("games_with_team", Count(of=PLAYER.of("team")), "games of the last three years for this team",
            "games", (0, 400), NEVER),
    Feature("season_day", Function(season_day, (Own("game_date"),), (Past(_SEASON, ("game_date",)),)),
            "days since the season's first game", "days", (0, 330), NEVER),
    Feature("games_missed", _CONTEXT["team_games_missed"], "team games since his last", "games", (0, 130)),
    Feature("days_rest", _CONTEXT["days_rest"], "days since the team's last game", "days", (0, 400),
            "a team without an earlier game", required=False),
    Feature("player_days_rest", _CONTEXT["player_days_rest"], "days since his last game", "days", (0, 1100)),
    Feature("minutes_last_7_days", _CONTEXT["minutes_last_7_days"], "minutes of the 7 days before", "minutes",
            (0, 400), NEVER),
    Feature("minutes_last_14_days", _CONTEXT["minutes_last_14_days"], "minutes of the 14 days before",
            "minutes", (0, 700), NEVER),
    Feature("teammates_out_minutes", _CONTEXT["teammates_out_minutes"],
            "usual minutes of teammates listed Out", "minutes", (0, 500), _NO_REPORT, required=False),
    Feature("implied_team_total", _CONTEXT["implied_team_total"], "points the closing lines give the team",
            "points", (60, 180), _NO_GAME_LINE, required=False),
    Feature("game_total", _CONTEXT["game_total"], "closing line on the points of both teams", "points",
            (120, 360), _NO_GAME_LINE, required=False),
    Feature("spread", _CONTEXT["spread"], "closing handicap of the team, negative for a favourite", "points",
            (-50, 50), _NO_GAME_LINE, required=False),
    Feature("play_probability", _rotation("play_probability"),
            "share who played of players with his status and as many games missed", "probability", (0, 1),
            NEVER),
    Feature("expected_teammates_minutes", _rotation("expected_teammates_minutes"),
            f"minutes_weighted_15 of {_TEAMMATES}", "minutes", (0, 900), NEVER),
    Feature("expected_teammates_points", _rotation("expected_teammates_points"),
            f"points_weighted_15 of {_TEAMMATES}", "points", (0, 500), NEVER),
    Feature("expected_share_of_minutes", _rotation("expected_share_of_minutes"),
            "minutes_weighted_15 / (his and expected_teammates_minutes)", "fraction", (0, 1)),
    Feature("expected_share_of_points", _rotation("expected_share_of_points"),
            "points_weighted_15 / (his and expected_teammates_points)", "fraction", (0, 1),
            "no earlier game, or no point in any", required=False),
    Feature("expected_rank", _rotation("expected_rank"),
            "1 + teammates with more minutes_weighted_15, each times the probability that he plays", "rank",
            (1, 40), NEVER),
    Feature("opponent_points_over_usual",
            Mean(POINTS_OVER_USUAL, of=_PLAYERS_FACING_OPPONENT, last=OPPONENT_GAMES),
            f"mean over the opponent's last {OPPONENT_GAMES} games of the points all players scored against "
            "it, less minutes * their points per minute of the year before", "points", (-80, 80),
            "opponent without an earlier game", required=False),
    Feature("opponent_starters_over_usual",
            Mean(POINTS_OVER_USUAL, of=_STARTERS_FACING_OPPONENT, last=OPPONENT_GAMES),
            "the same of starters alone", "points", (-80, 80),
            "opponent without an earlier game with known starters", required=False),
    Feature("opponent_points_allowed_last_10",
            Mean("pts", of=_FACING_OPPONENT, last=10, needs=LEAST_TEAM_GAMES),
            "mean points allowed, opponent's last 10", "points", (60, 180), _NO_OPPONENT_GAMES),
    Feature("team_margin_weighted_15", _margin(_TEAM), "mean margin of the team, half-life 15 games",
            "points", (-60, 60), _NO_TEAM_GAMES),
    Feature("opponent_margin_weighted_15", _margin(_OPPONENT),
            "mean margin of the opponent, half-life 15 games", "points", (-60, 60), _NO_OPPONENT_GAMES),
    *map(_allowed, COARSE),
    Feature("similar_games_points", _similar("similar_games_points"),
            "weighted mean points of at most 20 past games like tonight's", "points", (0, 83),
            "fewer than 5 games alike", required=False),
    Feature("similar_games", _similar("similar_games"), "past games like tonight's that count, at most 20",
            "games", (0, 20), NEVER),
)  # fmt: skip
COVERED_EXTRA = covered(EXTRA)
# Known from half an hour before tip-off on, for the systems of that moment; no earlier system reads them.
LINEUP = (
    Feature("starts_tonight", _ANNOUNCED["is_starter"], "he is announced as a starter", "flag", (0, 1),
            "no lineup announced", required=False),
    Feature("announced_teammates_minutes", _announced("announced_teammates_minutes"),
            f"expected_teammates_minutes {_ONCE_ANNOUNCED}", "minutes", (0, 900), NEVER, required=False),
    Feature("announced_teammates_points", _announced("announced_teammates_points"),
            f"expected_teammates_points {_ONCE_ANNOUNCED}", "points", (0, 500), NEVER, required=False),
    Feature("announced_share_of_minutes", _announced("announced_share_of_minutes"),
            f"expected_share_of_minutes {_ONCE_ANNOUNCED}", "fraction", (0, 1), required=False),
    Feature("announced_share_of_points", _announced("announced_share_of_points"),
            f"expected_share_of_points {_ONCE_ANNOUNCED}", "fraction", (0, 1),
            "no earlier game, or no point in any", required=False),
    Feature("announced_rank", _announced("announced_rank"), f"expected_rank {_ONCE_ANNOUNCED}", "rank",
            (1, 40), NEVER, required=False),
)  # fmt: skip
# Beside v3_extended: what the market knows, for the systems that are anchored on it; no tree reads it.
MARKET = (
    Feature("market_median_points", _CONTEXT["market_median_points"],
            "points that go over as often as under, by lines and prices of the last capture before tip-off",
            "points", (-20, 80), "no line", required=False),
)  # fmt: skip


def with_version(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with the name of their feature set."""
    return rows.assign(feature_version=VERSION_EXTENDED)


ML_FEATURE_STORE_V3 = FeatureTable(
    "ml_feature_store_v3",
    rows=_FEATURES,
    carried=(
        "game_id", "player_id", "player_name", "team", "opponent", "season", "is_bootstrap",
        "is_late_addition", *COUNTS, "source",
    ),
    features=(*(ML_FEATURE_STORE_V2.carry(feature.name) for feature in V2), *EXTRA, *LINEUP, *MARKET),
    finish=with_version,
)  # fmt: skip
