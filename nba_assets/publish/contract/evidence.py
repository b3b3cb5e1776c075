"""What the features of a prediction were made from: stored values of the date, and earlier games."""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from nba_assets.publish.contract.base import Document


class StoredValue(Document):
    """A value of the date that was known before tip-off."""

    table: str = Field(description="Table that holds it.")
    column: str = Field(description="Its column.")
    value: bool | int | float | str | None = Field(description="NULL where it is not known.")


class UsedGame(Document):
    """An earlier game, or all games of an earlier date."""

    game_date: dt.date = Field(description="US Eastern date.")
    opponent: str | None = Field(description="NULL where it is the same of all, or games are added up.")
    amounts: tuple[float | None, ...] = Field(description="Stored values, in the order of the columns.")


class UsedGames(Document):
    """The newest earlier games of one player or team."""

    whose: str = Field(description="Whose games.")
    columns: tuple[str, ...] = Field(description="Names of the values of each game.")
    games: tuple[UsedGame, ...] = Field(description="Newest first.")


class UsedWindow(Document):
    """Which of the games a feature uses, and what it makes of them."""

    words: str = Field(description="The statistic, its columns and its window.")
    games: int = Field(ge=0, description="Position of the games in the list of all.")
    columns: tuple[str, ...] = Field(description="The columns that are used.")
    skipped: int = Field(ge=0, description="The newest so many do not count.")
    listed: int = Field(ge=0, description="So many of the listed games after them count.")
    older: bool = Field(description="Older games count too, and are not listed.")


class FeatureEvidence(Document):
    """What one feature was made from."""

    feature: str = Field(description="Feature, as in the explanation.")
    stored: tuple[int, ...] = Field(description="Positions of the stored values in the list of all.")
    windows: tuple[UsedWindow, ...] = Field(description="Windows over earlier games.")
    teammates: bool = Field(description="The same of his teammates counts too, and is not listed.")


class PlayerEvidence(Document):
    """The rows behind the features that explain a prediction, each listed once."""

    stored: tuple[StoredValue, ...] = Field(description="Values of the date.")
    games: tuple[UsedGames, ...] = Field(description="Earlier games.")
    features: tuple[FeatureEvidence, ...] = Field(description="In the order of the explanation.")
