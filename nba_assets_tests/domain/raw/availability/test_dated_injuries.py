from pathlib import Path

import pandas as pd
import pytest

from nba_assets.domain.raw.availability.dated_injuries import inactive_list_events, official_reports
from nba_assets.domain.raw.availability.injuries import (
    RAW_INJURY_COLUMNS,
    injuries_as_of,
    injury_report_coverage,
)
from nba_assets_tests.domain.market_frames import archive_schedule, schedule_of

SCHEDULE = schedule_of(
    ("0022300001", "2024-03-09", "ATL", "LAC", "2024-03-09T20:30:00Z"),  # a matinee
    ("0022300002", "2024-03-11", "ATL", "BOS", "2024-03-11T23:00:00Z"),
)
REPORT = {"game_date": "2024-03-11", "team": "ATL", "player": "Trae Young", "PLAYER_ID": 1,
          "status": "Out", "reason": "Injury/Illness - Left Finger; Sprain"}  # fmt: skip
EVENT = {"effective_date": "2024-03-11", "team": "ATL", "player": "Trae Young", "PLAYER_ID": 1,
         "action": "placed_on_il", "notes": "placed on IL with sprained finger"}  # fmt: skip


def reports(*changes: dict) -> tuple[pd.DataFrame, dict[str, int]]:
    return _landed(official_reports, REPORT, changes)


def events(*changes: dict) -> tuple[pd.DataFrame, dict[str, int]]:
    return _landed(inactive_list_events, EVENT, changes)


def _landed(parse, base: dict, changes: tuple[dict, ...]) -> tuple[pd.DataFrame, dict[str, int]]:
    rows, refused = parse(pd.DataFrame([base | change for change in changes]), SCHEDULE)
    assert list(rows.columns) == RAW_INJURY_COLUMNS
    return rows, refused.groupby("reason")["count"].sum().to_dict()


def test_an_official_report_counts_from_five_in_the_evening_of_its_game_date() -> None:
    rows, refused = reports({}, {"player": "Clint Capela", "PLAYER_ID": None, "status": "Available"})
    assert refused == {}
    assert rows["captured_at"].eq(pd.Timestamp("2024-03-11 17:00", tz="America/New_York")).all()
    assert rows["time_basis"].eq("assumed_hour").all() and rows["kind"].eq("official_report").all()
    ids = rows.set_index("player_name")["player_id"]
    assert ids["Trae Young"] == 1 and pd.isna(ids["Clint Capela"])


def test_rows_of_official_reports_that_cannot_be_used_are_counted() -> None:
    rows, refused = reports(
        {}, {"status": "Resting"}, {"team": "LAC"}, {"game_date": "11/03/2024"}, {"status": "Probable"}
    )
    assert refused == {
        "unreadable_status": 1, "team_does_not_play": 1, "unreadable_game_date": 1, "listed_again": 1,
    }  # fmt: skip
    assert list(rows["status"]) == ["Out"]


def test_an_event_is_a_label_on_its_day_and_knowledge_from_the_next() -> None:
    rows, _ = events({})
    assert rows["game_date"].tolist() == [pd.Timestamp("2024-03-11")]
    assert rows["captured_at"].tolist() == [pd.Timestamp("2024-03-12", tz="America/New_York")]
    assert (rows["captured_at"] > SCHEDULE["tipoff_utc"].max()).all()


def test_an_event_between_games_is_filed_under_the_next_game_date_and_known_by_then() -> None:
    rows, refused = events({"effective_date": "2024-03-10"}, {"effective_date": "2024-03-12"})
    assert refused == {"no_game_date_after_event": 1}
    assert rows["game_date"].tolist() == [pd.Timestamp("2024-03-11")]
    assert rows["captured_at"].tolist() == [pd.Timestamp("2024-03-11", tz="America/New_York")]


@pytest.mark.parametrize(
    ("action", "status"),
    [("placed_on_il", "Out"), ("missed_dtd", "Out"), ("missed_out", "Out"),
     ("activated_from_il", "Available"), ("returned_to_lineup", "Available"), ("other", None)],
)  # fmt: skip
def test_the_status_of_an_event(action: str, status: str | None) -> None:
    rows, _ = events({"action": action})
    assert rows["status"].astype(object).where(rows["status"].notna(), None).tolist() == [status]


def test_events_of_a_day_that_contradict_each_other_have_no_status() -> None:
    rows, _ = events({}, {"action": "activated_from_il", "notes": "activated from IL"})
    assert rows["status"].isna().all()
    assert rows["status_text"].tolist() == ["activated_from_il|placed_on_il"]
    assert rows["reason"].tolist() == ["activated from IL; placed on IL with sprained finger"]


def test_an_official_report_counts_from_its_hour_and_an_event_of_the_list_for_no_feature() -> None:
    official, _ = reports({})
    events_alone, _ = events({"effective_date": "2024-03-10"})
    found = injuries_as_of(pd.concat([official, events_alone]), SCHEDULE)
    assert found["player_id"].tolist() == official["player_id"].tolist()
    assert found["injury_captured_at"].eq(official["captured_at"].iloc[0]).all()
    assert injuries_as_of(events_alone, SCHEDULE).empty
    matinee = SCHEDULE.assign(tipoff_utc=official["captured_at"].iloc[0])
    assert injury_report_coverage(official, matinee).empty


def test_the_archive_of_2024_25(archive_dir: Path) -> None:
    """Known answers of the archive: out of the report or of an earlier event, and did not play."""
    schedule = archive_schedule(archive_dir)
    read = {name: pd.read_parquet(next(archive_dir.glob(f"injuries/{name}_*.parquet")))
            for name in ("official_reports", "inactive_list_events")}  # fmt: skip
    official, refused = official_reports(read["official_reports"], schedule)
    assert (len(official), refused["count"].sum()) == (12_579, 40)
    boxes = pd.concat(pd.read_parquet(p) for p in archive_dir.glob("leaguegamelog/players_2024-25_*.parquet"))
    played = set(zip(boxes["GAME_DATE"], boxes["PLAYER_ID"], strict=True))
    out = official[official["status"].eq("Out") & official["player_id"].notna()]
    days = out["game_date"].dt.strftime("%Y-%m-%d")
    absent = [key not in played for key in zip(days, out["player_id"].astype(int), strict=True)]
    assert sum(absent) / len(absent) > 0.995
    found, refused = inactive_list_events(read["inactive_list_events"], schedule)
    assert (len(found), refused["count"].sum()) == (14_199, 2)
    assert not found.duplicated(["game_date", "captured_at", "team", "player_name"]).any()
