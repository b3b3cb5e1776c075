"""What every answer of The Odds API shares: the capture, its events, their games, the unit of its prices."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from nba_assets.calendar.tipoffs import (
    eastern_date,
    game_cutoffs,
    with_stated_tipoffs,
)
from nba_assets.domain.raw.event_games import games_of_events
from nba_assets.domain.raw.odds.odds_prices import american_price
from nba_assets.domain.teams import tricode_of_name
from nba_assets.sources.wire.clocks import utc_moment
from nba_assets.sources.wire.documents import Node, Parsed, Place, read_list
from nba_assets.tabular.problems import BadInput

SOURCE: Final = "the-odds-api"
_SPORT: Final = "basketball_nba"
_LEAST_AMERICAN: Final = 100.0
_TEXT = pd.StringDtype("pyarrow")


@dataclass(frozen=True)
class Market:
    """One market of one book on one event, by number of the event."""

    event: int
    book: str
    key: str
    outcomes: list[Node]


@dataclass(frozen=True)
class OddsDocument:
    """A capture.

    Attributes:
        captured_at: UTC.
        events: event_id, commence_time (UTC), home_name, away_name, event_date, then of the schedule:
            game_id (NULL with a reason in `refused`), game_date, home_team, away_team.
        markets: of every event.
        problems: events that cannot be read.
    """

    captured_at: pd.Timestamp
    events: pd.DataFrame
    markets: list[Market]
    problems: tuple[BadInput, ...]


def parse_events(body: bytes, schedule: pd.DataFrame, *, file: str) -> Parsed:
    """The events of a list of events or odds, with their games: which event to ask for.

    Out: event_id*, commence_time (UTC), game_id (NULL when refused), game_date, refused (text). An event that
    cannot be read is in the problems, and the others go on.

    Raises:
        BadInput: no such document.
    """
    # The moment of asking is of no matter to the list.
    document = read_odds(body, schedule, Place(file), pd.Timestamp(0, tz="UTC"))
    columns = ["event_id", "commence_time", "game_id", "game_date", "refused"]
    return Parsed(document.events[columns], document.problems, dict(refused_events(document)))


def read_odds(
    body: bytes, schedule: pd.DataFrame, place: Place, captured_at: pd.Timestamp | None
) -> OddsDocument:
    """Read an answer: one event or a list of them, historical (with its own time) or current.

    In: raw_schedule of the dates around; `captured_at` (UTC) of a current answer, which has no time of its
    own.

    Raises:
        BadInput: no such document, another sport, no capture time.
    """
    nodes = read_list(body, place)
    if len(nodes) == 1 and nodes[0].has("timestamp"):
        captured_at = utc_moment(nodes[0], "timestamp")
        nodes = (
            nodes[0].nodes("data")
            if isinstance(nodes[0].value.get("data"), list)
            else [nodes[0].node("data")]
        )
    if captured_at is None:
        place.refuse("timestamp", "no capture time", "add the moment of the request")
    rows: list[dict[str, Any]] = []
    markets: list[Market] = []
    problems: list[BadInput] = []
    for node in nodes:
        try:
            event, found = _event(node), _markets(node, len(rows), problems)
            if event["event_id"] in {row["event_id"] for row in rows}:
                node.refuse("id", f"event {event['event_id']} is duplicated")
        except BadInput as problem:
            problems.append(problem)
            continue
        rows.append(event)
        markets += found
    return OddsDocument(captured_at, _event_table(rows, schedule), markets, tuple(problems))


class Prices:
    """American price of each outcome of a document that has one.

    The API answers in decimal or American prices, as requested. American ones are never within 100 of
    zero, decimal ones lie above 1 and below 100 but for the longest shots: most prices settle the document,
    and one of the other kind cannot be read.

    Args:
        document: the capture.
    """

    def __init__(self, document: OddsDocument):
        self._found: dict[int, float] = {}
        self._unreadable: dict[int, BadInput] = {}
        priced: list[tuple[Node, float]] = []
        for outcome in (outcome for market in document.markets for outcome in market.outcomes):
            try:
                if outcome.has("price"):
                    priced.append((outcome, outcome.number("price")))
            except BadInput as problem:
                self._unreadable[id(outcome.value)] = problem
        stated = pd.Series([price for _, price in priced], dtype="float64")
        small = stated.abs().lt(_LEAST_AMERICAN)
        decimal = bool(small.mean() > 0.5) if len(stated) else False
        wrong = stated.le(1) if decimal else small
        american = american_price(stated.mask(wrong)) if decimal else stated
        for (outcome, price), bad, found in zip(priced, wrong, american, strict=True):
            if bad:
                kind = "decimal" if decimal else "American"
                problem = outcome.problem("price", f"{price} among {kind} prices")
                self._unreadable[id(outcome.value)] = problem
            else:
                self._found[id(outcome.value)] = found

    def of(self, outcome: Node) -> float | None:
        """Price of an outcome; None where it has none.

        Raises:
            BadInput: its price cannot be read.
        """
        if (problem := self._unreadable.get(id(outcome.value))) is not None:
            raise problem
        return self._found.get(id(outcome.value))


def after_tipoff(document: OddsDocument, schedule: pd.DataFrame) -> set[str]:
    """Ids of the events whose capture is too late to be used: at or after tip-off.

    Tip-off: the schedule's, else the one that the document states, else 18:00 US Eastern counts.
    """
    stated = document.events[["game_id", "commence_time"]].dropna(subset="game_id")
    cutoffs = game_cutoffs(with_stated_tipoffs(schedule, stated)).set_index("game_id")["cutoff_utc"]
    late = document.events["game_id"].map(cutoffs).le(document.captured_at)
    return set(document.events.loc[late, "game_id"])


def refused_events(document: OddsDocument) -> Counter[str]:
    """How many events have no game, by reason."""
    return Counter(f"refused_{reason}" for reason in document.events["refused"].dropna())


def _event_table(rows: list[dict[str, Any]], schedule: pd.DataFrame) -> pd.DataFrame:
    columns = ["event_id", "commence_time", "home_name", "away_name"]
    events = pd.DataFrame(rows, columns=columns).astype(
        dict.fromkeys(["event_id", "home_name", "away_name"], _TEXT)
    )
    events["commence_time"] = pd.to_datetime(events["commence_time"], utc=True).astype("datetime64[ns, UTC]")
    events["event_date"] = eastern_date(events["commence_time"])
    return _with_games(events, schedule)


def _with_games(events: pd.DataFrame, schedule: pd.DataFrame) -> pd.DataFrame:
    """Events with their games. Of two events of a game the later start wins: the other is a placeholder."""
    found = events.join(games_of_events(events, schedule))
    by_start = found.loc[found["game_id"].notna()].sort_values(["commence_time", "event_id"], kind="stable")
    superseded = by_start.index[by_start.duplicated("game_id", keep="last")]
    found.loc[superseded, "refused"] = "superseded_event"
    found.loc[superseded, "game_id"] = None
    return found


def _event(node: Node) -> dict[str, Any]:
    if node.text_or_none("sport_key") != _SPORT:
        node.refuse("sport_key", f"{node.value.get('sport_key')!r} is not {_SPORT}")
    names = {}
    for side in ("home", "away"):
        names[f"{side}_name"] = node.text(f"{side}_team")
        try:
            tricode_of_name(names[f"{side}_name"])
        except KeyError:
            node.refuse(f"{side}_team", f"unknown team {names[f'{side}_name']!r}")
    return {"event_id": node.text("id"), "commence_time": utc_moment(node, "commence_time")} | names


def _markets(node: Node, number: int, problems: list[BadInput]) -> list[Market]:
    """Markets of an event; one that cannot be read, or is duplicated, is added to the problems."""
    found: dict[tuple[str, str], Market] = {}
    for bookmaker in node.nodes("bookmakers") if node.has("bookmakers") else []:
        try:
            book, markets = bookmaker.text("key"), bookmaker.nodes("markets")
        except BadInput as problem:
            problems.append(problem)
            continue
        for market in markets:
            try:
                key = market.text("key")
                if (book, key) in found:
                    market.refuse("key", f"{key} of {book} is duplicated")
                found[book, key] = Market(number, book, key, market.nodes("outcomes"))
            except BadInput as problem:
                problems.append(problem)
    return list(found.values())
