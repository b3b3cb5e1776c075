"""The simulated league live: what its server says at each moment, and the whole way into the landing zone."""

import datetime as dt
import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpcore
import pytest

from nba_assets.simulation.server.box import lines
from nba_assets.simulation.server.http_server import (
    LiveServer,
    SpedUpClock,
)
from nba_assets.simulation.server.world import (
    EASTERN,
    Match,
    World,
)
from nba_assets.sources.feeds.catalog import (
    season_date,
    wanted,
)
from nba_assets.sources.fetch.fetcher import (
    Fetcher,
    Result,
)
from nba_assets.sources.http import HttpSession
from nba_assets.sources.landing import Landing
from nba_assets_tests.sources.live_league import (
    AFTER,
    BOARD,
    HOUR,
    LIVE,
    ODDS,
    REPORTS,
    ask,
    corrected,
    played,
    read,
)
from nba_assets_tests.sources.publisher import LIMITS, FakeClock, hosts, longest


def test_an_answer_is_a_function_of_files_request_and_moment(live_folder: Path, world: World) -> None:
    match = played(world)[3]
    paths = [
        "/static/json/staticData/scheduleLeagueV2_1.json",
        f"{LIVE}scoreboard/todaysScoreboard_00.json",
        f"{LIVE}boxscore/boxscore_{match.game_id}.json",
        f"{LIVE}playbyplay/playbyplay_{match.game_id}.json",
        f"/referee/injury/Injury-Report_{match.date}_06PM.pdf",
        ODDS,
    ]
    moments = [match.tipoff + hours * HOUR for hours in (-5, 1, 30)]
    again = World(live_folder)
    for moment in [*reversed(moments), *moments]:
        for path in paths:
            assert ask(again, path, moment, apiKey="k") == ask(world, path, moment, apiKey="k")


def test_the_schedule_knows_results_and_records_so_far(world: World) -> None:
    def games(now: dt.datetime) -> list[Any]:
        document = read(world, "/static/json/staticData/scheduleLeagueV2_1.json", now)
        return [g for date in document["leagueSchedule"]["gameDates"] for g in date["games"]]

    middle = played(world)[5]
    half = games(middle.ends)
    assert len(half) == len(world.matches) == 15
    assert {g["gameStatus"] for g in half} == {1, 3}
    for game in half:
        assert (game["homeTeam"]["score"] > 0) == (game["gameStatus"] == 3)
    regular = [g for g in games(dt.datetime(2025, 5, 1, tzinfo=dt.UTC)) if g["gameId"].startswith("002")]
    last = {g[side]["teamTricode"]: g[side] for g in regular for side in ("homeTeam", "awayTeam")}
    assert sum(team["wins"] for team in last.values()) == len(regular)
    assert sum(team["losses"] for team in last.values()) == len(regular)
    local = middle.tipoff.astimezone(EASTERN)
    stated = next(g for g in half if g["gameId"] == middle.game_id)["gameDateTimeEst"]
    assert stated == local.strftime("%Y-%m-%dT%H:%M:%SZ"), "Eastern, whatever the Z says"


def test_the_board_turns_over_late_in_the_morning(world: World) -> None:
    date = played(world)[4].date
    at = {hour: dt.datetime.combine(date, dt.time(hour), EASTERN) for hour in (10, 11)}
    boards = {hour: read(world, BOARD, moment)["scoreboard"] for hour, moment in at.items()}
    assert boards[10]["gameDate"] == (date - dt.timedelta(1)).isoformat()
    assert boards[11]["gameDate"] == date.isoformat()
    assert [g["gameId"] for g in boards[11]["games"]] == [m.game_id for m in world.on(date)]


def test_injury_reports_appear_by_the_hour_and_name_who_is_listed(world: World) -> None:
    reports = 0
    for date in world.dates():
        rows = world.injuries(date)
        for clock, time in REPORTS.items():
            path = f"/referee/injury/Injury-Report_{date}_{clock}.pdf"
            at = dt.datetime.combine(date, time, EASTERN)
            assert ask(world, path, at - HOUR / 60).status == 403
            output = ask(world, path, at)
            newest = max((r["captured"] for r in rows if r["captured"] <= at), default=None)
            teams = {t.tricode for m in world.on(date) for t in (m.home, m.away)}
            listed = [r for r in rows if r["captured"] == newest and r["Team"] in teams]
            assert output.status == 200
            assert output.body.startswith(b"%PDF-1.4")
            assert output.body.endswith(b"%%EOF\n")
            assert f"(Injury Report: {at:%m/%d/%y %I:%M %p})".encode() in output.body
            assert output.body.count(b", ") == len(listed)
            assert output.body.count(b"NOT YET SUBMITTED") == (0 if listed else len(teams))
            reports += bool(listed)
    assert 5 < reports < len(world.dates()) * len(REPORTS)
    for clock in ("05_30PM", "03AM", "99PM"):
        path = f"/referee/injury/Injury-Report_{world.dates()[0]}_{clock}.pdf"
        assert ask(world, path, AFTER).status == 403


def test_the_parts_of_a_pdf_are_where_its_table_locates_them(world: World) -> None:
    for date in world.dates():
        output = ask(world, f"/referee/injury/Injury-Report_{date}_07PM.pdf", AFTER)
        if output.status == 200:
            table = int(re.findall(rb"startxref\n(\d+)", output.body)[0])
            assert output.body[table : table + 4] == b"xref"
            places = [int(n) for n in re.findall(rb"(\d{10}) 00000 n", output.body)]
            for number, place in enumerate(places, 1):
                assert output.body[place:].startswith(b"%d 0 obj" % number)


def test_lines_appear_move_and_can_be_requested_later(world: World) -> None:
    match = played(world)[6]
    event = next(
        e["id"]
        for e in read(world, ODDS, match.tipoff - HOUR, apiKey="k")
        if e["home_team"] == match.home.odds_name
    )
    path = f"{ODDS}/{event}/odds"
    assert read(world, path, match.tipoff - 12 * HOUR, apiKey="k")["bookmakers"] == []
    early, late = (read(world, path, match.tipoff - n * HOUR, apiKey="k") for n in (9, 0.2))
    for quoted in (early, late):
        assert {m["key"] for b in quoted["bookmakers"] for m in b["markets"]} == {
            "h2h", "spreads", "totals", "player_points",
        }  # fmt: skip
    assert early != late
    assert spread(early) != spread(late) == world.closing_lines()[event]["spread_point"]
    moment = (match.tipoff - 9 * HOUR).strftime("%Y-%m-%dT%H:%M:%SZ")
    past = f"/v4/historical/sports/basketball_nba/events/{event}/odds"
    then = read(world, past, AFTER, apiKey="k", date=moment)
    assert (then["data"], then["timestamp"]) == (early, moment)
    assert ask(world, past, AFTER, apiKey="k", date="2030-01-01T00:00:00Z").status == 422
    assert ask(world, past, AFTER, apiKey="k").status == 422
    assert ask(world, path, match.tipoff).status == 401
    assert ask(world, f"{ODDS}/{'0' * 32}/odds", match.tipoff, apiKey="k").status == 404


def spread(quoted: Any) -> float:
    home = quoted["home_team"]
    markets = {market["key"]: market["outcomes"] for market in quoted["bookmakers"][0]["markets"]}
    return next(outcome["point"] for outcome in markets["spreads"] if outcome["name"] == home)


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/", {}, 404),
        ("/stats/commonplayerinfo", {}, 404),
        ("/stats/scheduleleaguev2int", {"Season": "1999-00"}, 404),
        ("/stats/leaguegamelog", {"DateFrom": "yesterday", "DateTo": "today"}, 400),
        ("/stats/shotchartdetail", {}, 400),
        (f"{LIVE}boxscore/boxscore_0000000000.json", {}, 403),
    ],
)
def test_other_requests_are_refused_as_publishers_do(
    world: World, path: str, query: dict[str, str], status: int
) -> None:
    assert ask(world, path, AFTER, **query).status == status


def test_a_folder_without_a_league_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no simulated league"):
        LiveServer(tmp_path, lambda: AFTER)


def test_the_clock_can_be_sped_up() -> None:
    ticks = iter([90.0, 100.0, 101.5])
    clock = SpedUpClock(AFTER, 3600, lambda: next(ticks))
    assert clock() == AFTER, "it stands still"
    clock.run()
    assert clock() == AFTER + 1.5 * HOUR
    assert clock.at(102.0) == AFTER + 2 * HOUR


def test_the_server_hides_keys_and_serves_many(live_folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with LiveServer(live_folder, lambda: AFTER) as server:
        answers = [httpcore.request("GET", f"{server.url}{ODDS}?apiKey=s3cr3t") for _ in range(3)]
    assert {a.status for a in answers} == {200}
    assert "s3cr3t" not in "".join(capfd.readouterr())


def test_a_day_of_the_league_lands_document_by_document(
    live_folder: Path, world: World, landing: Landing
) -> None:
    """The whole way: wait while a game is on, land it when it is final, land its correction next morning."""
    match = corrected(world)[0]
    time = FakeClock(match.tipoff - 3 * HOUR)
    log_values = {"season": match.season, "season_type": match.season_type}
    game = wanted("boxscore", match.date, game_id=match.game_id)
    play = wanted("play_by_play", match.date, game_id=match.game_id)
    rows = wanted("player_game_log", match.date, **log_values)
    with (
        LiveServer(live_folder, time.now) as server,
        HttpSession(hosts(server.url, "any-key-will-do"), clock=time, uniform=longest, limits=LIMITS) as http,
    ):
        fetcher = Fetcher(http, landing)

        def results(*documents: Any) -> list[Result]:
            return [fetcher.fetch(document).result for document in documents]

        season = wanted("schedule", season_date(match.season), season=match.season)
        events = wanted("odds_events", match.date)
        board = wanted("scoreboard", match.date)
        assert results(season, events, board) == [Result.STORED] * 3
        odds = wanted("odds", match.date, event_id=_event(landing, events, match))
        assert results(odds, odds) == [Result.STORED] * 2, "the moment of every look at the books counts"
        assert results(game, play) == [Result.FAILED] * 2, "403 until there is something"
        _sleep_to(time, match.tipoff - HOUR / 4)
        assert results(game, odds) == [Result.WAIT, Result.STORED]
        _sleep_to(time, match.tipoff + HOUR)
        assert results(game, play, board) == [Result.WAIT, Result.WAIT, Result.STORED]
        _sleep_to(time, match.ends + 2 * HOUR)
        assert results(game, play, rows) == [Result.STORED] * 3
        _sleep_to(time, match.corrected + HOUR)
        assert results(game, play, rows, game) == [Result.STORED] * 3 + [Result.UNCHANGED]
    for document in (game, play, rows):
        assert len(landing.captures(document.document)) == 2
    assert landing.missing("boxscore", match.date, [m.game_id for m in world.on(match.date)]) == [
        m.game_id for m in world.on(match.date) if m is not match and m.game_id != match.game_id
    ]


def _event(landing: Landing, events: Any, match: Match) -> str:
    capture = landing.newest(events.document)
    assert capture is not None
    return next(e["id"] for e in json.loads(landing.read(capture)) if e["home_team"] == match.home.odds_name)


def _sleep_to(clock: FakeClock, moment: dt.datetime) -> None:
    seconds = (moment - clock.now()).total_seconds()
    assert seconds > 0
    clock.sleep(seconds)


def test_an_event_between_two_substitutions_may_name_nobody_on_the_floor(world: World) -> None:
    events = world.published_events(played(world)[0], AFTER)
    pairs = [(one, other) for one, other in pairwise(events) if one["actionType"] == "substitution"
             and (one["period"], one["clock"], "substitution")
             == (other["period"], other["clock"], other["actionType"])]  # fmt: skip
    emptied = [{**event, "players_on": ""} if event is pairs[0][0] else event for event in events]
    sides = dict.fromkeys((int(i) for event in events for i in event["players_on"].split("|")), 0)
    assert lines(emptied, sides) == lines(events, sides)
