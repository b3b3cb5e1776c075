"""The table of feeds: what each asks for, where its documents lie, what its check lets through."""

import datetime as dt
import json
from collections.abc import Callable

import pytest

from nba_assets.settings import Settings
from nba_assets.sources.feeds.catalog import (
    FEEDS,
    season_date,
    wanted,
)
from nba_assets.sources.http import FetchProblem, publishers
from nba_assets_tests.sources import wire_samples as samples
from nba_assets_tests.sources.wire_samples import EVENT, NIGHT, SAMPLES

Wire = Callable[[str], bytes]
SEASON = {"season": "2025-26", "season_type": "Regular Season"}

ADDRESSES = {
    "schedule": (
        {"season": "2025-26"},
        "cdn.nba.com/static/json/staticData/scheduleLeagueV2_1.json",
        "2025-26",
    ),
    "past_schedule": ({"season": "2024-25"}, "stats.nba.com/stats/scheduleleaguev2int", "2024-25"),
    "scoreboard": ({}, "cdn.nba.com/static/json/liveData/scoreboard/todaysScoreboard_00.json", "scoreboard"),
    "player_game_log": (SEASON, "stats.nba.com/stats/leaguegamelog", "Regular-Season"),
    "team_game_log": (SEASON, "stats.nba.com/stats/leaguegamelog", "Regular-Season"),
    "player_season_log": (SEASON, "stats.nba.com/stats/leaguegamelog", "Regular-Season"),
    "team_season_log": (SEASON, "stats.nba.com/stats/leaguegamelog", "Regular-Season"),
    "season_shot_chart": (SEASON, "stats.nba.com/stats/shotchartdetail", "Regular-Season"),
    "boxscore": (
        {"game_id": "0022500775"},
        "cdn.nba.com/static/json/liveData/boxscore/boxscore_0022500775.json",
        "0022500775",
    ),
    "lineup": (
        {"game_id": "0022500775"},
        "cdn.nba.com/static/json/liveData/boxscore/boxscore_0022500775.json",
        "0022500775",
    ),
    "play_by_play": (
        {"game_id": "0022500775"},
        "cdn.nba.com/static/json/liveData/playbyplay/playbyplay_0022500775.json",
        "0022500775",
    ),
    "stats_play_by_play": (
        {"game_id": "0022500775"},
        "stats.nba.com/stats/playbyplayv3",
        "0022500775",
    ),
    "player_index": ({"season": "2025-26"}, "stats.nba.com/stats/playerindex", "2025-26"),
    "shot_chart": ({"game_id": "0022500775", **SEASON}, "stats.nba.com/stats/shotchartdetail", "0022500775"),
    "injury_report": (
        {"clock": "05_30PM"},
        "ak-static.cms.nba.com/referee/injury/Injury-Report_2026-02-11_05_30PM.pdf",
        "05_30PM",
    ),
    "odds_events": ({}, "api.the-odds-api.com/v4/sports/basketball_nba/events", "events"),
    "odds": (
        {"event_id": EVENT},
        f"api.the-odds-api.com/v4/sports/basketball_nba/events/{EVENT}/odds",
        EVENT,
    ),
    "past_odds_events": (
        {"snapshot": "2024-01-25T03:55:40Z"},
        "api.the-odds-api.com/v4/historical/sports/basketball_nba/events",
        "events_2024-01-25T035540Z",
    ),
    "past_odds": (
        {"event_id": EVENT, "snapshot": "2024-01-25T03:55:40Z"},
        f"api.the-odds-api.com/v4/historical/sports/basketball_nba/events/{EVENT}/odds",
        f"{EVENT}_2024-01-25T035540Z",
    ),
}


@pytest.mark.parametrize("feed", FEEDS)
def test_every_feed_asks_where_its_publisher_answers(feed: str) -> None:
    values, address, key = ADDRESSES[feed]
    made = wanted(feed, NIGHT, **values)
    base = publishers(Settings())[made.request.host].base_url
    assert f"{base}{made.request.path}" == f"https://{address}"
    assert (made.document.feed, made.document.key, made.document.game_date) == (feed, key, NIGHT)
    assert made.document.kind == ("pdf" if feed == "injury_report" else "json")


def test_the_table_of_addresses_is_complete() -> None:
    assert set(ADDRESSES) == set(FEEDS)


def test_a_game_log_asks_for_one_date_of_one_kind() -> None:
    query = wanted("player_game_log", NIGHT, **SEASON).request.query
    requested = {name: query[name] for name in ("PlayerOrTeam", "Season", "SeasonType", "DateFrom", "DateTo")}
    assert list(requested.values()) == ["P", "2025-26", "Regular Season", "2026-02-11", "2026-02-11"]
    assert wanted("team_game_log", NIGHT, **SEASON).request.query["PlayerOrTeam"] == "T"


def test_a_shot_chart_asks_for_misses_too() -> None:
    query = wanted("shot_chart", NIGHT, game_id="0022500775", **SEASON).request.query
    assert (query["ContextMeasure"], query["GameID"], query["PlayerID"]) == ("FGA", "0022500775", "0")


def test_lines_cost_what_the_books_charge_and_the_past_ten_times_as_much() -> None:
    costs = {name: feed.cost for name, feed in FEEDS.items() if feed.cost}
    markets = len(FEEDS["odds"].query["markets"].split(","))
    assert costs == {"odds": markets, "past_odds_events": 1, "past_odds": 10 * markets}


@pytest.mark.parametrize("value", ["../../etc", "a/b", "a?b=c", "a#b", "", "a\nb", "%2e", "ä"])
def test_no_value_leads_a_request_astray(value: str) -> None:
    with pytest.raises(ValueError, match="the value of game_id"):
        wanted("boxscore", NIGHT, game_id=value)


def test_a_value_that_is_not_given_is_missed_at_once() -> None:
    with pytest.raises(KeyError, match="game_id"):
        wanted("boxscore", NIGHT)
    with pytest.raises(KeyError, match="boxes"):
        wanted("boxes", NIGHT)


def test_a_season_lies_under_its_first_july() -> None:
    assert season_date("2024-25") == dt.date(2024, 7, 1)


@pytest.mark.parametrize("feed", SAMPLES)
def test_a_check_passes_its_own_sample_and_no_other_documents(feed: str, wire: Wire) -> None:
    document, name = SAMPLES[feed]
    document.request.check(wire(name))
    if document.feed.kind == "pdf":
        return
    alike = {"past_schedule": {"schedule"}}.get(feed, set())
    for other, (_, theirs) in SAMPLES.items():
        if other in {feed, "past_schedule", "injury_report", *alike}:
            continue
        with pytest.raises(FetchProblem):
            document.request.check(wire(theirs))


def _log(change: Callable[[dict], object], wire: Wire) -> bytes:
    document = json.loads(wire(SAMPLES["player_game_log"][1]))
    change(document)
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    ("cause", "change"),
    [
        ("empty", lambda d: d["resultSets"][0].update(rowSet=[])),
        ("empty", lambda d: d.clear()),
        ("unexpected_shape", lambda d: d["resultSets"].clear()),
        ("unexpected_shape", lambda d: d["resultSets"][0].update(name="Other")),
        ("unexpected_shape", lambda d: d["resultSets"][0]["rowSet"][5].pop()),
        ("unexpected_shape", lambda d: d["resultSets"][0]["headers"].__setitem__(9, "WIN")),
        ("unexpected_shape", lambda d: d["resultSets"][0]["headers"].__setitem__(30, None)),
        ("unexpected_shape", lambda d: d["resultSets"][0].update(rowSet={})),
        ("wrong_document", lambda d: d["resultSets"][0]["rowSet"][5].__setitem__(7, "2025-03-14")),
        ("wrong_document", lambda d: d["parameters"].update(PlayerOrTeam="T")),
        ("not_final", lambda d: d["resultSets"][0]["rowSet"][5].__setitem__(9, None)),
    ],
)
def test_a_game_log_is_whole_of_its_date_and_over(cause: str, change: Callable, wire: Wire) -> None:
    with pytest.raises(FetchProblem) as caught:
        SAMPLES["player_game_log"][0].request.check(_log(change, wire))
    assert caught.value.cause == cause


def test_growing_play_by_play_is_final_only_at_its_end(wire: Wire, archive_dir) -> None:
    folder = archive_dir / "wire" / samples.CDN / "playbyplay_growing"
    ends = 0
    for path in sorted(folder.glob("225007*")):
        check = wanted("play_by_play", NIGHT, game_id=f"00{path.name[:8]}").request.check
        content = wire(f"{samples.CDN}playbyplay_growing/{path.name}")
        if "GameEnd" in path.name:
            check(content)
            ends += 1
        else:
            with pytest.raises(FetchProblem, match="not_final"):
                check(content)
    assert ends == 3


def test_a_sub_type_that_is_a_list_is_no_crash() -> None:
    """Found by the thousand damaged answers."""
    events = {"gameId": samples.GAME, "actions": [{"actionType": "2pt", "subType": ["jump"]}]}
    with pytest.raises(FetchProblem, match="not_final"):
        SAMPLES["play_by_play"][0].request.check(json.dumps({"game": events}).encode())


def test_every_scoreboard_is_the_board_of_its_own_date_only(wire: Wire, archive_dir) -> None:
    boards = sorted((archive_dir / "wire" / samples.CDN / "scoreboards").glob("*.json"))
    assert len(boards) == 27
    for path in boards:
        date = dt.date.fromisoformat(json.loads(path.read_bytes())["scoreboard"]["gameDate"])
        wanted("scoreboard", date).request.check(path.read_bytes())
        with pytest.raises(FetchProblem, match="not_published"):
            wanted("scoreboard", date + dt.timedelta(1)).request.check(path.read_bytes())
        with pytest.raises(FetchProblem, match="wrong_document"):
            wanted("scoreboard", date - dt.timedelta(1)).request.check(path.read_bytes())
