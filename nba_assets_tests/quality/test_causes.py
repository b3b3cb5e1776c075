"""Each level at which a date can go wrong is blamed on the right table, with the right reason."""

import datetime as dt
from collections.abc import Mapping

import pytest

from nba_assets.quality.causes import INCOMPLETE, NOT_RUN_SINCE, NOT_RUN_YET, Blame, Cause
from nba_assets.quality.verdict import FAILED_CHECK, Problem, Verdict
from nba_assets.tabular.problems import (
    NOT_PUBLISHED,
    REFUSED_BY_SOURCE,
    UNPARSEABLE,
)

DAY = dt.date(2023, 1, 15)
GAME, OTHER = "0022200001", "0022200002"
INPUTS = {
    "raw_schedule": (),
    "raw_box": ("raw_schedule",),
    "raw_extra": ("raw_schedule",),
    "teams": ("raw_schedule", "raw_box", "raw_extra"),
    "players": ("raw_box", "teams"),
}
GOOD = Verdict("PASS")
SHUT = "coverage check failed"


def _short(*missing: str, status: str = "FAIL", override: str = "") -> Verdict:
    metric = {"metric": "games", "status": "FAIL", "expected": 2.0, "actual": 1.0, "share": 0.5}
    return Verdict(status, ({**metric, "missing": list(missing)},), override=override)


def _warned(*missing: str, metric: str = "games") -> Verdict:
    counts = {"status": "WARN", "expected": 2.0, "actual": 1.0, "share": 0.5}
    return Verdict("WARN", ({"metric": metric, **counts, "missing": list(missing)},))


def _blocked(*by: str) -> Verdict:
    return Verdict("BLOCKED", blocked_by=by)


def _cause(
    table: str,
    verdicts: Mapping[str, Verdict | None],
    games: Mapping[str, set[str]] | None = None,
    optional: frozenset[str] = frozenset(),
) -> Cause | None:
    known = {(name, DAY): verdicts.get(name, GOOD) for name in INPUTS}
    stored = {name: {GAME, OTHER} for name in INPUTS} | dict(games or {})
    return Blame(known, INPUTS, lambda name, date: stored[name], optional).cause(table, DAY)


# What happened -> state of the tables, games they hold, and who is to blame for the players' table.
LEVELS = {
    "the raw document is missing": (
        {
            "raw_box": _short(GAME),
            "teams": _blocked(f"raw_box: {SHUT}"),
            "players": _blocked(f"teams: {SHUT}"),
        },
        {},
        ("raw_box", NOT_PUBLISHED, f"the source has no raw_box for 1 game ({GAME})"),
    ),
    "the source refused": (
        {
            "raw_box": Verdict("FAIL", problems=(Problem("403 for game 1", REFUSED_BY_SOURCE),)),
            "teams": _blocked(f"raw_box: {SHUT}"),
            "players": _blocked(f"raw_box: {SHUT}", f"teams: {SHUT}"),
        },
        {},
        ("raw_box", REFUSED_BY_SOURCE, "403 for game 1"),
    ),
    "the document cannot be parsed": (
        {
            "raw_box": Verdict("FAIL", problems=(Problem("box.json: half a document", UNPARSEABLE),)),
            "teams": _blocked(f"raw_box: {SHUT}"),
            "players": _blocked(f"teams: {SHUT}"),
        },
        {},
        ("raw_box", UNPARSEABLE, "box.json: half a document"),
    ),
    "a check failed on its own": (
        {"teams": _short("BOS"), "players": _blocked(f"teams: {SHUT}")},
        {},
        ("teams", FAILED_CHECK, "games: 1 of 2 (50.0%), missing BOS"),
    ),
    "a table was not run": (
        {"teams": None, "players": _blocked("teams: not materialized")},
        {},
        ("teams", NOT_RUN_YET, "teams has no rows of this date and no run has refused it"),
    ),
    "nothing was run": (
        {"raw_box": None, "teams": None, "players": None},
        {},
        ("raw_box", NOT_RUN_YET, "raw_box has no rows of this date and no run has refused it"),
    ),
    "a half loaded table passed": (
        {"players": _short(f"{GAME}/7", f"{GAME}/8")},
        {"teams": {OTHER}},
        ("teams", INCOMPLETE, f"teams has no rows of 1 game ({GAME}); its inputs have them"),
    ),
    "a half loaded table was let through": (
        {"teams": _short(GAME, status="OVERRIDDEN", override="late feed"), "players": _short(f"{GAME}/7")},
        {"teams": {OTHER}},
        (
            "teams",
            INCOMPLETE,
            f"teams has no rows of 1 game ({GAME}), let through: late feed; its inputs have them",
        ),
    ),
    "everything before it has healed": (
        {"players": _blocked(f"teams: {SHUT}")},
        {},
        ("players", NOT_RUN_SINCE, "players has not run since its inputs were healed"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("verdicts", "games", "blamed"), LEVELS.values(), ids=list(LEVELS))
def test_the_table_that_caused_it_is_blamed(
    verdicts: dict, games: dict, blamed: tuple[str, str, str]
) -> None:
    cause = _cause("players", verdicts, games)
    assert cause is not None
    assert (cause.table, cause.reason, cause.words) == blamed
    assert cause.chain[0] == "players"
    assert cause.chain[-1] == blamed[0]


# A date that goes on -> its cause: table and reason; None where nothing that can be mended is known.
WARNED = {
    "a game was refused": (
        "raw_box",
        {"raw_box": Verdict("WARN", problems=(Problem("box.json: odd", UNPARSEABLE, fatal=False),))},
        {},
        ("raw_box", UNPARSEABLE),
    ),
    "a feed has no game": ("raw_extra", {"raw_extra": _warned(GAME)}, {}, ("raw_extra", NOT_PUBLISHED)),
    "a feed has no team": (
        "raw_extra", {"raw_extra": _warned("BOS", metric="teams")}, {}, ("raw_extra", NOT_PUBLISHED),
    ),
    "an input lacks a game": (
        "players",
        {"players": _warned(f"{GAME}/7"), "raw_box": _warned(GAME)},
        {"raw_box": {OTHER}, "teams": {OTHER}},
        ("raw_box", NOT_PUBLISHED),
    ),
    "a player came unexpectedly": ("players", {"players": _warned(f"{GAME}/7")}, {}, None),
}  # fmt: skip


@pytest.mark.parametrize(("table", "verdicts", "games", "blamed"), WARNED.values(), ids=list(WARNED))
def test_a_date_that_goes_on_incomplete_has_a_cause(
    table: str, verdicts: dict, games: dict, blamed: tuple[str, str] | None
) -> None:
    cause = _cause(table, verdicts, games)
    assert (cause and (cause.table, cause.reason)) == blamed


def test_withheld_columns_are_blamed_on_the_feeds_that_lack_the_game() -> None:
    """A feed with an alternative is to blame only where the alternative is missing, too."""
    withheld = _short(f"{GAME}/7").withheld(["zones of 0 of 2"], ["games"])
    verdicts = {"teams": withheld, "raw_extra": _warned(GAME)}
    cause = _cause("teams", verdicts, {"raw_extra": {OTHER}}, frozenset({"raw_extra"}))
    assert cause is not None and (cause.table, cause.reason) == ("raw_extra", NOT_PUBLISHED)


def test_a_good_date_has_no_cause() -> None:
    assert all(_cause(table, {}) is None for table in INPUTS)


def test_a_feed_that_others_replace_is_not_blamed() -> None:
    """The playoffs have no team box: team rows are the sums of the players."""
    games = {"raw_extra": set(), "teams": {OTHER}}
    assert _cause("players", {"players": _short(f"{GAME}/7")}, games).table == "raw_extra"  # type: ignore[union-attr]
    spared = _cause("players", {"players": _short(f"{GAME}/7")}, games, frozenset({"raw_extra"}))
    assert spared is not None
    assert (spared.table, spared.reason) == ("teams", INCOMPLETE)
