"""The ledger: expected and actual rows of each table and date, and the root cause of each gap."""

from __future__ import annotations

from nba_assets.schemas.columns import TableSchema, integer, moment, number, text

STATUSES = ("PASS", "WARN", "FAIL", "EMPTY_OK", "NO_GO", "PENDING", "BLOCKED", "OVERRIDDEN")

COVERAGE = TableSchema(
    "coverage",
    "One row per table, metric and date: expected, actual, status and root cause.",
    ("table", "metric"),
    (
        text("table", "Table that is checked."),
        text("metric", "Name of the coverage metric; `date` for the date as a whole."),
        number("expected", "Expected count, from the schedule and the upstream tables.", low=0),
        number("actual", "Actual count.", low=0),
        number("share", "Actual / expected; NULL when nothing is expected.", low=0, nullable=True),
        text(
            "status",
            "Verdict; BLOCKED: an input is refused or missing, PENDING: never run, NO_GO: too little to train on.",
            values=STATUSES,
        ),
        text(
            "cause_table",
            "Root cause: the first table upstream that has the gap; NULL without a gap.",
            nullable=True,
        ),
        text("cause", "Reason recorded by that table; NULL without a gap.", nullable=True),
        text("missing_keys", "The first missing keys, joined by |.", nullable=True),
        integer("missing", "Number of missing keys.", low=0),
        text("heal", "Command that repairs the date once the cause is gone.", nullable=True),
        moment("healed_at", "When a run wrote a date that had been refused.", nullable=True),
        text("source", "Name of this table."),
    ),
)
