"""What each feature adds to the points of a learned system: Shapley values."""

from typing import Final

import numpy as np
import pandas as pd

from nba_assets.modeling.fitting import artefacts
from nba_assets.modeling.fitting.artefacts import ArtefactError, ArtefactStore, ModelArtefact
from nba_assets.modeling.fitting.documents import load_document
from nba_assets.modeling.inputs import MARKET_LINE, TEXT
from nba_assets.modeling.systems import ensemble

START: Final = "start"
LARGEST: Final = 3  # contributions in the row of a prediction


class Contributions:
    """Contributions of features to stored models' predictions.

    Args:
        store: where the models are.
    """

    def __init__(self, store: ArtefactStore):
        self._store = store
        self._models: dict[str, ModelArtefact | None] = {}

    def of(self, model_id: str, rows: pd.DataFrame) -> pd.DataFrame | None:
        """Points that each feature adds, a column per feature and `start`; None where a model is unreadable.

        An ensemble adds its members' contributions up by their weights. In: ml_feature_store_v3 (or v2) of
        the predicted players, with `line`. Out: same index; a row sums to the prediction, up to rounding.
        """
        if not ensemble.is_ensemble(model_id):
            return self._of_model(model_id, rows)
        try:
            stored = load_document(ensemble.StoredEnsemble, self._store, model_id)
        except ArtefactError:
            return None
        total: pd.DataFrame | None = None
        for system in ensemble.members_used(stored.weights):
            part = self._of_model(stored.members[system], rows)
            if part is None:
                return None
            bare, lined = stored.weights.weights[system], stored.weights.line_weights[system]
            weighted = part.mul(np.where(rows["line"].notna(), lined, bare), axis=0)
            total = weighted if total is None else total.add(weighted, fill_value=0.0)
        if total is None or stored.market not in rows.columns:
            return None
        of_market = stored.weights.line_weights[MARKET_LINE] * rows[stored.market].astype("float64")
        return total.add(of_market.fillna(0.0).to_frame(stored.market), fill_value=0.0)

    def _of_model(self, model_id: str, rows: pd.DataFrame) -> pd.DataFrame | None:
        artefact = self._model(model_id)
        names = list(artefact.learner.feature_names) if artefact else []
        if artefact is None or not set(names) <= set(rows.columns):
            return None
        matrix = rows[names].to_numpy(dtype=np.float32, na_value=np.nan)
        return pd.DataFrame(artefact.learner.contributions(matrix), columns=[*names, START], index=rows.index)

    def _model(self, model_id: str) -> ModelArtefact | None:
        if model_id not in self._models:
            try:
                self._models[model_id] = artefacts.load(self._store, model_id)
            except ArtefactError:
                self._models[model_id] = None
        return self._models[model_id]


def largest_contributions(
    predictions: pd.DataFrame, features: pd.DataFrame, contributions: Contributions
) -> pd.Series:
    """The three largest contributions of each prediction as text, largest first; NULL where none are known.

    In: model_id, game_id, player_id and line of some predictions; ml_feature_store_v3 (or v2). Out, index of
    `predictions`: "points_avg_last_10 +1.84|back_to_back -0.31|...".
    """
    found = pd.Series(pd.NA, index=predictions.index, dtype=TEXT)
    known = features.drop(columns="line", errors="ignore")
    for model_id, rows in predictions.groupby("model_id"):
        key = ["game_id", "player_id"]
        wanted = rows[[*key, "line"]].rename_axis("row").reset_index()
        inputs = wanted.merge(known, on=key, validate="one_to_one").set_index("row")
        adds = contributions.of(str(model_id), inputs) if len(inputs) else None
        if adds is not None:
            found.loc[inputs.index] = _largest(adds.drop(columns=START))
    return found


def _largest(adds: pd.DataFrame) -> list[str]:
    values, names = adds.to_numpy("float64"), adds.columns.to_list()
    order = np.argsort(-np.abs(values), axis=1, kind="stable")[:, :LARGEST]
    return [
        "|".join(f"{names[place]} {values[row, place]:+.2f}" for place in places)
        for row, places in enumerate(order)
    ]
