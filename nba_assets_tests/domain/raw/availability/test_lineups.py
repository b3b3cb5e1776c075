from pathlib import Path

import pandas as pd

from nba_assets.domain.raw.availability.lineups import (
    RAW_LINEUP_COLUMNS,
    first_fives,
    projected_fives,
    projected_lists,
)
from nba_assets.schemas.raw import RAW_LINEUPS
from nba_assets_tests.domain.market_frames import appearances_of, archive_schedule, schedule_of

SCHEDULE = schedule_of(
    ("0022300001", "2024-03-11", "GSW", "BOS", "2024-03-11T23:00:00Z"),
    ("0022300002", "2024-03-13", "GSW", "BOS", "2024-03-13T23:00:00Z"),
)
FIVE = {1: "Stephen Curry", 2: "Klay Thompson", 3: "Andrew Wiggins", 4: "Draymond Green", 5: "Kevon Looney"}
OTHERS = {6: "Jrue Holiday", 7: "Derrick White", 8: "Jayson Tatum", 9: "Al Horford", 10: "Jaylen Brown"}
APPEARANCES = appearances_of(*((i, name, "GSW", "2024-03-01") for i, name in FIVE.items()))
LIST = "Stephen Curry (PG), Klay Thompson (SG), Andrew Wiggins (SF), Draymond Green (PF), Kevon Looney (C)"


def test_the_columns_are_those_of_the_table() -> None:
    assert [*RAW_LINEUP_COLUMNS, "override_reason"] == list(RAW_LINEUPS.columns)


def test_projected_fives_keep_their_captures_and_lose_what_fits_no_game() -> None:
    rows = pd.DataFrame(
        {
            "GAME_ID": ["0022300001", "0022300001", "0022300009", "0022300001", "0022300001"],
            "team": ["GSW", "GSW", "GSW", "LAL", "GSW"],
            "player": list(FIVE.values()),
            "PLAYER_ID": [1, 1, 3, 4, None],
            "captured_at": pd.Timestamp("2024-03-11T22:10:30.5Z"),
        }
    )
    found, refused = projected_fives(rows, SCHEDULE)
    assert found["player_id"].tolist() == [1]
    assert found["captured_at"].tolist() == [pd.Timestamp("2024-03-11T22:10:30.5Z")]
    assert refused.set_index("reason")["count"].to_dict() == {
        "listed_again": 1, "no_such_game": 1, "team_does_not_play": 1, "no_player_id": 1,
    }  # fmt: skip


def test_a_list_is_read_name_by_name_and_filed_under_the_next_game() -> None:
    rows = pd.DataFrame(
        [
            ("GSW", LIST, "2024-03-12 09:00:00+00:00"),
            ("GSW", "Nobody Known (PG), Klay Thompson (SG), No Position", "2024-03-12 10:00:00+00:00"),
            ("LAL", LIST, "2024-03-12 09:00:00+00:00"),
            ("<<<<<<< HEAD", None, "2024-03-12 09:00:00+00:00"),
            ("GSW", LIST, "2024-03-14 09:00:00+00:00"),
        ],
        columns=["Team", "Lineup", "snapshot_at"],
    )
    found, refused = projected_lists(rows, SCHEDULE, APPEARANCES)
    first = found[found["captured_at"].eq(pd.Timestamp("2024-03-12T09:00Z"))]
    assert first["player_id"].tolist() == list(FIVE)
    assert first["position"].tolist() == ["PG", "SG", "SF", "PF", "C"]
    assert set(found["game_id"]) == {"0022300002"} and len(found) == 6
    assert refused.set_index("reason")["count"].to_dict() == {
        "team_does_not_play": 1, "merge_conflict_marker": 1, "no_game_date_after_capture": 1,
        "unknown": 1, "no_position": 1,
    }  # fmt: skip


def test_the_first_five_of_each_side_have_no_capture_time() -> None:
    names = {**FIVE, **OTHERS}
    players = pd.DataFrame({"game_id": "0022300001", "player_id": list(names),
                            "player_name": list(names.values()),
                            "team": ["GSW"] * 5 + ["BOS"] * 5})  # fmt: skip
    first = pd.DataFrame({"game_id": ["0022300001", "0022300002"],
                          "players_on": ["|".join(map(str, names)), "1|2|3"]})  # fmt: skip
    found, refused = first_fives(first, players, SCHEDULE)
    assert found.groupby("team")["player_id"].apply(set).to_dict() == {"GSW": set(FIVE), "BOS": set(OTHERS)}
    assert found["captured_at"].isna().all() and found["role"].eq("starter").all()
    assert refused[["reason", "count"]].to_numpy().tolist() == [["not_five_a_side", 1]]


def test_the_first_events_of_the_archive_name_every_starter_of_the_playoffs(archive_dir: Path) -> None:
    boxes = pd.concat(
        pd.read_parquet(path) for path in archive_dir.glob("leaguegamelog/players_2023-24_playoffs.parquet")
    )
    players = boxes.rename(
        columns={"GAME_ID": "game_id", "PLAYER_ID": "player_id", "PLAYER_NAME": "player_name",
                 "TEAM_ABBREVIATION": "team"}
    )  # fmt: skip
    events = pd.read_parquet(
        archive_dir / "playbyplay/2023-24_playoffs.parquet", columns=["game_id", "players_on"]
    ).drop_duplicates("game_id")
    found, refused = first_fives(events, players, archive_schedule(archive_dir))
    started = boxes[boxes["START_POSITION"].fillna("").ne("")]
    assert refused.empty and len(found) == 820
    named = set(zip(found["game_id"], found["player_id"], strict=True))
    assert named == set(zip(started["GAME_ID"], started["PLAYER_ID"], strict=True))
