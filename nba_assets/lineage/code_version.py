"""Version of the code behind a table: a hash of what it means, not of how it is written."""

from __future__ import annotations

import ast
import hashlib
import inspect
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType

_PACKAGES = (
    "nba_assets.calendar.tipoffs",
    "nba_assets.domain",
    "nba_assets.modeling",
    "nba_assets.sources",
    "nba_assets.tabular",
)


def code_version(*functions: Callable) -> str:
    """Hash of the functions' modules and every module of ours they import.

    Comments, docstrings and layout do not count; any other change to a module behind the function does.
    """
    modules: set[str] = set()
    waiting = [function.__module__ for function in functions]
    while waiting:
        name = waiting.pop()
        if name not in modules:
            modules.add(name)
            waiting += _imports(name)
    digest = hashlib.sha256("".join(sorted(_source_hash(name) for name in modules)).encode())
    return digest.hexdigest()[:12]


@cache
def _tree(name: str) -> ast.Module:
    module: ModuleType = sys.modules[name]
    return ast.parse(Path(inspect.getsourcefile(module) or "").read_text())


@cache
def _imports(name: str) -> tuple[str, ...]:
    """Modules of ours that a module imports, as loaded."""
    found: set[str] = set()
    for node in ast.walk(_tree(name)):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return tuple(sorted(m for m in found if m.startswith(_PACKAGES) and m in sys.modules))


@cache
def _source_hash(name: str) -> str:
    tree = _tree(name)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            value = body[0].value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                del body[0]  # not emptied: adding a docstring where there was none is no change either
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()
