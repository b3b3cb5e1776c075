"""Box rows: what lands, and what cannot be true."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from nba_assets.domain.raw import box_scores
from nba_assets.domain.raw.matchups import neutral_games
from nba_assets.tabular.problems import BadInput
from nba_assets_tests.domain.box_frames import schedule
from nba_assets_tests.domain.pipeline import Frames

GAME = "0022300001"
SCHEDULE = schedule((GAME, "2023-11-01", "BOS", "NYK"), ("0022300002", "2023-11-02", "MIA", "UTA"))
LINE = {
    "GAME_ID": GAME,
    "GAME_DATE": "2023-11-01",
    "TEAM_ABBREVIATION": "BOS",
    "MATCHUP": "BOS vs. NYK",
    "WL": "W",
    "MIN": 30,
    "FGM": 5,
    "FGA": 10,
    "FG3M": 2,
    "FG3A": 4,
    "FTM": 3,
    "FTA": 4,
    "OREB": 1,
    "DREB": 4,
    "REB": 5,
    "AST": 3,
    "STL": 1,
    "BLK": 0,
    "TOV": 2,
    "PF": 3,
    "PTS": 15,
    "PLUS_MINUS": 4,
    "PLAYER_ID": 1,
    "PLAYER_NAME": "x",
}
KEY = ["GAME_ID", "PLAYER_ID"]


def rows(*changes: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame([LINE | change for change in changes or ({},)])


def faults(*changes: dict[str, Any]) -> dict[str, str]:
    found = box_scores.impossible_rows(rows(*changes), KEY, SCHEDULE, "players.parquet")
    assert all(isinstance(problem, BadInput) for _, problem in found)
    return {problem.field or "": f"{date} {problem.reason}" for date, problem in found}


def test_a_possible_row_has_no_fault() -> None:
    assert faults({}, {"PLAYER_ID": 2, "MIN": 0}) == {}


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"PTS": 16}, "PTS", "2 FGM + FG3M + FTM is not PTS"),
        ({"REB": 6}, "REB", "OREB + DREB is not REB"),
        ({"MIN": -1}, "MIN", "negative or missing"),
        ({"MIN": None}, "MIN", "negative or missing"),
        ({"AST": -1}, "AST", "not a count"),
        ({"AST": 1.5}, "AST", "not a count"),
        ({"AST": None}, "AST", "not a count"),
        ({"TEAM_ABBREVIATION": "LAL"}, "TEAM_ABBREVIATION", "does not play in this game"),
        ({"GAME_ID": "0022399999"}, "GAME_ID", "the schedule has no such game"),
        ({"GAME_DATE": "2023-11-02"}, "GAME_DATE", "the schedule has another date"),
    ],
)
def test_each_fault_is_named_with_its_game(change: dict[str, Any], field: str, words: str) -> None:
    found = faults({"PLAYER_ID": 2}, change)
    assert set(found) == {field} and words in found[field]
    assert found[field].startswith(change.get("GAME_DATE", "2023-11-01"))


def test_a_repeated_key_is_counted_once_a_game() -> None:
    found = faults({}, {}, {"PLAYER_ID": 2})
    assert (
        list(found) == ["GAME_ID, PLAYER_ID"]
        and "(2 rows; first: PLAYER_ID 1)" in found["GAME_ID, PLAYER_ID"]
    )


def test_a_player_in_two_games_of_a_date_is_a_fault_of_both() -> None:
    two = schedule((GAME, "2023-11-01", "BOS", "NYK"), ("0022300002", "2023-11-01", "MIA", "UTA"))
    other = {"GAME_ID": "0022300002", "TEAM_ABBREVIATION": "MIA", "MATCHUP": "MIA vs. UTA"}
    found = box_scores.impossible_rows(rows({}, other, {"PLAYER_ID": 2}), KEY, two, "players.parquet")
    assert {(problem.game, problem.field) for _, problem in found} == {
        (GAME, "PLAYER_ID"),
        ("0022300002", "PLAYER_ID"),
    }
    stranger = other | {"GAME_ID": "0022399999"}
    found = box_scores.impossible_rows(rows({}, stranger), KEY, two, "players.parquet")
    assert {problem.game for _, problem in found} == {"0022399999"}, "a game under a second id costs itself"


def test_raw_player_rows_by_hand() -> None:
    away = {"PLAYER_ID": 2, "TEAM_ABBREVIATION": "NYK", "WL": "L", "MATCHUP": "NYK @ BOS"}
    table = box_scores.raw_player_rows(rows({}, away), SCHEDULE, "archive")
    assert table["opponent"].tolist() == ["NYK", "BOS"] and table["won"].tolist() == [True, False]
    assert table["game_date"].eq(pd.Timestamp("2023-11-01")).all() and table["minutes"].dtype == "float64"
    assert table["start_position"].isna().all() and table["source"].eq("archive").all()
    assert table["pts"].tolist() == [15, 15] and table["pts"].dtype == "int64"


def test_an_empty_start_position_is_null() -> None:
    started = rows({}, {"PLAYER_ID": 2}).assign(START_POSITION=["G", ""])
    table = box_scores.raw_player_rows(started, SCHEDULE, "archive")
    assert table["start_position"].tolist()[0] == "G" and pd.isna(table["start_position"].tolist()[1])


def test_a_neutral_site_has_no_home_side() -> None:
    games = rows({}, {"MATCHUP": "NYK @ BOS"}, {"GAME_ID": "0022300002", "MATCHUP": "MIA @ UTA"},
                 {"GAME_ID": "0022300002", "MATCHUP": "UTA @ MIA"})  # fmt: skip
    assert neutral_games(games).to_dict() == {GAME: False, "0022300002": True}


def test_columns_are_held_to_the_need() -> None:
    good = box_scores.PLAYER_COLUMNS
    box_scores.check_columns(good, box_scores.PLAYER_COLUMNS, "f")
    with pytest.raises(BadInput, match="column missing") as missing:
        fewer = [name for name in good if name not in ("PTS", "MIN")]
        box_scores.check_columns(fewer, box_scores.PLAYER_COLUMNS, "f")
    assert missing.value.field == "MIN, PTS"


def test_the_archive_lands_whole(raw: Frames) -> None:
    games, players, teams = raw["raw_schedule"], raw["raw_player_boxscores"], raw["raw_team_boxscores"]
    season = games[games["season"].eq("2022-23")]
    regular = season[season["season_type"].eq("Regular Season")]
    assert len(regular) == 1230 and players["game_id"].isin(regular["game_id"]).sum() == 25_895
    assert teams["game_id"].isin(regular["game_id"]).sum() == 2_460
    unplayed = season[~season["game_id"].isin(players["game_id"])]
    assert unplayed["season_type"].eq("PlayIn").all() and len(unplayed) == 6  # a real gap of the archive
    known = {
        (1628378, "2023-01-02"): 71,
        (203081, "2023-02-26"): 71,
        (203954, "2024-01-22"): 70,
        (1629029, "2024-01-26"): 73,
    }
    points = players.set_index(["player_id", players["game_date"].dt.strftime("%Y-%m-%d")])["pts"]
    assert {key: points[key] for key in known} == known
