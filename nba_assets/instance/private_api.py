"""Names of Dagster that are not public and have no public counterpart: all that the other packages use.

The contract tests hold what they do, so an upgrade of Dagster fails here, by name:

- tags of a run over a range of partitions, the tag by which an asset reports its own partitions, and the one
  that says which steps of a killed run are run again;
- the target of a check evaluation, without which a check of one partition is not current;
- the moments of a cron string, before and after a given one;
- the context in which notices of beta features stay silent, since a start of the code location has dozens.
"""

from dagster._core.definitions.asset_checks.asset_check_evaluation import (
    AssetCheckEvaluationTargetMaterializationData as CheckTarget,
)
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
    EXTERNALLY_MANAGED_ASSETS_TAG,
    PARTITION_NAME_TAG,
    RETRY_STRATEGY_TAG,
)
from dagster._utils.schedules import cron_string_iterator, reverse_cron_string_iterator
from dagster._utils.warnings import disable_dagster_warnings

__all__ = [
    "ASSET_PARTITION_RANGE_END_TAG",
    "ASSET_PARTITION_RANGE_START_TAG",
    "EXTERNALLY_MANAGED_ASSETS_TAG",
    "PARTITION_NAME_TAG",
    "RETRY_STRATEGY_TAG",
    "CheckTarget",
    "cron_string_iterator",
    "disable_dagster_warnings",
    "reverse_cron_string_iterator",
]
