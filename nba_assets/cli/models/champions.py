"""Who served when and why, from a lake, as a table and a picture."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from rich.console import Console

from nba_assets.reports.models.champions import champions, champions_picture
from nba_assets.runs.report import print_frame
from nba_assets.settings import Settings
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store


def print_champions(console: Console, settings: Settings, picture: Path | None) -> None:
    """Print every reign with its reason and its errors; write the picture where one is asked for."""
    found, rows = champions(Lake(open_store(settings.lake)))
    dated = found.assign(**{name: pd.to_datetime(found[name]).dt.date for name in ("since", "until")})
    print_frame(
        console, "Who served, and MAE less that of core_average and of the line, 95 % over dates", dated
    )
    if picture is not None:
        picture.write_bytes(champions_picture(found, rows))
        console.print(f"wrote {picture}")
