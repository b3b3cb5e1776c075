"""The books of the simulated league, as The Odds API quotes them, now or at a moment of the past.

Points lines are the captures in the files. Of game lines the files hold the last only: before it they drift
towards it, by half a point a capture, the same way every time.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from nba_assets.simulation.league.market import (
    BOOKS,
    CAPTURES,
)
from nba_assets.simulation.server.world import (
    Match,
    Row,
    World,
)

_GRID = dt.timedelta(minutes=5)
_AHEAD, _BEHIND = dt.timedelta(hours=36), dt.timedelta(hours=3)
_TITLES = {"draftkings": "DraftKings", "fanduel": "FanDuel", "betmgm": "BetMGM", "betrivers": "BetRivers"}
_BOTH_SIDES = -220.0  # American prices of two even sides add up to twice -110


def event_id(match: Match) -> str:
    """The books' id of a game, as market.py gives it."""
    return hashlib.sha256(f"simulated {match.game_id}".encode()).hexdigest()[:32]


def events(world: World, now: dt.datetime) -> list[Row]:
    """Games of the next day and a half, and those that have just started."""
    dates = {(now + shift).date() + dt.timedelta(days) for shift in (-_BEHIND, _AHEAD) for days in (-1, 0, 1)}
    matches = (match for date in sorted(dates) for match in world.on(date))
    coming = (match for match in matches if now - _BEHIND <= match.tipoff <= now + _AHEAD)
    return [_event(match) for match in coming if not match.is_postponed(now)]


def odds(world: World, wanted: str, now: dt.datetime) -> Row | None:
    """Present lines of a game; None for a game that the books do not have."""
    match = next((m for m in world.matches.values() if event_id(m) == wanted), None)
    if match is None or match.is_postponed(now) or not now - _BEHIND <= match.tipoff <= now + _AHEAD:
        return None
    points = _points_markets(world, match, now)
    books: list[Row] = []
    for book in BOOKS:
        markets = [*_game_markets(world, match, now), *points.get(book, [])]
        if markets:
            updated = max(market["last_update"] for market in markets)
            books.append({"key": book, "title": _TITLES[book], "last_update": updated, "markets": markets})
    return {**_event(match), "bookmakers": books}


def snapshot(data: Any, at: dt.datetime) -> Row:
    """An answer about the past: what was known at a moment of the five-minute grid."""
    return {
        "timestamp": _utc(at), "previous_timestamp": _utc(at - _GRID), "next_timestamp": _utc(at + _GRID),
        "data": data,
    }  # fmt: skip


def on_grid(moment: dt.datetime) -> dt.datetime:
    """The last moment of the five-minute grid."""
    seconds = int(moment.timestamp())
    return dt.datetime.fromtimestamp(seconds - seconds % int(_GRID.total_seconds()), dt.UTC)


def _event(match: Match) -> Row:
    return {
        "id": event_id(match), "sport_key": "basketball_nba", "sport_title": "NBA",
        "commence_time": _utc(match.tipoff), "home_team": match.home.odds_name,
        "away_team": match.away.odds_name,
    }  # fmt: skip


def _points_markets(world: World, match: Match, now: dt.datetime) -> dict[str, list[Row]]:
    """Each book's newest capture of points lines."""
    captures: dict[tuple[str, str], list[Row]] = defaultdict(list)
    text, wanted = _utc(now), event_id(match)
    for row in world.points_lines(match.date):
        if row["event_id"] == wanted and row["snapshot_at"] <= text:
            captures[row["book"], row["snapshot_at"]].append(row)
    newest = dict(sorted(captures))
    return {
        book: [{
            "key": "player_points", "last_update": moment,
            "outcomes": [outcome for row in captures[book, moment] for outcome in _over_under(row)],
        }]
        for book, moment in newest.items()
    }  # fmt: skip


def _over_under(row: Row) -> Iterator[Row]:
    for name, price in (("Over", row["over_price"]), ("Under", row["under_price"])):
        yield {"name": name, "description": row["player"], "price": int(price), "point": row["line"]}


def _game_markets(world: World, match: Match, now: dt.datetime) -> list[Row]:
    closing = world.closing_lines().get(event_id(match))
    passed = [n for n in CAPTURES if n > 0 and now >= match.tipoff - dt.timedelta(minutes=n)]
    if closing is None or not passed:
        return []
    to_come = sum(n > 0 for n in CAPTURES) - len(passed)
    way = 1 if int(event_id(match)[0], 16) % 2 else -1
    spread = closing["spread_point"] + way * 0.5 * to_come
    total = closing["total_point"] - way * 0.5 * to_come
    home, away = match.home.odds_name, match.away.odds_name
    price, updated = closing["home_spread_price"], _utc(match.tipoff - dt.timedelta(minutes=passed[-1]))
    return [
        _market("h2h", updated, (home, closing["home_ml"], None), (away, closing["away_ml"], None)),
        _market("spreads", updated, (home, price, spread), (away, _BOTH_SIDES - price, -spread + 0.0)),
        _market(
            "totals", updated,
            ("Over", closing["total_over_price"], total), ("Under", closing["total_under_price"], total),
        ),
    ]  # fmt: skip


def _market(key: str, updated: str, *sides: tuple[str, float, float | None]) -> Row:
    outcomes = [
        {"name": name, "price": price} | ({} if point is None else {"point": point})
        for name, price, point in sides
    ]
    return {"key": key, "last_update": updated, "outcomes": outcomes}


def _utc(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
