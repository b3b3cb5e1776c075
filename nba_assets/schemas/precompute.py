"""Precompute tables: form of players and teams before a date."""

from __future__ import annotations

from nba_assets.domain.precompute.player_windows import (
    HALF_LIVES,
    MEANS,
)
from nba_assets.domain.zones import COARSE
from nba_assets.schemas.columns import Field, TableSchema, integer, number, text
from nba_assets.schemas.raw import GAME, OPPONENT, PLAYER, SEASON, SOURCE, TEAM

_UNITS = {
    "points": ("points", 83),
    "minutes": ("min", 60),
    "usage_rate": ("%", None),
    "ts_pct": ("fraction", None),
}


def _zone_allowed(zone: str) -> tuple[Field, ...]:
    share = {"unit": "fraction", "nullable": True, "low": 0, "high": 1}
    return (
        number(f"{zone}_fgm_allowed", f"Makes allowed a game in zone {zone}.", nullable=True, low=0),
        number(f"{zone}_fga_allowed", f"Attempts allowed a game in zone {zone}.", nullable=True, low=0),
        number(f"{zone}_pct_allowed", f"Percentage allowed in zone {zone}.", **share),
        number(f"league_{zone}_pct", "The league's percentage there over the 30 days before.", **share),
        number(
            f"{zone}_difference_pp",
            "Allowed minus league; positive is a weak defence.",
            unit="pp",
            nullable=True,
        ),
    )


TEAM_DEFENSE_ZONE_ANALYSIS = TableSchema(
    "team_defense_zone_analysis",
    "One row a team that plays on the date: its defence over the 15 games before.",
    ("team",),
    (
        TEAM,
        GAME,
        integer("games_in_sample", "Games behind the row.", low=0, high=15),
        *(field for zone in COARSE for field in _zone_allowed(zone)),
        number("defensive_rating", "Mean defensive rating.", unit="per 100", nullable=True, low=60, high=170),
        number(
            "opponent_pace", "Mean pace of the opponents.", unit="per 48 min", nullable=True, low=70, high=140
        ),
        text("weakest_zone", "Zone with the largest difference.", nullable=True, values=COARSE),
        text("strongest_zone", "Zone with the smallest difference.", nullable=True, values=COARSE),
        SOURCE,
    ),
)

PLAYER_SHOT_ZONE_ANALYSIS = TableSchema(
    "player_shot_zone_analysis",
    "One row a player who may play a game: where he shoots, over his last 10 games before it.",
    ("game_id", "player_id"),
    (
        PLAYER,
        GAME,
        integer("games_in_sample", "Games with known zones behind the row.", low=0, high=10),
        *(
            field
            for zone in COARSE
            for field in (
                number(f"{zone}_share", f"Share of attempts in zone {zone}.", unit="fraction", nullable=True, low=0, high=1),
                number(f"{zone}_pct", f"Percentage in zone {zone}.", unit="fraction", nullable=True, low=0, high=1),
                number(f"{zone}_share_trend", "Share over 10 games minus share over 20.", unit="fraction", nullable=True, low=-1, high=1),
            )
        ),
        number("assisted_share", "Share of makes that were assisted.", unit="fraction", nullable=True, low=0, high=1),
        text("primary_zone", "paint, perimeter or mid_range, else balanced.", nullable=True,
             values=("paint", "perimeter", "mid_range", "balanced")),
        SOURCE,
    ),
)  # fmt: skip


def _means(name: str) -> tuple[Field, ...]:
    unit, high = _UNITS[name]
    limits = {"unit": unit, "nullable": True, "low": 0, "high": high}
    return (
        *(
            number(f"{name}_avg_last_{n}", f"Mean {name} over the last {n} games.", **limits)
            for n in (5, 10, 20)
        ),
        number(f"{name}_avg_season", f"Mean {name} this season.", **limits),
    )


def _points(name: str, words: str) -> Field:
    return number(name, words, unit="points", nullable=True, low=0, high=83)


PLAYER_DAILY_CACHE = TableSchema(
    "player_daily_cache",
    "One row a player who may play a game: his form before it.",
    # A player traded yesterday is expected by his old team and plays for his new one: two games, one date.
    ("game_id", "player_id"),
    (
        PLAYER,
        GAME,
        TEAM,
        OPPONENT,
        SEASON,
        integer("games_in_history", "Games of the last three years.", low=0),
        integer("games_season", "Games this season.", low=0, high=130),
        integer("missing_history_games", "Games of this season and the last 10 that are not known: his team's, and dates of unknown schedule.", low=0),
        *(field for name in MEANS for field in _means(name)),
        _points("points_avg_last_2", "Mean points of the last 2 games."),
        _points("points_avg_3_before_last_2", "Mean points of the 3 games before the last 2."),
        number("points_std_last_10", "Sample standard deviation of points, last 10 (needs 3).", unit="points", nullable=True, low=0, high=60),
        number("points_per_minute_last_10", "Sum of points over sum of minutes, last 10.", unit="per minute", nullable=True, low=0),
        number("free_throw_points_share_last_10", "Free-throw points over points, last 10 (needs 5).", unit="fraction", nullable=True, low=0, high=1),
        *(
            number(f"{name}_decayed_{half_life}", f"Mean {name} whose weights halve every {half_life} games.", nullable=True, low=0)
            for name in ("points", "minutes")
            for half_life in HALF_LIVES
        ),
        _points("points_avg_vs_opponent", "Mean points against tonight's opponent, 3 years."),
        integer("games_vs_opponent", "Games against tonight's opponent, 3 years.", low=0, high=60),
        number("team_pace_last_10", "Mean pace of the team's last 10.", unit="per 48 min", nullable=True, low=70, high=140),
        number("team_offensive_rating_last_10", "Mean offensive rating of the team's last 10.", unit="per 100", nullable=True, low=60, high=170),
        number("league_pace_season", "Mean pace of the league this season.", unit="per 48 min", nullable=True, low=70, high=140),
        SOURCE,
    ),
)  # fmt: skip

PLAYER_COMPOSITE_FACTORS = TableSchema(
    "player_composite_factors",
    "One row a player who may play a game: four scores, and what was missing for them.",
    ("game_id", "player_id"),
    (
        GAME,
        PLAYER,
        number("fatigue_score", "100 = fresh.", unit="0..100", nullable=True, low=0, high=100),
        number("shot_zone_mismatch_score", "Weakness of the opponent where he shoots.", unit="pp", nullable=True, low=-12, high=12),
        number("pace_score", "Half the expected pace over the league's.", unit="points", nullable=True, low=-3, high=3),
        number("usage_spike_score", "Usage left by teammates listed Out.", unit="points", nullable=True, low=-3, high=3),
        text("missing_inputs", "Inputs that were NULL, joined by |; empty when none."),
        SOURCE,
    ),
)  # fmt: skip
