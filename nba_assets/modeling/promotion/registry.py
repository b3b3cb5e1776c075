"""Which system serves: candidate, shadow, champion, retired, date by date, and why.

Belongs here: the states, what moves a system from one to another, and the role that a prediction has by
them. Does not: the rules of promotion (promotion), reading or writing the registry's rows (assets).
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal, NamedTuple

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
    share: float | None = None
    """Of the games that a champion serves; the one it replaced serves the others. None unless champion."""
    stage_dates: int = 0
    """Dates predicted since that share began."""


class Choice(NamedTuple):
    """What a person decided: the champion, why, and the share of the games that it serves."""

    system: str
    reason: str
    share: float = 1.0


class Rollout(NamedTuple):
    """How a promotion by the rules goes: shares of the games in turn, each for some predicted dates."""

    stages: tuple[float, ...] = (1.0,)
    dates: int = 7


NOBODY: Final = "nobody"  # the choice that no system serves
ALL_AT_ONCE: Final = Rollout()
REGISTERED: Final = ("system", "model_id", "state", "share", "replaced")
_SERVING: Final = ("system", "model_id", "share", "earlier_system", "earlier_model_id")
Registry = dict[str, Entry]
Judge = Callable[[str, str | None, int], Verdict]


def advance(
    registry: Registry,
    day: pd.Timestamp,
    trained: Mapping[str, str],
    judge: Judge | None,
    chosen: Choice | None = None,
    *,
    predicted_dates: int,
    rollout: Rollout = ALL_AT_ONCE,
) -> Registry:
    """The registry after a date.

    A system enters as candidate, is in shadow from its next date on, and is judged on dates on which it was
    trained and measured; the best of those that pass, in order of name, becomes champion and the old one goes
    back to shadow. A champion trained anew stays champion. A system not trained for 400 days is retired.
    A promotion over an earlier champion serves the first share of the rollout, then the next ones; a person
    may set the share, and take the promotion back by choosing the earlier champion, or NOBODY.

    In: the registry before; models trained for the date, by system; a judge of (system, champion, dates in
    shadow), None when nothing was measured; a system to make champion by hand, with the reason; dates
    predicted since the registry before, which count as dates in shadow and of a share; the rollout.
    Raises ValueError when the chosen system is not in the registry, or retired.
    """
    date = day.date().isoformat()
    found: Registry = {}
    for name in sorted({*registry, *trained}):
        found[name] = _lived(registry.get(name), name, trained.get(name), day, predicted_dates)
    found = _next_share(found, rollout, predicted_dates)
    if chosen is not None:
        system, reason, share = chosen
        if system == NOBODY:
            return _stepped_down(found, date, reason)
        if system not in found or found[system].state == "retired":
            may = [name for name, entry in found.items() if entry.state != "retired"]
            raise ValueError(f"{system} cannot serve {date}: {', '.join(may) or 'no system'} can")
        criteria = found[system].criteria
        return _with_champion(found, system, date, reason, criteria, share, by_hand=True)
    for name in sorted(trained):
        entry = found[name]
        if judge is None or entry.state not in ("candidate", "shadow"):
            continue
        verdict = judge(name, champion_of(found), entry.shadow_dates)
        criteria = json.dumps([c.model_dump() for c in verdict.criteria], sort_keys=True)
        if verdict.promoted:
            found = _with_champion(found, name, date, verdict.words, criteria, rollout.stages[0])
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
                "state": "retired", "since": date, "by_hand": False, "share": None,
                "reason": f"not trained for {LIFE_DAYS} days",
            }
        )  # fmt: skip
    if entry.state == "candidate":
        return entry.model_copy(update={"state": "shadow", "since": date, "shadow_dates": predicted_dates})
    if entry.state == "shadow":
        return entry.model_copy(update={"shadow_dates": entry.shadow_dates + predicted_dates})
    return entry


def _stepped_down(registry: Registry, date: str, reason: str) -> Registry:
    """Nobody serves: the champion is in shadow again."""
    champion = champion_of(registry)
    if champion is None:
        return registry
    update = {"state": "shadow", "since": date, "shadow_dates": 0, "share": None, "by_hand": True,
              "reason": reason}  # fmt: skip
    return {**registry, champion: registry[champion].model_copy(update=update)}


def _next_share(registry: Registry, rollout: Rollout, predicted_dates: int) -> Registry:
    """The champion's share of the games after some more predicted dates; all once nobody else could serve."""
    champion = champion_of(registry)
    if champion is None or (entry := registry[champion]).share in (None, 1.0):
        return registry
    dates = entry.stage_dates + predicted_dates
    update: dict[str, object] = {"stage_dates": dates}
    if entry.replaced not in registry or registry[entry.replaced].state == "retired":
        update = {"share": 1.0, "stage_dates": 0}
    elif dates >= rollout.dates:
        share = next((stage for stage in rollout.stages if stage > float(entry.share or 0)), 1.0)
        update = {"share": share, "stage_dates": 0}
    return {**registry, champion: entry.model_copy(update=update)}


def serving(registry: pd.DataFrame, days: pd.DatetimeIndex) -> pd.DataFrame:
    """Who serves each date: the champion of the newest registry that is not past it.

    The registry of a date knows results of earlier dates only: it is made before the date's first game.
    In: model_registry (REGISTERED). Out: one row per day, by date: game_date, system, model_id; NULL where no
    system is champion or the registry is older than a model may be; share (of the games), and
    earlier_system and earlier_model_id, which serve the others. Raises MissingColumnsError.
    """
    require_columns(registry, ("game_date", *REGISTERED), "model_registry")
    champions = registry.loc[registry["state"].eq("champion").to_numpy(dtype=bool)]
    champions = champions.assign(share=champions["share"].astype("float64").fillna(1.0))
    earlier = registry.loc[registry["state"].ne("retired").to_numpy(dtype=bool)]
    earlier = earlier[["game_date", "system", "model_id"]].add_prefix("earlier_")
    champions = champions.rename(columns={"replaced": "earlier_system"}).merge(
        earlier.rename(columns={"earlier_game_date": "game_date"}),
        on=["game_date", "earlier_system"],
        how="left",
    )
    known = registry[["game_date"]].drop_duplicates()
    known = known.merge(champions[["game_date", *_SERVING]], on="game_date", how="left")
    days_wanted = pd.DataFrame({"game_date": days.sort_values()})
    life = pd.Timedelta(days=LIFE_DAYS)
    return pd.merge_asof(days_wanted, known.sort_values("game_date"), on="game_date", tolerance=life)


def served_by(games: pd.DataFrame, champions: pd.DataFrame) -> pd.DataFrame:
    """System and model that serve each game; NULL where none does.

    A champion in rollout serves the games whose place (`place_of`) lies below its share, the one it replaced
    the others. In: game_date and game_id of each row; `serving` of their dates. Out, same index: system,
    model_id, text. Raises MissingColumnsError.
    """
    require_columns(games, ("game_date", "game_id"), "the games")
    found = games[["game_date", "game_id"]].merge(champions, on="game_date", how="left")
    places = {game: place_of(game) for game in found["game_id"].unique()}
    later = found["earlier_model_id"].notna() & found["share"].le(found["game_id"].map(places))
    return pd.DataFrame(
        {
            name: found[name].mask(later.fillna(False).to_numpy(bool), found[f"earlier_{name}"])
            for name in ("system", "model_id")
        }
    ).astype(TEXT).set_index(games.index)  # fmt: skip


def place_of(game_id: str) -> float:
    """Place of a game among all games, 0 to 1, by a stable hash: the same at every share and on every day."""
    return int.from_bytes(hashlib.sha256(game_id.encode()).digest()[:8], "big") / 2**64


def with_roles(predictions: pd.DataFrame, champions: pd.DataFrame, baselines: Sequence[str]) -> pd.DataFrame:
    """Predictions with their ``role``: the champion is served, a baseline is beaten, others are in shadow.

    In: rows of player_prop_predictions; `serving` of their dates; names of the baselines. Raises
    MissingColumnsError.
    """
    require_columns(predictions, ("game_date", "game_id", "system"), "the predictions")
    is_champion = predictions["system"].astype(TEXT) == served_by(predictions, champions)["system"]
    role = np.select(
        [predictions["system"].isin(baselines), is_champion.fillna(False).to_numpy(dtype=bool)],
        ["baseline", "champion"],
        "shadow",
    )
    return predictions.assign(role=pd.Series(role, index=predictions.index, dtype=TEXT))


def _with_champion(
    registry: Registry, system: str, date: str, reason: str, criteria: str, share: float, *,
    by_hand: bool = False,
) -> Registry:  # fmt: skip
    before = champion_of(registry)
    replaced = before if before != system else registry[system].replaced
    found = dict(registry)
    if before is not None and before != system:
        found[before] = found[before].model_copy(
            update={
                "state": "shadow", "since": date, "shadow_dates": 0, "by_hand": False, "share": None,
                "reason": f"replaced by {system}",
            }
        )  # fmt: skip
    found[system] = found[system].model_copy(
        update={
            "state": "champion", "since": date, "reason": reason, "criteria": criteria, "by_hand": by_hand,
            "replaced": replaced, "share": share if replaced else 1.0, "stage_dates": 0,
        }
    )  # fmt: skip
    return found
