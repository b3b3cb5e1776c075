"""Which models serve a date: the newest ones that were trained before it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nba_assets.lineage.inputs import Inputs
from nba_assets.modeling.promotion.registry import LIFE_DAYS


def newest_models(inputs: Inputs, systems: Sequence[str]) -> list[tuple[dict[str, str], pd.DatetimeIndex]]:
    """Newest model of each system by date, trained on earlier dates only: dates of the same models together.

    A model older than LIFE_DAYS serves no longer. The systems are read as histories, with ``model_id``.
    """
    days = inputs.days
    newest = pd.DataFrame(index=days)
    for system in systems:
        models = inputs.past[system].sort_values(["game_date", "model_id"], ignore_index=True)
        place = np.searchsorted(models["game_date"].to_numpy(), days.to_numpy(), side="right") - 1
        found = models.reindex(np.where(place >= 0, place, -1))
        fresh = (days - pd.DatetimeIndex(found["game_date"])) <= pd.Timedelta(days=LIFE_DAYS)
        ids = found["model_id"].astype("object").to_numpy()
        newest[system] = np.where(fresh & (place >= 0), ids, "")
    groups = newest.groupby(list(newest.columns), sort=True)
    named = [(dict(zip(newest.columns, ids, strict=True)), rows.index) for ids, rows in groups]
    return [({name: str(i) for name, i in ids.items() if i}, pd.DatetimeIndex(days)) for ids, days in named]
