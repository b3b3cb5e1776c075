import pandas as pd
import pytest

from nba_assets.domain.raw.ten_on_floor import (
    players_on_floor,
    players_on_floor_by_period,
    starters_from_events,
)
from nba_assets_tests.domain.box_from_events import box_from_events, elapsed_seconds, seconds_on_floor

HOME, AWAY = frozenset({1, 2, 3, 4, 5}), frozenset({11, 12, 13, 14, 15})
TEAM = {player: "ATL" if player < 10 else "BOS" for player in range(1, 20)}
TEXT = pd.StringDtype("pyarrow")


def events_of(*rows: tuple[int, float, str, str | None, int | None], **more: object) -> pd.DataFrame:
    """Events of (period, clock, type, subtype, person); shots are made."""
    frame = pd.DataFrame(
        rows, columns=["period", "clock_seconds_left", "event_type", "event_subtype", "person_id"]
    )
    person = frame["person_id"].astype("Int64")
    return frame.assign(
        game_id="0022400001", event_index=range(len(frame)), person_id=person,
        team=person.map(TEAM).astype(TEXT), event_type=frame["event_type"].astype(TEXT),
        event_subtype=frame["event_subtype"].astype(TEXT), assist_person_id=pd.array([None] * len(frame),
        "Int64"), shot_made=frame["event_type"].isin(["2pt", "3pt", "freethrow"]), **more,
    )  # fmt: skip


EVERYBODY = [(1, 700.0 - player, "rebound", "defensive", player) for player in sorted(HOME | AWAY)]
CHANGE = [(1, 300.0, "substitution", "out", 1), (1, 300.0, "substitution", "in", 6)]
AFTER = [(1, 200.0, "2pt", "layup", 6), (2, 600.0, "3pt", "jump shot", 11)]


def whole() -> pd.DataFrame:
    events = events_of(*EVERYBODY, *CHANGE, *AFTER)
    return events.assign(players_on=players_on_floor(events, {"ATL": HOME, "BOS": AWAY}))


def test_starters_are_those_who_did_not_come_in():
    assert starters_from_events(events_of(*EVERYBODY, *CHANGE, *AFTER)) == {"ATL": HOME, "BOS": AWAY}


def test_a_starter_who_never_acts_is_not_guessed():
    assert starters_from_events(events_of(*EVERYBODY[1:])) == {"BOS": AWAY}


def test_an_assist_is_an_act_and_a_technical_foul_of_the_bench_is_none():
    events = events_of(*EVERYBODY[1:], (1, 400.0, "2pt", "layup", 2), (1, 390.0, "foul", "technical", 9))
    events.loc[events.index[-2], "assist_person_id"] = 1
    assert starters_from_events(events)["ATL"] == HOME


def test_the_ten_after_each_event():
    on = whole()["players_on"].str.split("|")
    assert on.map(len).tolist() == [10] * 10 + [9, 10, 10, 10]
    assert "6" in on.iloc[-1] and "1" not in on.iloc[-1]


@pytest.mark.parametrize(
    "wrong",
    [
        [(1, 300.0, "substitution", "out", 7)],
        [(1, 300.0, "substitution", "in", 2)],
        [(1, 300.0, "substitution", "out", 1), (1, 290.0, "2pt", "layup", 2)],
        [(1, 300.0, "substitution", "in", None)],
    ],
    ids=["leaves_without_being_there", "enters_twice", "four_play_on", "nobody"],
)
def test_a_contradiction_makes_the_floor_unknown(wrong):
    events = events_of(*EVERYBODY, *wrong)
    assert players_on_floor(events, {"ATL": HOME, "BOS": AWAY}).isna().all()


def test_a_feed_that_is_silent_between_periods_is_read_period_by_period():
    events = events_of(*EVERYBODY, (2, 700.0, "foul", "personal", 6))
    changed = {1: HOME, 2: HOME - {1} | {6}}
    on = players_on_floor_by_period(
        events, lambda part: {"ATL": changed[part["period"].iloc[0]], "BOS": AWAY}
    )
    assert on.iloc[0].startswith("1|2|") and on.iloc[-1].startswith("2|3|4|5|6|")
    seconds = seconds_on_floor(events.assign(players_on=on), finished=True).set_index("player_id")["seconds"]
    assert (seconds[1], seconds[6], seconds[2]) == (720, 720, 1440)


def test_minutes_to_the_second():
    seconds = seconds_on_floor(whole(), finished=True).set_index("player_id")["seconds"].to_dict()
    assert (seconds[1], seconds[6], seconds[2]) == (420, 300 + 720, 1440)
    assert sum(seconds.values()) == 10 * 1440


def test_a_growing_game_ends_at_its_last_event():
    seconds = seconds_on_floor(whole(), finished=False).set_index("player_id")["seconds"]
    assert seconds[2] == 720 + 120


def test_an_unknown_ten_while_the_clock_runs_makes_the_minutes_null():
    events = whole()
    events.loc[3, "players_on"] = None
    box = box_from_events(events, finished=True)
    assert box["minutes"].isna().all() and box["pts"].sum() == 5


def test_counts_of_a_box():
    fouls = [
        (2, 500.0, "foul", "technical", 2),
        (2, 490.0, "foul", "offensive", 2),
        (2, 480.0, "turnover", None, None),
    ]
    events = events_of(*EVERYBODY, *AFTER[1:], *fouls)
    events.loc[10, "assist_person_id"] = 12
    box = box_from_events(events.assign(players_on=None), finished=True).set_index("player_id")
    assert box.loc[11, ["pts", "fgm", "fga", "fg3m", "fg3a"]].tolist() == [3, 1, 1, 1, 1]
    assert (box.loc[12, "ast"], box.loc[2, "pf"], box.loc[2, "dreb"]) == (1, 1, 1)
    assert box["tov"].sum() == 0  # a team's turnover is no player's


def test_overtimes_are_five_minutes():
    elapsed = elapsed_seconds(pd.Series([1, 4, 5, 6]), pd.Series([720.0, 0.0, 300.0, 0.0]))
    assert elapsed.tolist() == [0, 2880, 2880, 3480]
