"""A version changes with what code means, wherever it stands behind a function, and not with how it looks."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from nba_assets.domain.feature_store import ml_feature_store_v2 as feature_store
from nba_assets.domain.precompute import (
    player_windows,
    team_windows,
)
from nba_assets.lineage import code_version as cv

Write = Callable[[str, str], ModuleType]
PLAIN = "import math\n\ndef area(r):\n    return 3 * r * r\n"


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Write and load a module of the domain that exists during the test only."""

    def load(name: str, text: str) -> ModuleType:
        for cached in (cv._tree, cv._imports, cv._source_hash):
            cached.cache_clear()
        full = f"nba_assets.domain.{name}"
        file = tmp_path / f"{name}.py"
        file.write_text(text)
        spec = importlib.util.spec_from_file_location(full, file)
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, full, module)
        monkeypatch.setattr(sys.modules["nba_assets.domain"], name, module, raising=False)
        spec.loader.exec_module(module)
        return module

    yield load
    for cached in (cv._tree, cv._imports, cv._source_hash):
        cached.cache_clear()


def version(write: Write, text: str) -> str:
    return cv.code_version(write("probe", text).area)


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        '"""Docs."""\n' + PLAIN,
        PLAIN.replace("    return", '    """Docs."""\n    return'),
        PLAIN.replace("    return", '    """Other docs."""\n    return'),
        PLAIN.replace("    return", "    # why\n    return"),
        PLAIN.replace("3 * r * r", "(\n        3 * r\n        * r)"),
    ],
)
def test_looks_do_not_count(write: Write, text: str) -> None:
    assert version(write, text) == version(write, PLAIN)


@pytest.mark.parametrize(
    "text",
    [
        PLAIN.replace("3", "3.14"),
        PLAIN.replace("area(r)", "area(r, s=1)"),
        PLAIN + "\nFACTOR = 2\n",
        PLAIN.replace("    return", "    if r == 'docs':\n        return 0\n    return"),
        PLAIN.replace("3 * r * r", "'3 * r * r'"),
    ],
)
def test_meaning_counts(write: Write, text: str) -> None:
    assert version(write, text) != version(write, PLAIN)


@pytest.mark.parametrize(
    "statement",
    [
        "from nba_assets.domain.inner import K",
        "from nba_assets.domain import inner",
        "import nba_assets.domain.inner",
    ],
)
def test_a_module_behind_the_module_counts(write: Write, statement: str) -> None:
    write("inner", "K = 1\n")
    outer = f"{statement}\n" + PLAIN
    before = version(write, outer)
    write("inner", "K = 2\n")
    assert version(write, outer) != before


def test_a_module_that_nobody_imports_does_not_count(write: Write) -> None:
    before = version(write, PLAIN)
    write("stranger", "K = 1\n")
    assert version(write, PLAIN) == before


def test_versions_of_real_tables() -> None:
    one = cv.code_version(feature_store.feature_rows)
    assert one == cv.code_version(feature_store.feature_rows) and len(one) == 12
    players, teams = (
        cv.code_version(player_windows.player_daily_cache), cv.code_version(team_windows.team_defense_zones)
    )  # fmt: skip
    assert len({one, players, teams}) == 3
    both = cv.code_version(player_windows.player_daily_cache, team_windows.team_defense_zones)
    assert both == cv.code_version(team_windows.team_defense_zones, player_windows.player_daily_cache)
    assert both == players  # the player windows already stand on the team windows
