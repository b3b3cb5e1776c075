import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from nba_assets.domain.raw.availability.injuries import (
    RAW_INJURY_COLUMNS,
    injuries_as_of,
    injuries_from_archive,
    injury_report_coverage,
)  # fmt: skip
from nba_assets.domain.raw.availability.injury_status import statuses
from nba_assets_tests.domain.market_frames import (
    appearances_of,
    archive_appearances,
    archive_schedule,
    schedule_of,
)  # fmt: skip

SCHEDULE = schedule_of(
    ("0022300001", "2024-03-09", "ATL", "LAC", None),
    ("0022300002", "2024-03-11", "ATL", "BOS", "2024-03-11T23:00:00Z"),
    ("0022300003", "2024-03-11", "LAC", "DEN", "2024-03-12T02:30:00Z"),
)
APPEARANCES = appearances_of(
    (1, "Trae Young", "ATL", "2024-03-01"), (2, "Kawhi Leonard", "LAC", "2024-03-01"),
    (3, "Jamal Murray", "DEN", "2024-03-01"), (4, "Clint Capela", "ATL", "2024-03-01"),
)  # fmt: skip
EMPTY = {"Player": "Trae Young", "Team": "ATL", "Update": None, "Details": None,
         "commit": "x", "Status": "Out", "snapshot_at": "2024-03-11 20:00:00+00:00"}  # fmt: skip


def land(*changes: dict) -> tuple[pd.DataFrame, dict[str, int]]:
    rows = pd.DataFrame([EMPTY | change for change in changes])
    reports, refused = injuries_from_archive(rows, SCHEDULE, APPEARANCES)
    assert len(reports) + refused["count"].sum() == len(changes)
    assert list(reports.columns) == RAW_INJURY_COLUMNS
    return reports, refused.groupby("reason")["count"].sum().to_dict()


@pytest.mark.parametrize(
    ("status", "details", "expected"),
    [
        ("Out", None, "Out"),
        ("Out for season", None, "Out"),
        ("questionable", None, "Questionable"),
        ("Not on injury report", None, "Available"),
        ("Unlikely to play", None, "Doubtful"),
        ("Injured", None, None),
        ("TBD", None, None),
        (None, "Out (Back) - The Hawks announced that he will be re-evaluated in four weeks.", "Out"),
        (None, "Out For Season (Knee) - Surgery.", "Out"),
        (
            None,
            "Day To Day (Rest) - Young is Questionable for Monday's (Mar. 11) game against Boston.",
            "Questionable",
        ),
        (None, "Day To Day (Rest) - Young is out for Monday's (Mar. 11) game against Boston.", "Out"),
        (None, "Day To Day (Rest) - Young is probable for Saturday's (Mar. 9) game.", None),
        (None, "Day To Day (Ankle) - Young is out for the remainder of Monday's (Mar. 11) game.", None),
        (None, "Day To Day (Ankle) - Young did not play in Saturday's (Mar. 9) game.", None),
        (None, "Out (Knee) - Young is out for Saturday's (Mar. 9) game.", "Out"),
        (
            None,
            "Out (Achilles) - The Hawks have listed Young as QUESTIONABLE for Monday's game (Mar. 11).",
            "Questionable",
        ),
        (None, None, None),
    ],
)
def test_wording(status, details, expected):
    frame = pd.DataFrame({"s": [status], "d": [details], "g": [pd.Timestamp("2024-03-11")]})
    out = statuses(frame["s"].astype("string"), frame["d"].astype("string"), frame["g"]).iloc[0]
    assert out["status"] == expected if expected else pd.isna(out["status"])
    result = status or details
    assert out["status_text"] == result if result else pd.isna(out["status_text"])


def test_reason_is_in_brackets():
    reports, _ = land({"Status": None, "Details": "Out (Left Knee) - Surgery."})
    assert reports["reason"].tolist() == ["Left Knee"]


@pytest.mark.parametrize(
    ("snapshot", "date"),
    [
        ("2024-03-09 22:59:00+00:00", "2024-03-09"),
        ("2024-03-09 23:00:00+00:00", "2024-03-11"),  # 18:00 in New York, still winter time
        ("2024-03-12 02:29:00+00:00", "2024-03-11"),  # the first game is on, the last one is not
    ],
)
def test_filed_under_the_first_date_still_open(snapshot, date):
    assert land({"snapshot_at": snapshot})[0]["game_date"].tolist() == [pd.Timestamp(date)]


def test_refused_by_name():
    _, refused = land(
        {"Player": None, "Team": "<<<<<<< HEAD"},
        {"Player": None, "Team": "======="},
        {"Player": None},
        {"snapshot_at": "2024-03-12 02:30:00+00:00"},
        {},
        {},
    )
    assert refused == {
        "merge_conflict_marker": 2, "no_player": 1, "no_game_date_after_capture": 1, "exact_duplicate": 1,
    }  # fmt: skip


def test_full_team_names_are_understood():
    reports, _ = land({"Team": "Los Angeles Clippers", "Player": "Kawhi Leonard"})
    assert reports[["team", "player_id"]].to_numpy().tolist() == [["LAC", 2]]


def test_contradictions_of_one_capture_are_null():
    reports, refused = land({"Status": "Out"}, {"Status": "Questionable"}, {"Status": "TBD"})
    assert refused == {"listed_again": 2} and reports["status"].isna().all()
    reports, _ = land({"Status": "TBD"}, {"Status": "Questionable"})
    assert reports["status"].tolist() == ["Questionable"]


def test_one_list_printed_under_two_teams():
    reports, refused = land({}, {"Team": "BOS"})
    assert reports["team"].tolist() == ["ATL"] and refused == {"listed_for_another_team": 1}


def test_the_latest_capture_before_the_teams_own_tipoff():
    early, late, on = (f"2024-03-11 {hour}:00:00+00:00" for hour in ("15", "22", "23"))
    reports, _ = land(
        {"snapshot_at": early, "Player": "Clint Capela"}, {"snapshot_at": early, "Status": "Questionable"},
        {"snapshot_at": late, "Status": "Probable"},
        {"snapshot_at": on, "Status": "Out"},
        {"snapshot_at": on, "Team": "DEN", "Player": "Jamal Murray", "Status": "Doubtful"},
    )  # fmt: skip
    out = injuries_as_of(reports, SCHEDULE).set_index("player_id")
    # Capela left the list; Young's word of 23:00 came with the tip-off; Murray's game starts later.
    assert out["injury_status"].to_dict() == {1: "Probable", 3: "Doubtful"}
    assert out.loc[1, "injury_captured_at"] == pd.Timestamp("2024-03-11T22:00Z")
    covered = injury_report_coverage(reports, SCHEDULE)
    assert covered[["game_id", "team"]].to_numpy().tolist() == [["0022300002", "ATL"], ["0022300003", "DEN"]]


def test_a_report_of_an_unresolved_player_still_covers_his_team():
    reports, _ = land({"Player": "Nobody"})
    assert injuries_as_of(reports, SCHEDULE).empty and len(injury_report_coverage(reports, SCHEDULE)) == 1


@pytest.fixture(scope="module")
def archive(archive_dir):
    # One file by name: the counts below are its own, and more seasons may lie beside it.
    rows = pd.read_parquet(archive_dir / "injuries" / "injury_snapshots_2024-01_to_2024-06.parquet")
    schedule, box = archive_schedule(archive_dir), archive_appearances(archive_dir)
    reports, refused = injuries_from_archive(rows, schedule, box)
    return {"rows": rows, "schedule": schedule, "box": box, "reports": reports, "refused": refused}


def test_archive_rows_land_or_are_counted(archive):
    reports, refused = archive["reports"], archive["refused"].groupby("reason")["count"].sum().to_dict()
    assert len(reports) + sum(refused.values()) == len(archive["rows"])
    assert not reports.duplicated(["captured_at", "team", "player_name"]).any()
    assert refused["merge_conflict_marker"] == 3 and refused["listed_for_another_team"] < 600
    assert reports["player_id"].notna().mean() > 0.985
    named = {"Jaylen Clark", "Jaylen Martin", "Jaylin Galloway", "Tristan Vukcevic"}
    assert set(reports.loc[reports["player_id"].isna(), "player_name"]) == named


def test_archive_statuses_mean_what_they_are_called(archive):
    out = injuries_as_of(archive["reports"], archive["schedule"])
    played = out.merge(
        archive["box"][["game_id", "player_id", "pts"]], on=["game_id", "player_id"], how="left"
    )
    share = played["pts"].notna().groupby(played["injury_status"]).mean()
    assert share["Out"] < 0.02 and share["Doubtful"] < 0.1 < share["Questionable"] < 0.7
    assert share["Probable"] > 0.85 and share["Available"] > 0.85


def test_archive_covers_most_teams_of_the_regular_season(archive):
    games = archive["schedule"].loc[archive["schedule"]["game_date"].between("2024-01-18", "2024-04-14")]
    covered = injury_report_coverage(archive["reports"], games)
    assert len(covered) / (2 * len(games)) > 0.90


def test_archive_range_equals_a_date_alone(archive):
    date = pd.Timestamp("2024-03-20")
    games = archive["schedule"].loc[archive["schedule"]["game_date"] == date]
    reports = archive["reports"]
    alone = injuries_as_of(reports.loc[reports["game_date"] == date], games)
    together = (
        injuries_as_of(reports, archive["schedule"]).query("game_id in @games.game_id").reset_index(drop=True)
    )
    assert len(alone) > 50
    assert_frame_equal(alone, together)
