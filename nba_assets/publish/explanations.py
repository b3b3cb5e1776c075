"""Why a model predicts what it predicts: what each feature adds to a player's number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from nba_assets.domain.feature_registry import EXTENDED
from nba_assets.modeling import artefacts, ensemble
from nba_assets.modeling.artefacts import ArtefactError, ArtefactStore, ModelArtefact
from nba_assets.publish.contract.slate import Contribution, Explanation

SHOWN = 12  # contributions; the others are in the rest
_FEATURES = {feature.name: feature for feature in EXTENDED}


@dataclass
class Explainer:
    """Contributions of features to stored models' predictions.

    Args:
        store: where the models are.
    """

    store: ArtefactStore
    _models: dict[str, ModelArtefact | None] = field(default_factory=dict)

    def explain(
        self, model_id: str, features: pd.DataFrame, points: pd.Series, has_line: pd.Series
    ) -> list[Explanation | None]:
        """Explanations of a model's predictions, one per row; None where the model cannot be read.

        An ensemble adds its members' contributions up by their weights.

        Args:
            model_id: the model.
            features: ml_feature_store_v3 or v2 of the predicted rows.
            points: predicted points of the rows, same index.
            has_line: whether each row has a line, which decides an ensemble's weights.
        """
        parts = [self._adds(model_id, features, has_line=lined) for lined in (False, True)]
        made: list[Explanation | None] = []
        for place, (value, lined) in enumerate(zip(points, has_line, strict=True)):
            adds = parts[bool(lined)]
            known = adds is not None and pd.notna(value)
            made.append(_explanation(adds.iloc[place], features.iloc[place], float(value)) if known else None)
        return made

    def _adds(self, model_id: str, features: pd.DataFrame, *, has_line: bool) -> pd.DataFrame | None:
        """Points that each feature adds, a column per feature and ``start``."""
        if not ensemble.is_ensemble(model_id):
            return self._adds_of_model(model_id, features)
        try:
            stored = ensemble.load(self.store, model_id)
        except ArtefactError:
            return None
        weights = stored.weights.line_weights if has_line else stored.weights.weights
        total: pd.DataFrame | None = None
        for name, weight in weights.items():
            if weight > 0:
                part = self._adds_of_model(stored.members[name], features)
                if part is None:
                    return None
                total = part * weight if total is None else total.add(part * weight, fill_value=0.0)
        return total

    def _adds_of_model(self, model_id: str, features: pd.DataFrame) -> pd.DataFrame | None:
        artefact = self._model(model_id)
        if artefact is None:
            return None
        names = list(artefact.learner.feature_names)
        if not set(names) <= set(features.columns):
            return None
        matrix = features[names].to_numpy(dtype=np.float32, na_value=np.nan)
        adds = artefact.learner.contributions(matrix)
        return pd.DataFrame(adds, columns=[*names, "start"], index=features.index)

    def _model(self, model_id: str) -> ModelArtefact | None:
        if model_id not in self._models:
            try:
                self._models[model_id] = artefacts.load(self.store, model_id)
            except ArtefactError:
                self._models[model_id] = None
        return self._models[model_id]


def _explanation(adds: pd.Series, features: pd.Series, points: float) -> Explanation:
    start = float(adds["start"])
    own = adds.drop("start")
    largest = own.reindex(own.abs().sort_values(ascending=False, kind="stable").index).head(SHOWN)
    contributions = tuple(
        _contribution(str(name), features, float(value)) for name, value in largest.items() if value
    )
    rest = points - start - sum(found.adds for found in contributions)
    return Explanation(start=start, contributions=contributions, rest=rest)


def _contribution(name: str, features: pd.Series, adds: float) -> Contribution:
    value, declared = features[name], _FEATURES[name]
    return Contribution(
        feature=name,
        value=None if pd.isna(value) else float(value),
        unit=declared.unit,
        definition=declared.definition,
        adds=adds,
    )


