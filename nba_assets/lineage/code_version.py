"""Version of the code behind a table: a hash of what it means, not of how it is written or where it is kept.

Of modules that compute, the whole module counts, and every such module that it imports. Of modules that hold
functions of many tables, or declarations of many features, only the function counts, and what it uses.
"""

from __future__ import annotations

import ast
import gc
import hashlib
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import ModuleType

from nba_assets.lineage.canonical_source import PACKAGE, Reading

_SHARED = tuple(
    f"{PACKAGE}.{name}" for name in ("assets", "domain.feature_store", "domain.precompute", "quality")
)
_COMPUTING = tuple(
    f"{PACKAGE}.{name}" for name in ("calendar.seasons", "calendar.tipoffs", "domain", "modeling", "sources",
                                     "tabular")
)  # fmt: skip


@dataclass(frozen=True)
class Code:
    """A piece of source: a module, one of its definitions, or one entry of a dictionary that it defines."""

    module: str
    name: str | None = None
    entry: str | None = None


def code_version(*behind: Callable | Code) -> str:
    """Hash of functions and of all code of ours that they use.

    Comments, docstrings, layout, and the names of modules do not count; any other change does.

    Args:
        *behind: functions, or pieces of source.
    """
    pieces: set[Code] = set()
    waiting = [one if isinstance(one, Code) else _of_function(one) for one in behind]
    with _without_collections():
        while waiting:
            piece = waiting.pop()
            if piece not in pieces:
                pieces.add(piece)
                waiting += _used_by(piece)
    digest = hashlib.sha256("".join(sorted(map(_hash, pieces))).encode())
    return digest.hexdigest()[:12]


@contextmanager
def _without_collections() -> Iterator[None]:
    """Hundreds of thousands of live nodes make the collector look at all of them again and again."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _of_function(function: Callable) -> Code:
    module, name = function.__module__, function.__qualname__.split(".")[0]
    return Code(module, name if module.startswith(_SHARED) else None)


@cache
def _hash(piece: Code) -> str:
    source = _plain(piece) or _read(piece).text
    return hashlib.sha256(source.encode()).hexdigest()


def _plain(piece: Code) -> str | None:
    """The value of a constant of names and numbers as text: how it is made does not count."""
    if piece.name is None or piece.entry is not None:
        return None
    value = getattr(sys.modules[piece.module], piece.name)
    return ascii(value) if _is_plain(value) else None


def _is_plain(value: object) -> bool:
    if isinstance(value, tuple | list):
        return all(map(_is_plain, value))
    if isinstance(value, dict):
        return all(_is_plain(name) and _is_plain(item) for name, item in value.items())
    return value is None or type(value) in (str, int, float, bool)


@cache
def _used_by(piece: Code) -> tuple[Code, ...]:
    """Pieces of ours that a piece uses."""
    if _plain(piece) is not None:
        return ()
    own = {} if piece.name is None else _definitions(piece.module)
    imported, reading = _imported(piece.module), _read(piece)
    found: list[Code | None] = []
    if piece.name is None:
        found += [other for other in imported.values() if not _is_shared(other)]
    found += [Code(piece.module, name) for name in reading.names & own.keys() if name != piece.name]
    found += [imported[name] for name in reading.names & imported.keys() if not _is_shared(imported[name])]
    for name, attribute in reading.attributes:
        other = imported.get(name)
        if other is not None and _is_shared(other):
            found.append(_piece(other.module, attribute))
    return tuple(dict.fromkeys(other for other in found if other is not None))


@cache
def _read(piece: Code) -> Reading:
    return Reading(*_nodes(piece))


def _is_shared(piece: Code) -> bool:
    """Whether it is a module of which only what is used counts."""
    return piece.name is None and piece.module.startswith(_SHARED)


def _nodes(piece: Code) -> tuple[ast.AST, ...]:
    if piece.name is None:
        return (_tree(piece.module),)
    node = _definitions(piece.module)[piece.name]
    return (node,) if piece.entry is None else tuple(_entries(piece.module, node, piece.entry))


def _entries(module: str, definition: ast.AST, key: str) -> Iterator[ast.AST]:
    """Values of a key in a dictionary, in those that it takes in, and in whatever else may give it."""
    value = getattr(definition, "value", definition)
    if isinstance(value, ast.Name):
        if value.id in _definitions(module):
            yield from _entries(module, _definitions(module)[value.id], key)
        elif value.id in _imported(module):
            other = _imported(module)[value.id]
            if other.name is not None:
                yield from _entries(other.module, _definitions(other.module)[other.name], key)
    elif isinstance(value, ast.Dict):
        for name, item in zip(value.keys, value.values, strict=True):
            if name is None:
                yield from _entries(module, item, key)
            elif not isinstance(name, ast.Constant) or name.value == key:
                yield item
    else:
        yield value


@lru_cache(maxsize=8)  # whoever asks for a module asks again at once
def _tree(name: str) -> ast.Module:
    module: ModuleType = sys.modules[name]
    return ast.parse(Path(inspect.getsourcefile(module) or "").read_text())


@cache
def _definitions(name: str) -> dict[str, ast.AST]:
    """What a module defines, by name."""
    found: dict[str, ast.AST] = {}
    for node in _tree(name).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                found |= {part.id: node for part in ast.walk(target) if isinstance(part, ast.Name)}
    return found


@cache
def _imported(name: str) -> dict[str, Code]:
    """Pieces of ours that a module imports, by the name that it gives them."""
    found: dict[str, Code] = {}
    for node in _read(Code(name)).imports:
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                piece = _piece(node.module or "", alias.name)
                if piece:
                    found[alias.asname or alias.name] = piece
        else:
            for alias in node.names:
                if alias.name in sys.modules and alias.name.startswith(_COMPUTING):
                    found[alias.asname or alias.name] = Code(alias.name)
    return found


def _piece(module: str, name: str) -> Code | None:
    """What ``from module import name`` brings in, as far as it counts."""
    if f"{module}.{name}" in sys.modules:
        module, name = f"{module}.{name}", ""
    if module not in sys.modules or not module.startswith((*_SHARED, *_COMPUTING)):
        return None
    if not name or not module.startswith(_SHARED):
        return Code(module)
    return Code(module, name) if name in _definitions(module) else _imported(module).get(name)
