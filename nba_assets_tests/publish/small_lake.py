"""A lake of three dates made by hand: a graded one, one whose predictions are refused, and tonight."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from nba_assets.schemas.catalog import TABLES
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import FolderStore
from nba_assets_tests.support.lake_frames import STAMP

PLAYED, TONIGHT = dt.date(2024, 12, 23), dt.date(2024, 12, 25)  # and nobody plays on the 24th
DATES = (PLAYED, TONIGHT)
GAMES = {
    PLAYED: (("0022400401", "BOS", "NYK"),),
    TONIGHT: (("0022400411", "BOS", "NYK"), ("0022400412", "DAL", "PHI")),
}
SYSTEMS = {"points_quantile": "champion", "season_average": "baseline", "last_10_average": "baseline",
           "hand_rules": "baseline", "xgboost_v1": "shadow"}  # fmt: skip
PLAYERS = 3  # a team
_TEAMS = ("BOS", "DAL", "NYK", "PHI")


def player_id(team: str, number: int) -> int:
    """Id of a player."""
    return 100 * (1 + _TEAMS.index(team)) + number


def make(folder: Path) -> Lake:
    """Write the lake."""
    lake = Lake(FolderStore(folder))
    put(lake, "raw_schedule", [game for date in DATES for game in schedule(date)])
    put(lake, "upcoming_player_game_context", [row for date in DATES for row in context(date)])
    put(lake, "expected_minutes", [expected(row) for row in context(TONIGHT)])
    put(lake, "player_prop_predictions", [row for date in DATES for row in predictions(date)])
    put(lake, "prediction_accuracy", [_grade(row) for row in predictions(PLAYED)], [TONIGHT])
    put(lake, "bets", [_bet(row) for row in predictions(PLAYED) if row.get("recommendation") == "OVER"])
    put(lake, "player_game_summary", [_played(row) for row in context(PLAYED)], [TONIGHT])
    put(lake, "team_offense_game_summary", [_team(*game) for game in _sides(PLAYED)], [TONIGHT])
    put(lake, "raw_player_points_lines", [row for player in context(TONIGHT) for row in _offers(player)])
    put(lake, "coverage", [row for date in DATES for row in _ledger(date)])
    return lake


def put(lake: Lake, table: str, rows: Iterable[dict[str, Any]], empty: Iterable[dt.date] = ()) -> None:
    """Write rows of a table; columns that a row does not name are NULL, or the least their type takes."""
    schema = TABLES[table]
    blank = {field.name: _blank(field) for field in schema.fields}
    frame = pd.DataFrame([{**blank, **row} for row in rows], columns=list(schema.columns))
    frame["game_date"] = pd.to_datetime(frame["game_date"]).astype("datetime64[ns]")
    for field in schema.fields:
        if field.kind == "moment":
            frame[field.name] = pd.to_datetime(frame[field.name], utc=True)
    dates = {*frame["game_date"].dt.date, *empty}
    lake.write(table, schema.to_arrow(schema.conform(frame)), dict.fromkeys(sorted(dates), STAMP))


def _blank(field: Any) -> Any:
    if field.nullable:
        return None
    plain = {"text": "test", "integer": 0, "number": 0.0, "flag": False, "moment": "2024-12-01"}
    return (field.values or (plain[field.kind],))[0]  # noqa: PD011 of a declaration, not of a frame


def schedule(date: dt.date) -> list[dict[str, Any]]:
    """The games of a date."""
    status = "final" if date == PLAYED else "scheduled"
    return [
        {"game_date": date, "game_id": game, "season": "2024-25", "season_type": "Regular Season",
         "home_team": home, "away_team": away, "status": status, "tipoff_utc": f"{date}T23:30:00Z"}
        for game, home, away in GAMES[date]
    ]  # fmt: skip


def _sides(date: dt.date) -> list[tuple[dt.date, str, str, str, bool]]:
    """(date, game, team, opponent, at home)."""
    return [
        side
        for game, home, away in GAMES[date]
        for side in ((date, game, home, away, True), (date, game, away, home, False))
    ]


def context(date: dt.date) -> list[dict[str, Any]]:
    """Players who may play; the last of each home team is Out, one is a late addition of history."""
    rows = [
        {"game_date": date, "game_id": game, "player_id": player_id(team, number), "team": team,
         "opponent": opponent, "is_home": home, "player_name": f"Player {number} <{team}> [b]",
         "season": "2024-25", "season_type": "Regular Season", "season_phase": "regular",
         "points_line": 15.5 + number if number < 2 else None, "line_books": 2 if number < 2 else None,
         "injury_status": "Out" if home and number == PLAYERS - 1 else None, "spread": -3.5 if home else 3.5,
         "game_total": 221.5}
        for date, game, team, opponent, home in _sides(date) for number in range(PLAYERS)
    ]  # fmt: skip
    late = {**rows[1], "player_id": 999, "is_late_addition": True, "injury_status": None}
    return [*rows, late] if date == PLAYED else rows


def expected(row: dict[str, Any]) -> dict[str, Any]:
    """What the minutes model expects of a player: the third of each team is in doubt."""
    keys = ("game_date", "game_id", "player_id", "player_name", "team", "opponent")
    chance = 0.55 if row["player_id"] % 100 == 2 else 0.95
    return {name: row[name] for name in keys} | {
        "play_probability": chance, "start_probability": 0.5, "minutes_q50": 20.0 + row["player_id"] % 9,
        "model_id": "minutes_model_test",
    }  # fmt: skip


def predictions(date: dt.date) -> list[dict[str, Any]]:
    """Every system's prediction for whoever is neither Out nor a late addition."""
    return [
        _prediction(row, system, role)
        for row in context(date)
        if row["injury_status"] != "Out" and not row.get("is_late_addition")
        for system, role in SYSTEMS.items()
    ]


def _prediction(row: dict[str, Any], system: str, role: str) -> dict[str, Any]:
    points, line = 14.25 + row["player_id"] % 7 + len(system) / 8, row["points_line"]
    keys = ("game_date", "game_id", "player_id", "player_name", "team", "opponent")
    made = {name: row[name] for name in keys} | {"system": system, "role": role, "line": line}
    if system == "xgboost_v1":
        return made | {"reason": "model refused: test"}
    if system == "points_quantile":
        made |= {f"q{q}": points + (q - 50) / 5 for q in (10, 25, 50, 75, 90)}
        made |= {"low_80": points // 1 - 8, "high_80": points // 1 + 8}
        made |= {"model_id": "points_quantile_test", "model_trained_through": "2024-12-01"}
        made |= {"prob_over": None if line is None else 0.4}
    edge = None if line is None else points - line
    return made | {
        "predicted_points": points, "edge": edge, "is_pregame": True,
        "predicted_at": f"{row['game_date']}T20:00:00Z",
        "recommendation": "NO_LINE" if edge is None else "OVER" if edge > 1 else "PASS",
    }  # fmt: skip


def _played(row: dict[str, Any]) -> dict[str, Any]:
    keys = ("game_date", "game_id", "player_id", "player_name", "team", "opponent", "season", "season_type")
    return {name: row[name] for name in keys} | {"minutes": 30.0, "pts": 10 + row["player_id"] % 5}


def _team(date: dt.date, game: str, team: str, opponent: str, home: bool) -> dict[str, Any]:
    return {"game_date": date, "game_id": game, "team": team, "opponent": opponent, "is_home": home,
            "season": "2024-25", "season_type": "Regular Season", "minutes": 240.0,
            "pts": 110 + 3 * home}  # fmt: skip


def _grade(row: dict[str, Any]) -> dict[str, Any]:
    points, actual = row.get("predicted_points"), 10.0 + row["player_id"] % 5
    kept = {name: value for name, value in row.items() if name in TABLES["prediction_accuracy"].columns}
    error = None if points is None else points - actual
    return kept | {
        "actual_points": actual, "minutes": 30.0, "signed_error": error,
        "absolute_error": error and abs(error),
        "outcome": {"OVER": "wrong", "PASS": "pass"}.get(row.get("recommendation", ""), "no_line"),
    }  # fmt: skip


def _bet(row: dict[str, Any]) -> dict[str, Any]:
    """A lost bet at the line of one book."""
    kept = {name: value for name, value in row.items() if name in TABLES["bets"].columns}
    return kept | {
        "side": "OVER", "book": "draftkings", "offered_line": row["line"], "price": -110.0,
        "break_even": 110 / 210, "profit": -1.0, "outcome": "lost",
    }  # fmt: skip


def _offers(player: dict[str, Any]) -> list[dict[str, Any]]:
    """Two books, the earlier capture of the first and one taken after tip-off."""
    if player["points_line"] is None:
        return []
    shared = {name: player[name] for name in ("game_date", "game_id", "player_id", "player_name")}
    captures = (
        ("draftkings", "18:00", -105.0), ("draftkings", "21:00", -110.0),
        ("fanduel", "21:00", -102.0), ("fanduel", "23:45", 500.0),
    )  # fmt: skip
    return [
        shared | {"book": book, "captured_at": f"{player['game_date']}T{hour}:00Z", "over_price": price,
                  "line": player["points_line"], "under_price": -115.0,
                  "captured_before_tipoff": hour < "23:30"}
        for book, hour, price in captures
    ]  # fmt: skip


def _ledger(date: dt.date) -> list[dict[str, Any]]:
    broken = date == TONIGHT
    cause = {"cause_table": "raw_injury_reports", "cause": "the source has no report <b>",
             "heal": f"nba-assets backfill --from {date} --to {date} --tables raw_injury_reports+",
             "missing_keys": "0022400411|0022400412", "missing": 2}  # fmt: skip
    return [
        {"game_date": date, "table": "raw_schedule", "metric": "games", "expected": 2.0, "actual": 2.0,
         "share": 1.0, "status": "PASS"},
        {"game_date": date, "table": "raw_injury_reports", "metric": "reports", "expected": 2.0,
         "actual": 0.0 if broken else 2.0, "share": 0.0 if broken else 1.0,
         "status": "FAIL" if broken else "PASS", **(cause if broken else {})},
    ]  # fmt: skip
