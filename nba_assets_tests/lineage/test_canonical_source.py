"""Source has one form on every version of Python, and another one as soon as it means something else."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import nba_assets
from nba_assets.lineage import canonical_source
from nba_assets.lineage.canonical_source import Reading

PACKAGE = Path(nba_assets.__file__).parent
DIGEST = """
import ast, hashlib, importlib.util, pathlib, sys
spec = importlib.util.spec_from_file_location("canonical_source", sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
digest = hashlib.sha256()
for path in sorted(pathlib.Path(sys.argv[2]).rglob("*.py")):
    digest.update(module.Reading(ast.parse(path.read_text())).text.encode())
print(digest.hexdigest())
"""


def interpreters() -> list[str]:
    """Pythons of the supported versions that this machine has, besides the one that runs the tests."""
    named = [shutil.which(f"python3.{minor}") for minor in range(11, 15)]
    found = [path for path in named if path]
    found += map(str, Path.home().glob(".pyenv/versions/3.1[1-4]*/bin/python"))
    others = [path for path in dict.fromkeys(found) if Path(path).resolve() != Path(sys.executable).resolve()]
    return [path for path in others if subprocess.run([path, "-c", ""], capture_output=True).returncode == 0]


def digest(python: str) -> str:
    source = str(canonical_source.__file__)
    return subprocess.check_output([python, "-c", DIGEST, source, str(PACKAGE)], text=True).strip()


@pytest.mark.parametrize("python", interpreters(), ids=lambda path: path.split("/")[-3])
def test_the_package_has_the_same_form_on_another_python(python: str) -> None:
    assert digest(python) == digest(sys.executable)


def canonical(node: ast.AST) -> str:
    return Reading(node).text


def form(text: str) -> str:
    return canonical(ast.parse(text))


def test_fields_that_a_version_adds_do_not_count_while_they_are_empty() -> None:
    """What 3.12 and 3.13 add, put into the nodes of whatever version runs the test."""

    class Generic:
        _fields = (*ast.FunctionDef._fields, "type_params", "default_value")

    newer = type("FunctionDef", (ast.FunctionDef,), {"_fields": Generic._fields})
    for text in ("def f(a, *, b=1): return a", "def f(): pass", "@cache\ndef f(x: int) -> None: ..."):
        (old,) = ast.parse(text).body
        same = {name: getattr(old, name, None) for name in Generic._fields}
        assert canonical(newer(**same | {"type_params": [], "default_value": None})) == canonical(old)
        generic = newer(**same | {"type_params": [ast.Name("T")]})
        assert canonical(generic) != canonical(old)
    module = ast.parse("x: int = 1  # type: ignore", type_comments=True)
    assert canonical(module) == form("x: int = 1")
    assert canonical(ast.Constant("a", kind="u")) == canonical(ast.Constant("a"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 1", "x = 1  # one"),
        ("x = (1 +\n 2)", "x = 1 + 2"),
        ("x = 'a'", 'x = "a"'),
        ("def f():\n    return 1", 'def f():\n    "Docs."\n    return 1'),
        ("from nba_assets.a import x\ny = x", "from nba_assets.b import x\ny = x"),
        ("x = u'a'", "x = 'a'"),
    ],
)
def test_layout_and_comments_do_not_count(one: str, other: str) -> None:
    assert form(one) == form(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 1", "x = 1.0"),
        ("x = 1", "x = True"),
        ("x = None", "x = ..."),
        ("x = 'a'", "x = b'a'"),
        ("x = 'e'", "x = '\u00e9'"),
        ("return_ = [1, [2]]", "return_ = [[1], 2]"),
        ("x = a - b - c", "x = a - (b - c)"),
        ("def f(a, b): pass", "def f(b, a): pass"),
        ("def f(a, b=1): pass", "def f(a, *, b=1): pass"),
        ("x = f'{a!r}'", "x = f'{a!s}'"),
        ("x = f'{a:>3}'", "x = f'{a:>4}'"),
        ("import numpy as np", "import pandas as np"),
        ("x = a[1:]", "x = a[:1]"),
        ("match x:\n case None: y = 1", "match x:\n case True: y = 1"),
    ],
)
def test_meaning_counts(one: str, other: str) -> None:
    assert form(one) != form(other)
