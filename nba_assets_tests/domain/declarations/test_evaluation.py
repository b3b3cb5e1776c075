"""A table reads what it declares and nothing else: no other column, no other window, nothing of tomorrow."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from nba_assets.domain.as_of import HorizonError, PriorRows, UndeclaredReadError
from nba_assets.domain.declarations.evaluation import NO_DATES, AsOf
from nba_assets.domain.declarations.expressions import Expression, Function, Own
from nba_assets.domain.declarations.feature import Feature, FeatureTable
from nba_assets.domain.declarations.sources import PLAYER, Games, OpenDates, Past, Stored
from nba_assets.domain.declarations.statistics import Mean
from nba_assets_tests.domain.box_frames import frame

TONIGHT = frame([{"game_date": "2024-01-31"}], game_id="g", player_id=1, team="BOS")
GAMES = frame(
    [{"game_date": f"2024-01-{day}", "pts": day, "fta": 1.0} for day in (10, 20, 30)], player_id=1, team="BOS"
)
TOMORROW = pd.Timestamp("2024-02-01")


def rows(value: Expression, horizon: pd.Timestamp = TOMORROW, games: pd.DataFrame = GAMES) -> pd.DataFrame:
    context = Stored("context")
    table = FeatureTable("t", context, ("player_id",), (Feature("value", value, "a value"),))
    return table.compute({"context": TONIGHT}, {"player_game_summary": games}, horizon)


def test_a_statistic_reads_its_window() -> None:
    assert rows(Mean("pts", last=2))["value"].tolist() == [25.0]
    assert rows(Mean("pts", days=12))["value"].tolist() == [25.0]
    assert rows(Mean("pts", last=3, skip=1) - 5)["value"].tolist() == [10.0]


def test_a_history_that_knows_the_horizon_is_refused() -> None:
    rows(Mean("pts"), pd.Timestamp("2024-01-31"))
    with pytest.raises(HorizonError, match="player_game_summary reaches 2024-01-30, past 2024-01-30"):
        rows(Mean("pts"), pd.Timestamp("2024-01-30"))


def test_a_function_gets_the_columns_that_it_declares() -> None:
    def peek(read: pd.DataFrame) -> Any:
        return read["team"].str.len()

    assert rows(Function(peek, (Own("team"),)))["value"].tolist() == [3.0]
    with pytest.raises(KeyError, match="team"):
        rows(Function(peek, (Own("player_id"),)))


def test_a_function_gets_the_windows_that_it_declares() -> None:
    def free_throws(read: pd.DataFrame, games: PriorRows) -> Any:
        return games.sum("fta")

    assert rows(Function(free_throws, (), (Past(PLAYER, ("fta",), last=2),)))["value"].tolist() == [2.0]
    with pytest.raises(UndeclaredReadError, match="fta"):
        rows(Function(free_throws, (), (Past(PLAYER, ("pts",), last=2),)))


def test_an_undeclared_window_cannot_be_read() -> None:
    declared = Past(PLAYER, ("pts",), last=5)
    as_of = AsOf({"player_game_summary": GAMES}, [declared], TOMORROW, NO_DATES)
    prior = as_of.prior_rows(PLAYER, TONIGHT)
    assert as_of.narrowed(prior, declared).mean("pts").tolist() == [20.0]
    with pytest.raises(UndeclaredReadError):
        prior.mean("pts")
    for window in (Past(PLAYER, ("pts",), last=6), Past(PLAYER, ("pts",)), Past(PLAYER, ("fta",), last=5)):
        with pytest.raises(UndeclaredReadError):
            as_of.narrowed(prior, window)
    with pytest.raises(UndeclaredReadError):
        as_of.frame(Past(PLAYER, ("pts",), as_frame=True), TONIGHT)
    with pytest.raises(UndeclaredReadError):
        as_of.known_dates(OpenDates("raw_schedule", 10))


def test_a_frame_begins_where_the_first_row_may_read() -> None:
    league = Past(Games("player_game_summary"), ("pts",), days=11, as_frame=True)
    as_of = AsOf({"player_game_summary": GAMES}, [league], TOMORROW, NO_DATES)
    found = as_of.frame(league, TONIGHT)
    assert found["pts"].tolist() == [20, 30] and list(found) == ["game_date", "pts"]
