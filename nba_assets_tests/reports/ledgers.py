"""Small ledgers for tests of the page."""

from __future__ import annotations

from typing import Any

import pandas as pd

from nba_assets.reports.coverage.cells import COLUMNS

ORDER = {"raw_schedule": 0, "raw_player_boxscores": 1, "player_game_summary": 2}


def row(date: str, table: str = "player_game_summary", metric: str = "rows", **more: Any) -> dict[str, Any]:
    """One complete row of the ledger, changed by ``more``."""
    plain = {"expected": 10.0, "actual": 10.0, "share": 1.0, "status": "PASS"}
    return {"game_date": date, "table": table, "metric": metric, **plain, **more}


def ledger(*rows: dict[str, Any]) -> pd.DataFrame:
    """Rows in the ledger's columns and types."""
    frame = pd.DataFrame(list(rows), columns=list(COLUMNS))
    text = [name for name in COLUMNS if name not in ("game_date", "expected", "actual", "share", "healed_at")]
    frame = frame.astype(dict.fromkeys(text, pd.StringDtype("pyarrow")))
    frame["game_date"] = pd.to_datetime(frame["game_date"]).astype("datetime64[ns]")
    frame["healed_at"] = pd.to_datetime(frame["healed_at"], utc=True)
    return frame.astype({"expected": "float64", "actual": "float64", "share": "float64"})
