"""Tonight's expected rotation of a made-up team, computed by hand."""

import numpy as np
import pandas as pd
import pytest

from nba_assets.domain.feature_store.expected_teammates import announced_teammates, expected_teammates

# Four of a team: one unreported regular, one questionable, one listed Out, one who was not expected.
TEAM = pd.DataFrame(
    {
        "game_id": "g",
        "team": "ATL",
        "player_id": [1, 2, 3, 4],
        "games_missed": pd.array([0, 2, 1, None], dtype="Int64"),
        "injury_status": pd.array([None, "Questionable", "Out", None], dtype="string"),
        "is_late_addition": [False, False, False, True],
        "minutes_weighted_15": [20.0, 30.0, 35.0, np.nan],
        "points_weighted_15": [10.0, 0.0, 25.0, np.nan],
    },
    index=[7, 5, 3, 1],
)


def test_teammates_count_with_the_probability_that_they_play() -> None:
    found = expected_teammates(TEAM)
    assert found["play_probability"].tolist() == [0.89, 0.56, 0.01, 0.05]
    minutes = {1: 0.89 * 20, 2: 0.56 * 30, 3: 0.01 * 35, 4: 0.0}
    assert found["expected_teammates_minutes"] == pytest.approx(
        [sum(minutes.values()) - minutes[player] for player in (1, 2, 3, 4)]
    )
    others = [0.25, 0.89 * 10 + 0.25, 0.89 * 10, 0.89 * 10 + 0.25]
    assert found["expected_teammates_points"] == pytest.approx(others)
    assert found["expected_share_of_points"][:3] == pytest.approx([10 / 10.25, 0.0, 25 / 33.9])
    assert np.isnan(found["expected_share_of_points"][3])
    assert found["expected_rank"] == pytest.approx([1 + 0.01 + 0.56, 1 + 0.01, 1.0, 1 + 0.01 + 0.56 + 0.89])


def test_the_rank_of_equals_follows_player_ids_whatever_the_order_of_rows() -> None:
    equals = TEAM.assign(minutes_weighted_15=20.0, is_late_addition=False)
    found = pd.Series(expected_teammates(equals)["expected_rank"], equals["player_id"])
    turned = equals.iloc[::-1]
    assert (
        pd.Series(expected_teammates(turned)["expected_rank"], turned["player_id"])
        .loc[[1, 2, 3, 4]]
        .equals(found)
    )
    assert found.is_monotonic_increasing


@pytest.mark.parametrize(
    ("missed", "status", "chance"),
    [
        (0, "Available", 0.92), (1, "Available", 0.56), (1, None, 0.45), (3, None, 0.30), (4, None, 0.15),
        (10, "Available", 0.18), (11, None, 0.05), (30, "Available", 0.06), (30, "Probable", 0.94),
        (0, "Doubtful", 0.02),
    ],
)  # fmt: skip
def test_the_probability_of_a_status_and_games_missed(missed: int, status: str | None, chance: float) -> None:
    one = TEAM.iloc[:1].assign(games_missed=missed, injury_status=pd.array([status], dtype="string"))
    assert expected_teammates(one)["play_probability"].tolist() == [chance]


def test_starters_play_inactive_players_do_not_and_usual_starters_on_the_bench_rarely() -> None:
    team = TEAM.assign(
        play_probability=[0.89, 0.56, 0.01, 0.05],
        starter_share_last_5=[0.0, 1.0, 1.0, np.nan],
        is_starter=pd.array([True, False, False, None], dtype="boolean"),
        is_inactive=pd.array([None, False, True, None], dtype="boolean"),
    )
    found = announced_teammates(team)
    usual = 0.56 * 0.36
    assert found["announced_teammates_minutes"] == pytest.approx(
        [usual * 30, 20.0, 20 + usual * 30, 20 + usual * 30]
    )
    assert found["announced_rank"] == pytest.approx([1 + usual, 1.0, 1.0, 2 + usual])


def test_without_a_lineup_it_is_as_expected() -> None:
    unknown = pd.array([None] * 4, dtype="boolean")
    before = expected_teammates(TEAM)
    team = TEAM.assign(
        play_probability=before["play_probability"],
        starter_share_last_5=1.0,
        is_starter=unknown,
        is_inactive=unknown,
    )
    for name, values in announced_teammates(team).items():
        np.testing.assert_array_equal(values, before[name.replace("announced", "expected")])
