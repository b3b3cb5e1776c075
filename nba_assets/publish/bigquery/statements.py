"""The SQL that BigQuery gets. Names and versions in it are our own, never a publisher's."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping

from nba_assets.schemas.columns import TableSchema

DATES = "dates"  # the parameter that names the dates of a swap
STATE = "_published"
RESULTS_VIEW = "predictions_with_results"


def swap(dataset: str, schema: TableSchema, stage: str, versions: Mapping[dt.date, str]) -> str:
    """Replace dates by the rows of a staging table, and note their versions, in one transaction.

    Args:
        dataset: ``project.dataset``.
        schema: the table.
        stage: name of the staging table.
        versions: the dates, each with its version in the lake; the parameter :data:`DATES` names them too.
    """
    columns = ", ".join(schema.columns)
    noted = ", ".join(
        f"({_quoted(schema.name)}, DATE {_quoted(date.isoformat())}, {_quoted(version)})"
        for date, version in versions.items()
    )
    return "\n".join(
        [
            "BEGIN TRANSACTION;",
            f"DELETE FROM `{dataset}.{schema.name}` WHERE game_date IN UNNEST(@{DATES});",
            f"INSERT INTO `{dataset}.{schema.name}` ({columns}) SELECT {columns} FROM `{dataset}.{stage}`;",
            f"DELETE FROM `{dataset}.{STATE}` "
            f"WHERE table_name = {_quoted(schema.name)} AND game_date IN UNNEST(@{DATES});",
            f"INSERT INTO `{dataset}.{STATE}` (table_name, game_date, version) VALUES {noted};",
            "COMMIT TRANSACTION;",
        ]
    )


def published_versions(dataset: str, table: str) -> str:
    """The versions that were published last, by date."""
    return f"SELECT game_date, version FROM `{dataset}.{STATE}` WHERE table_name = {_quoted(table)}"


def results_view(dataset: str) -> str:
    """Every version of every prediction, with the result of its game once there is one."""
    return (
        f"CREATE OR REPLACE VIEW `{dataset}.{RESULTS_VIEW}` AS "
        "SELECT p.*, a.actual_points, a.minutes, a.absolute_error, a.signed_error, a.outcome, "
        "a.closing_line, a.closing_line_value, a.void_reason "
        f"FROM `{dataset}.player_prop_predictions` AS p "
        f"LEFT JOIN `{dataset}.prediction_accuracy` AS a "
        "ON a.game_date = p.game_date AND a.game_id = p.game_id "
        "AND a.player_id = p.player_id AND a.system = p.system"
    )


def _quoted(text: str) -> str:
    """A string literal; BigQuery's escapes are those of JSON."""
    return json.dumps(text, ensure_ascii=False)
