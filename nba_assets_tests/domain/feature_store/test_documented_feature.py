"""The feature that the documentation declares is the one that is computed."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from pathlib import Path

from nba_assets.domain.declarations.feature import Feature
from nba_assets.domain.feature_store import ml_feature_store_v3
from nba_assets.domain.feature_store.feature_registry import EXTRA

PAGE = Path(__file__).parents[3] / "docs" / "how-it-works.md"


def test_the_documented_declaration_is_that_of_the_feature_store() -> None:
    (block,) = re.findall(r"^## A feature$.*?^```python\n(.*?)^```$", PAGE.read_text(), re.M | re.S)
    *statements, declaration = ast.parse(block).body
    assert isinstance(declaration, ast.Expr)
    names = dict(vars(ml_feature_store_v3))
    exec(compile(ast.Module(statements, []), str(PAGE), "exec"), names)  # noqa: S102
    documented = eval(compile(ast.Expression(declaration.value), str(PAGE), "eval"), names)  # noqa: S307
    assert isinstance(documented, Feature)
    (computed,) = (feature for feature in EXTRA if feature.name == documented.name)
    assert documented == replace(computed, definition=documented.definition)
