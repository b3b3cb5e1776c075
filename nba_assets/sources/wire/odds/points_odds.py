"""Points lines of players from The Odds API."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from nba_assets.domain.raw.odds.points_lines import points_lines_from_archive
from nba_assets.schemas.raw import RAW_PLAYER_POINTS_LINES
from nba_assets.sources.wire.documents import Parsed, Place, finished_rows
from nba_assets.sources.wire.odds.odds_events import (
    SOURCE,
    Market,
    Prices,
    read_odds,
    refused_events,
)
from nba_assets.tabular.problems import BadInput

_MARKET: Final = "player_points"
_PRICES: Final = {"Over": "over_price", "Under": "under_price"}
# Columns of the archive's file that only its other publishers fill.
_UNKNOWN: Final = ("game_date", "opp")


def parse_points_lines(
    body: bytes,
    schedule: pd.DataFrame,
    appearances: pd.DataFrame,
    *,
    file: str,
    captured_at: pd.Timestamp | None = None,
) -> Parsed:
    """raw_player_points_lines of an odds answer, current or historical, of one event or many.

    In: raw_schedule of the dates around; appearances (player_id, player_name, team, game_date), of which
    those before each game's date resolve the names; `captured_at` (UTC) of a current answer. A line
    captured at or after tip-off lands as unusable. Notes: refused lines by reason, ``left_out_<market>``,
    ``unresolved`` (no player, or more than one: NULL, with the method that found it). An outcome that cannot
    be read is among the problems, and so is one that contradicts another of its line.

    Raises:
        BadInput: no such document.
    """
    place = Place(file)
    document = read_odds(body, schedule, place, captured_at)
    prices, problems = Prices(document), list(document.problems)
    notes = refused_events(document)
    lines: list[dict[str, Any]] = []
    for market in document.markets:
        if market.key != _MARKET:
            notes[f"left_out_{market.key}"] += 1
        elif pd.notna(document.events.loc[market.event, "game_id"]):
            lines += _lines(market, document.events.loc[market.event], prices, problems)
    if not lines:
        return Parsed(RAW_PLAYER_POINTS_LINES.empty(), tuple(problems), dict(notes))
    snapshot = document.captured_at.isoformat()
    rows = pd.DataFrame(lines).assign(source=SOURCE, snapshot_at=snapshot, **dict.fromkeys(_UNKNOWN))
    landed, refused = points_lines_from_archive(rows, schedule, appearances)
    table = finished_rows(landed, RAW_PLAYER_POINTS_LINES, place)
    for reason, count in refused.groupby("reason")["count"].sum().items():
        notes[f"refused_{reason}"] += int(count)
    unresolved = int(table["player_id"].isna().sum())
    if unresolved:
        notes["unresolved"] = unresolved
    return Parsed(table, tuple(problems), dict(notes))


def _lines(
    market: Market, event: pd.Series, prices: Prices, problems: list[BadInput]
) -> list[dict[str, Any]]:
    """One row per player and line: over and under belong together. A line priced twice is left out."""
    lines: dict[tuple[str, float], dict[str, Any]] = {}
    contradicted: set[tuple[str, float]] = set()
    for outcome in market.outcomes:
        try:
            name, player, point = outcome.text("name"), outcome.text("description"), outcome.number("point")
            price = prices.of(outcome)
            if (side := _PRICES.get(name)) is None:
                outcome.refuse("name", f"{name!r} is no side")
            line = lines.setdefault((player, point), {})
            if line.setdefault(side, price) != price:
                contradicted.add((player, point))
                outcome.refuse("price", f"{name} {point} of {player} at {price} and {line[side]}")
        except BadInput as problem:
            problems.append(problem)
    common = {
        "book": market.book,
        "home_team": event["home_name"],
        "away_team": event["away_name"],
        "commence_time": event["commence_time"].isoformat(),
    }
    unpriced = dict.fromkeys(_PRICES.values())
    return [
        common | {"player": player, "line": point} | unpriced | line
        for (player, point), line in lines.items()
        if (player, point) not in contradicted
    ]
