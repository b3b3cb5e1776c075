"""Starters, assisted makes and points from hand-written events."""

import datetime as dt

import pandas as pd

from nba_assets.domain.analytics.player_game_events import (
    assisted_field_goals,
    contradicted_games,
    points_from_events,
    starters,
)

TEXT = "string[pyarrow]"
TEN = "|".join(str(player) for player in range(1, 11))


def frame(*rows, game="0022400001"):
    """Events as (event_type, person_id, team, shot_made, assist_person_id, players_on)."""
    names = ["event_type", "person_id", "team", "shot_made", "assist_person_id", "players_on"]
    events = pd.DataFrame([(*row, *[None] * (6 - len(row))) for row in rows], columns=names)
    types = dict.fromkeys(["event_type", "team", "players_on"], TEXT)
    types |= {"person_id": "Int64", "assist_person_id": "Int64", "shot_made": "boolean"}
    return events.astype(types).assign(
        game_id=pd.array([game] * len(rows), dtype=TEXT), event_index=range(len(rows)), period=1
    )


def opening(players_on=TEN, game="0022400001", left=5):
    """Ten players act, the first `left` of them for AAA, after a first event with `players_on`."""
    acts = [
        ("rebound", player, "AAA" if player <= left else "BBB", None, None, TEN) for player in range(1, 11)
    ]
    return frame(("timeout", None, "AAA", None, None, players_on), *acts, game=game)


def test_first_ten_of_five_a_side():
    found = starters(opening())
    assert found.columns.to_list() == ["game_id", "player_id", "team"]
    assert found["player_id"].to_list() == list(range(1, 11))
    assert found["team"].to_list() == ["AAA"] * 5 + ["BBB"] * 5


def test_an_event_with_nine_or_unknown_players_is_passed_over():
    assert len(starters(opening("1|2|3|4|5|6|7|8|9"))) == 10
    assert len(starters(opening(None))) == 10


def test_unknown_when_not_five_a_side_or_a_player_never_acts_or_acts_for_two():
    assert starters(opening(left=6)).empty
    assert starters(opening().iloc[:-1]).empty
    turncoat = pd.concat([opening(), frame(("foul", 3, "BBB"))], ignore_index=True)
    assert starters(turncoat).empty
    both = pd.concat([opening(left=6), opening(game="0022400002")], ignore_index=True)
    assert starters(both)["game_id"].unique().tolist() == ["0022400002"]


def test_ten_after_the_first_substitution_are_not_the_starters():
    events = pd.concat([frame(("substitution", 1, "AAA", None, None, "2|3")), opening()], ignore_index=True)
    assert starters(events.assign(event_index=range(len(events)))).empty


def test_no_first_period_no_starters():
    assert starters(opening().assign(period=2)).empty
    assert starters(opening().iloc[:0]).empty


def test_assisted_makes_and_points():
    events = frame(
        ("2pt", 1, "AAA", True, 2), ("2pt", 1, "AAA", True),
        ("3pt", 1, "AAA", False), ("3pt", 2, "AAA", True, 1),
        ("freethrow", 3, "BBB", True), ("freethrow", 3, "BBB", False), ("2pt", 4, "BBB", False),
        ("rebound", 5, "BBB"), ("timeout", None, "BBB"),
    )  # fmt: skip
    assisted = assisted_field_goals(events)
    assert dict(zip(assisted["player_id"], assisted["assisted_fgm"], strict=True)) == {1: 1, 2: 1, 4: 0}
    points = points_from_events(events)
    assert dict(zip(points["player_id"], points["pts"], strict=True)) == {1: 4, 2: 3, 3: 1, 4: 0}
    assert str(points["pts"].dtype) == str(assisted["assisted_fgm"].dtype) == "Int64"


def test_a_game_is_contradicted_when_its_events_are_counted_twice_but_not_by_one_correction():
    shots = frame(*[("2pt", player, "AAA", True) for player in range(1, 11)])
    box = pd.DataFrame({"player_id": range(1, 12), "pts": [2] * 10 + [0]}).assign(
        game_id=pd.array(["0022400001"] * 11, dtype=TEXT), game_date=pd.Timestamp("2024-10-22")
    )
    corrected = box.assign(pts=box["pts"].where(box["player_id"] > 2, 4))
    for facts, events, wrong in (
        (box, shots, []),
        (corrected, shots, []),
        (box, pd.concat([shots] * 2), [10]),
    ):
        found = contradicted_games(facts, points_from_events(events))
        assert [(date, problem.game) for date, problem in found] == [
            (dt.date(2024, 10, 22), "0022400001") for _ in wrong
        ]
        assert [problem.reason for _, problem in found] == [
            f"its events give {count} of 11 players other points than the box" for count in wrong
        ]
    assert contradicted_games(box.assign(game_id="0022400002"), points_from_events(shots)) == []
