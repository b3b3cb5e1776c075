"""Looks at a test season are counted, whoever took them."""

import datetime as dt
from pathlib import Path

import pytest

from nba_assets.reports.models.season_looks import Look, looks_at, record_look
from nba_assets.storage.object_store import open_store


def look(season: str, code: str) -> Look:
    return Look(
        trained_on=("2021-22", "2022-23"), stopped_on="2023-24", tested_on=season, code_version=code,
        looked_at=dt.datetime(2026, 1, 2, 3, tzinfo=dt.UTC),
    )  # fmt: skip


def test_every_look_at_a_season_is_kept_in_the_lake(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    with pytest.raises(FileNotFoundError):
        looks_at(store, "2024-25")
    assert len(record_look(store, look("2024-25", "one"))) == 1
    record_look(store, look("2025-26", "one"))
    found = record_look(open_store(str(tmp_path)), look("2024-25", "two"))
    assert [each.code_version for each in found] == ["one", "two"]
    assert looks_at(store, "2024-25") == found and len(looks_at(store, "2025-26")) == 1
