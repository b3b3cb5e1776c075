"""Who may play: intervals of appearances laid over games, against a naive loop."""

from __future__ import annotations

import datetime as dt

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_assets.domain.analytics.expected_players import (
    LATEST_TEAM,
    RECENT_APPEARANCES,
    ROSTER_DAYS,
    expected_from_appearances,
    expected_from_mentions,
    expected_players,
    season_days,
)
from nba_assets_tests.domain.box_frames import frame, schedule
from nba_assets_tests.domain.declared import known_past
from nba_assets_tests.domain.oracle import Oracle
from nba_assets_tests.domain.pipeline import Frames

# Two seasons with a summer of 100 days between their last and first game.
FIRST, SPRING, AUTUMN, LAST = (
    dt.date(2023, 1, 1),
    dt.date(2023, 6, 1),
    dt.date(2023, 9, 9),
    dt.date(2024, 1, 1),
)
CALENDAR = pd.concat(
    [
        schedule(("1", str(FIRST), "BOS", "NYK"), ("2", str(SPRING), "BOS", "NYK"), season="2022-23"),
        schedule(("3", str(AUTUMN), "BOS", "NYK"), ("4", str(LAST), "BOS", "NYK"), season="2023-24"),
    ]
)
TEAMS = ("BOS", "NYK", "UTA")
PLAYING_DAYS = st.one_of(st.dates(FIRST, SPRING), st.dates(AUTUMN, LAST))


def numbered(*dates: dt.date) -> list[int]:
    return season_days(pd.Series(pd.to_datetime(list(dates))), CALENDAR).tolist()


def test_a_summer_is_one_day() -> None:
    before, opening, next_day = numbered(SPRING, AUTUMN, AUTUMN + dt.timedelta(1))
    assert (AUTUMN - SPRING).days == 100 and opening - before == 1 and next_day - opening == 1
    assert numbered(FIRST + dt.timedelta(30))[0] - numbered(FIRST)[0] == 30


@settings(max_examples=60)
@given(PLAYING_DAYS, PLAYING_DAYS)
def test_day_numbers_count_the_days_outside_the_summer(one: dt.date, other: dt.date) -> None:
    one, other = sorted((one, other))
    days = sum(1 for n in range((other - one).days) if not SPRING < one + dt.timedelta(n) < AUTUMN)
    first, second = numbered(one, other)
    assert second - first == days


@settings(max_examples=60)
@given(
    st.dictionaries(st.tuples(st.integers(1, 3), PLAYING_DAYS), st.sampled_from(TEAMS), max_size=12),
    st.dictionaries(st.tuples(st.sampled_from(TEAMS), PLAYING_DAYS), st.none(), min_size=1, max_size=8),
)
def test_expected_are_those_whose_latest_appearance_was_for_the_team(
    appearances: dict[tuple[int, dt.date], str], games: dict[tuple[str, dt.date], None]
) -> None:
    past = frame(
        [{"player_id": p, "game_date": d, "team": t} for (p, d), t in appearances.items()], player_name="x"
    )
    if not appearances:
        past = pd.DataFrame({"player_id": pd.Series(dtype="int64"), "player_name": [], "team": [],
                             "game_date": pd.Series(dtype="datetime64[ns]")})  # fmt: skip
    wanted = frame([{"game_id": f"{t}{d}", "game_date": d, "team": t} for t, d in games])
    expected = set()
    for team, date in games:
        for player in (1, 2, 3):
            earlier = sorted((d, t) for (p, d), t in appearances.items() if p == player and d < date)
            if earlier and earlier[-1][1] == team:
                first, second = numbered(earlier[-1][0], date)
                if second - first <= ROSTER_DAYS:
                    expected.add((f"{team}{date}", player))
    found = expected_from_appearances(wanted, past, CALENDAR)
    pairs = list(zip(found["game_id"], found["player_id"], strict=True))
    assert set(pairs) == expected and len(pairs) == len(expected)


def test_sixty_days_are_enough_and_sixty_one_too_many() -> None:
    past = frame([{"player_id": 1, "game_date": "2023-01-01", "team": "BOS"}], player_name="x")
    games = frame(
        [{"game_id": "a", "game_date": "2023-03-02"}, {"game_id": "b", "game_date": "2023-03-03"}], team="BOS"
    )
    assert expected_from_appearances(games, past, CALENDAR)["game_id"].tolist() == ["a"]


def test_a_gap_of_several_seasons_is_no_summer() -> None:
    """A date alone does not read so far back, so a range must not see it either."""
    schedules = pd.concat([schedule(("1", "2021-04-01", "BOS", "NYK"), season="2020-21"), CALENDAR.iloc[2:]])
    past = frame([{"player_id": 1, "game_date": "2021-04-01", "team": "BOS"}], player_name="x")
    games = frame([{"game_id": "a", "game_date": str(AUTUMN), "team": "BOS"}])
    assert expected_from_appearances(games, past, schedules).empty


def mentioned(*rows: tuple[int, str | None]) -> pd.DataFrame:
    made = frame([{"player_id": player, "team": team} for player, team in rows], game_id="g", player_name="x")
    return made.astype({"team": "string[pyarrow]"})


TONIGHT = frame([{"team": "BOS"}, {"team": "NYK"}], game_id="g", game_date="2023-05-01")
APPEARANCES = frame(
    [
        {"player_id": 1, "game_date": "2023-04-28", "team": "BOS"},
        {"player_id": 2, "game_date": "2023-04-28", "team": "UTA"},
        {"player_id": 3, "game_date": "2023-01-10", "team": "NYK"},
    ],
    player_name="x",
)
PAST = known_past((RECENT_APPEARANCES, LATEST_TEAM), player_game_summary=APPEARANCES)


def test_a_mention_without_team_counts_for_the_latest_one_if_it_plays() -> None:
    found = expected_from_mentions(TONIGHT, mentioned((2, None), (3, None), (9, None)), PAST)
    assert found[["player_id", "team"]].to_numpy().tolist() == [[3, "NYK"]]
    found = expected_from_mentions(TONIGHT, mentioned((2, "BOS"), (9, "NYK"), (8, "UTA")), PAST)
    assert found[["player_id", "team"]].to_numpy().tolist() == [[2, "BOS"], [9, "NYK"]]


def test_what_was_known_before_the_game_wins() -> None:
    # Player 1 was traded to tonight's opponent and played for it; 2 came from Utah; 9 was never heard of.
    played = frame(
        [{"player_id": 1, "team": "NYK"}, {"player_id": 2, "team": "NYK"}, {"player_id": 9, "team": "BOS"}],
        game_id="g",
        game_date="2023-05-01",
        player_name="x",
    )
    rows = expected_players(TONIGHT, PAST, CALENDAR, mentioned((1, "BOS"), (3, "NYK")), played)
    rows = rows.set_index("player_id").sort_index()
    assert rows["team"].to_dict() == {1: "BOS", 2: "NYK", 3: "NYK", 9: "BOS"}
    assert rows["expected_because"].fillna("late").to_dict() == {
        1: "recent_game",
        2: "late",
        3: "named_tonight",
        9: "late",
    }
    assert rows["is_late_addition"].to_dict() == {1: False, 2: True, 3: False, 9: True}


def test_a_player_is_expected_in_one_game_of_a_date() -> None:
    """2024-03-12: two players were predicted for the team they had left and for the one that listed them."""
    elsewhere = frame([{"game_id": "h", "team": "UTA"}], game_date="2023-05-01")
    games, named = pd.concat([TONIGHT, elsewhere], ignore_index=True), mentioned((2, "BOS"))
    played = games.assign(player_id=0, player_name="x").iloc[:0]
    before = expected_players(games, PAST, CALENDAR, named.iloc[:0], played)
    assert before.loc[before["player_id"].eq(2), "game_id"].tolist() == ["h"]
    after = expected_players(games, PAST, CALENDAR, named, played)
    assert after.loc[after["player_id"].eq(2), ["game_id", "team"]].to_numpy().tolist() == [["g", "BOS"]]
    back = games.iloc[2:].assign(player_id=2, player_name="x")
    rows = expected_players(games, PAST, CALENDAR, named, back).set_index(["player_id", "game_id"])
    assert rows.loc[2, "is_late_addition"].to_dict() == {"g": False, "h": True}


def test_the_expected_of_real_dates_equal_the_oracles(season: Frames, oracle: Oracle) -> None:
    rows = season["upcoming_player_game_context"]
    dates = pd.to_datetime(["2023-10-24", "2023-10-25", "2023-12-30", "2024-02-09", "2024-02-12"])
    for game, group in rows[rows["game_date"].isin(dates)].groupby("game_id"):
        found = {
            (row.player_id, row.team, None if pd.isna(row.expected_because) else row.expected_because)
            for row in group.itertuples()
        }
        assert found == {
            (player, row.team, row.expected_because) for player, row in oracle.rows_of(game).items()
        }


def test_nearly_everybody_who_played_was_expected(season: Frames) -> None:
    rows = season["upcoming_player_game_context"]
    late = rows[rows["is_late_addition"] & (rows["season_phase"] == "regular")]
    assert 0 < len(late) < 0.01 * len(rows)


def test_a_traded_player_is_expected_in_two_games_of_one_date(season: Frames) -> None:
    rows = season["upcoming_player_game_context"].set_index(["game_date", "player_id"]).sort_index()
    anunoby = rows.loc[(pd.Timestamp("2024-01-01"), 1628384)].set_index("team")
    assert anunoby["is_late_addition"].to_dict() == {"TOR": False, "NYK": True}
    store = season["ml_feature_store_v2"]
    assert not store.duplicated(["game_id", "player_id"]).any()
    assert (
        len(store)
        == len(season["player_composite_factors"])
        == len(season["player_daily_cache"])
        == len(rows)
    )
