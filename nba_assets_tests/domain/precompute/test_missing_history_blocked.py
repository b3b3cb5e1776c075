"""One date of real results is blocked: who is marked, and that nothing else moves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from nba_assets.assets.precompute import PRECOMPUTE
from nba_assets.calendar.game_dates import finished_seasons
from nba_assets.domain.precompute.missing_history import holes_move_features
from nba_assets.modeling.fitting.training_rows import training_rows
from nba_assets.quality.refusals import Refusals
from nba_assets.quality.verdict import Verdict
from nba_assets.schemas.catalog import TABLES
from nba_assets.storage.lake import Stamp
from nba_assets_tests.domain import pipeline
from nba_assets_tests.domain.frame_bits import bits, differing
from nba_assets_tests.domain.pipeline import Frames
from nba_assets_tests.support.workbench import Workbench

# Two games, New York at Milwaukee and Phoenix at Los Angeles; three days later most of the league plays.
BLOCKED, FIRST, LAST = "2023-12-05", "2023-12-06", "2023-12-08"
BEGINS = dt.date(2023, 11, 20)
HISTORY = ("raw_schedule", "player_game_summary", "team_offense_game_summary", "team_defense_game_summary")
TONIGHT = ("raw_player_boxscores", "upcoming_player_game_context", "upcoming_team_game_context")
KEY = ["game_date", "game_id", "player_id"]


def rows_between(frame: pd.DataFrame, first: str, last: str) -> pd.DataFrame:
    return frame[frame["game_date"].between(first, last)].reset_index(drop=True)


def teams_of(tables: Frames, date: str) -> set[str]:
    games = tables["raw_schedule"].loc[lambda rows: rows["game_date"] == date]
    return set(games["home_team"]) | set(games["away_team"])


def of_teams(rows: pd.DataFrame, games: pd.DataFrame, teams: set[str]) -> pd.Series:
    """Rows whose player was of one of the teams on the blocked date: there since, or still seen there."""
    seen = games[games["game_date"] < BLOCKED].drop_duplicates("player_id", keep="last")
    later = games[games["game_date"] > BLOCKED].drop_duplicates("player_id")
    # A first appearance after the blocked date counts where it lies before the row's own date.
    first = rows[["game_date", "player_id"]].merge(later, on="player_id", how="left", suffixes=("", "_first"))
    known = first["team"].where(first["game_date_first"] < first["game_date"])
    known = known.fillna(rows["team"])
    return rows["player_id"].map(seen.set_index("player_id")["team"]).fillna(known).isin(teams)


def test_a_blocked_date_marks_the_players_of_its_games_and_no_others(tables: Frames, season: Frames) -> None:
    """Everything known before the games is computed again, who may play included."""
    games = tables["player_game_summary"]
    holed = tables | {"player_game_summary": games[games["game_date"] != BLOCKED].reset_index(drop=True)}
    dates = pipeline.dates_of(tables["raw_schedule"], FIRST, LAST)
    after = pipeline.features(holed, dates)
    before = rows_between(season["ml_feature_store_v2"], FIRST, LAST)
    teams = teams_of(tables, BLOCKED)
    hit = of_teams(after, games, teams)
    assert 0.05 < hit.mean() < 0.3 and teams == {"LAL", "MIL", "NYK", "PHX"}

    marked = before.merge(after, on=KEY, suffixes=("", "_after"), how="right")
    more = marked["missing_history_games_after"] - marked["missing_history_games"]
    assert set(more[hit]) == {1} and set(more[~hit]) == {0}
    few = after["games_season"] + after["missing_history_games"] < 20 * after["missing_history_games"]
    assert not after.loc[hit & few, "is_production_ready"].any()
    # Not a bit of anybody else, in any column but the one that marks the windows of teams.
    of_two = after[["team", "opponent"]].isin(teams).sum(axis=1)
    assert (marked["missing_team_games_after"] - marked["missing_team_games"]).tolist() == of_two.tolist()
    before, after = (rows.drop(columns="missing_team_games") for rows in (before, after))
    others = after[~hit].reset_index(drop=True)
    same = others[KEY].merge(before, on=KEY, how="left")[list(before.columns)]
    assert differing(same, others) == {}
    ready = {1: 95.0, 2: 90.0}
    whole = hit & after["missing_features"].eq("")
    assert after.loc[whole, "quality_score"].equals(after.loc[whole, "missing_history_games"].map(ready))
    # It can fail: the players of these games do lose a game of their form.
    form = marked.loc[
        hit & marked["games_in_history"].gt(10), ["points_avg_last_5", "points_avg_last_5_after"]
    ]
    moved = bits(form["points_avg_last_5"]) != bits(form["points_avg_last_5_after"])
    assert moved.mean() > 0.5


def test_rows_that_a_hole_moves_teach_no_model(tables: Frames, season: Frames) -> None:
    store, results = season["ml_feature_store_v2"], tables["player_game_summary"]
    taught = training_rows(store, results)
    moved = store[holes_move_features(store)]
    assert len(moved) > 100 and taught.merge(moved[KEY], on=KEY).empty
    every = training_rows(store.assign(missing_history_games=0, missing_last_10_games=0), results)
    assert len(every) > len(taught)


@pytest.fixture
def bench(tables: Frames, season: Frames, tmp_path: Path) -> Iterator[Workbench]:
    """A lake with four weeks of real results, open at the gate, and the assets after them."""
    opened = Workbench(tmp_path, [table for table in PRECOMPUTE if table.name != "player_composite_factors"])
    every = {**tables, **season}
    history = finished_seasons().between(BEGINS, dt.date.fromisoformat(LAST))
    tonight = finished_seasons().between(dt.date.fromisoformat(FIRST), dt.date.fromisoformat(LAST))
    for names, dates in ((HISTORY, history), (TONIGHT, tonight)):
        for name in names:
            rows = rows_between(every[name], str(dates[0]), str(dates[-1]))
            stamp = Stamp("seeded", TABLES[name].hash, "seeded")
            opened.lake.write(name, TABLES[name].to_arrow(rows), dict.fromkeys(dates, stamp))
    yield opened
    opened.close()


def shut(bench: Workbench, name: str, date: dt.date) -> None:
    """Refuse what is stored of a date: its gate is shut."""
    stored = bench.lake.file_hashes(name, [date])
    Refusals(bench.lake.store).keep(name, {date: Verdict("FAIL")}, stored)


def test_the_gate_shut_on_one_date_marks_the_players_of_its_games(bench: Workbench, tables: Frames) -> None:
    name, blocked = "player_daily_cache", dt.date.fromisoformat(BLOCKED)
    days = [
        str(day) for day in finished_seasons().between(blocked + dt.timedelta(1), dt.date.fromisoformat(LAST))
    ]
    assert bench.run(FIRST, LAST, [name]).success
    before = bench.rows(name, *days)
    assert set(before["missing_history_games"]) == {0}  # the lake begins after the play-in: it has no hole

    shut(bench, "player_game_summary", blocked)
    assert bench.run(FIRST, LAST, [name]).success
    after = bench.rows(name, *days)
    games = tables["player_game_summary"].loc[lambda rows: rows["game_date"] >= pd.Timestamp(BEGINS)]
    hit = of_teams(after, games, teams_of(tables, BLOCKED))
    assert after["missing_history_games"].tolist() == hit.astype(int).tolist() and 0.05 < hit.mean() < 0.3
    of_two = after[["team", "opponent"]].isin(teams_of(tables, BLOCKED)).sum(axis=1)
    assert set(before["missing_team_games"]) == {0}
    assert after["missing_team_games"].tolist() == of_two.tolist()
    of_others = [rows.drop(columns="missing_team_games")[~hit] for rows in (before, after)]
    assert differing(*(rows.reset_index(drop=True) for rows in of_others)) == {}
    stored = bench.bytes_of(name)
    assert bench.run(days[1], names=[name]).success
    assert bench.bytes_of(name) == stored

    # Without the schedule of that date nobody can say who played: everybody is marked, once.
    shut(bench, "raw_schedule", blocked)
    assert bench.run(FIRST, LAST, [name]).success
    unknown = bench.rows(name, *days)
    assert set(unknown["missing_history_games"]) == {1}
    more, met = int((~hit).sum()), int((of_two > 0).sum())
    counts = {"missing_history_games": more, "missing_last_10_games": more, "missing_team_games": met}
    assert differing(after, unknown) == counts
