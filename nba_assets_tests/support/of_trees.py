"""Systems whose fit a test shortens by their number of trees."""

from nba_assets.modeling.fitting.trainers import TRAINERS

OF_TREES = tuple(name for name, trainer in TRAINERS.items() if "trees" in trainer.params.model_fields)
