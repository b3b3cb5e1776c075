"""Games of the simulated league, live: each document at each moment, and all of them in agreement."""

import datetime as dt
from itertools import pairwise
from pathlib import Path

import pytest

from nba_assets.simulation.server.world import (
    EASTERN,
    World,
)
from nba_assets_tests.sources.live_league import (
    AFTER,
    COUNTS,
    HOUR,
    LIVE,
    NAMES,
    ask,
    box,
    corrected,
    log,
    minutes,
    played,
    players,
    plays,
    read,
)


def test_a_game_goes_from_scheduled_to_live_to_final(world: World) -> None:
    match = played(world)[0]
    path = f"{LIVE}boxscore/boxscore_{match.game_id}.json"
    assert ask(world, path, match.tipoff - HOUR).status == 403
    before = box(world, match, match.tipoff - HOUR / 3)
    assert (before["gameStatus"], before["homeTeam"]["score"]) == (1, 0)
    assert ask(world, path.replace("boxscore", "playbyplay"), match.tipoff - HOUR / 3).status == 403
    assert sum(p["starter"] == "1" for p in players(before).values()) == 10
    assert {p["played"] for p in players(before).values()} == {"0"}
    moments = [match.tipoff + (match.ends - match.tipoff) * share for share in (0.1, 0.4, 0.8, 0.99, 1.0)]
    states = [box(world, match, moment) for moment in moments]
    assert [state["gameStatus"] for state in states] == [2, 2, 2, 2, 3]
    for earlier, later in pairwise(states):
        for player, line in players(earlier).items():
            now = players(later)[player]["statistics"]
            assert all(line["statistics"][name] <= now[name] for name in COUNTS)
            assert line["statistics"]["minutes"] <= now["minutes"]
    assert match.score == (states[-1]["homeTeam"]["score"], states[-1]["awayTeam"]["score"])


def test_play_by_play_grows_and_ends_with_the_game(world: World) -> None:
    match = played(world)[1]
    length = match.ends - match.tipoff
    growing = [plays(world, match, match.tipoff + length * share) for share in (0.2, 0.5, 0.9)]
    final = plays(world, match, match.corrected)
    for actions in growing:
        assert final[: len(actions)] == actions
        assert ("game", "end") not in {(a["actionType"], a["subType"]) for a in actions}
    assert [len(a) for a in growing] == sorted({len(a) for a in growing})
    assert (final[-1]["actionType"], final[-1]["subType"]) == ("game", "end")
    numbers = [action["actionNumber"] for action in final]
    assert numbers == sorted(set(numbers))
    starts = [a["period"] for a in final if (a["actionType"], a["subType"]) == ("period", "start")]
    assert starts == list(range(1, match.periods + 1))


def test_the_final_box_is_the_game_log_and_everybodys_minutes_add_up(world: World) -> None:
    for match in played(world):
        for moment in (match.ends + HOUR, match.corrected):
            lines = players(box(world, match, moment))
            rows = log(world, match, moment)
            assert {p for p, line in lines.items() if line["played"] == "1"} == {r["PLAYER_ID"] for r in rows}
            for row in rows:
                line = lines[row["PLAYER_ID"]]["statistics"]
                assert {ours: line[theirs] for ours, theirs in NAMES.items()} == {n: row[n] for n in NAMES}
                assert abs(minutes(line) - row["MIN"]) <= 0.5
            total = sum(minutes(line["statistics"]) for line in lines.values())
            assert total == pytest.approx(10 * (48 + 5 * (match.periods - 4)), abs=0.01)


def test_team_rows_are_the_sums_of_the_players(world: World) -> None:
    match = played(world)[2]
    rows, teams = log(world, match, AFTER), log(world, match, AFTER, "T")
    assert [t["TEAM_ABBREVIATION"] for t in teams] == [match.home.tricode, match.away.tricode]
    for team in teams:
        own = [r for r in rows if r["TEAM_ID"] == team["TEAM_ID"]]
        assert all(team[name] == sum(r[name] for r in own) for name in ("PTS", "AST", "FGA", "PF"))
    assert [t["PTS"] for t in teams] == list(match.score or ())
    assert teams[0]["PLUS_MINUS"] == -teams[1]["PLUS_MINUS"] == teams[0]["PTS"] - teams[1]["PTS"]


def test_a_scorers_mistake_is_corrected_the_next_morning_in_every_document(world: World) -> None:
    games = corrected(world)
    assert 0 < len(games) < len(played(world))
    for match in games:
        assert match.corrected == dt.datetime.combine(match.date + dt.timedelta(1), dt.time(10), EASTERN)
        wrong, right = (log(world, match, m) for m in (match.corrected - HOUR / 60, match.corrected))
        changed = [(a, b) for a, b in zip(wrong, right, strict=True) if a != b]
        assert [b["AST"] - a["AST"] for a, b in changed] == [1]
        player = changed[0][0]["PLAYER_ID"]
        before, after = (players(box(world, match, m))[player] for m in (match.ends, match.corrected))
        assert after["statistics"]["assists"] - before["statistics"]["assists"] == 1
        acts = [plays(world, match, m) for m in (match.ends, match.corrected)]
        different = [(a, b) for a, b in zip(*acts, strict=True) if a != b]
        assert [(a.get("assistPersonId"), b["assistPersonId"]) for a, b in different] == [(None, player)]
        assert "AST" not in different[0][0]["description"]


def test_another_seed_makes_other_mistakes_and_the_same_league(live_folder: Path, world: World) -> None:
    other = World(live_folder, seed=1)
    assert {m.game_id for m in corrected(other)} != {m.game_id for m in corrected(world)}
    match = played(world)[0]
    assert log(other, match, AFTER) == log(world, match, AFTER)


def test_between_two_changes_a_document_stays_the_same(world: World) -> None:
    match = played(world)[0]
    quiet = [(match.ends, match.ends + HOUR), (match.corrected, match.corrected + 100 * HOUR)]
    for kind in ("boxscore", "playbyplay"):
        path = f"{LIVE}{kind}/{kind}_{match.game_id}.json"
        for first, last in quiet:
            assert ask(world, path, first) == ask(world, path, last)


def test_a_game_that_the_files_do_not_play_stays_scheduled(world: World) -> None:
    tonight = [m for m in world.matches.values() if not m.periods]
    assert len(tonight) == 1
    assert tonight[0].status(AFTER) == 1
    assert ask(world, f"{LIVE}boxscore/boxscore_{tonight[0].game_id}.json", AFTER).status == 403


def test_the_shot_chart_and_the_play_by_play_agree_on_every_shot(world: World) -> None:
    match = played(world)[0]
    soon = read(world, "/stats/shotchartdetail", match.ends, GameID=match.game_id)
    assert soon["resultSets"][0]["rowSet"] == []
    table = read(world, "/stats/shotchartdetail", AFTER, GameID=match.game_id)["resultSets"][0]
    shots = [dict(zip(table["headers"], row, strict=True)) for row in table["rowSet"]]
    shown = [a for a in plays(world, match, AFTER) if a["isFieldGoal"]]
    charted = [(s["PLAYER_ID"], s["LOC_X"], s["LOC_Y"], s["SHOT_ZONE_BASIC"]) for s in shots]
    assert charted == [(a["personId"], a["xLegacy"], a["yLegacy"], a["area"]) for a in shown]
    assert [bool(s["SHOT_MADE_FLAG"]) for s in shots] == [a["shotResult"] == "Made" for a in shown]
