"""Shot zones by hand, by property, and the chain of sources."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_assets.domain.analytics.shot_zones import (
    COARSE_COLUMNS,
    FINE_COLUMNS,
    ZONE_COLUMNS,
    choose_zones,
    zone_agreement,
    zones_from_play_by_play,
    zones_from_shot_chart,
)
from nba_assets.tabular.problems import BadInput

GAME = "0022400561"
AREAS = [
    "Restricted Area", "In The Paint (Non-RA)", "Mid-Range", "Left Corner 3", "Right Corner 3",
    "Above the Break 3", "Backcourt",
]  # fmt: skip


def chart(*shots, game=GAME, player=1):
    """Shots as (zone, value, made) or (zone, value, made, y)."""
    frame = pd.DataFrame([(*shot, 20.0)[:4] for shot in shots], columns=["zone", "value", "made", "y"])
    frame = frame.astype({"zone": "string[pyarrow]", "value": "int64", "made": "bool", "y": "float64"})
    return frame.assign(
        game_id=pd.array([game] * len(frame), dtype="string[pyarrow]"),
        player_id=player,
        period=1,
        clock_seconds_left=9.0,
    )


def plays(*shots, game=GAME, player=1):
    """Shots as (event_type, qualifiers, made) or (event_type, qualifiers, made, area)."""
    frame = pd.DataFrame(
        [(*shot, None)[:4] for shot in shots], columns=["event_type", "qualifiers", "shot_made", "area"]
    )
    text = dict.fromkeys(["event_type", "qualifiers", "area"], "string[pyarrow]")
    return frame.astype(text | {"shot_made": "boolean"}).assign(
        game_id=pd.array([game] * len(frame), dtype="string[pyarrow]"),
        person_id=pd.array([player] * len(frame), dtype="Int64"),
        y=float("nan"), period=1, clock_seconds_left=9.5,
    )  # fmt: skip


def box(*rows):
    frame = pd.DataFrame(rows, columns=["game_id", "player_id", "fga", "fgm"])
    return frame.astype({"game_id": "string[pyarrow]"})


def counts(zones, row=0):
    return {name: value for name, value in zones.loc[row, ZONE_COLUMNS].items() if value is pd.NA or value}


def test_each_zone_of_the_chart_by_hand():
    shots = [(area, 2 if number < 3 else 3, number % 2 == 0) for number, area in enumerate(AREAS)]
    assert counts(zones_from_shot_chart(chart(*shots))) == {
        "paint_fga": 2, "paint_fgm": 1, "mid_range_fga": 1, "mid_range_fgm": 1, "three_fga": 4,
        "three_fgm": 2,
        "restricted_area_fga": 1, "restricted_area_fgm": 1, "paint_non_ra_fga": 1,
        "corner_three_fga": 2, "corner_three_fgm": 1, "above_break_three_fga": 2, "above_break_three_fgm": 1,
    }  # fmt: skip


def test_the_value_decides_where_zone_and_value_disagree():
    odd = chart(
        ("Above the Break 3", 2, True), ("Backcourt", 2, False),
        ("Mid-Range", 3, True, 8.7), ("Mid-Range", 3, False, 8.8),
    )  # fmt: skip
    assert counts(zones_from_shot_chart(odd)) == {
        "mid_range_fga": 2, "mid_range_fgm": 1, "three_fga": 2, "three_fgm": 1,
        "corner_three_fga": 1, "corner_three_fgm": 1, "above_break_three_fga": 1,
    }  # fmt: skip


def test_plays_without_area_are_coarse():
    events = plays(
        ("2pt", "fastbreak|pointsinthepaint", True), ("2pt", None, False), ("3pt", "2ndchance", True)
    )
    events = pd.concat([events, plays(("freethrow", None, True))], ignore_index=True)
    zones = zones_from_play_by_play(events)
    assert zones[FINE_COLUMNS].isna().all(axis=None)
    assert zones.loc[0, COARSE_COLUMNS].to_list() == [1, 1, 1, 0, 1, 1]


def test_area_decides_over_the_qualifier_and_one_shot_without_makes_the_game_coarse():
    fine = zones_from_play_by_play(
        plays(("2pt", "pointsinthepaint", True, "Mid-Range"), ("3pt", None, True, "Backcourt"))
    )
    made = ["mid_range_fga", "mid_range_fgm", "three_fga", "three_fgm"]
    assert counts(fine) == dict.fromkeys([*made, "above_break_three_fga", "above_break_three_fgm"], 1)
    mixed = pd.concat([plays(("2pt", None, True, "Restricted Area")), plays(("2pt", None, True), player=2)])
    zones = zones_from_play_by_play(mixed)
    assert zones[FINE_COLUMNS].isna().all(axis=None)
    assert zones["paint_fga"].to_list() == [1, 0]
    # A three drawn inside the line needs coordinates to be a corner or not.
    assert (
        zones_from_play_by_play(plays(("3pt", None, True, "Mid-Range")))[FINE_COLUMNS].isna().all(axis=None)
    )


def test_bad_shots_are_refused():
    with pytest.raises(BadInput, match=f"raw_shot_chart, game {GAME}, field zone: unknown shot zone 'Bench'"):
        zones_from_shot_chart(chart(("Mid-Range", 2, True), ("Bench", 2, True)))
    with pytest.raises(BadInput, match="a charted shot without zone"):
        zones_from_shot_chart(chart((None, 2, True)))
    with pytest.raises(BadInput, match="a shot without result"):
        zones_from_play_by_play(plays(("2pt", None, None)))


def test_chain_chart_then_plays_then_none():
    charted = zones_from_shot_chart(chart(("Mid-Range", 2, True), game="A"))
    played = zones_from_play_by_play(
        pd.concat(
            [
                plays(("3pt", None, False), game="A"),
                plays(("3pt", None, False), ("2pt", None, True), game="B"),
            ]
        )
    )
    rows = box(("B", 1, 2, 1), ("A", 1, 1, 1), ("C", 1, 4, 2), ("A", 2, 0, 0), ("B", 2, 1, 0))
    zones = choose_zones(rows, charted, played)
    assert zones["game_id"].to_list() == ["B", "A", "C", "A", "B"]
    assert zones["zone_source"].to_list() == [
        "play_by_play",
        "shot_chart",
        "none",
        "shot_chart",
        "play_by_play",
    ]
    assert zones["zone_detail"].to_list() == ["coarse", "fine", pd.NA, "fine", "coarse"]
    assert zones["zones_consistent"].to_list() == [True, True, pd.NA, True, False]
    assert zones.loc[1, "three_fga"] == 0
    assert zones.loc[2, ZONE_COLUMNS].isna().all()
    assert (zones.loc[3, ZONE_COLUMNS] == 0).all()
    assert zones.loc[4, ZONE_COLUMNS].isna().all(), "they do not add up"


def test_makes_that_differ_are_inconsistent_and_repeated_keys_are_refused():
    charted = zones_from_shot_chart(chart(("Mid-Range", 2, True)))
    assert not choose_zones(box((GAME, 1, 1, 0)), charted, charted.iloc[:0])["zones_consistent"].any()
    with pytest.raises(pd.errors.MergeError):
        choose_zones(box((GAME, 1, 1, 1), (GAME, 1, 1, 1)), charted, charted.iloc[:0])


def test_a_chart_that_counts_a_game_twice_steps_back_behind_the_plays():
    shot = ("Mid-Range", 2, True)
    once, twice = zones_from_shot_chart(chart(shot)), zones_from_shot_chart(chart(shot, shot))
    played = zones_from_play_by_play(plays(("2pt", None, True)))
    rows = box((GAME, 1, 1, 1))
    zones = choose_zones(rows, twice, played)
    assert zones["zone_source"].to_list() == ["play_by_play"]
    assert zones["mid_range_fga"].to_list() == [1]
    assert choose_zones(rows, once, played)["zone_source"].to_list() == ["shot_chart"]
    alone = choose_zones(rows, twice, played.iloc[:0])
    assert alone["zones_consistent"].to_list() == [False]
    assert alone[ZONE_COLUMNS].isna().all(axis=None)


def test_no_shots_at_all():
    none = zones_from_shot_chart(chart())
    assert none.empty
    zones = choose_zones(box((GAME, 1, 1, 1)), none, zones_from_play_by_play(plays()))
    assert zones["zone_source"].to_list() == ["none"]


def test_agreement_matches_shot_by_shot():
    charted = chart(("Restricted Area", 2, True), ("Mid-Range", 2, False), ("Above the Break 3", 3, True))
    played = plays(
        ("2pt", "pointsinthepaint", True), ("2pt", "pointsinthepaint", False), ("3pt", None, False)
    )
    table = zone_agreement(charted, played).set_index("zone")
    assert table["chart_attempts"].to_list() == [1, 1, 1]
    assert table["play_attempts"].to_list() == [2, 0, 1]
    # The three is a make here and a miss there: no counterpart.
    assert table["matched"].to_list() == [1, 1, 0]
    assert table["agreement_share"].fillna(-1).to_list() == [1, 0, -1]
    elsewhere = zone_agreement(charted, plays(("2pt", None, True), game="0022400562"))
    assert elsewhere[["chart_attempts", "play_attempts"]].to_numpy().sum() == 0


shots = st.lists(
    st.tuples(
        st.sampled_from(["0022400001", "0022400002"]), st.integers(1, 3), st.sampled_from([*AREAS, None]),
        st.sampled_from([2, 3]), st.booleans(), st.booleans(), st.one_of(st.none(), st.floats(-5, 80)),
    ),
    max_size=40,
)  # fmt: skip


@settings(max_examples=60)
@given(shots)
def test_zones_always_sum(rows):
    names = ["game_id", "person_id", "area", "value", "shot_made", "paint", "y"]
    frame = pd.DataFrame(rows, columns=names).astype(
        {"game_id": "string[pyarrow]", "area": "string[pyarrow]"}
    )
    frame = frame.astype(
        {"person_id": "Int64", "value": "int64", "shot_made": "boolean", "paint": "bool", "y": "float64"}
    )
    events = frame.assign(
        event_type=frame["value"].map({2: "2pt", 3: "3pt"}).astype("string[pyarrow]"),
        qualifiers=frame["paint"].map({True: "pointsinthepaint", False: None}).astype("string[pyarrow]"),
    )
    charted = frame[frame["area"].notna()].rename(
        columns={"person_id": "player_id", "area": "zone", "shot_made": "made"}
    )
    for zones, source in (
        (zones_from_play_by_play(events), frame),
        (zones_from_shot_chart(charted), charted),
    ):
        assert_sums(zones, source)


def assert_sums(zones, source):
    makes = source["shot_made" if "shot_made" in source else "made"]
    for count, total in (("fga", len(source)), ("fgm", int(makes.sum()))):
        coarse = [f"{zone}_{count}" for zone in ("paint", "mid_range", "three")]
        assert zones[coarse].sum().sum() == total
        known = zones[zones[f"corner_three_{count}"].notna()]
        assert (
            known[f"restricted_area_{count}"] + known[f"paint_non_ra_{count}"] == known[f"paint_{count}"]
        ).all()
        assert (
            known[f"corner_three_{count}"] + known[f"above_break_three_{count}"] == known[f"three_{count}"]
        ).all()
    assert zones.groupby("game_id")["corner_three_fga"].apply(lambda game: game.isna().nunique()).le(1).all()
