"""The ledger: what each date of each table should hold, what it holds, and who is to blame."""

from __future__ import annotations

from nba_assets.schemas.columns import TableSchema, integer, moment, number, text

STATUSES = ("PASS", "WARN", "FAIL", "EMPTY_OK", "NO_GO", "PENDING", "BLOCKED", "OVERRIDDEN")

COVERAGE = TableSchema(
    "coverage",
    "One row a table, metric and date: expected, actual, status, cause.",
    ("table", "metric"),
    (
        text("table", "Table that is judged."),
        text("metric", "What is counted; `date` for the date as a whole."),
        number("expected", "What there should be, from the schedule and the tables before.", low=0),
        number("actual", "What there is.", low=0),
        number("share", "Actual / expected; NULL when nothing is expected.", low=0, nullable=True),
        text(
            "status",
            "Verdict; BLOCKED: an input is shut, PENDING: never run, NO_GO: too little to train on.",
            values=STATUSES,
        ),
        text("cause_table", "Table the gap comes from; NULL without a gap.", nullable=True),
        text("cause", "Reason recorded there, in words; NULL without a gap.", nullable=True),
        text("missing_keys", "First missing keys, joined by |.", nullable=True),
        integer("missing", "Missing keys.", low=0),
        text("heal", "Command that heals the date once the cause is gone.", nullable=True),
        moment("healed_at", "When a run wrote a date that had been refused.", nullable=True),
        text("source", "Who says it: coverage."),
    ),
)
