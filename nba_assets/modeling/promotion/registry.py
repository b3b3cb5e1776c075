"""Which system serves: candidate, shadow, champion, retired, date by date, and why.

Belongs here: the states, what moves a system from one to another, and the role that a prediction has by
them. Does not: the rules of promotion (promotion), reading or writing the registry's rows (assets).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from nba_assets.modeling.inputs import TEXT, require_columns
from nba_assets.modeling.promotion.rules import Verdict

State = Literal["candidate", "shadow", "champion", "retired"]
LIFE_DAYS: Final = 400  # a model may serve so long; the summer between two trainings is the longest gap


class Entry(BaseModel):
    """A system on a date."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    system: str
    model_id: str
    trained_for: str
    state: State
    since: str
    shadow_dates: int = 0
    replaced: str | None = None
    reason: str = ""
    criteria: str = "[]"
    by_hand: bool = False


Registry = dict[str, Entry]
Judge = Callable[[str, str | None, int], Verdict]


def advance(
    registry: Registry,
    day: pd.Timestamp,
    trained: Mapping[str, str],
    judge: Judge | None,
    chosen: tuple[str, str] | None = None,
    *,
    predicted_dates: int,
) -> Registry:
    """The registry after a date.

    A system enters as candidate, is in shadow from its next date on, and is judged on dates on which it was
    trained and measured; the best of those that pass, in order of name, becomes champion and the old one goes
    back to shadow. A champion trained anew stays champion. A system not trained for 400 days is retired.

    In: the registry before; models trained for the date, by system; a judge of (system, champion, dates in
    shadow), None when nothing was measured; a system to make champion by hand, with the reason; dates
    predicted since the registry before, which count as dates in shadow.
    Raises ValueError when the chosen system is not in the registry, or retired.
    """
    date = day.date().isoformat()
    found: Registry = {}
    for name in sorted({*registry, *trained}):
        found[name] = _lived(registry.get(name), name, trained.get(name), day, predicted_dates)
    if chosen is not None:
        system, reason = chosen
        if system not in found or found[system].state == "retired":
            may = [name for name, entry in found.items() if entry.state != "retired"]
            raise ValueError(f"{system} cannot serve {date}: {', '.join(may) or 'no system'} can")
        return _with_champion(found, system, date, reason, found[system].criteria, by_hand=True)
    for name in sorted(trained):
        entry = found[name]
        if judge is None or entry.state not in ("candidate", "shadow"):
            continue
        verdict = judge(name, champion_of(found), entry.shadow_dates)
        criteria = json.dumps([c.model_dump() for c in verdict.criteria], sort_keys=True)
        if verdict.promoted:
            found = _with_champion(found, name, date, verdict.words, criteria)
        else:
            found[name] = entry.model_copy(update={"reason": verdict.words, "criteria": criteria})
    return found


def champion_of(registry: Registry) -> str | None:
    """The system that serves; None before the first promotion."""
    return next((name for name, entry in sorted(registry.items()) if entry.state == "champion"), None)


def _lived(
    entry: Entry | None, name: str, model_id: str | None, day: pd.Timestamp, predicted_dates: int
) -> Entry:
    """A system one date later."""
    date = day.date().isoformat()
    if entry is None:
        return Entry(
            system=name, model_id=str(model_id), trained_for=date, state="candidate", since=date,
            reason="trained for the first time",
        )  # fmt: skip
    if model_id is not None:
        entry = entry.model_copy(update={"model_id": model_id, "trained_for": date})
    if entry.state == "retired" and model_id is not None:
        return entry.model_copy(update={"state": "candidate", "since": date, "shadow_dates": 0})
    if (day - pd.Timestamp(entry.trained_for)).days > LIFE_DAYS:
        return entry if entry.state == "retired" else entry.model_copy(
            update={
                "state": "retired", "since": date, "by_hand": False,
                "reason": f"not trained for {LIFE_DAYS} days",
            }
        )  # fmt: skip
    if entry.state == "candidate":
        return entry.model_copy(update={"state": "shadow", "since": date, "shadow_dates": predicted_dates})
    if entry.state == "shadow":
        return entry.model_copy(update={"shadow_dates": entry.shadow_dates + predicted_dates})
    return entry


def serving(registry: pd.DataFrame, days: pd.DatetimeIndex) -> pd.DataFrame:
    """Who serves each date: the champion of the newest registry that is not past it.

    The registry of a date knows results of earlier dates only: it is made before the date's first game.
    In: model_registry (game_date, system, model_id, state). Out: one row per day, by date: game_date, system,
    model_id; NULL where no system is champion or the registry is older than a model may be. Raises
    MissingColumnsError.
    """
    require_columns(registry, ("game_date", "system", "model_id", "state"), "model_registry")
    champions = registry.loc[registry["state"].eq("champion").to_numpy(dtype=bool)]
    known = registry[["game_date"]].drop_duplicates()
    known = known.merge(champions[["game_date", "system", "model_id"]], on="game_date", how="left")
    days_wanted = pd.DataFrame({"game_date": days.sort_values()})
    life = pd.Timedelta(days=LIFE_DAYS)
    return pd.merge_asof(days_wanted, known.sort_values("game_date"), on="game_date", tolerance=life)


def with_roles(predictions: pd.DataFrame, champions: pd.DataFrame, baselines: Sequence[str]) -> pd.DataFrame:
    """Predictions with their ``role``: the champion is served, a baseline is beaten, others are in shadow.

    In: rows of player_prop_predictions; `serving` of their dates; names of the baselines. Raises
    MissingColumnsError.
    """
    require_columns(predictions, ("game_date", "system"), "the predictions")
    champion = champions.set_index("game_date")["system"].astype(TEXT)
    is_champion = predictions["system"].astype(TEXT) == predictions["game_date"].map(champion).astype(TEXT)
    role = np.select(
        [predictions["system"].isin(baselines), is_champion.fillna(False).to_numpy(dtype=bool)],
        ["baseline", "champion"],
        "shadow",
    )
    return predictions.assign(role=pd.Series(role, index=predictions.index, dtype=TEXT))


def _with_champion(
    registry: Registry, system: str, date: str, reason: str, criteria: str, *, by_hand: bool = False
) -> Registry:
    before = champion_of(registry)
    found = dict(registry)
    if before is not None and before != system:
        found[before] = found[before].model_copy(
            update={
                "state": "shadow", "since": date, "shadow_dates": 0, "by_hand": False,
                "reason": f"replaced by {system}",
            }
        )  # fmt: skip
    found[system] = found[system].model_copy(
        update={
            "state": "champion", "since": date, "reason": reason, "criteria": criteria, "by_hand": by_hand,
            "replaced": before if before != system else registry[system].replaced,
        }
    )  # fmt: skip
    return found
