"""Columns of declared features."""

from __future__ import annotations

from collections.abc import Iterable

from nba_assets.domain.declarations.feature import NEVER, Feature
from nba_assets.schemas.columns import Field


def feature_fields(features: Iterable[Feature]) -> tuple[Field, ...]:
    """Columns of features, in order."""
    return tuple(map(feature_field, features))


def feature_field(feature: Feature) -> Field:
    """Column of a feature: its definition, unit, legal range and what NULL means."""
    nullable = feature.null_means != NEVER
    words = f"{feature.definition[0].upper()}{feature.definition[1:]}."
    if nullable:
        words += f" NULL: {feature.null_means}."
    return Field(
        feature.name,
        feature.kind,
        words,
        unit=feature.unit,
        nullable=nullable,
        low=feature.low,
        high=feature.high,
        values=feature.choices,
    )
