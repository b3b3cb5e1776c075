import pandas as pd
import pyarrow.parquet as pq
import pytest

from nba_assets.domain.raw.play_by_play import parse_archive_shots
from nba_assets.domain.teams import TEAM_TRICODES
from nba_assets.schemas.raw import RAW_SHOT_CHART
from nba_assets.sources.wire.shot_chart import parse_shot_chart
from nba_assets.tabular.problems import BadInput
from nba_assets_tests.sources.wire import miniatures as mini
from nba_assets_tests.sources.wire.feeds import SCHEDULE

GAME = "0022400561"


def as_answered(rows: pd.DataFrame) -> dict:
    """The archive's shots as stats.nba.com serves them: tenths of a foot from the basket."""
    wire = pd.DataFrame(
        {
            "GAME_ID": rows["GAME_ID"], "PLAYER_ID": rows["PLAYER_ID"], "TEAM_ID": rows["TEAM_ID"],
            "PERIOD": rows["QUARTER"], "MINUTES_REMAINING": rows["MINS_LEFT"],
            "SECONDS_REMAINING": rows["SECS_LEFT"], "ACTION_TYPE": rows["ACTION_TYPE"],
            "SHOT_TYPE": rows["SHOT_TYPE"], "SHOT_ZONE_BASIC": rows["BASIC_ZONE"],
            "SHOT_DISTANCE": rows["SHOT_DISTANCE"], "LOC_X": (-10 * rows["LOC_X"]).round().astype(int),
            "LOC_Y": (10 * (rows["LOC_Y"] - 5.25)).round().astype(int), "SHOT_ATTEMPTED_FLAG": 1,
            "SHOT_MADE_FLAG": rows["SHOT_MADE"].astype(int),
        }
    )  # fmt: skip
    table = {
        "name": "Shot_Chart_Detail",
        "headers": list(wire),
        "rowSet": wire.astype(object).to_numpy().tolist(),
    }
    return {"resultSets": [table]}


def test_a_game_becomes_the_rows_that_the_archive_has(archive_dir, schedule_2024):
    table = pq.read_table(
        archive_dir / "shotchart" / "2024-25_regular.parquet", filters=[("GAME_ID", "==", GAME)]
    )
    expected = RAW_SHOT_CHART.to_pandas(parse_archive_shots(table, TEAM_TRICODES, file="f", source="live"))
    parsed = parse_shot_chart(mini.body(as_answered(table.to_pandas())), schedule_2024, file="f", due=[GAME])
    assert len(parsed.rows) == 178 and not parsed.problems
    pd.testing.assert_frame_equal(parsed.rows, RAW_SHOT_CHART.conform(expected))


def test_feet_where_tenths_belong_are_refused():
    document = mini.shot_chart_document()
    for row in document["resultSets"][0]["rowSet"]:
        row[10:12] = [-1.3, 17.3]
    with pytest.raises(BadInput, match="lie at the stated"):
        parse_shot_chart(mini.body(document), SCHEDULE, file="f")
