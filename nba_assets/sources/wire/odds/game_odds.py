"""Spread, total and moneyline of The Odds API."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import pandas as pd

from nba_assets.domain.teams import tricode_of_name
from nba_assets.schemas.raw import RAW_GAME_LINES
from nba_assets.sources.wire.documents import Node, Parsed, Place, finished_rows
from nba_assets.sources.wire.odds.odds_events import (
    SOURCE,
    Market,
    OddsDocument,
    Prices,
    after_tipoff,
    read_odds,
    refused_events,
)
from nba_assets.tabular.problems import BadInput

_MARKETS: Final = {"spreads": "spread", "totals": "total", "h2h": "moneyline"}
_SIDES: Final = ("home", "away")


def parse_game_lines(
    body: bytes, schedule: pd.DataFrame, *, file: str, captured_at: pd.Timestamp | None = None
) -> Parsed:
    """raw_game_lines of an odds answer, current or historical, of one event or many.

    In: raw_schedule of the dates around; `captured_at` (UTC) of a current answer. Prices become American,
    home and away those of the schedule. Notes: events without a game, by reason; ``left_out_<market>``;
    ``captured_after_tipoff``: rows that no feature will use. A market that cannot be read, or whose sides
    contradict each other, is among the problems.

    Raises:
        BadInput: no such document.
    """
    place = Place(file)
    document = read_odds(body, schedule, place, captured_at)
    prices = Prices(document)
    notes = refused_events(document)
    problems = list(document.problems)
    late = after_tipoff(document, schedule)
    rows: list[dict[str, Any]] = []
    for market in document.markets:
        event = document.events.iloc[market.event]
        if market.key not in _MARKETS:
            notes[f"left_out_{market.key}"] += 1
        elif pd.notna(event["game_id"]):
            try:
                rows.append(_row(document, market, event, prices))
            except BadInput as problem:
                problems.append(problem)
    notes.update(Counter("captured_after_tipoff" for row in rows if row["game_id"] in late))
    frame = pd.DataFrame(rows, columns=list(RAW_GAME_LINES.columns))
    return Parsed(finished_rows(frame, RAW_GAME_LINES, place), tuple(problems), dict(notes))


def _row(document: OddsDocument, market: Market, event: pd.Series, prices: Prices) -> dict[str, Any]:
    kind = _MARKETS[market.key]
    sides = _sides(market, event)
    points = {side: outcome.number("point") for side, outcome in sides.items()} if kind != "moneyline" else {}
    first = next(iter(sides.values()))
    sign = -1 if kind == "spread" else 1
    if len(points) == 2 and points["home"] != sign * points["away"]:
        first.refuse("point", f"{points['home']} against {points['away']}")
    point = points.get("home", sign * points["away"] if "away" in points else None)
    found = {f"{side}_price": prices.of(sides[side]) if side in sides else None for side in _SIDES}
    return found | {
        "game_date": event["game_date"],
        "captured_at": document.captured_at,
        "game_id": event["game_id"],
        "book": market.book,
        "market": kind,
        "point": point,
        "source": SOURCE,
    }


def _sides(market: Market, event: pd.Series) -> dict[str, Node]:
    """The outcomes as home and away of the schedule; over takes the place of home, under of away."""
    sides: dict[str, Node] = {}
    for outcome in market.outcomes:
        side = _side(outcome, market.key, str(event["home_team"]), str(event["away_team"]))
        if side in sides:
            outcome.refuse("name", f"{outcome.text('name')} is duplicated")
        sides[side] = outcome
    if not sides:
        raise BadInput(
            file=market.key, game=str(event["game_id"]), field="outcomes",
            reason=f"{market.book} has an empty market", remedy="leave it: the book has closed it",
        )  # fmt: skip
    return sides


def _side(outcome: Node, key: str, home: str, away: str) -> str:
    name = outcome.text("name")
    if key == "totals":
        return {"Over": "home", "Under": "away"}.get(name) or outcome.refuse(
            "name", f"{name!r} is no side of a total"
        )
    try:
        return {home: "home", away: "away"}.get(tricode_of_name(name)) or outcome.refuse(
            "name", f"{name} does not play"
        )
    except KeyError:
        return outcome.refuse("name", f"unknown team {name!r}")
