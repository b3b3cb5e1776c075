"""Lineups of a made-up game: which capture counts, and what it says of each player."""

from __future__ import annotations

import pandas as pd

from nba_assets.domain.analytics.announced_lineups import announced_lineups

DAY = pd.Timestamp("2024-11-10")
TIPOFF = pd.Timestamp("2024-11-11 00:00", tz="UTC")
SCHEDULE = pd.DataFrame(
    {
        "game_id": ["1"], "game_date": [DAY], "home_team": ["ATL"], "away_team": ["BOS"],
        "tipoff_utc": [TIPOFF], "is_neutral": [False], "is_postponed": [False],
    }
)  # fmt: skip
PLAYERS = pd.DataFrame(
    {
        "game_date": DAY, "game_id": "1", "player_id": [*range(1, 8), *range(11, 18)],
        "team": ["ATL"] * 7 + ["BOS"] * 7, "source": "archive",
    }
)  # fmt: skip


def lineup(
    kind: str, minutes: float | None, starters: range, inactive: tuple[int, ...] = (), team: str = "ATL"
) -> pd.DataFrame:
    """A capture so many minutes before tip-off; one without a time, for None."""
    at = None if minutes is None else TIPOFF - pd.Timedelta(minutes=minutes)
    roles = dict.fromkeys(starters, "starter") | dict.fromkeys(inactive, "inactive")
    rows = pd.DataFrame({"player_id": list(roles), "role": list(roles.values())})
    times = pd.Series([at] * len(rows), dtype="datetime64[ns, UTC]")
    return rows.assign(game_id="1", team=team, kind=kind, captured_at=times)


def found(*captures: pd.DataFrame) -> pd.DataFrame:
    rows = announced_lineups(PLAYERS, pd.concat(captures, ignore_index=True), SCHEDULE)
    assert rows["player_id"].tolist() == PLAYERS["player_id"].tolist()
    return rows.set_index("player_id")


def starters(rows: pd.DataFrame) -> list[int]:
    return rows.index[rows["is_starter"].fillna(False).astype(bool)].tolist()


def test_the_newest_confirmed_lineup_before_tipoff_counts() -> None:
    rows = found(
        lineup("confirmed", 40, range(1, 6)),
        lineup("confirmed", 25, range(2, 7), inactive=(1,)),
        lineup("confirmed", -5, range(3, 8)),  # after tip-off
        lineup("final", -180, range(3, 8)),
        lineup("projected", 500, range(3, 8)),
    )
    assert starters(rows) == [2, 3, 4, 5, 6]
    assert rows["is_inactive"].loc[:7].tolist() == [True, *[False] * 6]
    assert rows["lineup_kind"].loc[1] == "confirmed"
    assert rows["announced_at"].loc[1] == TIPOFF - pd.Timedelta(minutes=25)


def test_a_team_without_a_lineup_is_unknown() -> None:
    rows = found(lineup("confirmed", 25, range(1, 6))).loc[11:]
    assert rows[["is_starter", "is_inactive", "lineup_kind", "announced_at"]].isna().all(axis=None)


def test_a_lineup_of_four_is_none() -> None:
    rows = found(lineup("confirmed", 25, range(1, 5)), lineup("first_event", None, range(1, 6)))
    assert starters(rows) == [1, 2, 3, 4, 5]
    assert rows["lineup_kind"].loc[1] == "first_event"
    assert rows.loc[:7, ["is_inactive", "announced_at"]].isna().all(axis=None), "events list nobody inactive"


def test_a_projection_is_no_announcement() -> None:
    assert found(lineup("projected", 60, range(1, 6)))["is_starter"].isna().all()


def test_the_final_box_says_it_where_nothing_did_before() -> None:
    rows = found(lineup("final", -180, range(11, 16), inactive=(17,), team="BOS"))
    assert starters(rows) == [11, 12, 13, 14, 15]
    assert rows.index[rows["is_inactive"].fillna(False).astype(bool)].tolist() == [17]
