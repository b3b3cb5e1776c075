"""Statuses of the ledger as people see them: order, colour, words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Status:
    """One status: its name in the ledger, colour and meaning."""

    name: str
    colour: str
    meaning: str


# Worst first: a cell shows the worst of its metrics. Hues and lightness both differ, so that all stay
# apart for every kind of colour vision; a test computes it.
STATUSES = (
    Status("FAIL", "#d1301f", "below its threshold: feeds nothing"),
    Status("BLOCKED", "#1f1235", "a table before it is shut"),
    Status("PENDING", "#9a9a9a", "not run yet"),
    Status("OVERRIDDEN", "#2f6fb5", "let through by hand, with a reason"),
    Status("NO_GO", "#6018c0", "too little to train a system on: it does not predict"),
    Status("WARN", "#f3bf2f", "let through, lower than usual"),
    Status("PASS", "#a8d3e8", "complete"),
    Status("EMPTY_OK", "#f0efe9", "nothing expected, and proven"),
)
NAMES = tuple(status.name for status in STATUSES)
OPEN = ("FAIL", "BLOCKED", "PENDING")
COMPLETE = ("WARN", "PASS", "EMPTY_OK")
