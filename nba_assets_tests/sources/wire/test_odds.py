import copy
import json

import pandas as pd
import pytest

from nba_assets.domain.analytics.points_lines_as_of import points_lines_as_of
from nba_assets.domain.raw.odds.game_lines import game_lines_as_of
from nba_assets.domain.raw.odds.odds_prices import american_price
from nba_assets.sources.wire.odds.game_odds import parse_game_lines
from nba_assets.sources.wire.odds.odds_events import parse_events
from nba_assets.sources.wire.odds.points_odds import parse_points_lines
from nba_assets.tabular.problems import BadInput
from nba_assets_tests.domain.market_frames import archive_appearances, archive_schedule, schedule_of
from nba_assets_tests.sources.wire import miniatures as mini
from nba_assets_tests.sources.wire.feeds import PLAYERS, SCHEDULE

FOLDER = "the-odds-api"
EARLY, LATE = f"{mini.DATE}T20:00:00Z", f"{mini.DATE}T23:30:00Z"


@pytest.fixture(scope="module")
def schedule(archive_dir):
    return archive_schedule(archive_dir)


def game_lines(document: object, **more: object) -> object:
    return parse_game_lines(mini.body(document), SCHEDULE, file="f", **more)


def test_a_capture_35_minutes_after_tipoff_is_unusable(wire, schedule):
    name = f"{FOLDER}/historical_event_odds_spreads_totals.json"
    parsed = parse_game_lines(wire(name), schedule, file=name)
    assert parsed.notes == {"captured_after_tipoff": 4} and not parsed.problems
    lines = parsed.rows.set_index(["book", "market"])
    assert lines["point"].to_dict() == {
        ("draftkings", "spread"): -6.5, ("draftkings", "total"): 248.5,
        ("fanduel", "spread"): -7.5, ("fanduel", "total"): 247.5,
    }  # fmt: skip
    assert lines.loc[("draftkings", "spread"), "home_price"] == pytest.approx(-100 / 0.83)
    assert set(parsed.rows["game_id"]) == {"0022300626"}
    assert game_lines_as_of(parsed.rows, schedule).empty


def test_a_points_line_of_that_capture_is_marked(archive_dir, wire, schedule):
    document = json.loads(wire(f"{FOLDER}/historical_event_odds_spreads_totals.json"))
    outcomes = [
        {"name": side, "description": "Trae Young", "price": 1.9, "point": 26.5} for side in ("Over", "Under")
    ]
    document["data"]["bookmakers"][0]["markets"] = [{"key": "player_points", "outcomes": outcomes}]
    parsed = parse_points_lines(mini.body(document), schedule, archive_appearances(archive_dir), file="f")
    line = parsed.rows.iloc[0]
    assert (line["player_id"], line["match_method"], line["line"]) == (1629027, "exact", 26.5)
    assert not line["captured_before_tipoff"] and line["minutes_to_tipoff"] == pytest.approx(-35, abs=0.5)
    assert points_lines_as_of(parsed.rows).empty


def test_moneylines_have_no_point(wire, schedule):
    name = f"{FOLDER}/historical_game_lines.json"
    rows = parse_game_lines(wire(name), schedule, file=name).rows
    assert rows["market"].eq("moneyline").all() and rows["point"].isna().all()
    assert rows["home_price"].tolist() == pytest.approx([-312.5, -100 / 0.26])
    assert rows["away_price"].tolist() == pytest.approx([230, 280])


@pytest.mark.parametrize(("number", "events"), [(1, 10), (2, 16)])
def test_every_event_of_the_lists_has_its_game(wire, schedule, number, events):
    name = f"{FOLDER}/historical_events_{number}.json"
    parsed = parse_events(wire(name), schedule, file=name)
    found = parsed.rows
    assert not parsed.problems
    assert len(found) == events and found["game_id"].notna().all() and found["game_id"].is_unique


def test_prices_are_seen_from_the_schedules_home_team():
    rows = game_lines(mini.odds_document()).rows.set_index("market")
    assert rows["point"].to_dict()["spread"] == 4.5
    assert rows.loc["moneyline", ["home_price", "away_price"]].tolist() == pytest.approx([150, -200])
    assert rows.loc["total", "home_price"] == pytest.approx(-100 / 0.87)


def test_american_prices_stay_as_they_are_and_one_of_another_kind_costs_its_market():
    document = mini.odds_document()
    for market in document["data"]["bookmakers"][0]["markets"]:
        for outcome, price in zip(market["outcomes"], (150, -200) * 2, strict=False):
            outcome["price"] = price
    moneyline = game_lines(document).rows.set_index("market").loc["moneyline"]
    assert moneyline[["home_price", "away_price"]].tolist() == [150, -200]
    whole = len(game_lines(document).rows)
    document["data"]["bookmakers"][0]["markets"][0]["outcomes"][0]["price"] = 2.5
    (problem,) = game_lines(document).problems
    assert "2.5 among American prices" in problem.reason
    assert len(game_lines(document).rows) == whole - 1


@pytest.mark.parametrize(
    ("change", "reason", "lost"),
    [
        pytest.param({}, None, 0, id="the same again"),
        pytest.param({"price": 1.5}, "and", 1, id="another price"),
        pytest.param({"price": "evens"}, "a number", 0, id="a price that is none"),
        pytest.param({"name": "Push"}, "is no side", 0, id="a side that is none"),
        pytest.param({"description": None}, "no value", 0, id="nobody"),
    ],
)
def test_an_odd_outcome_costs_its_line_alone(change, reason, lost):
    document = mini.odds_document()
    markets = document["data"]["bookmakers"][0]["markets"]
    (market,) = [market for market in markets if market["key"] == "player_points"]
    whole = parse_points_lines(mini.body(document), SCHEDULE, PLAYERS, file="f")
    market["outcomes"].append(market["outcomes"][0] | change)
    parsed = parse_points_lines(mini.body(document), SCHEDULE, PLAYERS, file="f")
    assert len(parsed.rows) == len(whole.rows) - lost
    assert [reason in problem.reason for problem in parsed.problems] == [True] * bool(reason)


def test_a_current_answer_needs_its_time():
    document = [mini.odds_document()["data"]]
    with pytest.raises(BadInput, match="no capture time"):
        game_lines(document)
    rows = game_lines(document, captured_at=pd.Timestamp(EARLY)).rows
    assert rows["captured_at"].eq(pd.Timestamp(EARLY)).all() and len(rows) == 3


@pytest.mark.parametrize(("moment", "before"), [(EARLY, True), (LATE, False)])
def test_points_lines_on_either_side_of_tipoff(moment, before):
    parsed = parse_points_lines(mini.body(mini.odds_document(moment)), SCHEDULE, PLAYERS, file="f")
    assert parsed.rows["captured_before_tipoff"].tolist() == [before] * 2
    assert parsed.rows["player_id"].tolist() == [101, 201] and parsed.rows["match_method"].eq("exact").all()
    assert len(points_lines_as_of(parsed.rows)) == 2 * before
    assert parsed.notes == {"left_out_h2h": 1, "left_out_spreads": 1, "left_out_totals": 1}


def test_an_ambiguous_name_is_counted_and_never_guessed():
    twins = pd.concat([PLAYERS, PLAYERS.loc[PLAYERS["player_id"].eq(101)].assign(player_id=999)])
    parsed = parse_points_lines(mini.body(mini.odds_document()), SCHEDULE, twins, file="f")
    assert parsed.notes["unresolved"] == 1
    lines = parsed.rows.set_index("player_name")
    assert pd.isna(lines.loc[mini.NAMES[101], "player_id"])
    assert lines.loc[mini.NAMES[101], "match_method"] == "ambiguous"


def test_sides_that_contradict_each_other_are_a_problem():
    document = mini.odds_document()
    document["data"]["bookmakers"][0]["markets"][1]["outcomes"][0]["point"] = -5.5
    parsed = game_lines(document)
    assert len(parsed.rows) == 2 and "4.5 against -5.5" in parsed.problems[0].reason


@pytest.mark.parametrize("change", [{"home_team": "Seattle SuperSonics"}, {"sport_key": "icehockey_nhl"}])
def test_another_league_is_a_problem_not_a_row(change):
    document = mini.odds_document()
    document["data"] |= change
    parsed = game_lines(document)
    assert parsed.rows.empty and len(parsed.problems) == 1


def test_the_later_of_two_events_of_a_game_wins():
    first = mini.odds_document()["data"]
    second = copy.deepcopy(first) | {"id": "e2", "commence_time": f"{mini.DATE}T23:50:00Z"}
    second["bookmakers"][0]["markets"][2]["outcomes"] = [{"name": "Over", "price": 1.9, "point": 230.5}]
    parsed = game_lines([first, second], captured_at=pd.Timestamp(EARLY))
    total = parsed.rows.set_index("market").loc["total"]
    assert (total["point"], pd.isna(total["away_price"])) == (230.5, True)
    assert parsed.notes["refused_superseded_event"] == 1


def test_an_event_without_a_game_is_counted():
    other = schedule_of((mini.GAME, "2024-10-25", "ATL", "BOS", None)).assign(status="scheduled")
    parsed = parse_game_lines(mini.body(mini.odds_document()), other, file="f")
    assert parsed.rows.empty and parsed.notes["refused_no_such_game_on_date"] == 1


def test_american_price_of_a_decimal_one():
    prices = american_price(pd.Series([2.0, 2.5, 1.5, 1.0, 0.5, None]))
    assert prices.tolist()[:3] == [100, 150, -200] and prices.iloc[3:].isna().all()
