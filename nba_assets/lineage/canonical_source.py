"""Canonical form of Python source, the same on every version of Python.

``ast.dump`` prints the fields that a version of Python has for a node: 3.12 added ``type_params`` to
functions and classes, 3.13 leaves empty lists out. Here a node is its type and those of its fields that hold
something.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

_IGNORED_FIELDS = ("ctx", "kind", "type_comment", "type_ignores")
PACKAGE = "nba_assets"


def canonical(node: ast.AST) -> str:
    """A node as text: comments, docstrings, layout and imports of this package aside."""
    return "".join(_pieces(node))


def _pieces(node: object) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        # ascii: whether a character is printable depends on the version's Unicode tables.
        yield f"{type(node.value).__name__}:{node.value!a}"
    elif isinstance(node, ast.AST):
        yield f"({type(node).__name__}"
        for name in sorted(node._fields):
            value = _significant(node, name)
            if name not in _IGNORED_FIELDS and value is not None and value != []:
                yield f" {name}="
                yield from _pieces(value)
        yield ")"
    elif isinstance(node, list):
        yield "["
        for item in node:
            yield from _pieces(item)
            yield ","
        yield "]"
    else:
        yield ascii(node)


def _significant(node: ast.AST, name: str) -> object:
    value = getattr(node, name, None)
    if name != "body" or not isinstance(value, list):
        return value
    if value and _is_docstring(value[0]):
        value = value[1:]
    return [statement for statement in value if not is_import_of_ours(statement)]


def _is_docstring(statement: ast.AST) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def is_import_of_ours(statement: ast.AST) -> bool:
    """Whether a statement imports from this package: what it imports counts, and not where it is kept."""
    if isinstance(statement, ast.ImportFrom):
        return (statement.module or "").split(".")[0] == PACKAGE
    return isinstance(statement, ast.Import) and all(
        alias.name.split(".")[0] == PACKAGE for alias in statement.names
    )
