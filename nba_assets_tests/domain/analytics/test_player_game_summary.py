"""A player's game: what is known of it, and how much."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from nba_assets.domain import zones
from nba_assets.domain.analytics.player_game_summary import (
    oddities,
    player_game_events,
    player_game_summary,
    quality_score,
)
from nba_assets_tests.domain.box_frames import BOX, frame, schedule
from nba_assets_tests.domain.pipeline import Frames

GAME = "0022300001"
SCHEDULE = schedule((GAME, "2023-11-01", "BOS", "NYK"))
KEYS = ["game_id", "player_id"]
LINE = {"fgm": 7, "fga": 15, "fg3m": 2, "ftm": 4, "fta": 5, "tov": 2, "pts": 20, "minutes": 36.0}


def box(*rows: dict[str, Any]) -> pd.DataFrame:
    defaults = (
        BOX
        | LINE
        | {
            "game_date": "2023-11-01",
            "game_id": GAME,
            "team": "BOS",
            "opponent": "NYK",
            "won": True,
            "player_name": "x",
            "plus_minus": 3.0,
            "source": "archive",
            "player_id": 1,
        }
    )
    return frame(list(rows) or [{}], **defaults)


def events(players: pd.DataFrame, **changes: Any) -> pd.DataFrame:
    made = players[KEYS].assign(**dict.fromkeys(zones.columns(), 1), is_starter=True, assisted_fgm=3)
    made = made.assign(
        **({"zone_source": "shot_chart", "zone_detail": "fine", "zones_consistent": True} | changes)
    )
    return made.astype({"is_starter": "boolean", "zones_consistent": "boolean"})


def summary(players: pd.DataFrame, offense: pd.DataFrame | None = None, **changes: Any) -> pd.DataFrame:
    team = pd.DataFrame([{"game_id": GAME, "team": "BOS", "fga": 88, "fta": 22, "tov": 13, "minutes": 265.0}])
    offense = team if offense is None else offense
    return player_game_summary(players, events(players, **changes), offense, SCHEDULE)


def test_a_line_by_hand() -> None:
    row = summary(box()).iloc[0]
    assert row["usage_rate"] == pytest.approx(100 * (15 + 2.2 + 2) * 53 / (36 * (88 + 9.68 + 13)))
    assert row["ts_pct"] == pytest.approx(20 / (2 * (15 + 2.2))) and row["efg_pct"] == pytest.approx(
        (7 + 1) / 15
    )
    assert row["is_home"] and row["season"] == "2023-24" and pd.isna(row["usage_rate_missing_reason"])
    assert row["quality_score"] == 100 and row["is_production_ready"]


def test_a_row_without_minutes_has_no_usage_but_is_ready() -> None:
    row = summary(box({"minutes": 0.0, "fga": 0, "fta": 0, "pts": 0})).iloc[0]
    assert pd.isna(row["usage_rate"]) and row["usage_rate_missing_reason"] == "minutes are 0"
    assert pd.isna(row["ts_pct"]) and pd.isna(row["efg_pct"]) and row["is_production_ready"]


def test_a_row_without_its_team_is_reported() -> None:
    unknown_player = pd.DataFrame(columns=["game_id", "team", "fga", "fta", "tov", "minutes"])
    row = summary(box(), unknown_player).iloc[0]
    assert (
        pd.isna(row["usage_rate"]) and row["usage_rate_missing_reason"] == "no team_offense_game_summary row"
    )
    assert row["quality_score"] == 80 and not row["is_production_ready"]


def test_inconsistent_zones_are_not_ready() -> None:
    row = summary(box(), zones_consistent=False).iloc[0]
    assert row["quality_score"] == 95 and not row["is_production_ready"]


def test_a_player_without_event_row_has_no_zones() -> None:
    players = box({"player_id": 1}, {"player_id": 2})
    rows = player_game_summary(
        players,
        events(players.iloc[:1]),
        pd.DataFrame([{"game_id": GAME, "team": "BOS", "fga": 88, "fta": 22, "tov": 13, "minutes": 240.0}]),
        SCHEDULE,
    )
    assert rows["zone_source"].tolist() == ["shot_chart", "none"]
    assert rows["quality_score"].tolist() == [100, 80] and rows["is_production_ready"].all()


@pytest.mark.parametrize(
    ("team", "source", "detail", "consistent", "starter", "score"),
    [
        (88.0, "shot_chart", "fine", True, True, 100),
        (88.0, "shot_chart", "fine", True, None, 95),
        (88.0, "play_by_play", "coarse", True, True, 95),
        (88.0, "play_by_play", "coarse", False, True, 95),
        (88.0, "shot_chart", "fine", False, False, 95),
        (88.0, "none", None, None, None, 80),
        (None, "none", None, None, None, 60),
        (None, "shot_chart", "fine", True, True, 80),
    ],
)
def test_quality_by_hand(
    team: float | None,
    source: str,
    detail: str | None,
    consistent: bool | None,
    starter: bool | None,
    score: float,
) -> None:
    row = pd.DataFrame(
        {
            "team_fga": pd.Series([team], dtype="float64"),
            "zone_source": pd.array([source], "string[pyarrow]"),
            "zone_detail": pd.array([detail], "string[pyarrow]"),
            "zones_consistent": pd.array([consistent], "boolean"),
            "is_starter": pd.array([starter], "boolean"),
        }
    )
    assert quality_score(row).tolist() == [score]


def test_silence_of_the_feed_is_null_and_not_zero() -> None:
    players = box({"player_id": 1}, {"player_id": 2}, {"player_id": 3, "game_id": "0022300002"})
    zone_rows = players[KEYS].assign(**dict.fromkeys(zones.columns(), 0), zone_source="none")
    rows = player_game_events(
        players,
        zone_rows,
        pd.DataFrame({"game_id": [GAME], "player_id": [1]}),
        pd.DataFrame({"game_id": [GAME], "player_id": [1], "assisted_fgm": [4]}),
        pd.DataFrame({"game_id": [GAME], "player_id": [2], "pts": [9]}),
        pd.DataFrame({"game_id": [GAME]}),
    )
    assert rows["is_starter"].tolist()[:2] == [True, False] and pd.isna(rows["is_starter"][2])
    assert rows["assisted_fgm"].tolist()[:2] == [4, 0] and pd.isna(rows["assisted_fgm"][2])
    assert rows["event_points"].tolist()[:2] == [0, 9] and pd.isna(rows["event_points"][2])


def test_usage_of_the_archive_is_known_wherever_minutes_are(tables: Frames) -> None:
    rows = tables["player_game_summary"]
    assert rows.loc[rows["minutes"] > 0, "usage_rate"].notna().all()
    assert rows.loc[rows["minutes"] == 0, "usage_rate"].isna().all()
    # Minutes times usage, summed over a team, is 100 * team minutes / 5.
    played = rows[rows["minutes"] > 0].assign(share=lambda r: r["usage_rate"] * r["minutes"] / 5)
    totals = played.groupby(["game_id", "team"])["share"].sum()
    minutes = tables["team_offense_game_summary"].set_index(["game_id", "team"])["minutes"]
    # Short of it by team turnovers, which no player has, and by rows with 0 minutes.
    assert (totals / (20 * minutes / 5)).between(0.85, 1.0 + 1e-9).mean() > 0.999


def test_zone_columns_sum_to_the_box(tables: Frames) -> None:
    rows = tables["player_game_summary"]
    reported = rows[rows["zones_consistent"].fillna(False).astype(bool)]
    for count in ("fga", "fgm"):
        assert (sum(reported[f"{zone}_{count}"] for zone in zones.COARSE) == reported[count]).all()
    assert len(reported) / rows["paint_fga"].notna().sum() > 0.999


def test_oddities_are_counted_by_date() -> None:
    rows = pd.DataFrame(
        {
            "game_date": pd.to_datetime(["2024-01-01", "2024-01-01", "2024-01-02"]),
            "usage_rate": [101.0, 100.0, None],
            "zones_consistent": pd.array([False, True, None], dtype="boolean"),
        }
    )
    counted = oddities(rows)
    assert counted.to_numpy().tolist() == [[1, 1], [0, 0]]
