"""Each play-by-play feed rebuilds the box of its game, and says what the archive's files say."""

import pandas as pd
import pyarrow.parquet as pq
import pytest

from nba_assets.domain.analytics.shot_areas import areas_of_shots
from nba_assets.domain.raw.play_by_play import parse_archive_events
from nba_assets.domain.teams import TEAM_TRICODES
from nba_assets.schemas.raw import RAW_PLAY_BY_PLAY
from nba_assets.sources.wire.boxes.live_box import (
    parse_live_box,
    parse_live_roster,
)
from nba_assets.sources.wire.events.bigdataball import parse_bigdataball
from nba_assets.sources.wire.events.live_events import parse_live_events
from nba_assets.sources.wire.events.stats_events import parse_stats_events
from nba_assets_tests.domain.box_from_events import BOX_COUNTS, box_from_events
from nba_assets_tests.sources.wire.box_v2 import box_v2

GROWTH = ["02_pbp_NoSubsYet.json", "04_pbp_MidSub.json", "03_pbp_CompletedSub.json",
"05_pbp_Halftime.json.gz",
          "06_pbp_2ndHalf.json.gz", "07_pbp_GameEnd.json.gz"]  # fmt: skip


def agree(box: pd.DataFrame, rebuilt: pd.DataFrame, *, seconds: float) -> int:
    """Players of both; every count equal, minutes within the seconds that the box rounds to."""
    both = box.merge(
        rebuilt, on=["game_id", "player_id"], how="outer", suffixes=("", "_rebuilt"), indicator=True
    )
    assert both["_merge"].eq("both").all()
    for name in BOX_COUNTS:
        assert (both[name] == both[f"{name}_rebuilt"]).all(), name
    assert (both["minutes"] - both["minutes_rebuilt"]).abs().max() * 60 <= seconds
    return len(both)


def archive_rows(archive_dir, part: str, game: str) -> pd.DataFrame:
    table = pq.read_table(archive_dir / "playbyplay" / f"{part}.parquet", filters=[("game_id", "==", game)])
    return RAW_PLAY_BY_PLAY.to_pandas(parse_archive_events(table, TEAM_TRICODES, file=part))


def archive_box(archive_dir, part: str, game: str) -> pd.DataFrame:
    rows = pd.read_parquet(archive_dir / "leaguegamelog" / f"players_{part}.parquet").rename(
        columns=str.lower
    )
    return rows.loc[rows["game_id"].eq(game)].rename(columns={"min": "minutes"})


@pytest.fixture(scope="module")
def overtime(wire, schedule_2024):
    name = "cdn.nba.com/playbyplay_0022400561.json.gz"
    return parse_live_events(wire(name), schedule_2024, file=name, game_id="0022400561")


def test_0022400561_rebuilds_its_box(wire, schedule_2024, overtime):
    name = "stats.nba.com/boxscoretraditionalv2_0022400561.json"
    box = box_v2(wire(name), schedule_2024, file=name, game_id="0022400561").players
    assert agree(box, box_from_events(overtime.rows, finished=True), seconds=0.5) == 17
    left_out = {"left_out_period": 10, "left_out_jumpball": 3, "left_out_violation": 4, "left_out_game": 1}
    assert overtime.notes == left_out


def test_0022400561_shots_by_area(overtime):
    shots = overtime.rows.loc[overtime.rows["is_field_goal"]]
    assert shots["area"].value_counts().to_dict() == {
        "Restricted Area": 59, "Above the Break 3": 58, "Mid-Range": 26, "In The Paint (Non-RA)": 21,
        "Right Corner 3": 10, "Left Corner 3": 4,
    }  # fmt: skip
    assert (len(shots), int(shots["shot_made"].sum())) == (178, 92)


def test_0022400561_is_row_for_row_what_the_archive_has(archive_dir, overtime):
    ours, theirs = overtime.rows, archive_rows(archive_dir, "2024-25_regular", "0022400561")
    # Coordinates, areas and inches are what the archive's files lack; its ids on the floor are not sorted.
    for name in set(RAW_PLAY_BY_PLAY.columns) - {
        "x",
        "y",
        "shot_distance",
        "source",
        "players_on",
        "override_reason",
    }:
        assert ((ours[name] == theirs[name]) | (ours[name].isna() & theirs[name].isna())).all(), name
    floor = [rows["players_on"].str.split("|").map(sorted).tolist() for rows in (ours, theirs)]
    assert floor[0] == floor[1]


def test_0042400407_from_bigdataball_rebuilds_its_box(archive_dir, wire, schedule_2024):
    log = archive_box(archive_dir, "2024-25_playoffs", "0042400407")
    players = log.rename(columns={"team_abbreviation": "team"})[["player_id", "player_name", "team"]]
    name = "bigdataball/0042400407.csv.gz"
    parsed = parse_bigdataball(wire(name), schedule_2024, players, file=name, game_id="0042400407")
    rebuilt = box_from_events(parsed.rows, finished=True)
    assert agree(log, rebuilt, seconds=31) == 24  # the log has whole minutes
    # The live feed has tenths of seconds where this one cuts them off.
    live = box_from_events(archive_rows(archive_dir, "2024-25_playoffs", "0042400407"), finished=True)
    assert agree(live, rebuilt, seconds=1.5) == 24
    assert parsed.rows.loc[parsed.rows["is_field_goal"], "area"].notna().all()


def test_0022400001_from_playbyplayv3_rebuilds_its_box(archive_dir, wire, schedule_2024):
    name = "stats.nba.com/playbyplayv3.json.gz"
    parsed = parse_stats_events(wire(name), schedule_2024, file=name, game_id="0022400001")
    rebuilt = box_from_events(parsed.rows, finished=True)
    assert agree(archive_box(archive_dir, "2024-25_regular", "0022400001"), rebuilt, seconds=31) == 19
    # The live feed never got a correction of one attempt; the minutes are the same.
    live = box_from_events(archive_rows(archive_dir, "2024-25_regular", "0022400001"), finished=True)
    both = live.merge(rebuilt, on="player_id", suffixes=("", "_rebuilt"), validate="1:1")
    assert len(both) == 19 and (both["minutes"] - both["minutes_rebuilt"]).abs().max() * 60 <= 1.5
    assert "name_not_told" not in parsed.notes


@pytest.mark.parametrize("game", ["775", "776", "777"])
def test_a_growing_game_never_loses_anything_and_ends_as_its_box(wire, slate, game):
    game_id = f"0022500{game}"
    before = f"cdn.nba.com/2026-02-11_pregame/boxscore_{game_id}-01_pregame.json"
    roster = parse_live_roster(wire(before), file=before, game_id=game_id)
    started = roster.loc[roster["is_starter"]].groupby("team")["player_id"]
    starters = {str(team): frozenset(ids) for team, ids in started}
    last = pd.DataFrame()
    for moment in GROWTH:
        name = f"cdn.nba.com/playbyplay_growing/22500{game}-{moment}"
        parsed = parse_live_events(
            wire(name), slate, file=name, game_id=game_id, starters=starters, growing=True
        )
        assert "floor_unknown" not in parsed.notes, moment
        box = box_from_events(parsed.rows, finished="GameEnd" in moment)
        lines = box.set_index("player_id")[[*BOX_COUNTS, "minutes"]]
        if len(last):
            assert set(last.index) <= set(lines.index), moment
            assert (lines.loc[last.index] >= last - 1e-9).all(axis=None), moment
        last = lines
    final = f"cdn.nba.com/boxscores_final/22500{game}-07_box_Complete.json"
    official = parse_live_box(wire(final), slate, file=final, game_id=game_id).players
    assert agree(official, box, seconds=0.01) == len(official)


def test_starters_read_from_the_events_are_those_of_the_box(wire, slate):
    name = "cdn.nba.com/playbyplay_growing/22500776-07_pbp_GameEnd.json.gz"
    parsed = parse_live_events(wire(name), slate, file=name, game_id="0022500776")
    assert parsed.notes.get("floor_unknown") is None and parsed.rows["players_on"].notna().all()


def test_what_is_not_known_yet_is_null_not_guessed(wire, slate):
    name = "cdn.nba.com/playbyplay_growing/22500776-02_pbp_NoSubsYet.json"
    parsed = parse_live_events(wire(name), slate, file=name, game_id="0022500776", growing=True)
    assert parsed.rows["players_on"].isna().all() and parsed.notes["floor_unknown"] == 1
    assert box_from_events(parsed.rows, finished=False)["minutes"].isna().all()


def test_areas_follow_from_coordinates(archive_dir):
    columns = ["LOC_X", "LOC_Y", "SHOT_TYPE", "BASIC_ZONE"]
    shots = pd.read_parquet(archive_dir / "shotchart" / "2023-24_regular.parquet", columns=columns)
    three = shots["SHOT_TYPE"].str.startswith("3PT")
    areas = areas_of_shots(-shots["LOC_X"], shots["LOC_Y"] - 5.25, three)
    charted = shots["BASIC_ZONE"].replace({"Backcourt": "Above the Break 3"})
    assert (areas == charted).mean() > 0.9995
