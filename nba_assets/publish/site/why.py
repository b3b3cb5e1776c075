"""Why a player's number is what it is: the steps to it, and the rows that each was made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nba_assets.publish.contract.evidence import PlayerEvidence, StoredValue, UsedGame, UsedWindow
from nba_assets.publish.contract.slate import Contribution, Explanation, Prediction
from nba_assets.publish.site.text import percent, plain, stored, value


@dataclass(frozen=True)
class GamesTable:
    """Earlier games that statistics of a feature use.

    Attributes:
        words: the statistics, where the definition does not say it all.
        caption: whose games, and whether older ones count that are not listed.
        columns: what they use of each game.
        games: each game with its values of these columns.
    """

    words: list[str]
    caption: str
    columns: list[str]
    games: list[tuple[UsedGame, list[float | None]]]


@dataclass(frozen=True)
class Made:
    """What a feature was made from."""

    stored: list[StoredValue]
    tables: list[GamesTable]
    teammates: bool


@dataclass(frozen=True)
class Step:
    """A step from the common start to the prediction."""

    label: str
    value: str
    definition: str
    start: float
    to: float
    adds: float
    kind: str
    made: Made | None = None


def why_steps(why: Explanation | None, prediction: Prediction, evidence: PlayerEvidence | None) -> list[Step]:
    """The steps from the common start to a prediction; none where it is not explained."""
    if why is None or prediction.predicted_points is None:
        return []
    made = _made(evidence) if evidence else {}
    at = why.start
    steps = [Step("Every player", "", "", 0.0, at, at, "total")]
    for each in why.contributions:
        to, behind = at + each.adds, made.get(each.feature)
        steps.append(
            Step(plain(each.feature), _amount(each), each.definition, at, to, each.adds, "step", behind)
        )
        at = to
    steps.append(
        Step("everything else", "", "Other features, and calibration.", at, at + why.rest, why.rest, "step")
    )
    end = prediction.predicted_points
    return [*steps, Step("Prediction", "", "", 0.0, end, end, "total")]


def _amount(each: Contribution) -> str:
    """A feature's value with its unit."""
    if each.value is None:
        return "not known"
    if each.unit == "flag":
        return stored(bool(each.value))
    return percent(each.value, 1) if each.unit == "fraction" else f"{value(each.value)} {each.unit}".strip()


def _made(evidence: PlayerEvidence) -> Mapping[str, Made]:
    """What each feature was made from, by name."""
    return {
        each.feature: Made(
            [evidence.stored[place] for place in each.stored],
            [
                _table(evidence, windows, in_words=len(each.windows) > 1 or bool(each.stored))
                for windows in _alike(each.windows)
            ],
            each.teammates,
        )
        for each in evidence.features
    }


def _alike(windows: Sequence[UsedWindow]) -> list[list[UsedWindow]]:
    """Windows that list the same games, together."""
    found: dict[tuple[int, int, int, bool], list[UsedWindow]] = {}
    for window in windows:
        found.setdefault((window.games, window.skipped, window.listed, window.older), []).append(window)
    return list(found.values())


def _table(evidence: PlayerEvidence, windows: list[UsedWindow], *, in_words: bool) -> GamesTable:
    window, games = windows[0], evidence.games[windows[0].games]
    columns = list(dict.fromkeys(name for each in windows for name in each.columns))
    places = [games.columns.index(name) for name in columns]
    listed = games.games[window.skipped : window.skipped + window.listed]
    return GamesTable(
        words=[each.words for each in windows] if in_words else [],
        caption=f"The newest of {games.whose}; older ones count too"
        if window.older
        else f"{games.whose[:1].upper()}{games.whose[1:]}, newest first",
        columns=columns,
        games=[(game, [game.amounts[place] for place in places]) for game in listed],
    )
