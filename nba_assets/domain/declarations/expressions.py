"""Values of a row: stored columns, arithmetic of them, and functions written by hand."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from nba_assets.domain.declarations.evaluation import Evaluation
    from nba_assets.domain.declarations.sources import OpenDates, Past, Stored

_OPERATIONS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}


class Expression:
    """A value of each row. Arithmetic of expressions is an expression; NULL in, NULL out."""

    @property
    def operands(self) -> tuple[Expression, ...]:
        """Expressions that it is made of."""
        return ()

    @property
    def past(self) -> tuple[Past | OpenDates, ...]:
        """What it reads of the past itself, its operands aside."""
        return ()

    @property
    def formula(self) -> str:
        """What it computes, in one line."""
        raise NotImplementedError

    def evaluate(self, rows: Evaluation) -> Any:
        """Its values: an array of floats, or a column as it is stored."""
        raise NotImplementedError

    def parts(self) -> Iterator[Expression]:
        """The expression and everything that it is made of."""
        yield self
        for operand in self.operands:
            yield from operand.parts()

    def clip(self, low: float, high: float) -> Expression:
        """The value, not below ``low`` and not above ``high``."""
        return Clip(self, low, high)

    def when(self, condition: Expression, equals: float) -> Expression:
        """The value where a condition has a value, else NULL."""
        return When(self, condition, equals)

    def __add__(self, other: Expression | float) -> Expression:
        return Arithmetic("+", self, _expression(other))

    def __sub__(self, other: Expression | float) -> Expression:
        return Arithmetic("-", self, _expression(other))

    def __mul__(self, other: Expression | float) -> Expression:
        return Arithmetic("*", self, _expression(other))

    def __rmul__(self, other: float) -> Expression:
        return Arithmetic("*", _expression(other), self)

    def __truediv__(self, other: Expression | float) -> Expression:
        return Arithmetic("/", self, _expression(other))


@dataclass(frozen=True)
class Constant(Expression):
    """A number."""

    value: float

    @property
    def formula(self) -> str:
        """The number."""
        return f"{self.value:g}"

    def evaluate(self, rows: Evaluation) -> Any:
        """The number."""
        return self.value


@dataclass(frozen=True)
class Column(Expression):
    """A column of a stored table, in the row of the same date that is the described row's."""

    source: Stored
    name: str

    @property
    def formula(self) -> str:
        """Its name."""
        return self.name

    def evaluate(self, rows: Evaluation) -> Any:
        """The column as it is stored, NULL where the table has no such row."""
        return rows.stored(self)


@dataclass(frozen=True)
class Own(Expression):
    """A column of the row itself: one that is carried along, or a feature declared before."""

    name: str

    @property
    def formula(self) -> str:
        """Its name."""
        return self.name

    def evaluate(self, rows: Evaluation) -> Any:
        """The column."""
        return rows.own(self.name)


@dataclass(frozen=True)
class Arithmetic(Expression):
    """Sum, difference, product or quotient; a quotient by 0 is NULL."""

    sign: str
    left: Expression
    right: Expression

    @property
    def operands(self) -> tuple[Expression, ...]:
        """Both sides."""
        return (self.left, self.right)

    @property
    def formula(self) -> str:
        """Both sides and the sign between them."""
        return f"{_bracketed(self.left)} {self.sign} {_bracketed(self.right)}"

    def evaluate(self, rows: Evaluation) -> Any:
        """Floats."""
        left, right = rows.floats(self.left), rows.floats(self.right)
        if self.sign == "/":
            right = np.where(np.equal(right, 0), np.nan, right)
            return left / right
        return _OPERATIONS[self.sign](left, right)


@dataclass(frozen=True)
class Clip(Expression):
    """A value held within limits."""

    value: Expression
    low: float
    high: float

    @property
    def operands(self) -> tuple[Expression, ...]:
        """The value."""
        return (self.value,)

    @property
    def formula(self) -> str:
        """The value and its limits."""
        return f"{self.value.formula}, clamped to {self.low:g}..{self.high:g}"

    def evaluate(self, rows: Evaluation) -> Any:
        """Floats."""
        return np.clip(rows.floats(self.value), self.low, self.high)


@dataclass(frozen=True)
class Steps(Expression):
    """0 within ``first``, 1 beyond it, 2 beyond ``second``, with the sign of the value."""

    value: Expression
    first: float
    second: float

    @property
    def operands(self) -> tuple[Expression, ...]:
        """The value."""
        return (self.value,)

    @property
    def formula(self) -> str:
        """The value and its steps."""
        return f"{self.value.formula}: beyond {self.first:g} 1, beyond {self.second:g} 2, with its sign"

    def evaluate(self, rows: Evaluation) -> Any:
        """Floats. The value is rounded to nine digits first, so that a tenth is a tenth on either side."""
        value = rows.floats(self.value)
        size = np.abs(value).round(9)
        level = (size > self.first).astype(np.float64) + (size > self.second)
        level = np.where(value >= 0, level, 0.0 - level)  # 0.0 - 0 is 0, and not -0
        return np.where(np.isnan(value), np.nan, level)


@dataclass(frozen=True)
class When(Expression):
    """A value where a condition holds, else NULL."""

    value: Expression
    condition: Expression
    equals: float

    @property
    def operands(self) -> tuple[Expression, ...]:
        """The value and the condition."""
        return (self.value, self.condition)

    @property
    def formula(self) -> str:
        """The value and the condition."""
        return f"{self.value.formula} where {self.condition.formula} is {self.equals:g}"

    def evaluate(self, rows: Evaluation) -> Any:
        """Floats."""
        return np.where(rows.floats(self.condition) == self.equals, rows.floats(self.value), np.nan)


@dataclass(frozen=True)
class Known(Expression):
    """1 where a value is known, else 0."""

    value: Expression

    @property
    def operands(self) -> tuple[Expression, ...]:
        """The value."""
        return (self.value,)

    @property
    def formula(self) -> str:
        """The condition."""
        return f"1 where {self.value.formula} is known, else 0"

    def evaluate(self, rows: Evaluation) -> Any:
        """Floats."""
        return (~np.isnan(rows.floats(self.value))).astype(np.float64)


@dataclass(frozen=True)
class Function(Expression):
    """A function written by hand, which is given the values and windows that it declares, and nothing else.

    Attributes:
        compute: gets a frame of ``reads``, one column for each under its name, and the rows of each window of
            ``windows``; returns a column, or several of them as a mapping.
        reads: columns, or features of the same row.
        windows: earlier rows.
        output: which of several columns.
        words: what it computes, in one line; the first line of its docstring by default.
        teammates: the values of a row's teammates count too.
    """

    compute: Callable[..., Any]
    reads: tuple[Column | Own, ...] = ()
    windows: tuple[Past | OpenDates, ...] = ()
    output: str = ""
    words: str = ""
    teammates: bool = False

    @property
    def operands(self) -> tuple[Expression, ...]:
        """What it reads of the row."""
        return self.reads

    @property
    def past(self) -> tuple[Past | OpenDates, ...]:
        """Its windows."""
        return self.windows

    @property
    def formula(self) -> str:
        """What it computes."""
        return self.words or (self.compute.__doc__ or self.compute.__name__).split("\n")[0].rstrip(".")

    def evaluate(self, rows: Evaluation) -> Any:
        """Whatever the function returns."""
        return rows.called(self)


def _expression(value: Expression | float) -> Expression:
    return value if isinstance(value, Expression) else Constant(value)


def _bracketed(value: Expression) -> str:
    return f"({value.formula})" if isinstance(value, Arithmetic | Clip) else value.formula
