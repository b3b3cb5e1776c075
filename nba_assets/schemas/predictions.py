"""Models, predictions and their grades."""

from __future__ import annotations

from nba_assets.schemas.columns import TableSchema, flag, integer, moment, number, text
from nba_assets.schemas.raw import GAME, OPPONENT, PLAYER, PLAYER_NAME, SOURCE, TEAM

SYSTEM = text("system", "Prediction system.")
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


def _model_schema(system: str) -> TableSchema:
    return TableSchema(
        system,
        "One row per model trained for the date, on rows before it; none where the calendar plans no training.",
        ("model_id",),
        (
            text("model_id", "System, feature set, last training date, short hash."),
            SYSTEM,
            text("feature_set", "Feature set and version."),
            text("trained_through", "Newest date in its training data.", pattern=r"\d{4}-\d{2}-\d{2}"),
            integer("train_rows", "Rows fitted on.", low=1),
            integer("validation_rows", "Rows that stopped the fit.", low=1),
            integer("test_rows", "Rows never touched while fitting.", low=1),
            integer("best_iteration", "Index of the last tree that is kept.", low=0),
            number("train_mae", "MAE on the training rows.", unit="points", low=0),
            number("validation_mae", "MAE on the validation rows.", unit="points", low=0),
            number("test_mae", "MAE on the test rows.", unit="points", low=0),
            number("season_average_test_mae", "Baseline on the same rows.", unit="points", low=0),
            number("last_10_average_test_mae", "Baseline on the same rows.", unit="points", low=0),
            number("core_average_test_mae", "Baseline on the same rows.", unit="points", low=0),
            number(
                "projected_points_2_test_mae",
                "Baseline on the same rows; NULL where the model's feature store lacks its input.",
                unit="points",
                nullable=True,
                low=0,
            ),
            number("hand_rules_test_mae", "Baseline on the same rows.", unit="points", low=0),
            text("gate", "GO or NO-GO before the fit, in words."),
            text("artefact", "Model file beside the lake."),
            text("artefact_sha256", "Hash of its bytes."),
            SOURCE,
        ),
    )


_MEDIANS = ("xgboost_extended", "points_quantile")
MEMBERS = ("xgboost_v1", "catboost_v8", *_MEDIANS)
LEARNERS = ("xgboost_v5", *MEMBERS, "lineup_aware")
MODEL_SCHEMAS = tuple(map(_model_schema, LEARNERS))


MINUTES_MODEL = TableSchema(
    "minutes_model",
    "One row per minutes model trained for the date, on rows before it; none where the calendar plans no training.",
    ("model_id",),
    (
        text("model_id", "Model, last training date, short hash."),
        text("trained_through", "Newest date in its training data.", pattern=r"\d{4}-\d{2}-\d{2}"),
        integer("train_rows", "Rows fitted on: players who were expected, in games with results.", low=1),
        integer("validation_rows", "Rows that stopped the fit.", low=1),
        integer("test_rows", "Rows never touched while fitting.", low=1),
        number(
            "plays_auc",
            "Chance that of two players of the test rows the one who plays was given more; NULL where all or none play.",
            unit="0..1",
            nullable=True,
            low=0,
            high=1,
        ),
        *(
            number(
                f"{name}_brier",
                f"Mean squared error on the test rows of {words}; NULL without rows.",
                unit="probability squared",
                nullable=True,
                low=0,
                high=1,
            )
            for name, words in (
                ("plays", "the chance to play"),
                ("plays_baseline", "the shares of players with the same status and games missed"),
                ("starts", "the chance to start"),
                ("starts_baseline", "whether he started his last game"),
            )
        ),
        number(
            "minutes_mae",
            "MAE on the test rows of those who played; NULL without rows.",
            unit="minutes",
            nullable=True,
            low=0,
        ),
        number(
            "minutes_baseline_mae",
            "The same of the mean minutes of his last games, weights halving every 15.",
            unit="minutes",
            nullable=True,
            low=0,
        ),
        text("artefact", "Model file beside the lake."),
        text("artefact_sha256", "Hash of its bytes."),
        SOURCE,
    ),
)
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


def _ensemble_schema(system: str, market: str, members: tuple[str, ...] = MEMBERS) -> TableSchema:
    return TableSchema(
        system,
        "One row per ensemble weighed for the date; none where not all of its members were trained for it.",
        ("model_id",),
        (
            text("model_id", "System, last training date, short hash."),
            SYSTEM,
            text("trained_through", "Newest date a member has seen.", pattern=r"\d{4}-\d{2}-\d{2}"),
            text("members", "Models it was weighed with, joined by |."),
            text("weights", "Weight of each member, joined by |."),
            text("line_weights", f"The same on rows with a line, where {market} is a member too."),
            integer("validation_rows", "Rows the weights were fitted on.", low=1),
            integer("validation_line_rows", "Of these, rows with a line.", low=0),
            number("validation_mae", "MAE on them.", unit="points", low=0),
            integer("test_rows", "Rows never touched while fitting.", low=1),
            number("test_mae", "MAE on the test rows.", unit="points", low=0),
            *(
                number(f"{name}_test_mae", "Member on the same rows.", unit="points", low=0)
                for name in members
            ),
            text("artefact", "File of the weights beside the lake."),
            text("artefact_sha256", "Hash of its bytes."),
            SOURCE,
        ),
    )


ENSEMBLE_SCHEMAS = (
    _ensemble_schema("ensemble_v1", "the line"),
    _ensemble_schema("market_anchored", "the median that lines and prices imply", _MEDIANS),
    _ensemble_schema(
        "lineups_anchored", "the median that lines and prices imply", ("lineup_aware", "points_quantile")
    ),
)

MODEL_EVALUATION = TableSchema(
    "model_evaluation",
    "One row per population, system and metric: the models trained for the date, on their test rows.",
    ("population", "system", "metric", "versus"),
    (
        text("population", "Rows evaluated: all, with_line, or a tier of season average."),
        SYSTEM,
        text(
            "metric",
            "mae, rmse, bias, within_3, within_5, share_above (of results, the prediction), over_under_accuracy, mae_difference; of a system with a distribution coverage_80 and interval_width_80 (low_80 to high_80), pinball (mean of the five quantiles), log_loss, ece and brier of prob_over.",
        ),
        text("versus", "Baseline or learned system of a difference; empty for the others."),
        number("value", "Value of the metric.", nullable=True),
        number("low", "Lower end of its 95 % interval.", nullable=True),
        number("high", "Upper end of its 95 % interval.", nullable=True),
        integer("rows", "Rows evaluated; for an error, the same for every system.", low=0),
        integer("dates", "Dates evaluated, which the bootstrap of the interval resamples.", low=0),
        integer("left_out", "Rows left out because some system did not predict them.", low=0),
        SOURCE,
    ),
)

MODEL_REGISTRY = TableSchema(
    "model_registry",
    "One row per learned system: its state on the date, and the reason.",
    ("system",),
    (
        SYSTEM,
        text("model_id", "Newest model of the system."),
        text("trained_for", "Date that model was trained for.", pattern=r"\d{4}-\d{2}-\d{2}"),
        text("state", "State of the system.", values=("candidate", "shadow", "champion", "retired")),
        text("since", "Date of that state.", pattern=r"\d{4}-\d{2}-\d{2}"),
        integer("shadow_dates", "Game dates in shadow.", low=0),
        text("replaced", "Champion that it replaced.", nullable=True),
        text("reason", "Verdict or event that led to the state."),
        text("criteria", "Every criterion of the last verdict, as JSON."),
        flag("by_hand", "Promoted by a person, with their reason."),
        number(
            "share",
            "Share of the games that a champion serves, by a stable hash of the game; the one it replaced serves the others. NULL unless champion.",
            unit="fraction",
            nullable=True,
            low=0,
            high=1,
        ),
        integer("stage_dates", "Game dates predicted since that share began.", low=0),
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
