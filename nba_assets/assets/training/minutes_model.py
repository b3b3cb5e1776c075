"""The minutes model as an asset, and what it expects of tonight's players as another."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import dagster as dg
import pandas as pd

from nba_assets.assets.resources import open_models, processors
from nba_assets.assets.training.models import (
    DRIFT,
    LEAST_DATES,
    TRAINING_DAYS,
    rows_known,
    sound_features,
    too_few_dates,
    trained_by_calendar,
)
from nba_assets.assets.training.newest_models import newest_models
from nba_assets.lineage.graph import EXPECTED_MINUTES as EXPECTED
from nba_assets.lineage.inputs import History, Input, Inputs
from nba_assets.lineage.table import Built, Plotted, Table
from nba_assets.lineage.windows import Window
from nba_assets.modeling.fitting.artefacts import ArtefactError, ArtefactStore, model_name
from nba_assets.modeling.fitting.documents import load_document, save_document
from nba_assets.modeling.fitting.minutes_model import (
    FEATURES,
    OUTPUTS,
    StoredMinutesModel,
    lacking,
    minutes_rows,
    scores,
)
from nba_assets.modeling.fitting.training import SIDES, chronological_split
from nba_assets.modeling.promotion.registry import LIFE_DAYS
from nba_assets.schemas.catalog import TABLES

NAME = "minutes_model"
_KEY = ("game_id", "player_id")
_IDENTITY = (*_KEY, "player_name", "team", "opponent")
_LEARNED = (*_KEY, "is_late_addition", "starts_tonight", "source", *FEATURES)
_RESULTS = (*_KEY, "minutes")
_PLOTTED = ("plays_brier", "plays_baseline_brier")


def _train(context: dg.AssetExecutionContext, inputs: Inputs) -> Built:
    features, results = sound_features(inputs, "ml_feature_store_v3"), inputs.past["player_game_summary"]
    rows, store = minutes_rows(features, results), open_models(context)
    spans = rows_known(rows, inputs.dates)
    counts = {date: rows["game_date"].iloc[slice(*span)].nunique() for date, span in spans.items()}
    no_go = {date: too_few_dates(count, date) for date, count in counts.items() if count < LEAST_DATES}
    enough = {date: span for date, span in spans.items() if date not in no_go}
    # Two dates around a summer may know the very same rows: they are one model.
    distinct = sorted(set(enough.values()))
    with ThreadPoolExecutor(processors(context)) as pool:
        fits = dict(zip(distinct, pool.map(lambda span: _fit(rows, span), distinct), strict=True))
    made: list[dict[str, Any]] = []
    for date, span in enough.items():
        found = fits[span]
        if isinstance(found, str):
            no_go[date] = f"NO-GO: {found}"
        else:
            made.append(_row(date, *found, store) | {"source": str(features["source"].iloc[0])})
    frame = pd.DataFrame(made) if made else TABLES[NAME].empty()
    notes = {row["game_date"].date(): {name: row[name] for name in _PLOTTED} for row in made}
    return Built(frame, notes=notes, no_go=no_go)


def _fit(
    rows: pd.DataFrame, span: tuple[int, int]
) -> tuple[StoredMinutesModel, dict[str, float | None]] | str:
    """A model of a stretch of rows and its scores, or why there is none."""
    known = rows.iloc[slice(*span)].reset_index(drop=True)
    split = chronological_split(known["game_date"])
    if reason := lacking(known, split):
        return reason
    model = StoredMinutesModel.fit(known, split)
    return model, scores(model, known[split.eq("test").to_numpy(bool)])


def _row(
    date: dt.date, model: StoredMinutesModel, measured: dict[str, float | None], store: ArtefactStore
) -> dict[str, Any]:
    model_id, digest = save_document(model, NAME, model.trained_through, store)
    return {
        "game_date": pd.Timestamp(date),
        "model_id": model_id,
        "trained_through": model.trained_through.isoformat(),
        **{f"{side}_rows": model.rows[side] for side in SIDES},
        **measured,
        "artefact": model_name(model_id),
        "artefact_sha256": digest,
    }


def _expect(context: dg.AssetExecutionContext, inputs: Inputs) -> Built:
    every, store = inputs["ml_feature_store_v3"], open_models(context)
    expected = every[~every["is_late_addition"].to_numpy(bool)]
    parts: list[pd.DataFrame] = []
    for models, days in newest_models(inputs, [NAME]):
        rows = expected[expected["game_date"].isin(days)]
        parts.append(_expected(rows, models.get(NAME), store, context))
    made = pd.concat(parts, ignore_index=True) if parts else TABLES[EXPECTED].empty()
    return Built(made)


def _expected(
    rows: pd.DataFrame, model_id: str | None, store: ArtefactStore, context: dg.AssetExecutionContext
) -> pd.DataFrame:
    """Rows of expected players, with what the model expects of them, or the reason why it does not."""
    frame = rows[["game_date", *_IDENTITY, "source"]].assign(model_id=model_id)
    reason = "no minutes model trained before this date"
    if model_id is not None:
        try:
            model = load_document(StoredMinutesModel, store, model_id)
        except ArtefactError as error:
            context.log.error(str(error))
            reason = f"model refused: {error}"
        else:
            return frame.join(model.predict(rows)).assign(reason=None)
    return frame.assign(**dict.fromkeys(OUTPUTS, float("nan")), reason=reason)


MINUTES_MODEL = Table(
    NAME,
    group="models",
    kinds=frozenset({"xgboost", "parquet"}),
    compute=_train,
    versioned=(StoredMinutesModel.fit, minutes_rows, scores, lacking, chronological_split),
    history=(
        History("ml_feature_store_v3", TRAINING_DAYS, _LEARNED, keep=True),
        History("player_game_summary", TRAINING_DAYS, _RESULTS, keep=True),
        DRIFT,
    ),
    plan=trained_by_calendar(NAME),
    plotted=Plotted(_PLOTTED, lambda rows: rows.set_index("game_date")[list(_PLOTTED)]),
    takes_long=True,
)
EXPECTED_MINUTES = Table(
    EXPECTED,
    group="predictions",
    kinds=frozenset({"xgboost", "parquet"}),
    compute=_expect,
    versioned=(StoredMinutesModel.predict, newest_models),
    inputs=(Input("ml_feature_store_v3", (*_IDENTITY, "is_late_addition", "source", *FEATURES)),),
    history=(
        History(
            NAME, LIFE_DAYS, ("model_id",), and_same_date=True, uses=(Window(columns=("model_id",), last=1),)
        ),
    ),
)
