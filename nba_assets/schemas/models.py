"""Models, how they are measured, and who serves."""

from __future__ import annotations

from nba_assets.schemas.columns import TableSchema, flag, integer, number, text
from nba_assets.schemas.raw import SOURCE

SYSTEM = text("system", "Prediction system.")


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
            integer("validation_rows", "Rows that stopped the fit, or calibrated it.", low=1),
            integer("test_rows", "Rows never touched while fitting.", low=1),
            integer(
                "best_iteration", "Index of the last tree, or of the last reweighting, that is kept.", low=0
            ),
            number(
                "train_mae",
                "MAE on the last dates of the training rows, as many as validation has.",
                unit="points",
                low=0,
            ),
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


MEDIANS = ("xgboost_extended", "points_quantile")
LEARNERS = ("xgboost_v1", "catboost_v8", *MEDIANS, "lineup_aware")
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


def _ensemble_schema(system: str, market: str, members: tuple[str, ...] = MEDIANS) -> TableSchema:
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
    _ensemble_schema("market_anchored", "the median that lines and prices imply"),
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
