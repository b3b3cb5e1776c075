"""Every table by name, and what the UI shows of it."""

from __future__ import annotations

import dagster as dg

from nba_assets.schemas.analytics import (
    ANNOUNCED_LINEUPS,
    PLAYER_GAME_EVENTS,
    PLAYER_GAME_SUMMARY,
    TEAM_DEFENSE_GAME_SUMMARY,
    TEAM_OFFENSE_GAME_SUMMARY,
)
from nba_assets.schemas.columns import Field, TableSchema
from nba_assets.schemas.coverage import COVERAGE
from nba_assets.schemas.feature_drift import FEATURE_DRIFT
from nba_assets.schemas.feature_store import ML_FEATURE_STORE_V2, ML_FEATURE_STORE_V3
from nba_assets.schemas.game_context import UPCOMING_PLAYER_GAME_CONTEXT, UPCOMING_TEAM_GAME_CONTEXT
from nba_assets.schemas.models import (
    ENSEMBLE_SCHEMAS,
    MINUTES_MODEL,
    MODEL_EVALUATION,
    MODEL_REGISTRY,
    MODEL_SCHEMAS,
)
from nba_assets.schemas.precompute import (
    PLAYER_COMPOSITE_FACTORS,
    PLAYER_DAILY_CACHE,
    PLAYER_SHOT_ZONE_ANALYSIS,
    TEAM_DEFENSE_ZONE_ANALYSIS,
)
from nba_assets.schemas.predictions import (
    BETS,
    EXPECTED_MINUTES,
    MODEL_PERFORMANCE,
    PLAYER_PROP_PREDICTIONS,
    PREDICTION_ACCURACY,
)
from nba_assets.schemas.raw import (
    RAW_GAME_LINES,
    RAW_INJURY_REPORTS,
    RAW_LINEUPS,
    RAW_PLAY_BY_PLAY,
    RAW_PLAYER_BOXSCORES,
    RAW_PLAYER_POINTS_LINES,
    RAW_SCHEDULE,
    RAW_SHOT_CHART,
    RAW_TEAM_BOXSCORES,
)

TABLES: dict[str, TableSchema] = {
    schema.name: schema
    for schema in (
        RAW_SCHEDULE,
        RAW_PLAYER_BOXSCORES,
        RAW_TEAM_BOXSCORES,
        RAW_PLAY_BY_PLAY,
        RAW_SHOT_CHART,
        RAW_INJURY_REPORTS,
        RAW_LINEUPS,
        RAW_GAME_LINES,
        RAW_PLAYER_POINTS_LINES,
        PLAYER_GAME_EVENTS,
        PLAYER_GAME_SUMMARY,
        TEAM_OFFENSE_GAME_SUMMARY,
        TEAM_DEFENSE_GAME_SUMMARY,
        UPCOMING_TEAM_GAME_CONTEXT,
        UPCOMING_PLAYER_GAME_CONTEXT,
        ANNOUNCED_LINEUPS,
        TEAM_DEFENSE_ZONE_ANALYSIS,
        PLAYER_SHOT_ZONE_ANALYSIS,
        PLAYER_DAILY_CACHE,
        PLAYER_COMPOSITE_FACTORS,
        ML_FEATURE_STORE_V2,
        ML_FEATURE_STORE_V3,
        FEATURE_DRIFT,
        *MODEL_SCHEMAS,
        *ENSEMBLE_SCHEMAS,
        MINUTES_MODEL,
        MODEL_EVALUATION,
        MODEL_REGISTRY,
        EXPECTED_MINUTES,
        PLAYER_PROP_PREDICTIONS,
        PREDICTION_ACCURACY,
        BETS,
        MODEL_PERFORMANCE,
        COVERAGE,
    )
}


def column_schema(schema: TableSchema) -> dg.TableSchema:
    """The Columns tab: every column with type, description, unit and range, before the first run."""
    date = dg.TableColumn("game_date", "date", "US Eastern date of the game; the partition.")
    return dg.TableSchema(columns=[date, *(_column(field, schema) for field in schema.fields)])


def _column(field: Field, schema: TableSchema) -> dg.TableColumn:
    notes = [field.unit and f"unit: {field.unit}", field.constraint]
    return dg.TableColumn(
        field.name,
        str(field.stored_type),
        field.description,
        constraints=dg.TableColumnConstraints(
            nullable=field.nullable,
            unique=schema.key == (field.name,),
            other=[note for note in notes if note],
        ),
        tags={"key": ""} if field.name in schema.key else {},
    )
