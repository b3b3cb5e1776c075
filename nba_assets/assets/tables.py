"""Every table, in the order in which one date becomes a graded prediction, and the ledger of them all."""

from __future__ import annotations

from nba_assets.assets.analytics import ANALYTICS
from nba_assets.assets.coverage import coverage_table, ledger_graph
from nba_assets.assets.evaluations import EVALUATIONS, PERFORMANCE
from nba_assets.assets.feature_drift import DRIFT
from nba_assets.assets.grading import GRADING
from nba_assets.assets.precompute import PRECOMPUTE
from nba_assets.assets.predictions import PREDICTIONS
from nba_assets.assets.raw import RAW
from nba_assets.assets.training.ensembles import ENSEMBLE_TABLES
from nba_assets.assets.training.minutes_model import EXPECTED_MINUTES, MINUTES_MODEL
from nba_assets.assets.training.models import MODEL_TABLES
from nba_assets.lineage.table import Table

_TABLES: tuple[Table, ...] = (
    *RAW,
    *ANALYTICS,
    *PRECOMPUTE,
    *DRIFT,
    *MODEL_TABLES,
    *ENSEMBLE_TABLES,
    MINUTES_MODEL,
    *EVALUATIONS,
    EXPECTED_MINUTES,
    *PREDICTIONS,
    *GRADING,
    *PERFORMANCE,
)
ALL_TABLES: tuple[Table, ...] = (*_TABLES, coverage_table(_TABLES))
GRAPH = ledger_graph(_TABLES)
