"""What each table should hold, from the schedule and the tables before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from nba_assets.domain.as_of import HISTORY_DAYS
from nba_assets.domain.feature_store.ml_feature_store_v2 import COVERED
from nba_assets.domain.feature_store.ml_feature_store_v3 import COVERED_EXTRA
from nba_assets.domain.raw.box_scores import PLAYERS_PER_GAME
from nba_assets.quality.expected_sets import (
    ENTITLED_GAMES,
    GAME,
    PLAYER,
    TEAM,
    Frames,
    Measure,
    final_games,
    open_games,
    two_teams,
)
from nba_assets.quality.measures import keys_present, mean_share, rows_true
from nba_assets.quality.model_expectations import MODEL_EXPECTATIONS
from nba_assets.quality.thresholds import thresholds

_DAYS = 1 << 20  # more days than any history has: player and day share one sortable integer
LINE_MINUTES = 15  # players with fewer minutes a game seldom have a line


def _final_games_in(metric: str) -> Measure:
    return lambda frame, inputs, days: keys_present(metric, final_games(inputs), frame, GAME, days)


def _scheduled_games_in(metric: str) -> Measure:
    return lambda frame, inputs, days: keys_present(metric, open_games(inputs), frame, GAME, days)


def _rows_of(table: str, key: list[str]) -> Measure:
    return lambda frame, inputs, days: keys_present("rows", inputs[table], frame, key, days)


def _filled(column: str, key: list[str], metric: str | None = None) -> Measure:
    return lambda frame, inputs, days: rows_true(metric or column, frame, frame[column].notna(), key, days)


def _players_per_game(frame: pd.DataFrame, inputs: Frames, days: pd.DatetimeIndex) -> pd.DataFrame:
    games = frame.groupby(["game_date", *GAME], as_index=False).agg(players=("player_id", "nunique"))
    return rows_true("players_per_game", games, games["players"].between(*PLAYERS_PER_GAME), GAME, days)


def _scheduled_dates(frame: pd.DataFrame, inputs: Frames, days: pd.DatetimeIndex) -> pd.DataFrame:
    """Dates the source accounts for; an empty one needs its season in the source as proof."""
    dates = pd.DataFrame({"game_date": days, "day": days.strftime("%Y-%m-%d")})
    return rows_true(
        "dates", dates, dates["game_date"].isin(inputs.past["season_days"]["game_date"]), ["day"], days
    )


def _event_points(frame: pd.DataFrame, inputs: Frames, days: pd.DatetimeIndex) -> pd.DataFrame:
    with_events = frame[frame["event_points"].notna()].merge(
        inputs["raw_player_boxscores"][[*PLAYER, "pts"]], on=PLAYER
    )
    return rows_true(
        "event_points", with_events, with_events["event_points"] == with_events["pts"], PLAYER, days
    )


def _usage_rate(frame: pd.DataFrame, inputs: Frames, days: pd.DatetimeIndex) -> pd.DataFrame:
    box = inputs["raw_player_boxscores"]
    known = frame[frame["usage_rate"].notna()]
    return keys_present("usage_rate", box[box["minutes"] > 0], known, PLAYER, days)


def _shot_zones(frame: pd.DataFrame, inputs: Frames, days: pd.DatetimeIndex) -> pd.DataFrame:
    """Shooters with zones, in games that have a source of zones: its absence is the raw feed's warning."""
    box, events = inputs["raw_player_boxscores"], inputs["player_game_events"]
    sourced = events.loc[events["zone_source"].ne("none").fillna(False).to_numpy(bool), "game_id"]
    shooters = box[(box["fga"] > 0) & box["game_id"].isin(sourced.unique())]
    known = frame[frame["paint_fga"].notna()]
    return keys_present("shot_zones", shooters, known, PLAYER, days)


def _quality_score(frame: pd.DataFrame, inputs: Frames, days: pd.DatetimeIndex) -> pd.DataFrame:
    return mean_share("quality_score", frame, frame["quality_score"], days)


def _production_ready(frame: pd.DataFrame, inputs: Frames, days: pd.DatetimeIndex) -> pd.DataFrame:
    return rows_true("production_ready", frame, frame["is_production_ready"], PLAYER, days)


def _boxed_team_rows(table: str) -> Measure:
    """Both teams of the final games that an earlier table has: a game that it lacks is its own gap."""

    def measure(frame: pd.DataFrame, inputs: Frames, days: pd.DatetimeIndex) -> pd.DataFrame:
        games = final_games(inputs)
        boxed = games[games["game_id"].isin(inputs[table]["game_id"].unique())]
        return keys_present("rows", two_teams(boxed), frame, TEAM, days)

    return measure


def _open_team_rows(metric: str) -> Measure:
    return lambda frame, inputs, days: keys_present(metric, two_teams(open_games(inputs)), frame, TEAM, days)


def _player_sums(frame: pd.DataFrame, inputs: Frames, days: pd.DatetimeIndex) -> pd.DataFrame:
    rows = frame[frame["game_id"].isin(inputs["raw_player_boxscores"]["game_id"].unique())]
    return rows_true("player_sums", rows, rows["player_points"] == rows["pts"], TEAM, days)


def _defense_zone_rows(frame: pd.DataFrame, inputs: Frames, days: pd.DatetimeIndex) -> pd.DataFrame:
    return keys_present("rows", inputs["upcoming_team_game_context"], frame, TEAM, days)


def _expected_who_played(frame: pd.DataFrame, inputs: Frames, days: pd.DatetimeIndex) -> pd.DataFrame:
    """Of those who played, how many were expected; the opening days of a season are excused."""
    played = frame.merge(inputs["raw_player_boxscores"][PLAYER], on=PLAYER)
    played = played[~played["season_phase"].eq("opening").to_numpy(bool)]
    return rows_true("expected_who_played", played, ~played["is_late_addition"], PLAYER, days)


def _points_line(frame: pd.DataFrame, inputs: Frames, days: pd.DatetimeIndex) -> pd.DataFrame:
    """Regulars with a line, on dates on which the source has lines at all."""
    usual = frame["minutes_last_14_days"] / frame["games_last_14_days"].where(frame["games_last_14_days"] > 0)
    lined = frame.groupby("game_date")["points_line"].transform("count") > 0
    regular = frame[(usual >= LINE_MINUTES) & lined & ~frame["is_late_addition"]]
    return rows_true("points_line", regular, regular["points_line"].notna(), PLAYER, days)


def _announced(frame: pd.DataFrame, inputs: Frames, days: pd.DatetimeIndex) -> pd.DataFrame:
    known = frame[frame["is_starter"].notna()]
    return keys_present("lineups", two_teams(open_games(inputs)), known, TEAM, days)


def _played(frame: pd.DataFrame, inputs: Frames, days: pd.DatetimeIndex) -> pd.DataFrame:
    return keys_present("played", inputs["raw_player_boxscores"], frame, PLAYER, days)


def _history(frame: pd.DataFrame, inputs: Frames, days: pd.DatetimeIndex) -> pd.DataFrame:
    """Players with ten games in the box scores before the date: the cache must know of them.

    What entitles a row to its features is not what the tables after this one count: with an empty history
    every feature would be NULL, and no row is entitled to any.
    """
    games = inputs.past["player_game_summary"][["game_date", "player_id"]]
    rows = inputs["upcoming_player_game_context"][["game_date", *PLAYER]]
    players, _ = pd.factorize(pd.concat([games["player_id"], rows["player_id"]], ignore_index=True))
    dates = pd.concat([games["game_date"], rows["game_date"]]).to_numpy("datetime64[D]").astype(np.int64)
    places = players.astype(np.int64) * _DAYS + dates
    played, wanted = np.sort(places[: len(games)]), places[len(games) :]
    before = played.searchsorted(wanted) - played.searchsorted(wanted - HISTORY_DAYS)
    known = frame[frame["games_in_history"] >= ENTITLED_GAMES]
    return keys_present("history", rows[before >= ENTITLED_GAMES], known, PLAYER, days)


def _entitled_by_cache(inputs: Frames) -> pd.DataFrame:
    """Games of each context row as the table before counts them, which is held to the box scores."""
    context = inputs["upcoming_player_game_context"]
    rows = context.loc[~context["season_phase"].eq("opening").to_numpy(bool), ["game_date", *PLAYER]]
    return rows.merge(inputs["player_daily_cache"][[*PLAYER, "games_in_history", "games_season"]], on=PLAYER)


def _entitled_by_v2(inputs: Frames) -> pd.DataFrame:
    rows = inputs["ml_feature_store_v2"]
    settled = rows[~rows["is_bootstrap"].to_numpy(bool)]
    return settled[["game_date", *PLAYER, "games_in_history", "games_season"]]


def _features(covered: Mapping[str, str], counts: Callable[[Frames], pd.DataFrame]) -> dict[str, Measure]:
    """One metric per required feature, all by one measure: they share their expected rows.

    Args:
        covered: the history that entitles a row to a feature, by its name.
        counts: rows after a season's opening, with their games by a table before the one that is judged.
    """

    def measure(frame: pd.DataFrame, inputs: Frames, days: pd.DatetimeIndex) -> pd.DataFrame:
        rows = counts(inputs)
        rows = rows[rows["games_in_history"] >= ENTITLED_GAMES]
        key = ["game_date", *PLAYER]
        stored = frame[key].assign(place=np.arange(len(frame))).drop_duplicates(key)
        places = rows[key].merge(stored, on=key, how="left")["place"]
        at = places.fillna(-1).to_numpy(np.int64)  # of a row that is absent, the last place: never present
        entitled = {"games": np.ones(len(rows), dtype=bool), "season": rows["games_season"].gt(0).to_numpy()}
        measured = []
        for name, needs in covered.items():
            present = pd.Series(np.append(frame[name].notna().to_numpy(), False)[at], index=rows.index)
            mine = entitled[needs]
            measured.append(rows_true(name, rows[mine], present[mine], PLAYER, days))
        return pd.concat(measured, ignore_index=True)

    return dict.fromkeys(covered, measure)


_CONTEXT_ROWS = _rows_of("upcoming_player_game_context", PLAYER)

EXPECTATIONS: Mapping[str, Mapping[str, Measure]] = {
    "raw_schedule": {"dates": _scheduled_dates},
    "raw_player_boxscores": {"games": _final_games_in("games"), "players_per_game": _players_per_game},
    "raw_team_boxscores": {"games": _final_games_in("games")},
    "raw_play_by_play": {"games": _final_games_in("games")},
    "raw_shot_chart": {"games": _final_games_in("games")},
    "raw_injury_reports": {"teams": lambda frame, inputs, days: keys_present(
        "teams", two_teams(open_games(inputs)), frame, ["team"], days)},
    "raw_lineups": {"teams": lambda frame, inputs, days: keys_present(
        "teams", two_teams(open_games(inputs)), frame, TEAM, days)},
    "raw_game_lines": {"games": _scheduled_games_in("games")},
    "raw_player_points_lines": {"games": _scheduled_games_in("games")},
    "player_game_events": {"rows": _rows_of("raw_player_boxscores", PLAYER), "event_points": _event_points},
    "player_game_summary": {
        "rows": _rows_of("raw_player_boxscores", PLAYER),
        "minutes": _filled("minutes", PLAYER),
        "usage_rate": _usage_rate,
        "shot_zones": _shot_zones,
        "quality_score": _quality_score,
        "production_ready": _production_ready,
    },
    "team_offense_game_summary": {
        "rows": _boxed_team_rows("raw_player_boxscores"),
        "player_sums": _player_sums,
    },
    "team_defense_game_summary": {"rows": _boxed_team_rows("team_offense_game_summary")},
    "upcoming_team_game_context": {"rows": _open_team_rows("rows")},
    "upcoming_player_game_context": {
        "teams": _open_team_rows("teams"),
        "expected_who_played": _expected_who_played,
        "points_line": _points_line,
    },
    "announced_lineups": {"rows": _CONTEXT_ROWS, "lineups": _announced},
    "team_defense_zone_analysis": {"rows": _defense_zone_rows},
    "player_shot_zone_analysis": {"rows": _CONTEXT_ROWS},
    "player_daily_cache": {"rows": _CONTEXT_ROWS, "history": _history},
    "player_composite_factors": {"rows": _CONTEXT_ROWS},
    "ml_feature_store_v2": {
        "rows": _CONTEXT_ROWS,
        "played": _played,
        **_features(COVERED, _entitled_by_cache),
    },
    "ml_feature_store_v3": {
        "rows": _rows_of("ml_feature_store_v2", PLAYER),
        **_features(COVERED_EXTRA, _entitled_by_v2),
    },
    **MODEL_EXPECTATIONS,
    "feature_drift": {},
    "coverage": {},
}  # fmt: skip
# A metric without a threshold, or a threshold of nothing, is an error before anything runs.
thresholds().check_names({table: set(measures) for table, measures in EXPECTATIONS.items()})
