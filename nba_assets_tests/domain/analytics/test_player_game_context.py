"""A player's situation before a game, by hand, and against the oracle."""

from __future__ import annotations

import random
from typing import Any

import pandas as pd
import pytest

from nba_assets.domain.analytics import team_game_context
from nba_assets.domain.analytics.player_game_context import (
    MENTION_WINDOWS,
    WINDOWS,
    upcoming_player_games,
)
from nba_assets.domain.as_of import UndeclaredReadError
from nba_assets.domain.declarations.sources import Past
from nba_assets_tests.domain.box_frames import TEXT, frame, schedule
from nba_assets_tests.domain.declared import known_past
from nba_assets_tests.domain.oracle import Oracle
from nba_assets_tests.domain.pipeline import Frames

UTC = "datetime64[ns, UTC]"
CAPTURE = pd.Timestamp("2023-11-10T17:00Z")
GAMES = [("0022300001", "2023-10-24", "BOS", "NYK"), ("0022300002", "2023-11-01", "BOS", "MIA"),
         ("0022300003", "2023-11-02", "NYK", "BOS"), ("0022300004", "2023-11-04", "BOS", "UTA"),
         ("0022300005", "2023-11-06", "BOS", "DEN"), ("0022300006", "2023-11-08", "BOS", "DET")]  # fmt: skip
TONIGHT = schedule(("0022300009", "2023-11-10", "BOS", "MIA"))


def appeared(
    player: int, *days: tuple[str, float], team: str = "BOS", season: str = "2023-24"
) -> pd.DataFrame:
    rows = [{"game_date": date, "minutes": minutes} for date, minutes in days]
    return frame(rows, player_id=player, player_name=f"p{player}", team=team, season=season)


def context(
    appearances: pd.DataFrame, listed: list[dict[str, Any]] | None = None, reported: tuple[str, ...] = (),
    played: tuple[int, ...] = (), tonight: pd.DataFrame = TONIGHT, undeclared: Past | None = None,
) -> pd.DataFrame:  # fmt: skip
    past = schedule(*GAMES)
    no_lines = pd.DataFrame({"game_id": pd.Series(dtype=TEXT), "spread": [], "game_total": []})
    results = frame([{"game_date": "2023-10-24", "team": "BOS", "season": "2023-24", "won": True}])
    windows = (*team_game_context.WINDOWS, *WINDOWS, *MENTION_WINDOWS)
    known = known_past(
        [window for window in windows if window != undeclared],
        raw_schedule=past, team_offense_game_summary=results, player_game_summary=appearances,
    )  # fmt: skip
    teams = team_game_context.upcoming_team_games(tonight, known, no_lines)
    injuries = pd.DataFrame(
        listed or [], columns=["game_id", "player_id", "player_name", "team", "injury_status"]
    )
    injuries = injuries.assign(game_id="0022300009").astype(
        {"game_id": TEXT, "player_id": "Int64", "injury_status": TEXT}
    )
    reports = pd.DataFrame({"game_id": "0022300009", "team": list(reported), "injury_captured_at": CAPTURE})
    reports = reports.astype({"game_id": TEXT, "team": TEXT, "injury_captured_at": UTC})
    lines = pd.DataFrame(
        {"game_id": pd.Series(dtype=TEXT), "player_id": pd.Series(dtype="Int64"), "points_line": []}
    )
    mentions = pd.DataFrame(
        {"game_id": pd.Series(dtype=TEXT), "player_id": pd.Series(dtype="Int64"), "player_name": []}
    )
    box = (
        frame(
            [{"player_id": player} for player in played],
            game_id="0022300009",
            game_date="2023-11-10",
            player_name="late",
            team="BOS",
        )
        if played
        else pd.DataFrame(
            {
                "game_id": [],
                "player_id": [],
                "game_date": pd.Series(dtype="datetime64[ns]"),
                "player_name": [],
                "team": [],
            }
        )
    )
    rows = upcoming_player_games(
        tonight,
        teams,
        known,
        box,
        injuries,
        reports,
        lines,
        mentions,
    )
    return rows.set_index("player_id").sort_index()


STAR = appeared(1, ("2023-10-24", 30.0), ("2023-11-01", 31.0), ("2023-11-02", 32.0), ("2023-11-04", 33.0),
                ("2023-11-06", 34.0), ("2023-11-08", 35.0))  # fmt: skip


@pytest.mark.parametrize("window", [*team_game_context.WINDOWS, *WINDOWS, *MENTION_WINDOWS])
def test_a_window_that_is_not_declared_cannot_be_read(window: Past) -> None:
    with pytest.raises(UndeclaredReadError):
        context(STAR, undeclared=window)


def test_load_by_hand() -> None:
    row = context(STAR).loc[1]
    assert (row["days_rest"], row["player_days_rest"], row["opponent_days_rest"]) == (2, 2, 9)
    assert (row["games_last_7_days"], row["games_last_14_days"]) == (3, 5)
    assert (row["minutes_last_7_days"], row["minutes_last_14_days"]) == (102.0, 165.0)
    assert row["back_to_backs_last_14_days"] == 1 and row["team_games_missed"] == 0
    assert row["games_played_season"] == 6 and row["season_phase"] == "regular"
    assert not row["is_back_to_back"] and not row["is_late_addition"] and row["is_home"]


def test_the_pair_of_games_counts_by_its_second_night() -> None:
    tonight = schedule(("0022300009", "2023-11-16", "BOS", "MIA"))
    assert (
        context(STAR, tonight=tonight).loc[1, "back_to_backs_last_14_days"] == 1
    )  # 2023-11-02 is 14 days before
    tonight = schedule(("0022300009", "2023-11-17", "BOS", "MIA"))
    assert context(STAR, tonight=tonight).loc[1, "back_to_backs_last_14_days"] == 0


def test_games_missed_count_this_season_only() -> None:
    hurt = appeared(2, ("2023-11-02", 20.0))
    veteran = appeared(3, ("2023-04-09", 20.0), season="2022-23")
    rows = context(pd.concat([STAR, hurt, veteran]), played=(3, 4))
    assert rows["team_games_missed"].tolist()[:3] == [0, 3, 6]
    assert pd.isna(rows.loc[4, "team_games_missed"]) and pd.isna(rows.loc[4, "player_days_rest"])
    assert rows.loc[3, "player_days_rest"] == 215 and rows.loc[3, "games_played_season"] == 0
    assert rows["is_late_addition"].to_dict() == {1: False, 2: False, 3: True, 4: True}
    assert rows.loc[4, "games_last_14_days"] == 0 and rows.loc[4, "minutes_last_7_days"] == 0


def test_a_report_without_the_player_makes_him_available_and_no_report_nothing() -> None:
    mates = pd.concat([STAR, appeared(2, ("2023-11-08", 20.0)), appeared(3, ("2023-11-08", 12.0))])
    listed = [{"player_id": 2, "team": "BOS", "injury_status": "Out"}, {"player_id": 3, "team": "BOS"}]
    rows = context(mates, listed, ("BOS",))
    assert rows["injury_status"].fillna("NULL").to_dict() == {1: "Available", 2: "Out", 3: "NULL"}
    assert rows["teammates_out_minutes"].to_dict() == {1: 20.0, 2: 0.0, 3: 20.0}
    silent = context(mates)
    assert silent["injury_status"].isna().all() and silent["teammates_out_minutes"].isna().all()


def test_only_the_last_ten_games_of_teammates_out_count() -> None:
    days = [(f"2023-10-{n:02d}", 10.0) for n in range(20, 29)] + [("2023-11-01", 30.0), ("2023-11-02", 30.0)]
    listed = [{"player_id": 2, "team": "BOS", "injury_status": "Out"},
              {"player_id": 7, "team": "BOS", "injury_status": "Out"},
              {"player_id": 8, "team": "BOS", "injury_status": "Doubtful"}]  # fmt: skip
    rows = context(pd.concat([STAR, appeared(2, *days), appeared(8, ("2023-11-08", 25.0))]), listed, ("BOS",))
    # 7 has never played: nobody knows his minutes. 8 may play.
    assert rows.loc[1, "teammates_out_minutes"] == pytest.approx((8 * 10 + 2 * 30) / 10)


def test_facts_of_real_rows_equal_the_oracles(season: Frames, oracle: Oracle) -> None:
    rows = season["upcoming_player_game_context"]
    names = (
        "opponent",
        "season_phase",
        "days_rest",
        "opponent_days_rest",
        "player_days_rest",
        "games_last_7_days",
        "games_last_14_days",
        "minutes_last_7_days",
        "minutes_last_14_days",
        "back_to_backs_last_14_days",
        "games_played_season",
        "team_games_missed",
        "injury_status",
    )
    draw = random.Random(17)  # noqa: S311 a sample, no secret
    for index in draw.sample(range(len(rows)), 150):
        row = rows.iloc[index]
        answer = oracle.answer(row["game_id"], int(row["player_id"]))
        assert answer.team == row["team"]
        found = {name: None if pd.isna(row[name]) else row[name] for name in names}
        assert found == {name: answer.facts[name] for name in names}, row[["game_id", "player_id"]].tolist()
        left = answer.facts["teammates_out_minutes"]
        assert (
            pd.isna(row["teammates_out_minutes"])
            if left is None
            else row["teammates_out_minutes"] == pytest.approx(left)
        )
