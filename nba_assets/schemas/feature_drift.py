"""Findings about features: what changed although coverage holds."""

from __future__ import annotations

from nba_assets.schemas.columns import TableSchema, integer, number, text

FEATURE_DRIFT = TableSchema(
    "feature_drift",
    "One row a finding about the features of a date: lost coverage, constants, ranges, leaks, keys, drift.",
    ("check", "subject"),
    (
        text(
            "check", "What was looked at: coverage, constant, range, leak, duplicate, no_context, drift ..."
        ),
        text("subject", "Feature concerned; `rows` for a check of rows."),
        text("severity", "FAIL or WARN.", values=("FAIL", "WARN")),
        number("value", "What was measured.", nullable=True),
        number("limit", "What it was held against.", nullable=True),
        integer("rows", "Rows concerned.", low=0),
        text("keys", "First of them, game/player joined by |; NULL for a window.", nullable=True),
        text("words", "The finding in a sentence."),
        text("source", "Who says it: feature_drift."),
    ),
)
