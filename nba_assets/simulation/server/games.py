"""Documents of one simulated game as cdn.nba.com writes them: live box score and play-by-play."""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Iterator
from typing import Any

from nba_assets.simulation.league.franchises import Franchise
from nba_assets.simulation.server import box as live_box
from nba_assets.simulation.server.injuries import listed
from nba_assets.simulation.server.world import (
    EASTERN,
    FINAL,
    IN_PLAY,
    Match,
    Row,
    World,
)

_BEFORE_TIPOFF = dt.timedelta(minutes=30)
_BASELINE_TO_BASKET = 5.25
_RANGES = {"Less Than 8 ft.": "0-8"}
STATUS_WORDS = {1: "pregame", IN_PLAY: "Live", FINAL: "Final"}


def team_heading(team: Franchise) -> Row:
    """How every document of the league names a team."""
    city, _, name = team.name.rpartition(" ")
    if team.tricode == "POR":
        city, name = "Portland", "Trail Blazers"
    return {"teamId": team.team_id, "teamName": name, "teamCity": city, "teamTricode": team.tricode}


def boxscore(world: World, match: Match, now: dt.datetime) -> Row | None:
    """The live box from half an hour before tip-off on; None before."""
    if not match.periods or now < match.tipoff - _BEFORE_TIPOFF or match.is_postponed(now):
        return None
    status, events = match.status(now), world.published_events(match, now)
    everything = world.published_events(match, match.ends)
    first = {int(i) for i in everything[0]["players_on"].split("|")}
    log = world.log(match, now)
    sides = {row["PLAYER_ID"]: int(row["TEAM_ID"] == match.away.team_id) for row in log}
    lines = live_box.lines(events, sides)
    if status == FINAL:
        live_box.finish(lines, events)
    last = events[-1] if events else None
    score = (last["scoreHome"], last["scoreAway"]) if last else (0, 0)
    game: Row = {
        "gameId": match.game_id,
        "gameTimeUTC": _utc(match.tipoff),
        "gameEt": match.tipoff.astimezone(EASTERN).isoformat(),
        "gameCode": f"{match.date:%Y%m%d}/{match.away.tricode}{match.home.tricode}",
        "gameStatusText": STATUS_WORDS[status],
        "gameStatus": status,
        "regulationPeriods": 4,
        "period": last["period"] if last else 0,
        "gameClock": ("PT00M00.00S" if status == FINAL else last["clock"]) if last else "",
    }
    for side, team in enumerate((match.home, match.away)):
        players = _players(world, match, team, log, first, lines, now)
        periods = match.periods if status == FINAL else (last["period"] if last else 0)
        totals = _totals(players, score[side], score[1 - side], periods)
        game["awayTeam" if side else "homeTeam"] = {
            **team_heading(team), "score": score[side], "players": players, "statistics": totals,
        }  # fmt: skip
    return {"meta": _meta(_changed(world, match, now)), "game": game}


def _players(
    world: World,
    match: Match,
    team: Franchise,
    log: list[Row],
    first: set[int],
    lines: dict[int, live_box.Line],
    now: dt.datetime,
) -> list[Row]:
    """Everybody on the team: who plays or played, the rest of the roster, and who is out, and why."""
    elsewhere = {row["PLAYER_ID"] for row in log if row["TEAM_ID"] != team.team_id}
    entrants = [row for row in log if row["TEAM_ID"] == team.team_id]
    roster = {i: name for i, name in world.roster(team, match.date).items() if i not in elsewhere}
    roster |= {row["PLAYER_ID"]: row["PLAYER_NAME"] for row in entrants}
    in_game = {row["PLAYER_ID"] for row in entrants}
    out = {r["Player"]: r for r in listed(world, match.date, now) if r["status"] == "Out"}
    order = sorted(roster, key=lambda i: (i not in first, i not in in_game, i))
    found: list[Row] = []
    for number, player in enumerate(order, 1):
        absent = player not in in_game and roster[player] in out
        reason = {"notPlayingReason": "INACTIVE_INJURY"} if absent else {}
        if absent and out[roster[player]]["reason"]:
            reason["notPlayingDescription"] = out[roster[player]]["reason"]
        found.append({
            "status": "INACTIVE" if absent else "ACTIVE", **reason, "order": number, "personId": player,
            "starter": str(int(player in first)), "oncourt": "0",
            "played": str(int(player in lines)), "statistics": _statistics(lines.get(player)),
            "name": roster[player],
        })  # fmt: skip
    return found


def _statistics(line: live_box.Line | None) -> Row:
    line = line or live_box.Line()
    counts = line.counts
    total = counts["reboundsOffensive"] + counts["reboundsDefensive"]
    return {**counts, "reboundsTotal": total, "minutes": _duration(line.seconds)}


def _totals(players: list[Row], points: int, against: int, periods: int) -> Row:
    names = [name for name in live_box.COUNTS if name != "plusMinusPoints"]
    sums = {name: sum(p["statistics"][name] for p in players) for name in (*names, "reboundsTotal")}
    minutes = 5 * (12 * min(periods, 4) + 5 * max(periods - 4, 0))
    return {
        **sums, "points": points, "pointsAgainst": against, "turnoversTotal": sums["turnovers"],
        "minutes": f"PT{minutes}M00.00S",
    }  # fmt: skip


def _duration(seconds: float) -> str:
    hundredths = round(seconds * 100)
    return f"PT{hundredths // 6000:02d}M{hundredths % 6000 / 100:05.2f}S"


def play_by_play(world: World, match: Match, now: dt.datetime) -> Row | None:
    """The play-by-play from tip-off on, growing; None before."""
    events = world.published_events(match, now)
    if not events:
        return None
    actions = list(_actions(events, world.shots(match), match))
    if match.status(now) == FINAL:
        actions += [_marker(events[-1], events[-1]["actionNumber"] + n, *kind) for n, kind in _ENDS]
    for action in actions:
        action["orderNumber"] = action["actionNumber"] * 10_000
    return {"meta": _meta(_changed(world, match, now)), "game": {"gameId": match.game_id, "actions": actions}}


_ENDS = ((1, ("period", "end")), (2, ("game", "end")))


def _actions(events: list[Row], shots: list[Row], match: Match) -> Iterator[Row]:
    charted = iter(shots)
    last: Row | None = None
    tricodes = {team.team_id: team.tricode for team in (match.home, match.away)}
    rebounds: dict[int, int] = {}
    for event in events:
        if last is None or last["period"] != event["period"]:
            if last is not None:
                yield _marker(last, last["actionNumber"] + 1, "period", "end")
            yield _marker(event, event["actionNumber"] - 1, "period", "start")
        action = _action(event, tricodes, rebounds)
        if event["isFieldGoal"] and shots:
            action |= _place(next(charted))
        yield action
        last = event


def _marker(event: Row, number: int, kind: str, subtype: str) -> Row:
    clock = "PT00M00.00S" if subtype == "end" else f"PT{12 if event['period'] <= 4 else 5:02d}M00.00S"
    return {
        "actionNumber": number, "clock": clock, "period": event["period"], "actionType": kind,
        "subType": subtype, "qualifiers": [], "personId": 0, "scoreHome": str(event["scoreHome"]),
        "scoreAway": str(event["scoreAway"]), "isFieldGoal": 0, "description": f"{kind} {subtype}".title(),
    }  # fmt: skip


def _action(event: Row, tricodes: dict[int, str], rebounds: dict[int, int]) -> Row:
    action: Row = {
        "actionNumber": event["actionNumber"], "clock": event["clock"], "period": event["period"],
        "periodType": "REGULAR" if event["period"] <= 4 else "OVERTIME",
        "teamId": event["teamId"], "teamTricode": tricodes[event["teamId"]],
        "actionType": event["actionType"], "subType": _subtype(event, rebounds),
        "qualifiers": ast.literal_eval(event["qualifier"]), "personId": event["person_id"],
        "scoreHome": str(event["scoreHome"]), "scoreAway": str(event["scoreAway"]),
        "isFieldGoal": int(event["isFieldGoal"]), "description": event["description"],
    }  # fmt: skip
    optional = {
        "playerName": "playerName", "shotResult": "shotResult", "assister_id": "assistPersonId",
        "foulDrawnPersonId": "foulDrawnPersonId", "stealPersonId": "stealPersonId",
        "blockPersonId": "blockPersonId",
    }  # fmt: skip
    return action | {theirs: event[ours] for ours, theirs in optional.items() if event[ours] is not None}


def _subtype(event: Row, rebounds: dict[int, int]) -> str:
    words, kind = event["description"], event["actionType"]
    if kind == "substitution":
        return "out" if words.startswith("SUB out") else "in"
    if kind == "rebound":
        return _rebound(event, rebounds)
    if kind == "freethrow":
        return words.partition("Free Throw ")[2].partition(" (")[0]
    if kind == "foul":
        return "technical" if "technical" in words else "offensive" if "offensive" in words else "personal"
    return ""


def _rebound(event: Row, rebounds: dict[int, int]) -> str:
    """Offensive where the player's own offensive count has grown, or a team's text names it."""
    if "(Off:" not in event["description"]:
        return "offensive" if "offensive" in event["description"] else "defensive"
    offensive = int(event["description"].partition("(Off:")[2].partition(" ")[0])
    before = rebounds.get(event["person_id"], 0)
    rebounds[event["person_id"]] = offensive
    return "offensive" if offensive > before else "defensive"


def _place(shot: Row) -> Row:
    """Where a shot was taken: tenths of a foot from the basket, the floor mirrored, as the league does."""
    reach = _RANGES.get(shot["ZONE_RANGE"], shot["ZONE_RANGE"].removesuffix(" ft."))
    return {
        "area": shot["BASIC_ZONE"], "areaDetail": f"{reach} {shot['ZONE_NAME']}",
        "shotDistance": float(shot["SHOT_DISTANCE"]), "xLegacy": round(-10 * shot["LOC_X"]),
        "yLegacy": round(10 * (shot["LOC_Y"] - _BASELINE_TO_BASKET)),
    }  # fmt: skip


def _changed(world: World, match: Match, now: dt.datetime) -> dt.datetime:
    """When a game's documents were last written: between two changes they stay the same, byte for byte."""
    if now >= match.ends:
        return match.corrected if now >= match.corrected else match.ends
    seen = len(world.published_events(match, now))
    if not seen:
        return match.tipoff - _BEFORE_TIPOFF
    whole = len(world.published_events(match, match.ends))
    return match.tipoff + (match.ends - match.tipoff) * (seen / (whole + 1))


def _meta(written: dt.datetime) -> dict[str, Any]:
    time = written.astimezone(EASTERN).strftime("%Y-%m-%d %H:%M:%S")
    return {"version": 1, "code": 200, "time": time}


def _utc(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
