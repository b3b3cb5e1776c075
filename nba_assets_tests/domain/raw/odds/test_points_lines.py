from statistics import NormalDist

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from nba_assets.assets.unresolved_names import unresolved_names
from nba_assets.calendar.tipoffs import (
    date_cutoffs,
    game_cutoffs,
    with_stated_tipoffs,
)
from nba_assets.domain.analytics.points_lines_as_of import (
    implied_chance,
    implied_median,
    points_lines_as_of,
)
from nba_assets.domain.raw.event_games import stated_tipoffs
from nba_assets.domain.raw.odds.odds_prices import fair_probability
from nba_assets.domain.raw.odds.points_lines import (
    RAW_POINTS_LINE_COLUMNS,
    points_lines_from_archive,
)
from nba_assets.domain.raw.player_names import forms_table
from nba_assets_tests.domain.market_frames import (
    appearances_of,
    archive_appearances,
    archive_schedule,
    schedule_of,
)  # fmt: skip

SCHEDULE = schedule_of(
    ("0022300001", "2024-03-09", "ATL", "BOS", None),
    ("0022300002", "2024-03-10", "BOS", "ATL", None),  # the clocks change that night
    ("0022300003", "2024-03-12", "ATL", "BOS", "2024-03-12T23:30:00Z"),
)
APPEARANCES = appearances_of((1, "Trae Young", "ATL", "2024-03-01"), (2, "Al Horford", "BOS", "2024-03-01"))
EMPTY = {"source": "rotowire", "game_date": None, "commence_time": None, "event_id": None, "home_team": None,
         "away_team": None, "player": "Trae Young", "team": None, "opp": None, "book": "mgm", "line": 20.5,
         "over_price": -110.0, "under_price": -110.0, "odds_type": None, "snapshot_at": None}  # fmt: skip


def rows_of(*changes: dict) -> pd.DataFrame:
    return pd.DataFrame([EMPTY | change for change in changes])


def land(*changes: dict, schedule: pd.DataFrame = SCHEDULE) -> tuple[pd.DataFrame, dict[str, int]]:
    lines, refused = points_lines_from_archive(rows_of(*changes), schedule, APPEARANCES)
    assert len(lines) + refused["count"].sum() == len(changes)
    assert list(lines.columns) == RAW_POINTS_LINE_COLUMNS
    return lines, refused.groupby("reason")["count"].sum().to_dict()


def event(**more: object) -> dict:
    names = {"source": "the-odds-api", "home_team": "Atlanta Hawks", "away_team": "Boston Celtics"}
    return names | {"snapshot_at": "2024-03-12T20:00:00Z", "commence_time": "2024-03-12T23:40:00Z"} | more


def test_without_a_tipoff_facts_count_until_noon_and_are_filed_until_the_evening():
    """Eastern time, on either side of a clock change."""
    cutoffs = game_cutoffs(SCHEDULE).set_index("game_id")["cutoff_utc"]
    noon = ["2024-03-09T17:00Z", "2024-03-10T16:00Z", "2024-03-12T23:30Z"]
    assert cutoffs.tolist() == [pd.Timestamp(moment) for moment in noon]
    evening = ["2024-03-09T23:00Z", "2024-03-10T22:00Z", "2024-03-12T23:30Z"]
    assert date_cutoffs(SCHEDULE)["cutoff_utc"].tolist() == [pd.Timestamp(moment) for moment in evening]


def test_a_matinee_with_a_known_tipoff_does_not_end_the_day_of_a_game_without_one():
    two = schedule_of(
        ("0022300001", "2024-03-12", "ATL", "BOS", "2024-03-12T17:00Z"),
        ("0022300002", "2024-03-12", "LAL", "DEN", None),
    )
    assert date_cutoffs(two)["cutoff_utc"].tolist() == [pd.Timestamp("2024-03-12T22:00Z")]


@pytest.mark.parametrize(
    ("snapshot", "before"),
    [("2024-03-09 16:59:59+00:00", True), ("2024-03-09 17:00:00+00:00", False), (None, pd.NA)],
)
def test_without_a_tipoff_the_hour_decides(snapshot, before):
    lines, _ = land({"opp": "BOS", "game_date": "2024-03-09", "snapshot_at": snapshot})
    assert lines["captured_before_tipoff"].tolist() == [before] or pd.isna(before)
    assert lines["minutes_to_tipoff"].isna().all() and lines["game_id"].tolist() == ["0022300001"]
    assert lines["captured_before_tipoff"].isna().all() == (snapshot is None)
    assert len(points_lines_as_of(lines)) == (before is True)


def test_after_tipoff_is_kept_and_never_used():
    lines, _ = land(event(), event(snapshot_at="2024-03-12T23:30:00Z", line=30.5))
    assert lines["captured_before_tipoff"].tolist() == [True, False]
    assert lines["minutes_to_tipoff"].tolist() == [210.0, 0.0]
    assert points_lines_as_of(lines)["points_line"].tolist() == [20.5]


def test_a_stated_start_replaces_an_unknown_tipoff_and_the_earliest_wins():
    matinee = {"commence_time": "2024-03-09T18:10:00Z", "snapshot_at": "2024-03-09T17:00:00Z"}
    later = matinee | {"commence_time": "2024-03-09T19:10:00Z", "book": "bovada"}
    during = {"opp": "BOS", "snapshot_at": "2024-03-09 20:00:00+00:00"}
    lines, _ = land(event(**matinee), event(**later), during)
    assert lines["captured_before_tipoff"].tolist() == [True, True, False]
    assert lines["minutes_to_tipoff"].tolist() == [70.0, 70.0, -110.0]


def test_stated_tipoffs_never_replace_the_schedule():
    rows = rows_of(event(), event(commence_time="2024-03-09T18:10:00Z"), {"opp": "BOS"})
    filled = with_stated_tipoffs(SCHEDULE, stated_tipoffs(rows, SCHEDULE))["tipoff_utc"]
    assert filled.iloc[0] == pd.Timestamp("2024-03-09T18:10Z") and pd.isna(filled.iloc[1])
    assert filled.iloc[2] == SCHEDULE["tipoff_utc"].iloc[2]


def test_a_late_game_has_the_next_utc_day():
    late = schedule_of(("0022300009", "2024-03-11", "ATL", "BOS", None))
    lines, _ = land(event(commence_time="2024-03-12T02:10:00Z"), schedule=late)
    assert lines["game_date"].tolist() == [pd.Timestamp("2024-03-11")]


@pytest.mark.parametrize("stated", [None, "2024-03-09", "2024-03-10"])
def test_the_venue_corrects_an_inferred_date(stated):
    lines, _ = land({"opp": "BOS", "game_date": stated, "snapshot_at": "2024-03-09 15:00:00+00:00"})
    assert lines["game_id"].tolist() == ["0022300001"]


def test_a_list_shown_after_midnight_is_last_nights():
    lines, _ = land({"opp": "BOS", "snapshot_at": "2024-03-10 05:10:00+00:00"})
    assert lines["game_id"].tolist() == ["0022300001"] and not lines["captured_before_tipoff"].any()


def test_two_games_that_fit_are_refused():
    series = schedule_of(
        ("0022300001", "2024-03-09", "ATL", "BOS", None), ("0022300002", "2024-03-10", "ATL", "BOS", None)
    )
    _, refused = land(
        {"opp": "BOS", "game_date": "2024-03-10", "snapshot_at": "2024-03-09 15:00:00+00:00"}, schedule=series
    )
    assert refused == {"two_games_fit": 1}


def test_what_has_no_place_is_refused_by_name():
    swapped = {"home_team": "Boston Celtics", "away_team": "Atlanta Hawks"}
    _, refused = land(
        event(**swapped),
        event(commence_time="2024-03-20T23:40:00Z"),
        event(line=None),
        {"opp": "MIA", "snapshot_at": "2024-03-09 15:00:00+00:00"},
        {"snapshot_at": "2024-03-09 15:00:00+00:00"},
        event(commence_time=None),
    )
    assert refused == {
        "home_and_away_swapped": 1, "no_such_game_on_date": 1, "no_line": 1, "no_game_at_venue_on_date": 1,
        "no_teams": 1, "no_date": 1,
    }  # fmt: skip


def test_the_other_way_round_is_a_neutral_site():
    neutral = SCHEDULE.assign(is_neutral=pd.Series(True, index=SCHEDULE.index, dtype="boolean"))
    lines, _ = land(event(home_team="Boston Celtics", away_team="Atlanta Hawks"), schedule=neutral)
    assert lines["game_id"].tolist() == ["0022300003"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("home_team", "Seattle SuperSonics"),
        ("snapshot_at", "yesterday"),
        ("commence_time", "tonight"),
        ("game_date", "2024/13/45"),
        ("over_price", "even"),
        ("line", "n/a"),
    ],
)
def test_a_value_that_cannot_be_read_costs_its_row_and_is_named(field, value):
    rows = rows_of(event(), event(player="Al Horford", **{field: value}))
    lines, refused = points_lines_from_archive(rows, SCHEDULE, APPEARANCES)
    assert lines["player_name"].to_list() == ["Trae Young"]
    (row,) = refused.to_dict("records")
    assert (row["reason"], row["field"], row["value"]) == (f"unreadable_{field}", field, value)
    assert row["count"] == 1


def test_the_main_line_of_a_ladder_is_the_even_one():
    lines, refused = land(
        event(line=18.5, over_price=-250.0, under_price=180.0),
        event(line=20.5, over_price=-115.0, under_price=-115.0),
        event(line=20.5, over_price=-115.0, under_price=-115.0),
        event(line=0.5, over_price=-137.0, under_price=None),
        event(line=22.5, over_price=150.0, under_price=-190.0),
    )
    assert lines["line"].tolist() == [20.5] and refused == {"alternate_line": 3, "exact_duplicate": 1}


def test_equal_balance_is_refused_not_guessed():
    _, refused = land(event(line=18.5), event(line=19.5))
    assert refused == {"equally_balanced_lines": 2}


def captured(minute: int, book: str, line: float, name: str = "Trae Young") -> dict:
    moment = pd.Timestamp("2024-03-12T15:00:00Z") + pd.Timedelta(minutes=minute)
    return event(snapshot_at=moment.isoformat(), book=book, line=line, player=name)


def test_last_and_first_capture_are_medians_over_books():
    lines, _ = land(
        captured(0, "a", 20.5), captured(2, "b", 21.5), captured(9, "c", 23.5),
        captured(120, "stale", 30.5),
        captured(240, "a", 22.5), captured(243, "a", 24.5), captured(250, "b", 25.5),
        captured(600, "a", 40.5),
    )  # fmt: skip
    out = points_lines_as_of(lines).iloc[0]
    assert (out["points_line"], out["opening_points_line"], out["line_books"]) == (25.0, 21.5, 2)
    assert out["line_captured_at"] == pd.Timestamp("2024-03-12T19:10Z")


def test_prices_determine_where_between_lines_the_median_lies():
    """A line of 20.5 at -150 / +120: 60 % and 45.5 % with the margin, 56.9 % over without it."""
    prices = pd.DataFrame({"line": [20.5] * 4, "over_price": [-150.0, -110.0, -150.0, 120.0],
                           "under_price": [120.0, -110.0, None, -150.0]})  # fmt: skip
    fair = 0.6 / (0.6 + 100 / 220)
    shift = 6.0 * NormalDist().inv_cdf(fair)
    assert shift == pytest.approx(1.043, abs=0.001)
    assert implied_median(prices).tolist() == pytest.approx([20.5 + shift, 20.5, 20.5, 20.5 - shift])
    fair = fair_probability(prices["over_price"], prices["under_price"]).fillna(0.5)
    assert implied_chance(prices["line"], implied_median(prices)).tolist() == pytest.approx(fair.tolist())
    assert implied_chance(pd.Series([None, 20.5]), pd.Series([None, None])).isna().all()


def test_the_market_median_is_the_median_over_books_of_the_last_capture():
    lines, _ = land(captured(0, "a", 30.5), captured(240, "a", 22.5), captured(243, "b", 25.5))
    priced = lines.assign(over_price=-110.0, under_price=-110.0)
    priced.loc[priced["line"].eq(25.5), "over_price"] = -150.0
    shift = 6.0 * NormalDist().inv_cdf(0.6 / (0.6 + 110 / 210))
    out = points_lines_as_of(priced).iloc[0]
    assert out["market_median_points"] == pytest.approx((22.5 + 25.5 + shift) / 2)


def test_an_unresolved_player_has_no_line():
    lines, _ = land(captured(0, "a", 20.5, "Nobody"))
    assert lines["player_id"].isna().all() and points_lines_as_of(lines).empty


@pytest.fixture(scope="module")
def archive(archive_dir):
    # One file by name: the counts below are its own, and more seasons may lie beside it.
    rows = pd.read_parquet(archive_dir / "odds" / "player_points_lines_2024-01_to_2025-01.parquet")
    schedule, box = archive_schedule(archive_dir), archive_appearances(archive_dir)
    lines, refused = points_lines_from_archive(rows, schedule, box)
    return {"rows": rows, "schedule": schedule, "box": box, "lines": lines, "refused": refused}


def test_archive_rows_land_or_are_counted(archive):
    lines, refused = archive["lines"], archive["refused"]
    assert len(lines) + refused["count"].sum() == len(archive["rows"])
    assert not lines.duplicated(["captured_at", "game_id", "player_name", "book"]).any()
    by_reason = refused.groupby(["source", "reason"])["count"].sum().to_dict()
    assert by_reason[("dfs-apps", "no_such_game_on_date")] == 39
    assert not [key for key in by_reason if key[0] == "rotowire" and "line" not in key[1]]


def test_archive_dates_that_the_file_left_open_are_found(archive):
    counts = archive["lines"].groupby("source").size()
    assert counts["rotowire"] == 174671 + 10222 - 145


def test_archive_usable_lines_of_players_who_played_resolve(archive):
    lines, box = archive["lines"], archive["box"]
    usable = lines.loc[lines["captured_before_tipoff"].eq(True).fillna(False)]
    assert usable["player_id"].notna().mean() >= 0.999
    played = usable.merge(box[["game_id", "player_id"]], on=["game_id", "player_id"])
    # Nine in ten lines are about players who then played; a wrong person would not have.
    assert len(played) / len(usable) >= 0.93
    assert usable["source"].value_counts().to_dict() == {"rotowire": 148589, "the-odds-api": 37064}
    assert not usable["captured_at"].isna().any()


def test_archive_lines_resolve_whoever_played_and_name_the_rest(archive):
    """Of all lines, whether the player then played or not: more than the 97 % that are asked of those."""
    lines = archive["lines"]
    assert lines["player_id"].notna().mean() >= 0.9999
    listed = unresolved_names(lines)
    named = {result.split(":")[0] for words in listed.values() for result in words.split("; ")}
    assert named == set(lines.loc[lines["player_id"].isna(), "player_name"]) == {
        "Zach Edey", "Alex Sarr", "Dalton Knecht"}  # fmt: skip


def test_archive_lines_of_players_who_played_find_them(archive):
    """97 % is asked of lines of players who played; who they are is told by the box of the game itself."""
    lines, box = archive["lines"], archive["box"].merge(archive["schedule"][["game_id"]], on="game_id")
    forms = forms_table(pd.concat([lines["player_name"], box["player_name"]])).set_index("name")["base"]
    played = box.assign(base=box["player_name"].map(forms))[["game_id", "base", "player_id"]]
    result = lines.assign(base=lines["player_name"].map(forms)).merge(
        played, on=["game_id", "base"], suffixes=("", "_box")
    )
    assert len(result) > 200_000
    right = result["player_id"].eq(result["player_id_box"])
    assert right.fillna(False).mean() >= 0.9999
    # Whoever is found is the one who played: four lines of rookies before their first game stay open.
    assert right[result["player_id"].notna()].all() and int(result["player_id"].isna().sum()) == 4
    assert result.loc[result["player_id"].isna(), "match_method"].eq("unknown").all()
    assert result.loc[result["player_id"].notna(), "match_confidence"].notna().all()


def test_archive_lines_predict_the_points(archive):
    out = points_lines_as_of(archive["lines"])
    scored = out.merge(archive["box"], on=["game_id", "player_id"])
    error = scored["pts"] - scored["points_line"]
    assert len(out) > 6300 and abs(error.mean()) < 0.3 and error.abs().mean() < 5.2
    assert error.abs().mean() < (scored["pts"] - scored["opening_points_line"]).abs().mean()


def test_archive_range_equals_a_date_alone(archive):
    date = pd.Timestamp("2024-03-20")
    rows, lines = archive["rows"], archive["lines"]
    games = archive["schedule"].loc[archive["schedule"]["game_date"] == date]
    box = archive["box"].loc[archive["box"]["game_date"] < date]
    alone, _ = points_lines_from_archive(
        rows.loc[rows["game_date"].eq("2024-03-20") | rows["game_date"].isna()], games, box
    )
    together = lines.loc[lines["game_date"] == date].reset_index(drop=True)
    assert_frame_equal(alone, together)
    of_date = points_lines_as_of(lines).query("game_id in @games.game_id").reset_index(drop=True)
    assert_frame_equal(points_lines_as_of(alone), of_date)


def test_a_capture_without_a_time_zone_counts_from_the_latest_moment_that_it_can_be():
    """A whole feed of them was refused; taken for UTC, lines of the evening would be known in the morning."""
    clock = event(snapshot_at="20240312_120000", commence_time="20240312_233000", game_date="2024-03-12")
    lines, counts = points_lines_from_archive(rows_of(clock, event()), SCHEDULE, APPEARANCES)
    assert lines["captured_at"].tolist() == [
        pd.Timestamp("2024-03-12T19:00Z"),
        pd.Timestamp("2024-03-12T20:00Z"),
    ]
    assert set(lines["game_id"]) == {"0022300003"} and lines["captured_before_tipoff"].all()
    found = counts.set_index("field")
    assert found["count"].tolist() == [1, 1] and found.loc["snapshot_at", "value"] == "20240312_120000"
    assert (
        "Pacific time" in found.loc["snapshot_at", "remark"]
        and "without it" in found.loc["commence_time", "remark"]
    )


def test_a_capture_without_a_time_zone_tells_no_game():
    lines, counts = points_lines_from_archive(
        rows_of({"opp": "BOS", "snapshot_at": "20240309_233000"}), SCHEDULE, APPEARANCES
    )
    assert lines.empty and counts["reason"].tolist() == ["no_game_at_venue_on_date"]
