"""Change any result dated D or later, and no feature row of D or earlier moves by one bit."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from nba_assets_tests.domain import pipeline
from nba_assets_tests.domain.frame_bits import bits, differing
from nba_assets_tests.domain.pipeline import Frames
from nba_assets_tests.domain.scramble import not_played_yet, other_players, scrambled


def window(tables: Frames, first: str, last: str) -> list[dt.date]:
    return pipeline.dates_of(tables["raw_schedule"], first, last)


def until(rows: pd.DataFrame, date: str) -> pd.DataFrame:
    """Rows of dates up to this one, late additions aside: their existence comes from the box."""
    return rows[(rows["game_date"] <= date) & ~rows["is_late_addition"]].reset_index(drop=True)


# The second day of a season, Christmas, the day of the trade deadline, and the last dates before the break.
SHIFTS = [("2023-10-24", "2023-10-25", "2023-10-28"), ("2023-12-20", "2023-12-25", "2023-12-28"),
          ("2024-02-05", "2024-02-08", "2024-02-12"), ("2024-02-12", "2024-02-14", "2024-02-15")]  # fmt: skip


@pytest.mark.parametrize(("first", "date", "last"), SHIFTS)
def test_results_of_a_date_or_later_move_no_feature_of_it(
    raw: Frames, tables: Frames, season: Frames, first: str, date: str, last: str
) -> None:
    """Computed in one range that goes on after the date, so that the later results are within reach."""
    before = until(season["ml_feature_store_v2"], last)
    before = before[before["game_date"] >= first].reset_index(drop=True)
    changed = pipeline.add_results(scrambled(raw, date))
    after = until(pipeline.features(changed, window(tables, first, last)), last)
    assert len(until(after, date)) > 150
    assert differing(until(before, date), until(after, date)) == {}
    # It can fail: the same results do move the rows of the dates after.
    moved = differing(
        before[before["game_date"] > date].reset_index(drop=True),
        after[after["game_date"] > date].reset_index(drop=True),
    )
    assert len(moved) > 15 and moved["points_avg_last_5"] > 30


def test_results_of_playoffs_move_no_feature_of_them(raw: Frames, tables: Frames) -> None:
    dates = window(tables, "2023-05-10", "2023-05-17")
    changed = pipeline.add_results(scrambled(raw, "2023-05-14"))
    before, after = pipeline.features(tables, dates), pipeline.features(changed, dates)
    assert len(until(before, "2023-05-14")) > 60
    assert differing(until(before, "2023-05-14"), until(after, "2023-05-14")) == {}
    assert differing(until(before, "2023-05-17"), until(after, "2023-05-17"))["points_avg_last_5"] > 0


@pytest.mark.parametrize("date", ["2023-12-25", "2024-02-08"])
def test_who_plays_later_moves_no_feature(raw: Frames, tables: Frames, season: Frames, date: str) -> None:
    first = str(pd.Timestamp(date).date() - dt.timedelta(3))
    last = str(pd.Timestamp(date).date() + dt.timedelta(3))
    changed = pipeline.add_results(other_players(raw, date))
    after = until(pipeline.features(changed, window(tables, first, last)), date)
    before = until(season["ml_feature_store_v2"], date)
    assert differing(before[before["game_date"] >= first].reset_index(drop=True), after) == {}


@pytest.mark.parametrize("date", ["2023-11-24", "2024-02-09"])
def test_the_features_of_an_unplayed_night_are_those_of_the_backfill(
    raw: Frames, season: Frames, date: str
) -> None:
    """What is served in the evening is what a model learns from later."""
    tonight = pipeline.features(
        pipeline.add_results(not_played_yet(raw, date)), [dt.date.fromisoformat(date)]
    )
    assert not tonight["is_late_addition"].any() and len(tonight) > 200
    store = season["ml_feature_store_v2"]
    later = until(store[store["game_date"] == date], date)
    assert differing(later, tonight) == {}


def test_results_of_the_day_before_do_move_the_features(raw: Frames, season: Frames) -> None:
    date, eve = "2024-01-13", "2024-01-12"
    changed = pipeline.add_results(scrambled(raw, eve, eve))
    after = pipeline.features(changed, [dt.date.fromisoformat(date)])
    store = season["ml_feature_store_v2"]
    before = store[store["game_date"] == date].reset_index(drop=True)
    moved = differing(before, after)
    played_eve = set(raw["raw_player_boxscores"].loc[lambda box: box["game_date"] == eve, "player_id"])
    hit = before["player_id"].isin(played_eve)
    assert (
        hit.sum() > 10
        and (bits(before["points_avg_last_5"]) != bits(after["points_avg_last_5"]))[hit].mean() > 0.9
    )
    assert moved["pace_score"] == len(before)  # the pace of the league moves for everybody
    still = (
        "vegas_points_line",
        "injury_risk",
        "home_away",
        "back_to_back",
        "rest_advantage",
        "games_in_last_7_days",
    )
    assert not set(still) & set(moved)


def test_names_and_lines_are_read_without_later_box_scores(
    archive_dir: Path, raw: Frames, tables: Frames
) -> None:
    date = "2024-02-09"
    dates = window(tables, "2024-02-07", "2024-02-11")
    mixed = other_players(raw, date)["raw_player_boxscores"]
    names = pipeline.read_evidence(archive_dir, raw["raw_schedule"], mixed, dates)
    for table, rows in names.items():
        landed = raw[table][raw[table]["game_date"].isin(pd.to_datetime(dates))]
        known = [frame[frame["game_date"] <= date].reset_index(drop=True) for frame in (landed, rows)]
        assert len(known[0]) > 100 and differing(*known) == {}, table
