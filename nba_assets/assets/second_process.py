"""What a second process of a run executes: dates of tables, documents or pages."""

from __future__ import annotations

from collections.abc import Iterable

from nba_assets.instance.garbage import uncollected

with uncollected():
    from nba_assets.assets.factory.shared_dates import Answer, SharedDates, work_out
    from nba_assets.assets.published_predictions import (
        PublishedDates,
        PublishedPages,
        put_documents,
        write_pages,
    )
    from nba_assets.assets.tables import ALL_TABLES
    from nba_assets.instance.second_process import answer_requests
    from nba_assets.publish.publisher import Documents

_TABLES = {table.name: table for table in ALL_TABLES}


def _answers(work: SharedDates | PublishedDates | PublishedPages) -> Iterable[Answer | Documents | None]:
    if isinstance(work, PublishedDates):
        return [put_documents(work)]
    if isinstance(work, PublishedPages):
        return [write_pages(work)]
    return work_out(work, _TABLES[work.table])


if __name__ == "__main__":
    answer_requests(_answers)
