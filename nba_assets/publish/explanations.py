"""Why a model predicts what it predicts: what each feature adds to a player's number."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nba_assets.domain.feature_store.feature_registry import EXTENDED
from nba_assets.modeling.fitting.artefacts import ArtefactStore
from nba_assets.modeling.systems.contributions import START, Contributions
from nba_assets.publish.contract.slate import Contribution, Explanation

SHOWN = 12  # contributions; the others are in the rest
_FEATURES = {feature.name: feature for feature in EXTENDED}


class Explainer:
    """Contributions of features to stored models' predictions.

    Args:
        store: where the models are.
    """

    def __init__(self, store: ArtefactStore):
        self._contributions = Contributions(store)

    def explain(self, model_id: str, rows: pd.DataFrame) -> list[Explanation] | None:
        """Explanations of a model's predictions, one per row; None where the model cannot be read.

        Args:
            model_id: the model.
            rows: ml_feature_store_v3 (or v2) of the predicted players, with predicted_points (never NULL)
                and line.
        """
        adds = self._contributions.of(model_id, rows)
        if adds is None:
            return None
        names = [str(name) for name in adds.columns if name != START]
        values, start = adds[names].to_numpy("float64"), adds[START].to_numpy("float64")
        features = rows[names].to_numpy("float64", na_value=np.nan)
        points = rows["predicted_points"].to_numpy("float64")
        return [
            _explanation(names, values[row], features[row], start[row], points[row])
            for row in range(len(rows))
        ]


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
