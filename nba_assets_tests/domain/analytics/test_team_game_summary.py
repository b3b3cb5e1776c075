"""Team rows of a game, by hand and over the archive."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from nba_assets.domain import zones
from nba_assets.domain.analytics.team_game_summary import (
    team_defense,
    team_offense,
    with_game_facts,
)
from nba_assets_tests.domain.box_frames import BOX, TEXT, frame, schedule
from nba_assets_tests.domain.pipeline import Frames

GAME = "0022300001"
SCHEDULE = schedule((GAME, "2023-11-01", "BOS", "NYK"))
FACTS: dict[str, Any] = {"game_date": "2023-11-01", "game_id": GAME, "source": "archive"}


def team_box() -> pd.DataFrame:
    return frame(
        [
            {
                "team": "BOS",
                "opponent": "NYK",
                "won": True,
                "pts": 120,
                "fga": 90,
                "fta": 25,
                "tov": 12,
                "oreb": 8,
            },
            {
                "team": "NYK",
                "opponent": "BOS",
                "won": False,
                "pts": 114,
                "fga": 95,
                "fta": 20,
                "tov": 10,
                "oreb": 13,
            },
        ],
        **(BOX | FACTS | {"minutes": 266.0}),
    )


def player_box(minutes: float = 53.0) -> pd.DataFrame:
    rows = [
        {"player_id": 10 * side + n, "team": team, "opponent": other, "won": won}
        for side, (team, other, won) in enumerate((("BOS", "NYK", True), ("NYK", "BOS", False)), start=1)
        for n in range(5)
    ]
    fifth = {name: value // 5 for name, value in BOX.items()}
    return frame(rows, **(fifth | FACTS | {"minutes": minutes, "player_name": "x"}))


def zones_of(box: pd.DataFrame, fga: tuple[int, ...] = (6, 3, 7)) -> pd.DataFrame:
    made = box[["game_id", "player_id"]].assign(**dict.fromkeys(zones.columns(), pd.NA))
    for zone, tried in zip(zones.COARSE, fga, strict=True):
        made[f"{zone}_fga"], made[f"{zone}_fgm"] = tried, tried // 2
    return made.astype(dict.fromkeys(zones.columns(), "Int64"))


def offense(**changes: pd.DataFrame) -> pd.DataFrame:
    box = changes.get("player_box", player_box())
    frames = {"team_box": team_box(), "player_box": box, "player_zones": zones_of(box), "schedule": SCHEDULE}
    return team_offense(**(frames | changes)).set_index("team")


def test_an_overtime_game_by_hand() -> None:
    rows = offense()
    boston, knicks = rows.loc["BOS"], rows.loc["NYK"]
    assert boston["overtime_periods"] == 1 and boston["minutes"] == 265.0
    assert boston["possessions"] == pytest.approx(90 + 0.44 * 25 + 12 - 8) == pytest.approx(105.0)
    assert knicks["possessions"] == pytest.approx(95 + 8.8 + 10 - 13) == pytest.approx(100.8)
    assert boston["offensive_rating"] == pytest.approx(100 * 120 / 105)
    assert boston["pace"] == pytest.approx(48 * 105 / 53)
    assert (boston["margin"], knicks["margin"]) == (6, -6)
    assert (bool(boston["is_home"]), bool(knicks["is_home"])) == (True, False)
    assert boston["player_points"] == 110 and not rows["is_reconstructed"].any()
    assert boston["paint_fga"] == 30 and boston["three_fgm"] == 15 and pd.isna(boston["corner_three_fga"])


def test_the_defence_sees_the_opponents_line() -> None:
    rows = offense()
    defense = team_defense(rows.reset_index()).set_index("team")
    boston = defense.loc["BOS"]
    assert boston["opponent_points"] == 114 and boston["turnovers_forced"] == 10
    assert boston["defensive_rating"] == pytest.approx(100 * 114 / 100.8)
    assert boston["defensive_rating"] == rows.loc["NYK", "offensive_rating"]
    assert boston["opponent_pace"] == rows.loc["NYK", "pace"]
    assert boston["opponent_mid_range_fga"] == 15 and boston["stl"] == 7


def test_a_missing_team_box_is_the_sum_of_its_players() -> None:
    only_boston = team_box().iloc[:1]
    rows = offense(team_box=only_boston)
    assert rows["is_reconstructed"].to_dict() == {"BOS": False, "NYK": True}
    assert rows.loc["NYK", "pts"] == 110 and rows.loc["NYK", "fga"] == 5 * (88 // 5)
    assert rows.loc["NYK", "minutes"] == 265.0 and rows.loc["BOS", "margin"] == 10


def test_one_player_without_zones_leaves_the_team_without() -> None:
    box = player_box()
    some = zones_of(box)
    some.loc[0, zones.columns()] = pd.NA
    rows = offense(player_zones=some)
    assert pd.isna(rows.loc["BOS", "paint_fga"]) and rows.loc["NYK", "paint_fga"] == 30


def test_impossible_minutes_raise() -> None:
    with pytest.raises(ValueError, match="240"):
        offense(team_box=team_box().assign(minutes=252.0))


def test_a_team_that_the_schedule_does_not_have_raises() -> None:
    rows = pd.DataFrame({"game_id": pd.array([GAME], TEXT), "team": pd.array(["LAL"], TEXT)})
    with pytest.raises(ValueError, match="LAL does not play in game 0022300001"):
        with_game_facts(rows, SCHEDULE)
    with pytest.raises(ValueError, match="does not play"):
        with_game_facts(rows.assign(game_id="0022309999"), SCHEDULE)


def test_home_comes_from_the_schedule_at_neutral_sites_too() -> None:
    neutral = SCHEDULE.assign(is_neutral=pd.array([True], "boolean"))
    rows = pd.DataFrame({"game_id": [GAME] * 2, "team": ["BOS", "NYK"]})
    facts = with_game_facts(rows, neutral)
    assert facts["is_home"].tolist() == [True, False] and facts["is_neutral"].all()


def test_every_archive_game_has_two_rows_that_mirror_each_other(tables: Frames) -> None:
    rows, defense = tables["team_offense_game_summary"], tables["team_defense_game_summary"]
    assert (rows.groupby("game_id").size() == 2).all()
    assert (
        rows.groupby("game_id")["margin"].sum().eq(0).all()
        and rows.groupby("game_id")["won"].sum().eq(1).all()
    )
    assert ((rows["margin"] > 0) == rows["won"]).all()
    mirrored = defense.merge(rows, left_on=["game_id", "opponent"], right_on=["game_id", "team"])
    assert len(mirrored) == len(rows) and (mirrored["defensive_rating"] == mirrored["offensive_rating"]).all()
    assert (
        rows["is_reconstructed"].eq(rows["season_type"].eq("Playoffs")).all()
    )  # the playoffs have no team box
    assert rows["offensive_rating"].between(70, 160).all() and rows["pace"].between(75, 125).all()
