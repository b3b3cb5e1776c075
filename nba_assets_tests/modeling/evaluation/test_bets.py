"""Paper bets: which version is bet on, its settlement at the price, and returns of many."""

import numpy as np
import pandas as pd
import pytest

from nba_assets.modeling.bootstrap import BootstrapConfig
from nba_assets.modeling.evaluation.bets import BET_COLUMNS, bet_returns, first_offers, paper_bets
from nba_assets.modeling.inputs import TEXT
from nba_assets.schemas.predictions import BETS

GAME = "0022400561"
NOON = pd.Timestamp("2025-01-15 17:00", tz="UTC")
_TEXTS = (
    "game_id",
    "system",
    "player_name",
    "team",
    "opponent",
    "recommendation",
    "book",
    "model_id",
    "source",
)


def version(player_id: int, side: str, line: float | None, price: float | None, **more: object) -> dict:
    """A published version that takes an offer; hours: after noon."""
    hours = more.pop("hours", 0)
    return {
        "game_date": pd.Timestamp("2025-01-15"),
        "game_id": GAME,
        "player_id": player_id,
        "system": "market_anchored",
        "player_name": f"Player {player_id}",
        "team": "PHI",
        "opponent": "NYK",
        "predicted_points": 22.0,
        "prob_over": 0.6,
        "line": 20.5,
        "recommendation": side,
        "book": "fanduel" if line is not None else None,
        "offered_line": line,
        "price": price,
        "fair_probability": 0.5 if price else None,
        "expected_value": 0.05 if price else None,
        "stake": 0.01 if price else None,
        "model_id": "m",
        "is_pregame": True,
        "is_doubtful": False,
        "predicted_at": NOON + pd.Timedelta(hours=float(str(hours))),
        "source": "archive",
        **more,
    }


def frame(rows: list[dict]) -> pd.DataFrame:
    numbers = ("offered_line", "price", "fair_probability", "expected_value", "stake")
    types = dict.fromkeys(_TEXTS, TEXT) | dict.fromkeys(numbers, "float64") | {"is_pregame": "boolean"}
    return pd.DataFrame(rows).astype(types)


def settled(rows: list[dict], points: dict[int, int | None], closing: float = 21.5) -> pd.DataFrame:
    results = pd.DataFrame({
        "game_id": GAME, "player_id": [*points, 99], "minutes": 30.0,
        "pts": pd.array([*points.values(), 4], dtype="Int64"),
    })  # fmt: skip
    lines = pd.DataFrame({"game_id": GAME, "player_id": [*points], "points_line": closing})
    return paper_bets(frame(rows), results.dropna(subset=["pts"]), lines)


@pytest.mark.parametrize(
    ("side", "line", "price", "points", "outcome", "profit"),
    [
        ("OVER", 20.5, -110.0, 21, "won", 100 / 110),
        ("OVER", 20.5, -110.0, 20, "lost", -1.0),
        ("UNDER", 20.5, 150.0, 20, "won", 1.5),
        ("UNDER", 20.5, 150.0, 21, "lost", -1.0),
        ("OVER", 21.0, -110.0, 21, "push", 0.0),
        ("OVER", 20.5, -110.0, None, "void", 0.0),
        ("OVER", 20.5, None, 21, "won", None),
        ("OVER", 20.5, None, 20, "lost", None),
    ],
)
def test_a_bet_is_settled_at_the_line_and_price_that_was_offered(
    side: str, line: float, price: float | None, points: int | None, outcome: str, profit: float | None
) -> None:
    bet = settled([version(1, side, line, price)], {1: points}).iloc[0]
    assert (bet["side"], bet["outcome"]) == (side, outcome)
    assert np.isnan(bet["profit"]) if profit is None else bet["profit"] == pytest.approx(profit)


def test_what_a_price_asks_for_and_what_the_book_keeps() -> None:
    bet = settled([version(1, "OVER", 19.5, -110.0)], {1: 25}).iloc[0]
    assert bet["break_even"] == pytest.approx(110 / 210)
    assert bet["margin"] == pytest.approx(2 * 110 / 210 - 1)  # both sides at -110: fair is one half
    assert bet["edge"] == 2.5
    assert settled([version(1, "UNDER", 19.5, -110.0)], {1: 25}).iloc[0]["edge"] == -2.5


def test_the_first_published_version_that_takes_an_offer_is_the_bet() -> None:
    rows = [
        version(1, "PASS", None, None),
        version(1, "UNDER", 22.5, 105.0, hours=1),
        version(1, "OVER", 20.5, -110.0, hours=2),
        version(2, "NO_LINE", None, None),
        version(3, "OVER", None, None),  # recommended by its edge, offered by no book
    ]
    bets = settled(rows[::-1], {1: 25, 2: 10, 3: 10}, closing=20.5)
    assert bets[["player_id", "side", "offered_line"]].to_numpy().tolist() == [[1, "UNDER", 22.5]]
    assert bets["closing_line_value"].tolist() == [2.0]
    assert bets["predicted_at"].tolist() == [NOON + pd.Timedelta(hours=1)]
    assert tuple(bets.columns) == BET_COLUMNS
    BETS.pandera.validate(BETS.conform(bets))


def test_a_backfill_is_a_bet_without_a_closing_line_value() -> None:
    row = version(1, "OVER", 20.5, -110.0, is_pregame=False) | {"predicted_at": pd.NaT}
    bet = settled([row], {1: 25}).iloc[0]
    assert bet["profit"] > 0 and np.isnan(bet["closing_line_value"]) and pd.isna(bet["predicted_at"])


def test_without_a_bet_the_table_has_its_columns() -> None:
    bets = settled([version(1, "PASS", None, None)], {1: 25})
    assert bets.empty and tuple(bets.columns) == BET_COLUMNS
    assert first_offers(frame([version(1, "PASS", None, None)])).empty
    assert bet_returns(bets, ["system"]).empty


def test_returns_by_edge_count_what_was_staked_and_say_how_sure_they_are() -> None:
    rows = [
        version(player, "OVER", 20.5 if player % 2 else 18.5, -110.0,
                game_date=pd.Timestamp("2025-01-15") + pd.Timedelta(days=player))
        for player in range(1, 41)
    ]  # fmt: skip
    points = {player: 25 if player % 4 else 10 for player in range(1, 41)}
    bets = settled(rows, points)
    found = bet_returns(bets, ["system", "edge_band"], BootstrapConfig(samples=200)).set_index("edge_band")
    assert found["bets"].to_dict() == {"1 to 2": 20, "3 to 4": 20, "any": 40}
    assert found.loc["any", "hit_rate"] == 0.75
    assert found.loc["any", "profit"] == pytest.approx(0.75 * 100 / 110 - 0.25)
    assert found.loc["any", "profit_low"] < found.loc["any", "profit"] < found.loc["any", "profit_high"]
    assert found.loc["1 to 2", "hit_rate"] == 1.0  # every odd player went over
    assert found["break_even"].tolist() == pytest.approx([110 / 210] * 3)
    assert found.loc["any", "closing_line_value"] == pytest.approx((1.0 * 20 + 3.0 * 20) / 40)
