"""Every guard sees its leak, and none sees one where there is none: a league of a few made-up players."""

import numpy as np
import pandas as pd
import pytest

from nba_assets.bench.ablation import (
    ablation,
    feature_groups,
)
from nba_assets.bench.leak_guards import (
    honest_error,
    late_lines,
    shifting_proof,
    sides_in_time,
    target_correlation,
)
from nba_assets.bench.leak_lab import (
    BOX,
    attendance,
    including_the_game,
    league_with_the_day,
    whole_season,
    windows,
)
from nba_assets.modeling.fitting.training import (
    chronological_split,
    fit_xgboost,
)
from nba_assets.modeling.fitting.xgboost_params import XGBoostParams
from nba_assets.modeling.systems.catalog import MEDIANS, MODELS

DATE = pd.Timestamp("2024-11-20")


@pytest.fixture(scope="module")
def games() -> pd.DataFrame:
    """Sixty dates of twenty-four players of two teams; one in five sits out."""
    draw = np.random.default_rng(4)
    days = pd.date_range("2024-11-01", periods=60)
    rows = pd.DataFrame({
        "game_date": np.repeat(days, 24),
        "game_id": np.repeat([f"00224{n:05d}" for n in range(60)], 24),
        "player_id": np.tile(np.arange(24), 60), "season": "2024-25",
    })  # fmt: skip
    rows["team"] = np.where(rows["player_id"] < 12, "BOS", "NYK")
    for name in BOX:
        rows[name] = draw.poisson(8 + rows["player_id"] / 3).astype("float64")
    return rows[draw.random(len(rows)) > 0.2].reset_index(drop=True)


@pytest.fixture(scope="module")
def expected(games: pd.DataFrame) -> pd.DataFrame:
    """Everybody who may play the four days up to the date of the proof."""
    days = games.drop_duplicates("game_date")[["game_date", "game_id"]]
    days = days[days["game_date"].between(DATE - pd.Timedelta(days=3), DATE)]
    everybody = games.drop_duplicates("player_id")[["player_id", "team", "season"]]
    return days.merge(everybody, how="cross").sort_values(["game_date", "player_id"], ignore_index=True)


def test_honest_windows_pass_the_shifting_proof(games: pd.DataFrame, expected: pd.DataFrame) -> None:
    found = shifting_proof(lambda known: windows(expected, known), games, DATE)
    assert not found.caught and found.evidence == "no column moves"


@pytest.mark.parametrize("leak", [including_the_game, whole_season, league_with_the_day, attendance])
def test_the_shifting_proof_sees_every_leak_of_results(
    games: pd.DataFrame, expected: pd.DataFrame, leak
) -> None:
    found = shifting_proof(lambda known: leak(expected, known), games, DATE)
    assert found.caught and "columns move" in found.evidence


def test_a_window_that_includes_its_game_is_the_game_itself_shifted(
    games: pd.DataFrame, expected: pd.DataFrame
) -> None:
    key, last = ["game_id", "player_id"], expected.tail(24)
    results = games[[*key, "pts"]]
    told, fair = (made(last, games).merge(results, on=key) for made in (including_the_game, windows))
    close, far = (np.corrcoef(rows["pts_decayed_6"], rows["pts"])[0, 1] for rows in (told, fair))
    assert close > far


def test_errors_too_good_and_features_too_close_are_leaks() -> None:
    assert honest_error(4.19).caught and not honest_error(4.47).caught
    draw = np.random.default_rng(0)
    rows = pd.DataFrame({"pts": draw.normal(10, 5, 500)})
    rows["fair"], rows["told"] = draw.normal(0, 1, 500), rows["pts"] + draw.normal(0, 1, 500)
    assert not target_correlation(rows, ["fair"], "pts").caught
    found = target_correlation(rows, ["fair", "told"], "pts")
    assert found.caught and found.evidence.startswith("told")


def test_lines_at_or_after_tip_off_are_seen() -> None:
    schedule = pd.DataFrame({"game_id": ["1"], "tipoff_utc": [pd.Timestamp("2024-02-01 00:30", tz="UTC")]})
    lines = pd.DataFrame({
        "game_id": "1", "captured_before_tipoff": [True, True, None],
        "captured_at": pd.to_datetime(["2024-02-01 00:29", "2024-02-01 00:30", "2024-01-31 20:00"], utc=True),
    })  # fmt: skip
    assert not late_lines(lines.iloc[:1], schedule).caught
    assert late_lines(lines.iloc[1:2], schedule).caught  # whatever the flag says
    assert late_lines(lines.iloc[2:], schedule).caught  # unknown is not before


def test_a_random_split_is_seen(rows: pd.DataFrame) -> None:
    assert not sides_in_time(rows, chronological_split(rows["game_date"])).caught
    dealt = np.random.default_rng(1).choice(["train", "validation", "test"], len(rows))
    found = sides_in_time(rows, pd.Series(dealt, index=rows.index))
    assert found.caught and "share no date" in found.evidence


def test_ablation_shows_what_a_group_buys(rows: pd.DataFrame, small_params: XGBoostParams) -> None:
    names = ["points_avg_last_5", "points_avg_last_10", "points_avg_season", "fatigue_score", "home_away"]

    groups = {"averages": names[:3], "fatigue": ["fatigue_score"]}
    split = chronological_split(rows["game_date"])
    table = ablation(rows, split, names, fit_xgboost, [small_params], groups).set_index("group")
    assert table.loc["averages", "low"] > 1 and abs(table.loc["fatigue", "worse_by"]) < 0.3
    assert table.loc["none", "mae"] + table.loc["averages", "worse_by"] == pytest.approx(
        table.loc["averages", "mae"]
    )


def test_every_feature_of_the_medians_is_in_a_group() -> None:
    medians = [model for model in MODELS if model.name in MEDIANS]
    of_trees, smooth = groups = [feature_groups(model.inputs) for model in medians]
    assert len(of_trees) == 12 and len(smooth) == 12
    assert len(of_trees["rotation"]) == 5 and of_trees["game lines"] == ("implied_team_total",)
    for model, found in zip(medians, groups, strict=True):
        assert {name for members in found.values() for name in members} == set(model.inputs)
