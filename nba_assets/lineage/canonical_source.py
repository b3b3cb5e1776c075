"""Canonical form of Python source, the same on every version of Python.

``ast.dump`` prints the fields that a version of Python has for a node: 3.12 added ``type_params`` to
functions and classes, 3.13 leaves empty lists out. Here a node is its type and those of its fields that hold
something.
"""

from __future__ import annotations

import ast
from functools import cache
from typing import TypeGuard

_IGNORED_FIELDS = ("ctx", "kind", "type_comment", "type_ignores")
PACKAGE = "nba_assets"


class Reading:
    """What one walk over nodes finds: every process reads all modules that compute when it starts."""

    def __init__(self, *nodes: ast.AST):
        self.names: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        """A name, and what is taken from it."""
        self.imports: list[ast.Import | ast.ImportFrom] = []
        """Imports of this package."""
        self._pieces: list[str] = []
        for node in nodes:
            self._node(node)
        self.text = "".join(self._pieces)
        """The nodes as text: comments, docstrings, layout and imports of this package aside."""
        self._pieces.clear()

    def _node(self, node: ast.AST) -> None:
        if isinstance(node, ast.Constant):
            # ascii: whether a character is printable depends on the version's Unicode tables.
            self._pieces.append(f"{type(node.value).__name__}:{node.value!a}")
            return
        if isinstance(node, ast.Name):
            self.names.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            self.attributes.add((node.value.id, node.attr))
        elif is_import_of_ours(node):
            self.imports.append(node)
        self._pieces.append(f"({type(node).__name__}")
        for name in _fields(type(node)):
            value = getattr(node, name, None)
            if name == "body" and isinstance(value, list):
                value = self._significant(value)
            if value is not None and value != []:
                self._pieces.append(f" {name}=")
                self._value(value)
        self._pieces.append(")")

    def _value(self, value: object) -> None:
        if isinstance(value, ast.AST):
            self._node(value)
        elif isinstance(value, list):
            self._pieces.append("[")
            for item in value:
                self._value(item)
                self._pieces.append(",")
            self._pieces.append("]")
        else:
            self._pieces.append(ascii(value))

    def _significant(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """Statements that count: what is imported does, and not where it is kept."""
        ours = [statement for statement in body if is_import_of_ours(statement)]
        self.imports.extend(ours)
        start = 1 if body and _is_docstring(body[0]) else 0
        return [statement for statement in body[start:] if statement not in ours] if ours else body[start:]


@cache
def _fields(node: type[ast.AST]) -> tuple[str, ...]:
    return tuple(name for name in sorted(node._fields) if name not in _IGNORED_FIELDS)


def _is_docstring(statement: ast.AST) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def is_import_of_ours(statement: ast.AST) -> TypeGuard[ast.Import | ast.ImportFrom]:
    """Whether a statement imports from this package."""
    if isinstance(statement, ast.ImportFrom):
        return (statement.module or "").split(".")[0] == PACKAGE
    return isinstance(statement, ast.Import) and all(
        alias.name.split(".")[0] == PACKAGE for alias in statement.names
    )
