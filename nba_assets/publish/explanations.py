"""Why a model predicts what it predicts: what each feature adds to a player's number."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nba_assets.domain.feature_store.feature_registry import EXTENDED
from nba_assets.modeling.fitting.artefacts import ArtefactStore
from nba_assets.modeling.systems.contributions import START, Contributions
from nba_assets.publish.contract.slate import Explanation

SHOWN = 12  # contributions; the others are in the rest
# Of contributions. How they are added up depends on the rows beside them, in the sixteenth decimal: rounded,
# a date published alone has the document that it has in a range.
_DECIMALS = 4
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
        values, start = (adds[part].to_numpy("float64").round(_DECIMALS) for part in (names, START))
        places = np.argsort(-np.abs(values), axis=1, kind="stable")[:, :SHOWN]
        largest = np.take_along_axis(values, places, axis=1)
        features = np.take_along_axis(rows[names].to_numpy("float64", na_value=np.nan), places, axis=1)
        rest = rows["predicted_points"].to_numpy("float64") - start - largest.sum(axis=1)
        known = np.where(np.isnan(features), None, features.astype(object))
        about = [_about(name) for name in names]
        # Validated with its contributions at once: each by itself, they take a quarter longer.
        return [
            Explanation.model_validate(
                {
                    "start": begins,
                    "contributions": tuple(
                        {**about[place], "value": value, "adds": points}
                        for place, value, points in zip(*shown, strict=True)
                        if points
                    ),
                    "rest": others,
                }
            )
            for begins, others, *shown in zip(
                *(each.tolist() for each in (start, rest, places, known, largest)), strict=True
            )
        ]


def _about(name: str) -> dict[str, str]:
    """What every contribution of a feature says of it."""
    return {"feature": name, "unit": _FEATURES[name].unit, "definition": _FEATURES[name].definition}
