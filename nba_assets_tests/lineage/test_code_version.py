"""A version changes with what code means, wherever it stands behind a function, and not with how it looks."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from nba_assets.assets.tables import ALL_TABLES
from nba_assets.domain.feature_store.feature_registry import FEATURE_TABLES
from nba_assets.lineage import code_version as cv
from nba_assets.lineage.table import Table
from nba_assets.schemas.catalog import TABLES

Write = Callable[[str, str], ModuleType]
PLAIN = "import math\n\ndef area(r):\n    return 3 * r * r\n"


CACHES = (cv._tree, cv._read, cv._imported, cv._definitions, cv._used_by, cv._hash)


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Write and load a module of the domain that exists during the test only."""
    # A file written again within its second, as long as before, would pass for the first by its byte code.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def load(name: str, text: str) -> ModuleType:
        for cached in CACHES:
            cached.cache_clear()
        full = f"nba_assets.domain.{name}"
        file = tmp_path / f"{name}.py"
        file.write_text(text)
        spec = importlib.util.spec_from_file_location(full, file)
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, full, module)
        package, own = full.rsplit(".", 1)
        monkeypatch.setattr(sys.modules[package], own, module, raising=False)
        spec.loader.exec_module(module)
        return module

    yield load
    for cached in CACHES:
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
def test_layout_and_comments_do_not_count(write: Write, text: str) -> None:
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


def test_a_module_that_is_not_imported_does_not_count(write: Write) -> None:
    before = version(write, PLAIN)
    write("stranger", "K = 1\n")
    assert version(write, PLAIN) == before


def test_where_a_module_is_kept_does_not_count(write: Write) -> None:
    write("inner", "K = 1\n")
    write("moved", "K = 1\n")
    here = version(write, "from nba_assets.domain.inner import K\n" + PLAIN)
    assert version(write, "from nba_assets.domain.moved import K\n" + PLAIN) == here


SHARED = """
FACTOR = 3
LIMITS = {"one": lambda row: row > FACTOR, "other": lambda row: row > OTHER}
OTHER = 4


def area(r):
    return FACTOR * helper(r)


def helper(r):
    return r * r


def unrelated(r):
    return OTHER * r
"""


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ("FACTOR = 3", "FACTOR = 1 + 2", False),  # the value counts, not how it is made
        ("FACTOR = 3", "FACTOR = 4", True),
        ("return r * r", "return r ** 2", True),
        ("return OTHER * r", "return OTHER + r", False),
        ("OTHER = 4", "OTHER = 5", False),
    ],
)
def test_of_a_module_for_many_tables_only_what_a_function_uses_counts(
    write: Write, before: str, after: str, changes: bool
) -> None:
    def area(text: str) -> str:
        return cv.code_version(write("precompute.shared", text).area)

    assert (area(SHARED) != area(SHARED.replace(before, after))) == changes


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ("> OTHER", ">= OTHER", False),
        ("row > FACTOR", "row >= FACTOR", True),
        ("FACTOR = 3", "FACTOR = 4", True),
    ],
)
def test_of_a_dictionary_for_many_tables_only_the_entry_counts(
    write: Write, before: str, after: str, changes: bool
) -> None:
    def one(text: str) -> str:
        module = write("precompute.shared", text)
        return cv.code_version(cv.Code(module.__name__, "LIMITS", "one"))

    assert (one(SHARED) != one(SHARED.replace(before, after))) == changes


def test_the_version_of_a_table_covers_shell_declaration_expectations_and_rules(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = next(table for table in ALL_TABLES if table.name == "player_daily_cache")
    behind = _pieces(table)
    assert {"assets.precompute._table", "quality.expectations.EXPECTATIONS", "quality.measures.rows_true",
            "domain.as_of", "domain.declarations.statistics",
            "domain.precompute.missing_history.missing_history_games"} <= behind  # fmt: skip
    assert not {name for name in behind if name.startswith(("domain.feature_store", "modeling"))}
    last = replace(table, declaration=table.declaration.replace("last=20", "last=21"))
    assert last.code_version != table.code_version
    other = replace(table.schema, own_fields=tuple(replace(f, high=1.0) for f in table.schema.own_fields))
    before = table.code_version
    monkeypatch.setitem(TABLES, table.name, other)
    assert table.code_version != before


def _pieces(table: Table) -> set[str]:
    found: set[cv.Code] = set()
    waiting = [*map(cv._of_function, (table.compute, *table.versioned)),
               cv.Code("nba_assets.quality.expectations", "EXPECTATIONS", table.name)]  # fmt: skip
    while waiting:
        piece = waiting.pop()
        if piece not in found:
            found.add(piece)
            waiting += cv._used_by(piece)
    return {f"{p.module.removeprefix('nba_assets.')}{f'.{p.name}' if p.name else ''}" for p in found}


def test_every_table_has_a_version() -> None:
    versions = {table.name: table.code_version for table in ALL_TABLES}
    assert all(len(version) == 12 for version in versions.values())
    features = [versions[name] for name in FEATURE_TABLES]
    assert len(set(features)) == len(FEATURE_TABLES)
