"""What the page of a slate shows: players by edge, games, and what came of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from nba_assets.domain.raw.player_names import name_forms
from nba_assets.publish.contract.coverage import DateCoverage
from nba_assets.publish.contract.record import Record
from nba_assets.publish.contract.results import FinalScore, GradedPlayer, Results
from nba_assets.publish.contract.slate import Offer, Prediction, Slate, SlateGame, SlatePlayer
from nba_assets.publish.site.scales import Scale
from nba_assets.publish.site.text import clock, count, day, picks_record, plain, points, short_day

_REASONS = 3
_SURE = 0.8  # a chance to play below which it is shown beside the name


@dataclass(frozen=True)
class PlayerRow:
    """A player's row.

    Attributes:
        player: his entry in the slate.
        prediction: the headline system's.
        address: his page; NULL where he has none.
        sought: what the search compares with.
        actual: points scored.
        outcome: how the pick fared.
        best: the best offer for the pick at its line.
        price: its price.
    """

    player: SlatePlayer
    prediction: Prediction
    address: str | None
    sought: str
    actual: float | None
    outcome: str | None
    best: Offer | None
    price: float | None

    @property
    def in_doubt(self) -> bool:
        """Whether it is far from sure that he plays."""
        chance = self.player.play_probability
        return chance is not None and chance < _SURE

    @property
    def all_else(self) -> float | None:
        """Points that the contributions beyond the named ones add."""
        why = self.player.explanation
        return why and why.rest + sum(each.adds for each in why.contributions[_REASONS:])


@dataclass(frozen=True)
class GameTab:
    """A game and what is known of it."""

    game: SlateGame
    score: FinalScore | None
    words: str


def slate_values(
    slate: Slate,
    results: Results | None,
    coverage: DateCoverage | None,
    record: Record | None,
    addresses: Mapping[int, str],
    *,
    is_tonight: bool,
) -> dict[str, Any]:
    """What the template ``slate`` takes.

    Args:
        slate: the slate.
        results: results of the date; None where they are not published.
        coverage: the tables behind the date.
        record: of the systems, for the line of context; None: no such line.
        addresses: pages of players, by id.
        is_tonight: the newest date, shown as such.
    """
    graded = {player.player_id: player for player in results.players} if results else {}
    scores = {score.game_id: score for score in results.games} if results else {}
    rows = _rows(slate, graded, addresses)
    return {
        "slate": slate,
        "results": results or Results(game_date=slate.game_date, games=(), systems=(), players=()),
        "coverage": coverage,
        "lane": _lane(coverage),
        "rows": rows,
        "graded": bool(graded),
        "has_picks": any(score.correct + score.wrong for score in results.systems) if results else False,
        "has_lines": any(row.prediction.line is not None for row in rows),
        "games": [GameTab(game, scores.get(game.game_id), _game_words(game)) for game in slate.games],
        "scale": Scale.of(_extent(rows), from_zero=True, ticks=6),
        "kicker": "Tonight" if is_tonight and not graded else day(slate.game_date),
        "heading": _heading(
            slate,
            rows,
            results if graded else None,
            is_tonight=is_tonight,
            is_complete=not (coverage and coverage.root_cause),
        ),
        "deck": _deck(slate, len(rows)),
        "record_line": record and slate.headline and _record_line(record, slate),
    }


def _rows(slate: Slate, graded: Mapping[int, GradedPlayer], addresses: Mapping[int, str]) -> list[PlayerRow]:
    """By the size of the edge, then players without a line by points."""
    if slate.headline is None:
        return []
    rows = []
    for player in slate.players:
        prediction = player.by(slate.headline.system)
        if prediction is not None and prediction.predicted_points is not None:
            rows.append(_row(player, prediction, graded.get(player.player_id), addresses))
    return sorted(
        rows,
        key=lambda row: (
            -abs(row.prediction.edge) if row.prediction.edge is not None else 1.0,
            -(row.prediction.predicted_points or 0.0),
            row.player.player_id,
        ),
    )


def _row(
    player: SlatePlayer, prediction: Prediction, graded: GradedPlayer | None, addresses: Mapping[int, str]
) -> PlayerRow:
    grade = next((g for g in graded.grades if g.system == prediction.system), None) if graded else None
    side = {"OVER": "over_price", "UNDER": "under_price"}.get(prediction.recommendation or "")
    offers = [o for o in player.offers if side and o.line == prediction.line and getattr(o, side) is not None]
    best = max(offers, key=lambda offer: getattr(offer, str(side)), default=None)
    return PlayerRow(
        player=player,
        prediction=prediction,
        address=addresses.get(player.player_id),
        sought=f"{name_forms(player.player_name).normalised} {player.team.lower()}",
        actual=graded.actual_points if graded else None,
        outcome=grade.outcome if grade else None,
        best=best,
        price=getattr(best, str(side)) if best else None,
    )


def _extent(rows: list[PlayerRow]) -> list[float | None]:
    """What the axis must hold; points below zero are drawn as zero."""
    return [
        None if value is None else max(value, 0.0)
        for row in rows
        for value in (row.prediction.predicted_points, row.prediction.q90, row.prediction.line, row.actual)
    ]


def _game_words(game: SlateGame) -> str:
    if game.is_postponed:
        return "postponed"
    total = f", total {game.game_total:g}" if game.game_total is not None else ""
    return clock(game.tipoff_utc) + total if game.tipoff_utc else f"time unknown{total}"


def _heading(
    slate: Slate, rows: list[PlayerRow], graded: Results | None, *, is_tonight: bool, is_complete: bool
) -> str:
    if slate.state == "off_day":
        return "No games"
    if slate.state == "waiting":
        return "Not predicted yet" if is_complete else "Not predicted: the date is not complete"
    picks = sum(row.prediction.recommendation in ("OVER", "UNDER") for row in rows)
    if graded:
        right = sum(row.outcome == "correct" for row in rows)
        wrong = sum(row.outcome == "wrong" for row in rows)
        return (
            f"{right} of {count(right + wrong, 'pick')} were right" if right + wrong else _miss(slate, graded)
        )
    if not picks:
        return "No pick tonight" if is_tonight else "No pick"
    edge = rows[0].prediction
    name = rows[0].player.player_name
    return (
        f"{count(picks, 'pick')}; the furthest from its line is {name}" if edge.edge else count(picks, "pick")
    )


def _miss(slate: Slate, results: Results) -> str:
    """How far the headline system was off."""
    system = slate.headline.system if slate.headline else ""
    own = next((score for score in results.systems if score.system == system), None)
    return f"Off by {points(own.mae)} points a player" if own else "Results"


def _deck(slate: Slate, players: int) -> str:
    head = slate.headline
    if head is None:
        return f"{count(len(slate.games), 'game')} on {day(slate.game_date)}."
    model = next((p for player in slate.players if (p := player.by(head.system)) and p.model_id), None)
    trained = f", trained through {model.model_trained_through}" if model else ""
    served = (
        f"The numbers are those of {plain(head.system)}, the system that serves{trained}."
        if head.role == "champion"
        else f"No system has earned to serve; the numbers are those of {plain(head.system)}{trained}."
    )
    what = (
        f"{count(len(slate.games), 'game')} and {count(players, 'player')} on {short_day(slate.game_date)}."
    )
    return f"{what} {served}"


def _record_line(record: Record, slate: Slate) -> str | None:
    """How far the headline system usually misses, beside the strongest comparison."""
    system = slate.headline.system if slate.headline else ""
    season = [score for score in record.seasons if score.season == slate.season]
    own = next((s for s in season if s.system == system and s.population == "all"), None)
    lined = {s.system: s for s in season if s.population == "with_line"}
    if own is None:
        return None
    parts = [
        f"this season it misses by {points(own.mae.value, 2)} points on average, over {own.rows:,} player "
        "games"
    ]
    if system in lined and "market_line" in lined:
        parts.append(
            f"where there is a line, by {points(lined[system].mae.value, 2)}; the line itself misses by "
            f"{points(lined['market_line'].mae.value, 2)}"
        )
    if picks := picks_record(record, system):
        parts.append(picks)
    return ". ".join(part[0].upper() + part[1:] for part in parts) + "."


def _lane(coverage: DateCoverage | None) -> list[tuple[str, list[Any]]]:
    """Tables of the date by group, in the order in which it is made."""
    tables = coverage.tables if coverage else ()
    return [(group, list(states)) for group, states in groupby(tables, key=lambda state: state.group)]


def around(dates: list[dt.date], date: dt.date) -> dict[str, dt.date | None]:
    """The dates before and after one that have pages."""
    place = dates.index(date)
    return {
        "before": dates[place - 1] if place else None,
        "after": dates[place + 1] if place + 1 < len(dates) else None,
    }
