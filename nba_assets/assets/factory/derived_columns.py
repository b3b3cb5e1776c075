"""Columns made from columns of another name: what column lineage cannot follow from the name alone.

A column that keeps its name is carried from the inputs that have it; declared features name what they read.
A test holds that every source named here is a column which the table declares to read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nba_assets.domain.feature_store.feature_registry import FEATURE_SETS, NAMES
from nba_assets.domain.zones import columns as zone_columns
from nba_assets.modeling.fitting.minutes_model import FEATURES, OUTPUTS
from nba_assets.modeling.fitting.trainers import TRAINERS
from nba_assets.modeling.systems.catalog import ENSEMBLES, LEARNED_SYSTEMS, MODELS

Source = tuple[str, str]  # table, column
Derived = Mapping[str, tuple[Source, ...]]

_BOX, _TEAM_BOX, _SCHEDULE = "raw_player_boxscores", "raw_team_boxscores", "raw_schedule"
_PLAYS, _SHOTS, _EVENTS = "raw_play_by_play", "raw_shot_chart", "player_game_events"
_OFFENSE, _SUMMARY = "team_offense_game_summary", "player_game_summary"
_REPORTS, _LINES, _LINEUPS = "raw_injury_reports", "raw_player_points_lines", "raw_lineups"
_TEAM_CONTEXT, _CONTEXT = "upcoming_team_game_context", "upcoming_player_game_context"
_PREDICTIONS, _GRADES = "player_prop_predictions", "prediction_accuracy"


def _of(table: str, names: str) -> tuple[Source, ...]:
    return tuple((table, name) for name in names.split())


def _each(columns: str, *sources: tuple[Source, ...]) -> dict[str, tuple[Source, ...]]:
    """The same sources for several columns."""
    return dict.fromkeys(columns.split(), tuple(source for part in sources for source in part))


_SIDES = _of(_SCHEDULE, "home_team away_team")
_SHOT_EVENTS = _of(_PLAYS, "event_type person_id shot_made")
_ZONE_SOURCES = (
    *_of(_SHOTS, "zone y made value"), *_SHOT_EVENTS, *_of(_PLAYS, "area area_detail y is_field_goal")
)  # fmt: skip
_ZONE_FACTS = "zone_source zone_detail zones_consistent"
_TEAM_POSSESSIONS = (*_of(_TEAM_BOX, "fga fta oreb tov"), *_of(_BOX, "fga fta oreb tov"))
_TEAM_MINUTES = (*_of(_TEAM_BOX, "minutes"), *_of(_BOX, "minutes"))
_TEAM_POINTS = (*_of(_TEAM_BOX, "pts"), *_of(_BOX, "pts"))
_USAGE = (*_of(_BOX, "fga fta tov minutes"), *_of(_OFFENSE, "fga fta tov minutes"))
_ERROR = (*_of(_PREDICTIONS, "predicted_points"), *_of(_SUMMARY, "pts"))
_CAPTURED = _of(_LINES, "captured_at captured_before_tipoff")
_OFFERS = (*_of(_LINES, "book line over_price under_price"), *_CAPTURED)
_GAME_LINES = _of("raw_game_lines", "market point captured_at book")


def _model_ids(systems: Iterable[str]) -> tuple[Source, ...]:
    return tuple((system, "model_id") for system in systems)


_MODEL_IDS = _model_ids(LEARNED_SYSTEMS)
_V3 = "ml_feature_store_v3"
_MINUTES_FEATURES = _of(_V3, " ".join(FEATURES))
# Made from no column: where rows come from, why a date was let through, names, versions, settings of a run.
OF_NO_COLUMN = frozenset(
    {
        "source",
        "override_reason",
        "feature_version",
        "model_id",
        "system",
        "feature_set",
        "trained_through",
        "population",
        "window",
    }
)


def _model(store: str, feature_set: str) -> Derived:
    """A model's file is made from its features and the points; what it is worth is measured by the points."""
    points = _of(_SUMMARY, "pts")
    measured = (
        "train_rows validation_rows test_rows best_iteration train_mae validation_mae test_mae gate "
        "season_average_test_mae last_10_average_test_mae core_average_test_mae projected_points_2_test_mae "
        "hand_rules_test_mae"
    )
    features = tuple((store, name) for name in FEATURE_SETS[feature_set])
    return {**_each(measured, points), **_each("artefact artefact_sha256", features, points)}


_ENSEMBLE_COLUMNS = (
    "members weights line_weights validation_rows validation_line_rows validation_mae test_rows test_mae "
    "artefact artefact_sha256"
)

DERIVED: Mapping[str, Derived] = {
    _EVENTS: {
        **_each("is_starter", _of(_PLAYS, "players_on period event_type event_index person_id")),
        **_each(" ".join(zone_columns()), _ZONE_SOURCES),
        **_each(_ZONE_FACTS, _ZONE_SOURCES, _of(_BOX, "fga fgm fg3a fg3m")),
        **_each("assisted_fgm", _SHOT_EVENTS, _of(_PLAYS, "assist_person_id")),
        **_each("event_points", _SHOT_EVENTS),
    },
    _OFFENSE: {
        **_each("is_home", _SIDES),
        **_each("overtime_periods", _TEAM_MINUTES),
        **_each("possessions", _TEAM_POSSESSIONS),
        **_each("offensive_rating", _TEAM_POINTS, _TEAM_POSSESSIONS),
        **_each("pace", _TEAM_POSSESSIONS, _TEAM_MINUTES),
        **_each("margin", _TEAM_POINTS),
        **_each("is_reconstructed", _of(_TEAM_BOX, "game_id team")),
        **_each("player_points", _of(_BOX, "pts")),
    },
    "team_defense_game_summary": {
        **{f"opponent_{name}": _of(_OFFENSE, name) for name in zone_columns()},
        **_each("opponent_points", _of(_OFFENSE, "pts")),
        **_each("opponent_possessions", _of(_OFFENSE, "possessions")),
        **_each("opponent_pace", _of(_OFFENSE, "pace")),
        **_each("turnovers_forced", _of(_OFFENSE, "tov")),
        **_each("defensive_rating", _of(_OFFENSE, "pts possessions")),
    },
    _SUMMARY: {
        **_each("is_home", _SIDES),
        **_each("usage_rate usage_rate_missing_reason", _USAGE),
        **_each("ts_pct", _of(_BOX, "pts fga fta")),
        **_each("efg_pct", _of(_BOX, "fgm fg3m fga")),
        **_each("quality_score is_production_ready", _USAGE, _of(_EVENTS, _ZONE_FACTS), _of(_BOX, "pts")),
    },
    _TEAM_CONTEXT: {
        **_each("opponent is_home", _SIDES),
        **_each("days_rest is_back_to_back games_last_7_days games_last_14_days", _SIDES),
        **_each("travel_miles", _SIDES, _of(_SCHEDULE, "season is_neutral")),
        **_each("games_played_season", _of(_OFFENSE, "team season")),
        **_each("streak win_pct", _of(_OFFENSE, "team season won")),
        **_each("spread game_total implied_team_total", _GAME_LINES),
    },
    _CONTEXT: {
        **_each("season_phase", _of(_SCHEDULE, "season season_type")),
        **_each("is_late_addition", _of(_BOX, "player_id")),
        **_each(
            "expected_because", _of(_SUMMARY, "player_id team"), _of(_REPORTS, "player_id"),
            _of(_LINES, "player_id"), _of(_BOX, "player_id"),
        ),
        **_each(
            "player_days_rest games_last_7_days games_last_14_days back_to_backs_last_14_days",
            _of(_SUMMARY, "player_id"),
        ),
        **_each("games_played_season", _of(_SUMMARY, "player_id"), _of(_SCHEDULE, "season")),
        **_each("team_games_missed", _of(_SUMMARY, "player_id"), _SIDES, _of(_SCHEDULE, "season")),
        **_each("opponent_days_rest", _of(_TEAM_CONTEXT, "days_rest")),
        **_each("minutes_last_7_days minutes_last_14_days", _of(_SUMMARY, "minutes")),
        **_each("injury_status", _of(_REPORTS, "status captured_at kind")),
        **_each("injury_captured_at", _of(_REPORTS, "captured_at")),
        **_each("teammates_out_minutes", _of(_REPORTS, "status captured_at"), _of(_SUMMARY, "minutes")),
        **_each("points_line opening_points_line", _of(_LINES, "line book"), _CAPTURED),
        **_each("line_captured_at", _CAPTURED),
        **_each("line_books", _of(_LINES, "book"), _CAPTURED),
        **_each("market_median_points", _of(_LINES, "line over_price under_price book"), _CAPTURED),
    },
    "announced_lineups": {
        **_each("is_starter is_inactive", _of(_LINEUPS, "role kind captured_at")),
        **_each("lineup_kind", _of(_LINEUPS, "kind")),
        **_each("announced_at", _of(_LINEUPS, "captured_at")),
    },
    "feature_drift": _each(
        "check subject severity value limit rows keys words", tuple(("ml_feature_store_v2", n) for n in NAMES)
    ),
    **{model.name: _model(TRAINERS[model.name].store, model.feature_set) for model in MODELS},
    **{
        ensemble.name: _each(
            " ".join((_ENSEMBLE_COLUMNS, *(f"{name}_test_mae" for name in ensemble.members))),
            _model_ids(ensemble.members),
        )
        for ensemble in ENSEMBLES
    },
    "minutes_model": {
        **_each("train_rows validation_rows test_rows plays_auc plays_brier", _of(_SUMMARY, "minutes")),
        **_each("plays_baseline_brier", _of(_V3, "play_probability"), _of(_SUMMARY, "minutes")),
        **_each("starts_brier", _of(_V3, "starts_tonight")),
        **_each("starts_baseline_brier", _of(_V3, "starts_tonight started_last_game")),
        **_each("minutes_mae", _of(_SUMMARY, "minutes")),
        **_each("minutes_baseline_mae", _of(_V3, "minutes_weighted_15"), _of(_SUMMARY, "minutes")),
        **_each("artefact artefact_sha256", _MINUTES_FEATURES, _of(_SUMMARY, "minutes")),
    },
    "expected_minutes": {
        **_each(" ".join(OUTPUTS), _of("minutes_model", "model_id"), _MINUTES_FEATURES),
        **_each("reason", _of("minutes_model", "model_id")),
    },
    "model_evaluation": _each("population metric versus value low high rows dates left_out", _MODEL_IDS),
    "model_registry": _each(
        "trained_for state since shadow_dates replaced reason criteria by_hand share stage_dates",
        _of("model_evaluation", "system metric versus value low high rows"),
    ),
    _PREDICTIONS: {
        **_each("predicted_points q10 q25 q50 q75 q90 low_80 high_80 prob_over", _MODEL_IDS),
        **_each("model_trained_through reason", _MODEL_IDS),
        **_each("role", _of("model_registry", "system state share replaced")),
        **_each("largest_contributions", _MODEL_IDS, tuple(("ml_feature_store_v2", name) for name in NAMES)),
        **_each("line", _of(_CONTEXT, "points_line")),
        **_each("edge", _MODEL_IDS, _of(_CONTEXT, "points_line")),
        **_each("recommendation expected_value stake", _MODEL_IDS, _of(_CONTEXT, "points_line"), _OFFERS),
        **_each("book", _of(_LINES, "book"), _CAPTURED),
        **_each("offered_line", _of(_LINES, "line"), _CAPTURED),
        **_each("price fair_probability", _of(_LINES, "over_price under_price"), _CAPTURED),
        **_each("feature_hash missing_terms", tuple(("ml_feature_store_v2", name) for name in NAMES)),
        **_each("is_doubtful", _of(_CONTEXT, "injury_status")),
        **_each("predicted_at is_pregame", _of(_SCHEDULE, "tipoff_utc")),
    },
    _GRADES: {
        **_each("actual_points", _of(_SUMMARY, "pts")),
        **_each("absolute_error signed_error within_3 within_5", _ERROR),
        **_each("outcome", _of(_PREDICTIONS, "recommendation line"), _of(_SUMMARY, "pts")),
        **_each("void_reason", _of(_SUMMARY, "minutes"), _of(_SCHEDULE, "is_postponed")),
        **_each("void_cause", _of(_LINEUPS, "role reason kind"), _of(_REPORTS, "status reason")),
        **_each("closing_line", _of(_CONTEXT, "points_line")),
        **_each("closing_line_value", _of(_CONTEXT, "points_line"), _of(_PREDICTIONS, "line recommendation")),
        **_each("calibration_decile", _of(_PREDICTIONS, "prob_over")),
    },
    "bets": {
        **_each("side", _of(_PREDICTIONS, "recommendation")),
        **_each("break_even", _of(_PREDICTIONS, "price")),
        **_each("margin", _of(_PREDICTIONS, "price fair_probability")),
        **_each("edge", _of(_PREDICTIONS, "predicted_points offered_line recommendation")),
        **_each("actual_points", _of(_SUMMARY, "pts")),
        **_each("outcome", _of(_PREDICTIONS, "recommendation offered_line"), _of(_SUMMARY, "pts minutes")),
        **_each("profit", _of(_PREDICTIONS, "recommendation offered_line price"), _of(_SUMMARY, "pts")),
        **_each("closing_line", _of(_CONTEXT, "points_line")),
        **_each("closing_line_value", _of(_CONTEXT, "points_line"), _of(_PREDICTIONS, "offered_line")),
    },
    "model_performance": {
        **_each("rows mae", _of(_GRADES, "absolute_error")),
        **_each("bias", _of(_GRADES, "signed_error")),
        **_each("picks accuracy", _of(_GRADES, "outcome line")),
        **_each("state retrain_advised", _of(_GRADES, "absolute_error signed_error outcome")),
    },
}  # fmt: skip
