"""Anomalies of features that coverage alone does not show."""

from __future__ import annotations

from nba_assets.schemas.columns import TableSchema, integer, number, text

FEATURE_DRIFT = TableSchema(
    "feature_drift",
    "One row per anomaly of a date's features: lost coverage, constants, ranges, leaks, duplicate keys, drift.",
    ("check", "subject"),
    (
        text("check", "Kind of check: coverage, constant, range, leak, duplicate, no_context, drift ..."),
        text("subject", "Feature concerned; `rows` for a check of rows."),
        text("severity", "FAIL or WARN.", values=("FAIL", "WARN")),
        number("value", "Measured value.", nullable=True),
        number("limit", "Limit that the value is compared with.", nullable=True),
        integer("rows", "Rows concerned.", low=0),
        text("keys", "The first of these rows, game/player joined by |; NULL for a window.", nullable=True),
        text("words", "The anomaly in a sentence."),
        text("source", "Name of this table."),
    ),
)
