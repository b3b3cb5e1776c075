"""The archive's known answers through the whole path: season file, raw table, zones, starters, points."""

import gzip
import json
from functools import cache
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nba_assets.domain.analytics.player_game_events import (
    assisted_field_goals,
    points_from_events,
    starters,
)
from nba_assets.domain.analytics.shot_zones import (
    choose_zones,
    zone_agreement,
    zones_from_play_by_play,
    zones_from_shot_chart,
)
from nba_assets.domain.raw.play_by_play import (
    parse_archive_events,
    parse_archive_shots,
)
from nba_assets.domain.teams import TEAM_TRICODES

PANDAS_TYPES = {
    pa.string(): pd.StringDtype("pyarrow"),
    pa.int64(): pd.Int64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
}
WIRE_GAME = "0022400561"


@cache
def events_of(archive: Path, season: str) -> pd.DataFrame:
    file = archive / "playbyplay" / f"{season}.parquet"
    return parse_archive_events(pq.read_table(file), TEAM_TRICODES, file=file.name).to_pandas(
        types_mapper=PANDAS_TYPES.get
    )


@cache
def shots_of(archive: Path, season: str) -> pd.DataFrame:
    file = archive / "shotchart" / f"{season}.parquet"
    return parse_archive_shots(pq.read_table(file), TEAM_TRICODES, file=file.name).to_pandas(
        types_mapper=PANDAS_TYPES.get
    )


def box_of(archive: Path, season: str) -> pd.DataFrame:
    names = ["GAME_ID", "PLAYER_ID", "FGA", "FGM", "PTS", "AST"]
    return pd.read_parquet(archive / "leaguegamelog" / f"players_{season}.parquet", columns=names).rename(
        columns=str.lower
    )


def wire_actions(archive: Path) -> pd.DataFrame:
    path = archive / "wire/cdn.nba.com" / f"playbyplay_{WIRE_GAME}.json.gz"
    return pd.DataFrame(json.loads(gzip.decompress(path.read_bytes()))["game"]["actions"])


def wire_shots(archive: Path) -> pd.DataFrame:
    actions = wire_actions(archive)
    return actions[actions["isFieldGoal"] == 1].reset_index(drop=True)


@pytest.mark.parametrize(("season", "inconsistent"), [("2022-23", 3), ("2023-24", 3), ("2024-25", 0)])
def test_charted_zones_miss_the_box_as_often_as_in_the_readme(archive_dir, season, inconsistent):
    charted = zones_from_shot_chart(shots_of(archive_dir, f"{season}_regular"))
    box = box_of(archive_dir, f"{season}_regular")
    zones = choose_zones(box, charted, charted.iloc[:0])
    assert zones["zone_source"].unique().tolist() == ["shot_chart"]
    assert zones["zone_detail"].unique().tolist() == ["fine"]
    assert (~zones["zones_consistent"]).sum() == inconsistent


def test_play_by_play_zones_agree_with_the_chart_of_2023_24(archive_dir):
    events, shots = events_of(archive_dir, "2023-24_regular"), shots_of(archive_dir, "2023-24_regular")
    agreement = zone_agreement(shots, events).set_index("zone")
    assert (agreement["matched"] / agreement["chart_attempts"]).min() > 0.999
    assert agreement.loc["three", "agreement_share"] >= 0.999
    assert agreement.loc[["paint", "mid_range"], "agreement_share"].min() >= 0.995
    zones = choose_zones(box_of(archive_dir, "2023-24_regular"), *_no_chart(events))
    assert zones["zone_detail"].unique().tolist() == ["coarse"]
    assert (~zones["zones_consistent"]).sum() == 26


def test_points_and_assists_of_2023_24_are_those_of_the_box(archive_dir):
    events, box = events_of(archive_dir, "2023-24_regular"), box_of(archive_dir, "2023-24_regular")
    summed = points_from_events(events).rename(columns={"pts": "summed"})
    both = box.merge(summed, on=["game_id", "player_id"], how="left")
    assert (both["summed"].fillna(0) != both["pts"]).sum() == 4
    assert assisted_field_goals(events)["assisted_fgm"].sum() == box["ast"].sum()


def test_every_game_of_2023_24_has_ten_starters(archive_dir):
    found = starters(events_of(archive_dir, "2023-24_regular"))
    assert found["game_id"].nunique() == 1230
    assert found.groupby(["game_id", "team"]).size().eq(5).all()


@pytest.mark.parametrize("season", ["2020-21", "2021-22", "2022-23", "2023-24", "2024-25"])
def test_starters_are_those_with_a_start_position_in_the_playoffs(archive_dir, season):
    found = starters(events_of(archive_dir, f"{season}_playoffs"))
    box = pd.read_parquet(archive_dir / "leaguegamelog" / f"players_{season}_playoffs.parquet")
    named = box[box["START_POSITION"].notna()]
    expected = named[["GAME_ID", "PLAYER_ID", "TEAM_ABBREVIATION"]].itertuples(index=False, name=None)
    assert set(found.itertuples(index=False, name=None)) == set(expected)


def test_season_file_agrees_with_the_wire_file_of_one_game(archive_dir):
    wire = wire_shots(archive_dir)
    events = events_of(archive_dir, "2024-25_regular")
    shots = events[(events["game_id"] == WIRE_GAME) & events["is_field_goal"]].reset_index(drop=True)
    assert shots["event_subtype"].to_list() == wire["subType"].str.lower().to_list()
    assert shots["action_number"].to_list() == wire["actionNumber"].to_list()
    stated = shots["shot_distance"].notna()
    assert ((shots["shot_distance"] - wire["shotDistance"])[stated].abs() < 1).all()
    chart = shots_of(archive_dir, "2024-25_regular")
    chart = chart[chart["game_id"] == WIRE_GAME]
    order = wire.sort_values("personId", kind="stable")
    assert chart["player_id"].to_list() == order["personId"].to_list()
    assert chart["x"].to_list() == (order["xLegacy"] / 10).to_list()
    assert chart["y"].to_list() == (order["yLegacy"] / 10).to_list()


def test_subtypes_read_from_the_text_are_those_of_the_feed(archive_dir):
    events = events_of(archive_dir, "2024-25_regular")
    reported = events[(events["game_id"] == WIRE_GAME) & events["event_subtype"].notna()]
    feed = wire_actions(archive_dir).set_index("actionNumber")["subType"].str.lower()
    assert reported["event_subtype"].to_list() == feed.loc[reported["action_number"]].to_list()
    untold = events[(events["game_id"] == WIRE_GAME) & events["event_subtype"].isna()]
    assert set(untold["event_type"]) == {"steal", "block", "timeout"}


def test_live_feed_gives_fine_zones(archive_dir):
    """Known answer: restricted 59, paint 21, mid 26, corners 14, above the break 58; 92 of 178 made."""
    wire = wire_shots(archive_dir)
    names = {"personId": "person_id", "actionType": "event_type"}
    events = wire.rename(columns=names).assign(
        game_id=WIRE_GAME, shot_made=wire["shotResult"] == "Made",
        qualifiers=wire["qualifiers"].str.join("|"),
        y=wire["yLegacy"] / 10,
    )  # fmt: skip
    totals = zones_from_play_by_play(events).drop(columns=["game_id", "player_id"]).sum()
    fine = [
        "restricted_area_fga",
        "paint_non_ra_fga",
        "mid_range_fga",
        "corner_three_fga",
        "above_break_three_fga",
    ]
    assert totals[fine].to_list() == [59, 21, 26, 14, 58]
    assert totals["paint_fga"] == 80
    assert totals[["paint_fgm", "mid_range_fgm", "three_fgm"]].sum() == 92


def test_rows_out_are_rows_in(archive_dir):
    file = archive_dir / "playbyplay" / "2024-25_regular.parquet"
    assert len(events_of(archive_dir, "2024-25_regular")) == pq.ParquetFile(file).metadata.num_rows == 670_413
    events = events_of(archive_dir, "2024-25_regular")
    assert not events.duplicated(["game_id", "event_index"]).any()
    assert events["game_date"].is_monotonic_increasing


def _no_chart(events: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    played = zones_from_play_by_play(events)
    return played.iloc[:0], played
