"""What the features of a prediction were made from: values of the date, and earlier games."""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from nba_assets.publish.contract.base import Document


class StoredValue(Document):
    """A value that was known of the date before tip-off."""

    table: str = Field(description="Table that holds it.")
    column: str = Field(description="Its column.")
    value: bool | int | float | str | None = Field(description="NULL where it is not known.")


class UsedGame(Document):
    """An earlier game that a feature uses."""

    game_date: dt.date = Field(description="US Eastern date.")
    opponent: str | None = Field(description="Opponent; NULL where the games are all of one.")
    values: tuple[float | None, ...] = Field(description="What is used of it, in the order of the columns.")
    weight: float | None = Field(
        description="Its share in the value, of 1; NULL where all games count alike."
    )


class UsedStatistic(Document):
    """A number made of the games."""

    words: str = Field(description="The statistic, its columns and its window.")
    value: float | None = Field(description="What the games give; NULL where they are too few.")


class UsedGames(Document):
    """The earlier games of one window, and what they give."""

    whose: str = Field(description="Whose games.")
    statistics: tuple[UsedStatistic, ...] = Field(min_length=1, description="What is made of them.")
    columns: tuple[str, ...] = Field(description="Names of what is used of each game.")
    games: tuple[UsedGame, ...] = Field(description="The newest, newest first.")
    others: int = Field(ge=0, description="Older games that count too, and are not listed.")


class FeatureEvidence(Document):
    """What one feature was made from."""

    feature: str = Field(description="Feature, as in the explanation.")
    stored: tuple[StoredValue, ...] = Field(description="Values known of the date.")
    games: tuple[UsedGames, ...] = Field(description="Earlier games, by window.")
