"""Precompute tables: form of players and teams before a date."""

from __future__ import annotations

from nba_assets.domain.precompute import player_composite_factors as factors
from nba_assets.domain.precompute import player_daily_cache as cache
from nba_assets.domain.precompute import player_shot_zone_analysis as shots
from nba_assets.domain.precompute import team_defense_zone_analysis as defense
from nba_assets.schemas.columns import TableSchema
from nba_assets.schemas.features import feature_fields
from nba_assets.schemas.raw import GAME, OPPONENT, PLAYER, SEASON, SOURCE, TEAM

TEAM_DEFENSE_ZONE_ANALYSIS = TableSchema(
    "team_defense_zone_analysis",
    "One row per team that plays on the date: its defense by zone over the 15 games before.",
    ("team",),
    (TEAM, GAME, *feature_fields(defense.TEAM_DEFENSE_ZONE_ANALYSIS.features), SOURCE),
)

PLAYER_SHOT_ZONE_ANALYSIS = TableSchema(
    "player_shot_zone_analysis",
    "One row per game and player who may play it: where he shoots, over his last 10 games before it.",
    ("game_id", "player_id"),
    (PLAYER, GAME, *feature_fields(shots.PLAYER_SHOT_ZONE_ANALYSIS.features), SOURCE),
)

PLAYER_DAILY_CACHE = TableSchema(
    "player_daily_cache",
    "One row per game and player who may play it: his form before it.",
    # A player traded yesterday is expected by his old team and plays for his new one: two games, one date.
    ("game_id", "player_id"),
    (PLAYER, GAME, TEAM, OPPONENT, SEASON, *feature_fields(cache.PLAYER_DAILY_CACHE.features), SOURCE),
)

PLAYER_COMPOSITE_FACTORS = TableSchema(
    "player_composite_factors",
    "One row per game and player who may play it: four composite factors, and the inputs missing for them.",
    ("game_id", "player_id"),
    (GAME, PLAYER, *feature_fields(factors.PLAYER_COMPOSITE_FACTORS.features), SOURCE),
)
