"""The live source over a landing zone: what has landed becomes rows, what has not is named with its cause."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from nba_assets.simulation.server.world import (
    Match,
    World,
)
from nba_assets.sources.archive.source import ArchiveSource
from nba_assets.sources.feeds.catalog import wanted
from nba_assets.sources.landed import source as live
from nba_assets.sources.landed.source import LiveSource
from nba_assets.sources.landing import (
    Landing,
    Reason,
)
from nba_assets.sources.landing.quarantine import document_scope
from nba_assets.tabular.problems import (
    NOT_PUBLISHED,
    REFUSED_BY_SOURCE,
    UNPARSEABLE,
)
from nba_assets_tests.sources.landed_days import (
    HOUR,
    NOBODY,
    land,
    land_changed,
    land_results,
    log,
    of_game,
    rows_of,
    schedule,
)
from nba_assets_tests.sources.live_league import corrected, played

FEEDS = ("player_boxscores", "team_boxscores", "play_by_play", "shot_chart")


def evening(world: World) -> tuple[dt.date, list[Match], dt.datetime]:
    """A date of two games, and the morning after its corrections."""
    date = next(d for d in world.dates() if len(world.on(d)) == 2 and all(m.periods for m in world.on(d)))
    return date, world.on(date), world.on(date)[0].corrected + 2 * HOUR


def test_a_landed_date_equals_the_archive(live_folder: Path, world: World, landing: Landing) -> None:
    date, _, now = evening(world)
    land_results(landing, world, date, now)
    live, archive = LiveSource(landing, "simulated"), ArchiveSource(live_folder)
    games = live.schedule([date])
    assert not games.problems
    assert list(games.rows["status"]) == ["final"] * 2
    assert set(games.rows["source"]) == {"simulated"}
    key = ["game_id", "player_id"]
    for feed in ("player_boxscores", "team_boxscores"):
        mine, theirs = getattr(live, feed)([date], games.rows), getattr(archive, feed)([date], games.rows)
        assert not mine.shortfalls
        order = key if feed == "player_boxscores" else ["game_id", "team"]
        shared = [c for c in rows_of(theirs) if c != "start_position"]
        pd.testing.assert_frame_equal(
            rows_of(mine).sort_values(order, ignore_index=True)[shared],
            rows_of(theirs).sort_values(order, ignore_index=True)[shared],
            check_dtype=False,
        )
    for feed in ("play_by_play", "shot_chart"):
        mine, theirs = getattr(live, feed)([date], games.rows), getattr(archive, feed)([date], games.rows)
        assert not mine.shortfalls
        assert len(mine.rows) == len(theirs.rows)
        assert set(mine.rows["game_id"]) == set(games.rows["game_id"])


def test_nothing_landed_is_not_published_and_the_schedule_fails_the_date(landing: Landing) -> None:
    date = dt.date(2024, 10, 25)
    source = LiveSource(landing)
    found = source.schedule([date])
    assert [p.cause for p in found.problems[date]] == [NOT_PUBLISHED]
    assert source.accounted_days([date]) == []


def test_a_missing_game_is_named_and_the_other_goes_on(world: World, landing: Landing) -> None:
    date, (first, second), now = evening(world)
    land(landing, world, schedule(first.season), now)
    land(landing, world, of_game("play_by_play", first), now)
    source = LiveSource(landing)
    games = source.schedule([date]).rows
    found = source.play_by_play([date], games)
    assert set(found.rows["game_id"]) == {first.game_id}
    assert [(p.game, p.cause) for p in found.shortfalls[date]] == [(second.game_id, NOT_PUBLISHED)]
    assert not found.problems


def test_a_refused_document_is_the_sources_refusal(world: World, landing: Landing) -> None:
    date, (first, second), now = evening(world)
    land(landing, world, schedule(first.season), now)
    land(landing, world, of_game("play_by_play", first), now)
    scope = document_scope(of_game("play_by_play", second).document)
    landing.refusals.record(scope, Reason("not_found", "status 404", "correct it", {}), now)
    found = LiveSource(landing).play_by_play([date], LiveSource(landing).schedule([date]).rows)
    (problem,) = found.shortfalls[date]
    assert (problem.game, problem.cause) == (second.game_id, REFUSED_BY_SOURCE)
    assert "status 404" in problem.reason


def test_an_unreadable_document_is_set_aside_and_the_one_before_is_read(
    world: World, landing: Landing
) -> None:
    date, (first, second), now = evening(world)
    land_results(landing, world, date, now)
    document = of_game("play_by_play", first)
    good = landing.newest(document.document)
    assert good is not None

    def break_it(content: dict) -> None:
        content["game"]["actions"][5]["actionType"] = "teleport"

    bad = land_changed(landing, document, now + HOUR, break_it, good)
    source = LiveSource(landing)
    games = source.schedule([date]).rows
    found = source.play_by_play([date], games)
    assert set(found.rows["game_id"]) == {first.game_id, second.game_id}
    (problem,) = found.shortfalls[date]
    assert (problem.game, problem.cause) == (first.game_id, UNPARSEABLE)
    assert "teleport" in str(problem)
    assert not landing.valid(bad)
    assert landing.newest(document.document) == good
    again = LiveSource(landing).play_by_play([date], games)
    assert not again.shortfalls, "what was set aside is no longer news"


def test_a_schedule_that_has_lost_its_games_is_set_aside_until_a_person_says_so(
    world: World, landing: Landing
) -> None:
    """Its dates would be days off, and nothing would be expected of them."""
    now = evening(world)[2]
    whole = land(landing, world, schedule("2024-25"), now)
    cut = land_changed(landing, schedule("2024-25"), now + HOUR, _half, whole)
    last = world.dates()[-1]
    assert LiveSource(landing).accounted_days([last]) == [last]
    assert not landing.valid(cut)
    landing.release(cut, "somebody", "the season was cut short", now + 2 * HOUR)
    assert LiveSource(landing).accounted_days([last]) == []


def test_a_damaged_schedule_does_not_cost_the_one_after_it(world: World, landing: Landing) -> None:
    now = evening(world)[2]
    damaged = land(landing, world, schedule("2024-25"), now)
    whole = land_changed(
        landing, schedule("2024-25"), now + HOUR, lambda content: content.pop("meta", None), damaged
    )
    landing.store.write(damaged.name, landing.store.read(damaged.name)[:-100])
    last = world.dates()[-1]
    assert LiveSource(landing).accounted_days([last]) == [last]
    assert landing.valid(whole)


def _half(content: dict) -> None:
    dates = content["leagueSchedule"]["gameDates"]
    del dates[len(dates) // 2 :]


def test_a_box_that_contradicts_the_schedule_is_not_the_boxs_fault(world: World, landing: Landing) -> None:
    date, (first, second), now = evening(world)
    land(landing, world, schedule(first.season), now)
    boxes = [land(landing, world, of_game("boxscore", match), now) for match in (first, second)]
    source = LiveSource(landing)
    games = source.schedule([date]).rows
    wrong = games.assign(home_score=games["home_score"].mask(games["game_id"].eq(first.game_id), 7))
    found = source.player_boxscores([date], wrong)
    assert set(found.rows["game_id"]) == {second.game_id}
    assert [p.game for p in found.shortfalls[date]] == [first.game_id]
    assert all(landing.valid(box) for box in boxes)
    assert set(source.player_boxscores([date], games).rows["game_id"]) == {first.game_id, second.game_id}


def test_a_game_that_the_log_lacks_comes_from_its_box_with_starters(world: World, landing: Landing) -> None:
    date, (first, _), now = evening(world)
    land(landing, world, schedule(first.season), now)
    for match in world.on(date):
        land(landing, world, of_game("boxscore", match), now)
    source = LiveSource(landing)
    games = source.schedule([date]).rows
    for feed, rows in (("player_boxscores", 10), ("team_boxscores", 4)):
        found = getattr(source, feed)([date], games)
        assert not found.shortfalls
        assert len(found.rows) >= rows
        assert found.rows["game_id"].nunique() == 2


def test_a_correction_is_a_newer_capture(world: World, landing: Landing) -> None:
    match = corrected(world)[0]
    date = match.date
    land_results(landing, world, date, match.corrected - HOUR)
    source = LiveSource(landing)
    games = source.schedule([date]).rows
    before, result = (
        source.player_boxscores([date], games),
        source.fingerprint("raw_player_boxscores", [date]),
    )
    land_results(landing, world, date, match.corrected + HOUR)
    after = LiveSource(landing)
    assert after.player_boxscores([date], games).rows["ast"].sum() > before.rows["ast"].sum()
    assert after.fingerprint("raw_player_boxscores", [date]) != result
    assert all(after.recognises(text) for text in result.values())


def test_a_newer_scoreboard_speaks_for_the_date(world: World, landing: Landing) -> None:
    match = played(world)[3]
    land(landing, world, schedule(match.season), match.tipoff - 3 * HOUR)
    last = max(m.ends for m in world.on(match.date))
    source = LiveSource(landing)
    assert set(source.schedule([match.date]).rows["status"]) == {"scheduled"}
    land(landing, world, wanted("scoreboard", match.date), last + HOUR)
    rows = LiveSource(landing).schedule([match.date]).rows
    assert set(rows["status"]) == {"final"}
    assert rows["home_score"].notna().all()
    land(landing, world, schedule(match.season), last + 2 * HOUR)
    assert rows_of(LiveSource(landing).schedule([match.date])).equals(
        rows.drop(columns=["source", "override_reason"], errors="ignore").reset_index(drop=True)
    )


def test_every_capture_of_lines_is_kept_and_names_its_moment(world: World, landing: Landing) -> None:
    match = next(m for m in played(world) if world.points_lines(m.date))
    land(landing, world, schedule(match.season), match.tipoff - 10 * HOUR)
    event = world.points_lines(match.date)[0]["event_id"]
    moments = [match.tipoff - hours * HOUR for hours in (9, 4, 0.2)]
    for moment in moments:
        land(landing, world, wanted("odds", match.date, event_id=event), moment)
    source = LiveSource(landing, "simulated")
    games = source.schedule([match.date]).rows
    lines = source.game_lines([match.date], games)
    points = source.points_lines([match.date], games, NOBODY)
    for found in (lines, points):
        assert not found.shortfalls
        assert set(found.rows["captured_at"]) == {pd.Timestamp(moment) for moment in moments}
        assert set(found.rows["source"]) == {"simulated"}


def test_refused_lines_are_counted_on_their_date(world: World, landing: Landing) -> None:
    """A capture's counts were dropped on the way: a book's whole event could vanish without a word."""
    match = next(m for m in played(world) if world.points_lines(m.date))
    now = match.tipoff - HOUR
    land(landing, world, schedule(match.season), now)
    document = wanted("odds", match.date, event_id=world.points_lines(match.date)[0]["event_id"])
    good = land(landing, world, document, now)

    def swap(event: dict) -> None:
        event["home_team"], event["away_team"] = event["away_team"], event["home_team"]

    for minutes in (10, 20):
        land_changed(landing, document, now + dt.timedelta(minutes=minutes), swap, good)
        land(landing, world, document, now + dt.timedelta(minutes=minutes + 5))
    source = LiveSource(landing, "simulated")
    games = source.schedule([match.date]).rows
    lines = source.game_lines([match.date], games)
    points = source.points_lines([match.date], games, NOBODY)
    for found in (lines, points):
        assert len(found.rows)
        assert found.notes[match.date]["refused_home_and_away_swapped"] == 2, "of both captures"
    unresolved = points.rows.loc[points.rows["player_id"].isna()]
    assert points.notes[match.date]["unresolved"] == len(unresolved) > 0


def test_what_the_events_of_a_game_leave_out_is_counted_on_its_date(world: World, landing: Landing) -> None:
    date, _, now = evening(world)
    land_results(landing, world, date, now)
    source = LiveSource(landing)
    games = source.schedule([date]).rows
    both = source.play_by_play([date], games).notes[date]
    each = [source.play_by_play([date], games[games["game_id"].eq(game)]) for game in games["game_id"]]
    assert both["left_out_period"] == sum(one.notes[date]["left_out_period"] for one in each) > 0


def test_a_report_tells_of_its_date(world: World, landing: Landing) -> None:
    """The first report of a season names teams that have not submitted theirs; a later one names players."""
    rows = []
    for date in world.dates():
        match = world.on(date)[0]
        land(landing, world, schedule(match.season), match.tipoff)
        land(landing, world, wanted("injury_report", date, clock="07PM"), match.tipoff + HOUR)
        source = LiveSource(landing)
        found = source.injury_reports([date], source.schedule([date]).rows, NOBODY)
        assert not found.shortfalls
        assert found.rows["game_date"].eq(pd.Timestamp(date)).all()
        assert ("teams_not_submitted" in found.notes.get(date, {})) == (not len(found.rows))
        rows.append(len(found.rows))
        if len(found.rows):
            break
    assert rows[0] == 0 < rows[-1]


def test_a_box_is_read_for_teams_only_where_the_log_lacks_the_game(
    world: World, landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    date, _, now = evening(world)
    land_results(landing, world, date, now)
    monkeypatch.setattr(
        "nba_assets.sources.landed.boxes.parse_live_box", lambda *_, **__: pytest.fail("read")
    )
    source = LiveSource(landing)
    assert len(source.team_boxscores([date], source.schedule([date]).rows).rows) == 4


def test_the_captures_of_a_history_are_listed_once(
    world: World, landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder or bucket was listed twice for each of them."""
    match = next(m for m in played(world) if world.points_lines(m.date))
    document = wanted("odds", match.date, event_id=world.points_lines(match.date)[0]["event_id"])
    moments = [match.tipoff - hours * HOUR for hours in (9, 4, 0.2)]
    captures = [land(landing, world, document, moment) for moment in moments]
    landing.distrust(captures[1], Reason("unreadable", "looked odd", "look", {}))
    listed: list[str] = []
    every = landing.store.list
    monkeypatch.setattr(landing.store, "list", lambda prefix: listed.append(prefix) or every(prefix))
    assert LiveSource(landing).documents.valid("odds", match.date) == [captures[0], captures[2]]
    assert len(listed) == 2


def test_a_report_that_tells_of_two_dates_is_read_once(
    wire, landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = [dt.date(2024, 1, 4), dt.date(2024, 1, 5)]
    body = wire("nba.com/injury_report.pdf") + b"\n% a report that no other test has read"
    at = dt.datetime(2024, 1, 4, 18, tzinfo=dt.UTC)
    landing.land(wanted("injury_report", days[0], clock="12_30PM").document, body, at)
    read: list[str] = []
    parse = live.read_injury_report
    monkeypatch.setattr(
        live, "read_injury_report", lambda body, file: read.append(file) or parse(body, file=file)
    )
    games = pd.DataFrame({"game_date": pd.to_datetime(days), "status": "final", "game_id": ["1", "2"]})
    LiveSource(landing).injury_reports(days, games, NOBODY)
    assert len(read) == 1


def test_teams_that_have_not_reported_are_counted_on_the_date_of_their_game(wire, landing: Landing) -> None:
    first, second = dt.date(2024, 1, 4), dt.date(2024, 1, 5)
    at = dt.datetime(2024, 1, 4, 18, tzinfo=dt.UTC)
    landing.land(
        wanted("injury_report", first, clock="12_30PM").document, wire("nba.com/injury_report.pdf"), at
    )
    games = pd.DataFrame(
        {"game_date": pd.to_datetime([first, second]), "status": "final", "game_id": ["1", "2"]}
    )
    found = LiveSource(landing).injury_reports([first, second], games, NOBODY)
    assert found.notes == {first: {"teams_not_submitted": 1}, second: {"teams_not_submitted": 28}}


def test_reading_never_fetches_and_names_alone_show_what_has_landed(
    world: World, landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    date, (first, _), now = evening(world)
    land_results(landing, world, date, now)
    source = LiveSource(landing)
    games = source.schedule([date]).rows
    result = {table: source.landed(table, date) for table in ("raw_player_boxscores", "raw_shot_chart")}
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("a source went to the network"))
    for feed in FEEDS:
        getattr(source, feed)([date], games)
    assert result["raw_shot_chart"] == source.landed("raw_shot_chart", date)
    land(landing, world, log("player_game_log", first), now)
    assert result["raw_player_boxscores"] == source.landed("raw_player_boxscores", date), "the same bytes"
