"""Predictions and their grades."""

from __future__ import annotations

from nba_assets.schemas.columns import TableSchema, flag, integer, moment, number, text
from nba_assets.schemas.models import SYSTEM
from nba_assets.schemas.raw import GAME, OPPONENT, PLAYER, PLAYER_NAME, SOURCE, TEAM

_CHOICES = ("OVER", "UNDER", "PASS", "NO_LINE")
_RECOMMENDATION = text("recommendation", "Side of the best offer by expected value, by edge where no book states a price; PASS below the thresholds, NO_LINE without a real line.",
                       nullable=True, values=_CHOICES)  # fmt: skip
_PREDICTED = number(
    "predicted_points", "Prediction; NULL where the system could not predict.", unit="points", nullable=True
)
_PROB_OVER = number("prob_over", "Probability of going over the line; NULL without a distribution.", unit="0..1", nullable=True, low=0, high=1)  # fmt: skip
_PREGAME = flag("is_pregame", "Predicted before tip-off; false for a backfill.", nullable=True)
_DOUBTFUL = flag("is_doubtful", "Listed Doubtful when predicted.")
_MODEL_ID = text("model_id", "Model behind the prediction; NULL for a rule.", nullable=True)
_OFFER = (
    text("book", "Book whose offer is recommended; NULL without a recommendation.", nullable=True),
    number("offered_line", "That book's line.", unit="points", nullable=True, low=0),
    number("price", "American price of the side there: -110 stakes 110 to win 100, +150 stakes 100 to win 150; NULL where the book states none.", unit="American odds", nullable=True),
    number("fair_probability", "Chance of the side by both prices of that book, its margin taken out in proportion; NULL without both prices.", unit="0..1", nullable=True, low=0, high=1),
    number("expected_value", "Expected profit on a unit staked of the best offer, PASS included; NULL without a price or a distribution.", unit="units", nullable=True),
    number("stake", "Stake: a share of the Kelly stake, capped; 0 on PASS, NULL without a price or a distribution.", unit="fraction of bankroll", nullable=True, low=0, high=1),
)  # fmt: skip
_LINE = number("line", "Median line of the last capture before tip-off.", unit="points", nullable=True, low=0)


def _interval(end: str) -> tuple[str, str]:
    place = {"low": "First", "high": "Last"}[end]
    return (
        f"{end}_80",
        f"{place} of the whole points between which a result lies with a chance of 80 %; NULL from a system without a distribution.",
    )


def _quantile(percent: int) -> tuple[str, str]:
    return f"q{percent}", f"{percent} % quantile of points; NULL from a system without a distribution."


EXPECTED_MINUTES = TableSchema(
    "expected_minutes",
    "One row per player who is expected on the date, as known before lineups are announced.",
    ("game_id", "player_id"),
    (
        GAME,
        PLAYER,
        PLAYER_NAME,
        TEAM,
        OPPONENT,
        number(
            "play_probability",
            "Chance that he plays; NULL without a model.",
            unit="0..1",
            nullable=True,
            low=0,
            high=1,
        ),
        number(
            "start_probability",
            "Chance that he starts; NULL without a model.",
            unit="0..1",
            nullable=True,
            low=0,
            high=1,
        ),
        *(
            number(
                f"minutes_q{percent}",
                f"{percent} % quantile of his minutes if he plays; NULL without a model.",
                unit="minutes",
                nullable=True,
                low=0,
            )
            for percent in (10, 25, 50, 75, 90)
        ),
        text("model_id", "Minutes model; NULL before the first.", nullable=True),
        text("reason", "Why nothing is expected of him; NULL where it is.", nullable=True),
        SOURCE,
    ),
)


MODEL_PERFORMANCE = TableSchema(
    "model_performance",
    "One row per system, population and window that ends with the date: performance of predictions as served.",
    ("system", "population", "window"),
    (
        SYSTEM,
        text("population", "All who played, those with a line, or a tier by the season average before the game.",
             values=("all", "with_line", "bench", "role", "starter", "star")),
        text("window", "Days up to and including the date.", values=("7_days", "30_days", "season")),
        integer("rows", "Graded rows.", low=1),
        number("mae", "Mean absolute error.", unit="points", low=0),
        number("bias", "Mean of prediction less points.", unit="points"),
        integer("picks", "Graded OVER and UNDER recommendations.", low=0),
        number("accuracy", "Share of picks that were right; NULL without one.", unit="fraction", nullable=True, low=0, high=1),
        text("state", "Performance state over the last 30 days.", values=("OK", "WATCH", "DEGRADING", "BLOCKED", "UNKNOWN")),
        flag("retrain_advised", "The state has been worse than OK for seven days."),
        SOURCE,
    ),
)  # fmt: skip

PLAYER_PROP_PREDICTIONS = TableSchema(
    "player_prop_predictions",
    "One row per player, game, system and version; a prediction made before tip-off is never changed.",
    ("game_id", "player_id", "system", "predicted_at"),
    (
        GAME,
        PLAYER,
        SYSTEM,
        text("role", "champion: served, according to the registry; baseline: to be beaten; shadow: predicted but not served.",
             values=("champion", "shadow", "baseline")),
        PLAYER_NAME,
        TEAM,
        OPPONENT,
        _PREDICTED,
        *(number(*_quantile(percent), unit="points", nullable=True) for percent in (10, 25, 50, 75, 90)),
        *(number(*_interval(end), unit="points", nullable=True) for end in ("low", "high")),
        _PROB_OVER,
        _LINE,
        moment("line_captured_at", "Capture of the line.", nullable=True),
        number("edge", "Prediction minus line.", unit="points", nullable=True),
        _RECOMMENDATION,
        *_OFFER,
        _MODEL_ID,
        text("model_trained_through", "Newest date in its training data.", nullable=True),
        text("feature_hash", "Hash of the feature values that the system used.", nullable=True),
        moment(
            "predicted_at",
            "Moment of the prediction, which names its version; NULL for a backfill.",
            nullable=True,
        ),
        _PREGAME,
        _DOUBTFUL,
        text("missing_terms", "Terms of the rule that had no input, joined by |.", nullable=True),
        text("reason", "Why the system could not predict.", nullable=True),
        text("largest_contributions", "Of a prediction that was served before tip-off: the three features that add the most points, with them, joined by | (Shapley values); NULL for the others, whose contributions `trace` shows.", nullable=True),
        SOURCE,
    ),
)  # fmt: skip

PREDICTION_ACCURACY = TableSchema(
    "prediction_accuracy",
    "One row per graded prediction.",
    ("game_id", "player_id", "system"),
    (
        GAME,
        PLAYER,
        SYSTEM,
        PLAYER_NAME,
        TEAM,
        OPPONENT,
        _PREDICTED,
        number("actual_points", "Points scored; NULL for a player who did not play.", unit="points", nullable=True, low=0),
        number("minutes", "Minutes played; NULL without a box row.", unit="min", nullable=True, low=0),
        number("absolute_error", "|prediction - actual|.", unit="points", nullable=True, low=0),
        number("signed_error", "Prediction - actual.", unit="points", nullable=True),
        flag("within_3", "Within 3 points.", nullable=True),
        flag("within_5", "Within 5 points.", nullable=True),
        _RECOMMENDATION,
        text("outcome", "Result of the recommendation against the line; that of the offer is in bets.", nullable=True,
             values=("correct", "wrong", "push", "void", "no_line", "pass")),
        text("void_reason", "Why it is void; a player who did not play is never counted as 0 points.", nullable=True),
        text("void_cause", "Why he did not play, where a source states it; late scratch: an injury that was not known when it was predicted.", nullable=True,
             values=("injury", "late scratch", "coach's decision", "suspension", "G League", "rest", "personal", "not with team", "postponed")),
        _LINE,
        number("closing_line", "Last line before tip-off.", unit="points", nullable=True, low=0),
        number("closing_line_value", "Points the line moved towards the recommendation; NULL in a backfill, whose line is the closing one.", unit="points", nullable=True),
        integer("calibration_decile", "Decile of prob_over.", nullable=True, low=0, high=9),
        _MODEL_ID,
        _PREGAME,
        _DOUBTFUL,
        SOURCE,
    ),
)  # fmt: skip

BETS = TableSchema(
    "bets",
    "One row per settled paper bet: the first published version of a game, player and system that recommends an offer of a book.",
    ("game_id", "player_id", "system"),
    (
        GAME,
        PLAYER,
        SYSTEM,
        PLAYER_NAME,
        TEAM,
        OPPONENT,
        text("side", "Side of the offered line.", values=("OVER", "UNDER")),
        *_OFFER,
        number("break_even", "Chance of the side at which the price returns nothing: 52.4 % at -110; NULL without a price.", unit="0..1", nullable=True, low=0, high=1),
        number("margin", "The book's margin (vig): by how much the chances that its two prices imply exceed 1; NULL without both prices.", unit="fraction", nullable=True),
        number("edge", "Points that the prediction lies on the side's side of the offered line.", unit="points", nullable=True),
        number("actual_points", "Points scored; NULL for a player who did not play.", unit="points", nullable=True, low=0),
        text("outcome", "Settlement; void: the player did not play.", values=("won", "lost", "push", "void")),
        number("profit", "Profit on a unit staked, -1 when lost, 0 for a push or a void bet; NULL without a price.", unit="units", nullable=True, low=-1),
        number("closing_line", "Median line of the last capture before tip-off.", unit="points", nullable=True, low=0),
        number("closing_line_value", "Points the line moved towards the side after the bet; NULL in a backfill.", unit="points", nullable=True),
        _MODEL_ID,
        _PREGAME,
        moment("predicted_at", "Moment of the version that was bet on; NULL for a backfill.", nullable=True),
        SOURCE,
    ),
)  # fmt: skip
