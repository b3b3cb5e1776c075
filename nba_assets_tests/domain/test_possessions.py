"""The arithmetic of a box line, by hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from nba_assets.domain import possessions as po
from nba_assets_tests.domain.box_frames import approx_equal

NYK_AT_PHI = "0022400561"  # one overtime


@pytest.fixture(scope="module")
def overtime_game(archive_dir: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Team and player rows, in snake case, of a game with one overtime."""
    rows = [
        pq.read_table(archive_dir / "leaguegamelog" / f"{kind}_2024-25_regular.parquet",
                      filters=[("GAME_ID", "=", NYK_AT_PHI)]).to_pandas().rename(columns=str.lower)
        for kind in ("teams", "players")
    ]  # fmt: skip
    return rows[0].set_index("team_abbreviation"), rows[1].set_index("player_name")


def test_possessions_of_the_known_game(overtime_game: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    teams, _ = overtime_game
    counted = po.possessions(teams)
    assert counted["PHI"] == pytest.approx(99.16, abs=1e-9) and counted["NYK"] == pytest.approx(
        94.56, abs=1e-9
    )
    overtimes = po.overtime_periods(teams["min"])
    assert teams["min"].tolist() == [264, 264] and overtimes.tolist() == [
        1,
        1,
    ]  # the box says 264, it was 265
    minutes = po.team_minutes(overtimes)
    assert minutes.tolist() == [265.0, 265.0]
    pace = po.pace(counted, minutes)
    assert pace["PHI"] == pytest.approx(48 * 99.16 / 53) and pace["NYK"] == pytest.approx(48 * 94.56 / 53)
    ratings = po.rating(teams["pts"], counted)
    assert ratings["NYK"] == pytest.approx(132.191201, abs=1e-6) and ratings["PHI"] == pytest.approx(
        120.008067, abs=1e-6
    )


def test_usage_counts_the_overtime(overtime_game: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    teams, players = overtime_game
    brunson = players.loc[["Jalen Brunson"]].rename(columns={"min": "minutes"})
    team = teams.loc["NYK"]
    brunson = brunson.assign(team_fga=team["fga"], team_fta=team["fta"], team_tov=team["tov"])
    # 22 shots, 9 free throws, 5 turnovers: 30.96 plays of 109.56 in 45 of 53 minutes.
    with_overtime = po.usage_rate(brunson.assign(team_minutes=265.0)).iloc[0]
    assert (
        with_overtime == pytest.approx(100 * 30.96 * 53 / (45 * 109.56)) == pytest.approx(33.282220, abs=1e-6)
    )
    assert po.usage_rate(brunson.assign(team_minutes=240.0)).iloc[0] == pytest.approx(30.142388, abs=1e-6)


def test_shooting_of_the_known_game(overtime_game: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    _, players = overtime_game
    assert po.true_shooting(players)["Jalen Brunson"] == pytest.approx(38 / (2 * (22 + 0.44 * 9)))
    assert po.effective_field_goal(players)["Jalen Brunson"] == pytest.approx((14 + 1.5) / 22)
    assert not po.points_identity_broken(players).any() and not po.rebounds_identity_broken(players).any()


@pytest.mark.parametrize(
    ("minutes", "overtimes"), [(238, 0), (240, 0), (242, 0), (264, 1), (266, 1), (290, 2), (315, 3), (340, 4)]
)
def test_overtimes_of_wobbling_minutes(minutes: float, overtimes: int) -> None:
    assert po.overtime_periods(pd.Series([minutes])).tolist() == [overtimes]


@pytest.mark.parametrize("minutes", [200.0, 215.0, 252.0, 277.5])
def test_minutes_that_no_overtime_explains_raise(minutes: float) -> None:
    with pytest.raises(ValueError, match=r"not 240 \+ 25 an overtime"):
        po.overtime_periods(pd.Series([240.0, minutes]))


def test_unknown_minutes_raise() -> None:
    with pytest.raises(ValueError, match="nan"):
        po.overtime_periods(pd.Series([float("nan")]))


@pytest.mark.parametrize(
    ("changes", "usage"),
    [
        ({}, 100 * (10 + 0.44 * 5 + 3) * 48 / (24 * (80 + 0.44 * 20 + 10))),
        ({"minutes": 0.0}, None),
        ({"team_fga": float("nan")}, None),
        ({"team_fga": 0.0, "team_fta": 0.0, "team_tov": 0.0}, None),
        ({"fga": 0, "fta": 0, "tov": 0}, 0.0),
        ({"minutes": 1.0, "fga": 5}, 100 * (5 + 2.2 + 3) * 48 / 98.8),  # 495: never capped
    ],
)
def test_usage_by_hand(changes: dict[str, float], usage: float | None) -> None:
    line = {
        "fga": 10,
        "fta": 5,
        "tov": 3,
        "minutes": 24.0,
        "team_fga": 80.0,
        "team_fta": 20.0,
        "team_tov": 10.0,
        "team_minutes": 240.0,
    }
    assert approx_equal(po.usage_rate(pd.DataFrame([line | changes])).iloc[0], usage)


def test_no_attempt_is_no_percentage() -> None:
    line = pd.DataFrame([{"pts": 0, "fga": 0, "fta": 0, "fgm": 0, "fg3m": 0}])
    assert po.true_shooting(line).isna().all() and po.effective_field_goal(line).isna().all()
    assert po.rating(pd.Series([10]), pd.Series([0.0])).isna().all()


def test_broken_identities_are_found() -> None:
    line = pd.DataFrame([{"fgm": 5, "fg3m": 2, "ftm": 1, "pts": 13, "oreb": 1, "dreb": 2, "reb": 3}] * 2)
    line.loc[1, ["pts", "reb"]] = [12, 4]
    assert po.points_identity_broken(line).tolist() == [False, True]
    assert po.rebounds_identity_broken(line).tolist() == [False, True]
