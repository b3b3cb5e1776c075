"""A range of dates equals the same dates one by one, to the last bit."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from nba_assets_tests.domain import pipeline
from nba_assets_tests.domain.frame_bits import differing
from nba_assets_tests.domain.pipeline import Frames

KEY = ["game_date", "game_id", "player_id"]


BORDER = ["2023-06-01", "2023-06-04", "2023-06-07", "2023-06-09", "2023-06-12",
          "2023-10-24", "2023-10-25", "2023-10-26", "2023-10-27", "2023-11-03"]  # fmt: skip
# Three years before the last of these dates box scores exist that are out of its reach, not of the first's.
FAR = [
    "2023-12-01",
    "2023-12-22",
    "2024-01-01",
    "2024-01-15",
    "2024-01-22",
    "2024-02-01",
    "2024-02-08",
    "2024-02-10",
    "2024-02-12",
    "2024-02-14",
]


@pytest.mark.parametrize("days", [BORDER, FAR], ids=["season border", "three years"])
def test_a_range_equals_its_dates_one_by_one(tables: Frames, days: list[str]) -> None:
    dates = [dt.date.fromisoformat(day) for day in days]
    at_once = pipeline.pregame(tables, dates)
    alone = [pipeline.pregame(tables, [date]) for date in dates]
    for name in pipeline.PREGAME:
        joined = pd.concat([frames[name] for frames in alone], ignore_index=True)
        assert joined["game_date"].nunique() == 10
        assert differing(at_once[name], joined) == {}, name


def test_a_range_equals_a_longer_range(tables: Frames, season: Frames) -> None:
    dates = [dt.date.fromisoformat(day) for day in FAR]
    short = pipeline.features(tables, dates)
    store = season["ml_feature_store_v2"]
    assert (
        differing(store[store["game_date"].isin(pd.to_datetime(dates))].reset_index(drop=True), short) == {}
    )


def test_results_of_a_date_alone_equal_those_of_the_range(raw: Frames, tables: Frames) -> None:
    for day in ("2023-05-14", "2023-12-25", "2024-02-08"):
        alone = pipeline.add_results(
            {name: rows[rows["game_date"] == day].reset_index(drop=True) for name, rows in raw.items()}
        )
        for name in pipeline.RESULTS:
            whole = tables[name][tables[name]["game_date"] == day].reset_index(drop=True)
            assert len(whole) and differing(whole, alone[name]) == {}, name


def test_names_and_lines_of_a_date_alone_equal_those_of_the_range(archive_dir: Path, raw: Frames) -> None:
    for day in ("2024-02-14",):
        date = dt.date.fromisoformat(day)
        box = raw["raw_player_boxscores"]
        alone = pipeline.read_evidence(
            archive_dir,
            raw["raw_schedule"],
            box[box["game_date"] >= pd.Timestamp(day) - pd.Timedelta(days=1096)],
            [date],
        )
        for name, rows in alone.items():
            whole = raw[name][raw[name]["game_date"] == day].reset_index(drop=True)
            assert len(whole) and differing(whole, rows) == {}, name


def test_the_same_dates_twice_are_the_same_bits(tables: Frames) -> None:
    dates = [dt.date(2024, 2, 8)]
    assert differing(pipeline.features(tables, dates), pipeline.features(tables, dates)) == {}


def test_keys_never_repeat(season: Frames) -> None:
    for name in (
        "player_daily_cache",
        "player_shot_zone_analysis",
        "player_composite_factors",
        "ml_feature_store_v2",
    ):
        assert not season[name].duplicated(KEY).any(), name
