import datetime as dt
from collections.abc import Mapping

import pandas as pd
import pytest

from nba_assets.domain.feature_store.ml_feature_store_v2 import COVERED
from nba_assets.domain.feature_store.ml_feature_store_v3 import COVERED_EXTRA
from nba_assets.quality.causes import Blame
from nba_assets.quality.coverage import verdicts
from nba_assets.quality.expected_sets import Frames
from nba_assets.quality.verdict import Problem, Verdict
from nba_assets.tabular.problems import UNPARSEABLE, BadInput

DAY, NEXT = dt.date(2023, 12, 4), dt.date(2023, 12, 5)
GAMES = ("0022300001", "0022300002")
PASSED = "games 2 of 2, players_per_game 2 of 2"


def _schedule(*statuses: str, postponed: tuple[bool, ...] = (False, False)) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "game_date": pd.Timestamp(DAY),
            "game_id": GAMES[: len(statuses)],
            "home_team": ["BOS", "NYK"][: len(statuses)],
            "away_team": ["PHI", "MIA"][: len(statuses)],
            "status": list(statuses),
            "is_postponed": list(postponed[: len(statuses)]),
        }
    )


def _players(game: str, count: int, day: dt.date = DAY) -> pd.DataFrame:
    return pd.DataFrame({"game_date": pd.Timestamp(day), "game_id": game, "player_id": range(1, count + 1)})


def _judge(
    frame: pd.DataFrame,
    schedule: pd.DataFrame,
    dates: tuple[dt.date, ...] = (DAY,),
    table: str = "raw_player_boxscores",
    problems: Mapping[dt.date, list[Problem]] | None = None,
) -> dict[dt.date, Verdict]:  # fmt: skip
    return verdicts(table, frame, Frames({"raw_schedule": schedule}, {}), list(dates), problems or {})


def test_a_complete_date_passes() -> None:
    frame = pd.concat([_players(game, 20) for game in GAMES])
    verdict = _judge(frame, _schedule("final", "final"))[DAY]
    assert (verdict.status, verdict.words, verdict.share, verdict.passed) == ("PASS", PASSED, 1.0, True)


def test_a_missing_game_fails_and_is_named() -> None:
    verdict = _judge(_players(GAMES[0], 20), _schedule("final", "final"))[DAY]
    assert not verdict.passed
    assert verdict.words == f"games: 1 of 2 (50.0%), missing {GAMES[1]}"
    assert verdict.evidence["metrics"][0] == {
        "metric": "games",
        "status": "FAIL",
        "expected": 2.0,
        "actual": 1.0,
        "share": 0.5,
        "missing": [GAMES[1]],
    }


def test_rows_that_were_left_out_are_the_cause_of_a_gap_and_no_warning() -> None:
    """Without them a table that lacks a game was said to be not published."""
    problem = Problem.refusal(
        BadInput(file="odds.parquet", game=None, field="player", reason="1 row left out", remedy="correct it")
    )
    whole, short = pd.concat([_players(game, 20) for game in GAMES]), _players(GAMES[0], 20)
    for frame, status, problems in ((whole, "PASS", ()), (short, "FAIL", (problem,))):
        verdict = _judge(frame, _schedule("final", "final"), problems={DAY: [problem]})[DAY]
        assert (verdict.status, verdict.problems) == (status, problems)
    blame = Blame(
        {("raw_player_boxscores", DAY): verdict}, {"raw_player_boxscores": ("raw_schedule",)}, lambda *_: None
    )
    cause = blame.cause("raw_player_boxscores", DAY)
    assert cause is not None and cause.reason == UNPARSEABLE
    assert cause.words == "odds.parquet, field player: 1 row left out. Remedy: correct it"


@pytest.mark.parametrize("status", ["scheduled", "postponed"])
def test_a_game_that_is_not_over_is_not_expected(status: str) -> None:
    assert _judge(_players(GAMES[0], 20), _schedule("final", status))[DAY].status == "PASS"


@pytest.mark.parametrize(("count", "passed"), [(9, False), (10, True), (32, True), (33, False)])
def test_ten_to_thirty_two_players_make_a_game(count: int, passed: bool) -> None:
    verdict = _judge(_players(GAMES[0], count), _schedule("final"))[DAY]
    assert verdict.passed is passed


def test_a_date_without_games_is_proven_empty_by_the_schedule() -> None:
    empty = _players(GAMES[0], 0)
    found = _judge(empty, _schedule("final"), (DAY, NEXT))
    assert (found[NEXT].status, found[NEXT].words, found[NEXT].passed) == (
        "EMPTY_OK",
        "nothing expected",
        True,
    )
    assert not found[DAY].passed


def test_an_optional_feed_warns_and_passes() -> None:
    verdict = _judge(_players(GAMES[0], 5), _schedule("final", "final"), table="raw_play_by_play")[DAY]
    assert (verdict.status, verdict.passed) == ("WARN", True)
    assert verdict.words == f"games: 1 of 2 (50.0%), missing {GAMES[1]}"


def test_a_problem_fails_a_date_whose_coverage_holds() -> None:
    frame = pd.concat([_players(GAMES[0], 20), _players(GAMES[1], 20, NEXT)])
    schedule = pd.concat(
        [_schedule("final"), _schedule("final").assign(game_id=GAMES[1], game_date=pd.Timestamp(NEXT))]
    )
    found = _judge(frame, schedule, (DAY, NEXT), problems={NEXT: [Problem("players.parquet: torn")]})
    assert found[DAY].status == "PASS"
    assert (found[NEXT].status, found[NEXT].words) == ("FAIL", "players.parquet: torn")
    assert found[NEXT].evidence["problems"] == ["players.parquet: torn"]


def test_only_the_season_in_the_source_proves_a_date_of_the_schedule() -> None:
    frames = Frames({}, {"season_days": pd.DataFrame({"game_date": [pd.Timestamp(DAY)]})})
    empty = pd.DataFrame({"game_date": pd.to_datetime([]), "game_id": []})
    found = verdicts("raw_schedule", empty, frames, [DAY, NEXT], {})
    assert found[DAY].passed
    assert found[NEXT].words == "dates: 0 of 1 (0.0%), missing 2023-12-05"
    assert not found[NEXT].passed


def test_no_date_asks_for_no_verdict() -> None:
    assert _judge(_players(GAMES[0], 1), _schedule("final"), ()) == {}


def test_a_blocked_date_names_what_blocks_it() -> None:
    verdict = Verdict("BLOCKED", blocked_by=("a: never evaluated", "b: failed"))
    assert not verdict.passed
    assert verdict.words == "blocked: a: never evaluated; b: failed"
    assert verdict.evidence["blocked_by"] == ["a: never evaluated", "b: failed"]


@pytest.mark.parametrize(
    ("status", "passed"),
    [
        ("PASS", True),
        ("WARN", True),
        ("EMPTY_OK", True),
        ("OVERRIDDEN", True),
        ("FAIL", False),
        ("BLOCKED", False),
        ("PENDING", False),
        ("", False),
    ],
)
def test_only_these_statuses_pass(status: str, passed: bool) -> None:
    assert Verdict(status).passed is passed


@pytest.mark.parametrize(("counted", "status"), [(10, "PASS"), (0, "FAIL")])
def test_an_empty_cache_fails_although_it_makes_no_player_entitled(counted: int, status: str) -> None:
    """All features NULL and no games counted: what entitles a player is read from the box scores."""
    context = _players(GAMES[0], 2)
    days = pd.date_range(DAY - dt.timedelta(days=30), periods=10)
    games = pd.DataFrame({"game_date": [*days, *days[:4]], "player_id": [1] * 10 + [2] * 4})
    frames = Frames({"upcoming_player_game_context": context}, {"player_game_summary": games})
    frame = context.assign(games_in_history=[counted, 4])
    verdict = verdicts("player_daily_cache", frame, frames, [DAY], {})[DAY]
    (metric,) = [metric for metric in verdict.metrics if metric["metric"] == "history"]
    assert (metric["expected"], metric["status"]) == (1.0, status)


@pytest.mark.parametrize(("kept", "status"), [(25, "PASS"), (24, "WARN"), (20, "FAIL")])
def test_a_player_whose_features_are_out_of_range_costs_no_date(kept: int, status: str) -> None:
    """Even on a date of one game, of which 25 players are expected and have played."""
    players = _players(GAMES[0], 25)
    before = {"games_in_history": 20, "games_season": 9}
    values = dict.fromkeys((*COVERED, *COVERED_EXTRA), 1.0)
    features = players.assign(**values, **before, is_bootstrap=False)
    frames = Frames(
        {
            "raw_player_boxscores": players,
            "upcoming_player_game_context": players.assign(season_phase="regular"),
            "player_daily_cache": players.assign(**before),
            "ml_feature_store_v2": features,
        },
        {},
    )
    for store in ("ml_feature_store_v2", "ml_feature_store_v3"):
        assert verdicts(store, features.head(kept), frames, [DAY], {})[DAY].status == status, store
