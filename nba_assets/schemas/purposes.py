"""What each table is for, in words for somebody who sees it for the first time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PURPOSES: Final[Mapping[str, str]] = {
    "raw_schedule": "The games of a date. Every other table is held against it: a game that is scheduled must "
    "be found in them.",
    "raw_player_boxscores": "What each player did in a game that is over. His points are what predictions are "
    "graded by.",
    "raw_team_boxscores": "What each team did in a game that is over.",
    "raw_play_by_play": "Every shot, foul and substitution of a game: who was on the floor, and where points "
    "came from.",
    "raw_shot_chart": "Every field goal attempt with its place on the floor.",
    "raw_injury_reports": "Who was listed Out, Doubtful or Questionable, and since when that was known.",
    "raw_lineups": "Who was expected to start, and who did.",
    "raw_game_lines": "What bookmakers offered on a game: winner, spread and total points.",
    "raw_player_points_lines": "What bookmakers offered on a player's points, with the time of each capture. "
    "The line is the number to beat.",
    "player_game_events": "What a player's box score does not say: whether he started, and from which zones "
    "he shot.",
    "player_game_summary": "A player's game in one row. Most features are averages of these rows.",
    "team_offense_game_summary": "How a team attacked in a game: points, pace, shots by zone.",
    "team_defense_game_summary": "How a team defended in a game: what it allowed its opponent.",
    "upcoming_player_game_context": "Who may play on a date, and what was known of him before tip-off: rest, "
    "injury status, betting line.",
    "announced_lineups": "Who starts tonight and who is inactive, once the teams have said so.",
    "upcoming_team_game_context": "What was known of a team before tip-off: rest, travel, record, spread.",
    "team_defense_zone_analysis": "From where a team lets its opponents score.",
    "player_shot_zone_analysis": "From where a player shoots.",
    "player_daily_cache": "A player's form before a game: his averages over the last games and the season.",
    "player_composite_factors": "Four factors that adjust a player's average: fatigue, matchup by zone, pace, "
    "usage.",
    "ml_feature_store_v2": "What the first models see of a player before tip-off, one column per feature.",
    "ml_feature_store_v3": "What the newer models see: the features of ml_feature_store_v2 and more, the "
    "market among them.",
    "feature_drift": "An alarm on the features: what leaks, vanished, turned constant or left its range.",
    "xgboost_v1": "Gradient-boosted trees (XGBoost) on the 33 features of ml_feature_store_v2.",
    "catboost_v8": "Gradient-boosted trees (CatBoost) on the 33 features of ml_feature_store_v2.",
    "xgboost_extended": "Gradient-boosted trees (XGBoost) on a selection of ml_feature_store_v3.",
    "lineup_aware": "Gradient-boosted trees (XGBoost) that also know the announced lineups; predicts half an hour "
    "before tip-off.",
    "points_quantile": "A smooth median of a player's points (regression on random cosines of ml_feature_store_v3, "
    "before lineups, without players' lines), with quantiles and the chance of going over the line.",
    "ensemble_v1": "A weighted mean of the learned models, and of the betting line where there is one.",
    "market_anchored": "A weighted mean of the learned models, and of what lines and prices together imply.",
    "lineups_anchored": "market_anchored once lineups are announced: a weighted mean of lineup_aware, "
    "points_quantile and the market.",
    "minutes_model": "Three small learners: who of the expected players plays, who starts, and for how long.",
    "model_evaluation": "How the models trained for a date, the rules and the line do on the same rows, which "
    "no model was fitted on.",
    "model_registry": "Who serves, who waits, and why: a system serves once it has beaten every baseline and "
    "the one that served before.",
    "expected_minutes": "How likely each player is to play and to start tonight, and his minutes if he plays.",
    "player_prop_predictions": "The product: what every system expects of every player tonight, against the "
    "betting line.",
    "prediction_accuracy": "What each prediction was worth: points scored, error, and whether the pick was "
    "right.",
    "bets": "What the recommendations would have returned: each a paper bet at the price that a book offered.",
    "model_performance": "How each system has done lately, as it was served: error, bias, picks, alarm.",
    "coverage": "What is missing where, which table is to blame, and the command that heals it.",
}
RULE_PURPOSES: Final[Mapping[str, str]] = {
    "season_average": "A player's points per game this season.",
    "last_10_average": "His mean over the last ten games that he played.",
    "core_average": "A weighted mean of his last five games, his last ten and the season.",
    "projected_points_2": "The minutes of his last games, the newest counting most, times his points per minute over "
    "a year of games.",
    "hand_rules": "core_average, with points added or taken for fatigue, defence, back-to-back, home and minutes.",
    "moving_average": "Averages of several lengths, with points for venue, back-to-back, matchup and fatigue.",
    "zone_matchup_v1": "His season average, and what the opponent gives up where he shoots.",
    "similarity_balanced_v1": "His mean in the past games most like tonight's.",
}
