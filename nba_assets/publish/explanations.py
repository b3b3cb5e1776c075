"""Why a model predicts what it predicts: what each feature adds to a player's number."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nba_assets.domain.feature_store.feature_registry import EXTENDED
from nba_assets.modeling.fitting import artefacts
from nba_assets.modeling.fitting.artefacts import (
    ArtefactError,
    ArtefactStore,
    ModelArtefact,
)
from nba_assets.modeling.inputs import MARKET_LINE
from nba_assets.modeling.systems import ensemble
from nba_assets.publish.contract.slate import Contribution, Explanation

SHOWN = 12  # contributions; the others are in the rest
_START = "start"
_FEATURES = {feature.name: feature for feature in EXTENDED}


class Explainer:
    """Contributions of features to stored models' predictions.

    Args:
        store: where the models are.
    """

    def __init__(self, store: ArtefactStore):
        self._store = store
        self._models: dict[str, ModelArtefact | None] = {}

    def explain(self, model_id: str, rows: pd.DataFrame) -> list[Explanation] | None:
        """Explanations of a model's predictions, one per row; None where the model cannot be read.

        An ensemble adds its members' contributions up by their weights.

        Args:
            model_id: the model.
            rows: ml_feature_store_v3 (or v2) of the predicted players, with predicted_points (never NULL)
                and line.
        """
        adds = self._adds(model_id, rows)
        if adds is None:
            return None
        names = [str(name) for name in adds.columns if name != _START]
        values, start = adds[names].to_numpy("float64"), adds[_START].to_numpy("float64")
        features = rows[names].to_numpy("float64", na_value=np.nan)
        points = rows["predicted_points"].to_numpy("float64")
        return [
            _explanation(names, values[row], features[row], start[row], points[row])
            for row in range(len(rows))
        ]

    def _adds(self, model_id: str, rows: pd.DataFrame) -> pd.DataFrame | None:
        """Points that each feature adds, a column per feature and ``start``."""
        if not ensemble.is_ensemble(model_id):
            return self._adds_of_model(model_id, rows)
        try:
            stored = ensemble.load(self._store, model_id)
        except ArtefactError:
            return None
        total: pd.DataFrame | None = None
        for system in ensemble.members_used(stored.weights):
            part = self._adds_of_model(stored.members[system], rows)
            if part is None:
                return None
            bare, lined = stored.weights.weights[system], stored.weights.line_weights[system]
            weighted = part.mul(np.where(rows["line"].notna(), lined, bare), axis=0)
            total = weighted if total is None else total.add(weighted, fill_value=0.0)
        if total is None or stored.market not in rows.columns:
            return None
        of_market = stored.weights.line_weights[MARKET_LINE] * rows[stored.market].astype("float64")
        return total.add(of_market.fillna(0.0).to_frame(stored.market), fill_value=0.0)

    def _adds_of_model(self, model_id: str, rows: pd.DataFrame) -> pd.DataFrame | None:
        artefact = self._model(model_id)
        names = list(artefact.learner.feature_names) if artefact else []
        if artefact is None or not set(names) <= set(rows.columns):
            return None
        matrix = rows[names].to_numpy(dtype=np.float32, na_value=np.nan)
        return pd.DataFrame(
            artefact.learner.contributions(matrix), columns=[*names, _START], index=rows.index
        )

    def _model(self, model_id: str) -> ModelArtefact | None:
        if model_id not in self._models:
            try:
                self._models[model_id] = artefacts.load(self._store, model_id)
            except ArtefactError:
                self._models[model_id] = None
        return self._models[model_id]


def _explanation(
    names: list[str], adds: np.ndarray, features: np.ndarray, start: float, points: float
) -> Explanation:
    largest = [place for place in np.argsort(-np.abs(adds), kind="stable")[:SHOWN] if adds[place]]
    return Explanation(
        start=start,
        contributions=tuple(
            Contribution(
                feature=names[place],
                value=None if np.isnan(features[place]) else float(features[place]),
                unit=_FEATURES[names[place]].unit,
                definition=_FEATURES[names[place]].definition,
                adds=float(adds[place]),
            )
            for place in largest
        ),
        rest=float(points - start - adds[largest].sum()),
    )
