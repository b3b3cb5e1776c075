"""What is published of a lake, and that a reader never sees half of it."""

import datetime as dt
import json
import multiprocessing
import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import jsonschema_rs
import numpy as np
import pandas as pd
import pytest

from nba_assets.modeling.fitting.distribution import INTERVAL
from nba_assets.publish.audit import Auditor
from nba_assets.publish.contract.manifest import DOCUMENTS, MANIFEST, DateEntry, Manifest
from nba_assets.publish.contract.player import Player
from nba_assets.publish.contract.results import Results
from nba_assets.publish.contract.slate import Offer, Slate
from nba_assets.publish.contract.status import PlatformStatus
from nba_assets.publish.coverage import build_coverage, build_date_coverage
from nba_assets.publish.headline import headline, headlines
from nba_assets.publish.publication import Publication
from nba_assets.publish.site.slate_page import slate_values
from nba_assets.publish.slates import build_slates
from nba_assets.publish.tables import OpenTables
from nba_assets.sources.fetch.feed_health import FeedHealth
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import FolderStore, ObjectStore
from nba_assets_tests.publish import small_lake
from nba_assets_tests.publish.conftest import GROUPS, publisher
from nba_assets_tests.publish.small_lake import DATES, PLAYED, TONIGHT
from nba_assets_tests.reports.ledgers import ORDER, ledger, row

OFF_DAY = dt.date(2024, 12, 24)


@pytest.fixture(scope="module")
def published(lake: Lake, tmp_path_factory: pytest.TempPathFactory) -> Publication:
    store = FolderStore(tmp_path_factory.mktemp("published"))
    publisher(lake, store).publish(DATES)
    return Publication(store)


def slate_of(publication: Publication, date: dt.date) -> Slate:
    entry = publication.manifest().dates[date.isoformat()]
    return cast("Slate", publication.read("slate", f"{entry.folder}/slate.json"))


def every_document(publication: Publication, manifest: Manifest) -> list[tuple[str, str]]:
    """(kind, path) of all that a manifest names."""
    found = [("slate", f"{entry.folder}/slate.json") for entry in manifest.dates.values()]
    for entry in manifest.dates.values():
        if entry.games:
            found += [(kind, f"{entry.folder}/{kind}.json") for kind in ("results", "date_coverage")]
    found += [("player", entry.path) for entry in manifest.players.values()]
    named = {"models": manifest.models, "coverage": manifest.coverage, "status": manifest.status}
    return found + [(kind, path) for kind, path in named.items() if path]


def test_a_slate_has_each_player_once_and_both_teams_of_each_game(published: Publication) -> None:
    slate = slate_of(published, TONIGHT)
    ids = [player.player_id for player in slate.players]
    assert len(ids) == len(set(ids)) == 4 * small_lake.PLAYERS - 2
    assert len(slate.games) == len(small_lake.GAMES[TONIGHT])
    assert {(p.game_id, p.team) for p in slate.players} == {
        (game, team) for game, *teams in small_lake.GAMES[TONIGHT] for team in teams
    }
    assert {absence.player_id for absence in slate.absences} == {102, 202}


def test_numbers_are_those_of_the_lake(published: Publication) -> None:
    stored = {(r["player_id"], r["system"]): r for r in small_lake.predictions(TONIGHT)}
    shown = slate_of(published, TONIGHT).players
    assert {p.system for player in shown for p in player.predictions} == {
        "points_quantile", "season_average", "last_10_average", "hand_rules"
    }  # fmt: skip
    for player in shown:
        for prediction in player.predictions:
            row = stored[player.player_id, prediction.system]
            for name in ("predicted_points", "q10", *INTERVAL, "line", "edge", "prob_over", "recommendation"):
                assert getattr(prediction, name) == row.get(name)


def test_players_have_the_chances_that_the_minutes_model_gives_them(published: Publication) -> None:
    stored = {row["player_id"]: small_lake.expected(row) for row in small_lake.context(TONIGHT)}
    for player in slate_of(published, TONIGHT).players:
        for name in ("play_probability", "start_probability", "minutes_q50"):
            assert getattr(player, name) == stored[player.player_id][name]
    assert slate_of(published, small_lake.PLAYED).players[0].play_probability is None  # no model yet


def test_offers_are_each_books_last_before_tipoff(published: Publication) -> None:
    offers = next(p for p in slate_of(published, TONIGHT).players if p.player_id == 100).offers
    assert [(o.book, o.over_price) for o in offers] == [("draftkings", -110.0), ("fanduel", -102.0)]


def test_an_off_day_is_valid_and_empty(published: Publication) -> None:
    slate = slate_of(published, OFF_DAY)
    assert (slate.state, slate.games, slate.players) == ("off_day", (), ())


def test_results_follow_the_grades(published: Publication) -> None:
    folder = published.manifest().dates[PLAYED.isoformat()].folder
    results = cast("Results", published.read("results", f"{folder}/results.json"))
    assert [(g.home_points, g.away_points) for g in results.games] == [(113, 110)]
    assert len(results.players) == 2 * small_lake.PLAYERS - 1
    own = next(score for score in results.systems if score.system == "points_quantile")
    errors = [abs(r["predicted_points"] - 10 - r["player_id"] % 5) for r in small_lake.predictions(PLAYED)
              if r["system"] == "points_quantile"]  # fmt: skip
    assert own.mae == pytest.approx(sum(errors) / len(errors)) and own.rows == len(errors)
    assert all(score.system != "xgboost_v1" for score in results.systems)


def test_a_player_has_his_season_and_his_next_game(published: Publication) -> None:
    entry = published.manifest().players["100"]
    player = cast("Player", published.read("player", entry.path))
    assert [(g.game_date, g.actual_points) for g in player.games] == [(PLAYED, 10.0), (TONIGHT, None)]
    assert player.next_game is not None and player.next_date == TONIGHT
    late = cast("Player", published.read("player", published.manifest().players["999"].path))
    assert [(g.predicted_points, g.actual_points) for g in late.games] == [(None, 14.0)]


def test_documents_satisfy_their_json_schema(published: Publication) -> None:
    manifest = published.manifest()
    documents = every_document(published, manifest)
    assert {kind for kind, _ in documents} == set(DOCUMENTS) == set(manifest.schemas)
    for kind, path in documents:
        schema = json.loads(published.store.read(manifest.schemas[kind]))
        jsonschema_rs.validator_for(schema).validate(json.loads(published.store.read(path)))


def test_publishing_again_changes_nothing(lake: Lake, published: Publication) -> None:
    before = {name: published.store.read(name) for name in published.store.list("v1/")}
    publisher(lake, published.store).publish(DATES)
    assert {name: published.store.read(name) for name in published.store.list("v1/")} == before


def test_a_date_alone_gives_the_bytes_of_the_range(
    lake: Lake, published: Publication, tmp_path: Path
) -> None:
    alone = Publication(FolderStore(tmp_path))
    for date in reversed(DATES):
        publisher(lake, alone.store).publish([date])
    assert alone.manifest().model_dump(exclude={"revision"}) == published.manifest().model_dump(
        exclude={"revision"}
    )


@pytest.mark.parametrize("own", [[TONIGHT], [OFF_DAY]])
def test_documents_that_somebody_else_has_put_are_published_with_the_others(
    lake: Lake, published: Publication, tmp_path: Path, own: list[dt.date]
) -> None:
    both = Publication(FolderStore(tmp_path))
    others = [date for date in DATES if date not in own]
    made = publisher(lake, both.store).publish(own, lambda: publisher(lake, both.store).documents(others))
    assert made.manifest.model_dump(exclude={"revision"}) == published.manifest().model_dump(
        exclude={"revision"}
    )


def test_a_slate_with_a_player_twice_or_a_team_missing_is_refused(published: Publication) -> None:
    slate = slate_of(published, TONIGHT)
    values = slate.model_dump()
    with pytest.raises(ValueError, match="players listed more than once"):
        Slate.model_validate(values | {"players": [*values["players"], values["players"][0]]})
    with pytest.raises(ValueError, match="no player of"):
        Slate.model_validate(values | {"players": [p for p in values["players"] if p["team"] != "BOS"]})
    with pytest.raises(ValueError, match="no player of"):
        other = {"game_id": "0022400411", "team": "BOS", "reason": "nobody expected"}
        Slate.model_validate(values | {"unpredicted": [other]})
    with pytest.raises(ValueError, match="neither a prediction nor a reason"):
        broken = {**values["players"][0]["predictions"][0], "predicted_points": None}
        Slate.model_validate(values | {"players": [{**values["players"][0], "predictions": [broken]}]})


class WatchedStore:
    """A store that is looked at after each write: what a process that is killed there leaves behind."""

    def __init__(self, store: ObjectStore, look: Callable[[str], None]):
        self._store = store
        self._look = look
        self.root = store.root

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def write(self, name: str, *more: Any) -> str:
        version = self._store.write(name, *more)
        self._look(name)
        return version

    def write_if(self, name: str, *more: Any) -> str:
        version = self._store.write_if(name, *more)
        self._look(name)
        return version


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    return FolderStore(tmp_path) if request.param == "folder" else request.getfixturevalue("bucket")


def test_killed_between_any_two_writes_a_reader_sees_one_whole_publication(
    lake: Lake, store: ObjectStore
) -> None:
    publisher(lake, store).publish([PLAYED])
    reader = Publication(store)
    old, objects = reader.manifest(), store.versions("v1/")
    assert {path for _, path in every_document(reader, old)} <= objects.keys()
    written: list[str] = []

    def look(name: str) -> None:
        written.append(name)
        stored = store.versions("v1/")
        changed = {path for path, version in objects.items() if stored.get(path) != version}
        seen = reader.manifest()
        if name != MANIFEST:
            assert seen == old and not changed
        else:
            assert seen.latest == TONIGHT and changed == {MANIFEST}
            assert {path for _, path in every_document(reader, seen)} <= stored.keys()

    publisher(lake, cast("ObjectStore", WatchedStore(store, look))).publish(DATES)
    assert len(written) > 10 and written.index(MANIFEST) == len(written) - 1


def publish_until_killed(lake: str, root: str, writes: int) -> None:
    """Publish, and die without a word after so many writes."""
    written: list[str] = []

    def look(name: str) -> None:
        written.append(name)
        if len(written) == writes:
            os.kill(os.getpid(), signal.SIGKILL)

    store = cast("ObjectStore", WatchedStore(FolderStore(Path(root)), look))
    publisher(Lake(FolderStore(Path(lake))), store).publish(DATES)


def test_a_killed_process_leaves_the_old_publication_and_the_next_one_completes_it(
    lake: Lake, tmp_path: Path
) -> None:
    whole, store = FolderStore(tmp_path / "whole"), FolderStore(tmp_path / "killed")
    old = [publisher(lake, each).publish([PLAYED]).manifest for each in (whole, store)][-1]
    written: list[str] = []
    watched = cast("ObjectStore", WatchedStore(whole, written.append))
    expected = publisher(lake, watched).publish(DATES).manifest
    assert written[-1] == MANIFEST
    context = multiprocessing.get_context("spawn")
    arguments = (lake.store.root, store.root, len(written) - 1)
    worker = context.Process(target=publish_until_killed, args=arguments)
    worker.start()
    worker.join()
    assert worker.exitcode == -signal.SIGKILL
    assert Publication(store).manifest() == old
    assert publisher(lake, store).publish(DATES).manifest == expected
    assert {path for _, path in every_document(Publication(store), expected)} <= store.versions("v1/").keys()


def test_a_refused_date_keeps_what_was_published(lake: Lake, tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "published")
    publisher(lake, store).publish(DATES)
    other = small_lake.make(tmp_path / "lake")
    other.store.delete(other.name("player_prop_predictions", TONIGHT))
    after = publisher(other, store).publish(DATES).manifest
    assert after.dates == Publication(store).manifest().dates
    assert slate_of(Publication(store), TONIGHT).state == "predicted"


def test_feeds_that_cannot_be_asked_are_not_known_and_stop_nothing(lake: Lake, tmp_path: Path) -> None:
    def broken() -> list[FeedHealth]:
        raise ValueError("the schedule that landed is torn")

    store = FolderStore(tmp_path)
    path = publisher(lake, store, broken).publish(DATES).manifest.status
    assert path and cast("PlatformStatus", Publication(store).read("status", path)).feeds is None


def test_a_date_not_predicted_yet_waits(tmp_path: Path) -> None:
    lake = small_lake.make(tmp_path / "lake")
    lake.store.delete(lake.name("player_prop_predictions", TONIGHT))
    store = FolderStore(tmp_path / "published")
    publisher(lake, store).publish(DATES)
    slate = slate_of(Publication(store), TONIGHT)
    assert (slate.state, len(slate.games), slate.players) == ("waiting", 2, ())
    coverage = build_date_coverage(OpenTables(lake), [TONIGHT], GROUPS)[TONIGHT]
    for found, heading in (
        (None, "Not predicted yet"),
        (coverage, "Not predicted: the date is not complete"),
    ):
        assert slate_values(slate, None, found, None, {}, is_tonight=True)["heading"] == heading


def test_a_table_that_the_graph_no_longer_has_leaves_the_calendar() -> None:
    rows = ledger(row("2023-12-04"), row("2023-12-04", "gone"), row("2023-12-05", "gone", status="FAIL"))
    coverage = build_coverage(rows, ORDER)
    assert [table.table for season in coverage.seasons for table in season.tables] == ["player_game_summary"]
    assert coverage.open_cells == 0 and not coverage.gaps


def test_a_bucket_gets_the_bytes_of_a_folder(lake: Lake, published: Publication, bucket: ObjectStore) -> None:
    publisher(lake, bucket).publish(DATES)
    names = set(published.store.list("v1/"))
    assert set(bucket.list("v1/")) == names and names
    assert all(bucket.read(name) == published.store.read(name) for name in names)


def test_a_team_without_expected_players_is_named(tmp_path: Path) -> None:
    """The first dates of the archive: no earlier game says who plays for Oklahoma City."""
    lake = small_lake.make(tmp_path / "lake")
    for table, rows in (("upcoming_player_game_context", small_lake.context(TONIGHT)),
                        ("player_prop_predictions", small_lake.predictions(TONIGHT))):  # fmt: skip
        small_lake.put(lake, table, [row for row in rows if row["team"] != "DAL"])
    store = FolderStore(tmp_path / "published")
    assert publisher(lake, store).publish(DATES).invalid == {}
    slate = slate_of(Publication(store), TONIGHT)
    assert [(each.team, each.reason) for each in slate.unpredicted] == [("DAL", "nobody expected")]
    assert {player.team for player in slate.players} == {"BOS", "NYK", "PHI"}


def test_a_prediction_stays_without_its_player_on_the_list_and_goes_with_a_postponed_game(
    tmp_path: Path,
) -> None:
    lake = small_lake.make(tmp_path)
    (first, *_), (second, *_) = small_lake.GAMES[TONIGHT]
    games = [{**row, "is_postponed": row["game_id"] == first} for row in small_lake.schedule(TONIGHT)]
    listed = [row for row in small_lake.context(TONIGHT) if row["game_id"] == second]
    small_lake.put(lake, "raw_schedule", games)
    small_lake.put(lake, "upcoming_player_game_context", listed[1:])
    slate = build_slates(OpenTables(lake), [TONIGHT])[TONIGHT]
    lost = next(player for player in slate.players if player.player_id == listed[0]["player_id"])
    assert {player.game_id for player in slate.players} == {second}
    assert (lost.team, lost.is_home, lost.points_line) == (listed[0]["team"], listed[0]["is_home"], None)
    publisher(lake, FolderStore(tmp_path / "p")).publish(DATES)
    assert Auditor(Publication(FolderStore(tmp_path / "p")), OpenTables(lake)).audit().violations == ()


def test_a_date_that_makes_no_valid_document_costs_itself_only(tmp_path: Path) -> None:
    lake = small_lake.make(tmp_path / "lake")
    rows = small_lake.predictions(PLAYED)
    rows[0] |= {"predicted_points": None, "reason": None}
    small_lake.put(lake, "player_prop_predictions", rows)
    store = FolderStore(tmp_path / "published")
    published = publisher(lake, store).publish(DATES)
    assert list(published.invalid) == [PLAYED] and "neither a prediction" in published.invalid[PLAYED]
    assert PLAYED.isoformat() not in published.manifest.dates
    assert slate_of(Publication(store), TONIGHT).state == "predicted"


def _entry(day: int) -> DateEntry:
    return DateEntry(folder=f"v1/2024-12-{day:02}/{day:016x}", games=1, players=1, graded=False)


def add_dates(root: str, days: list[int]) -> None:
    """Commit days one by one, as a process of its own does."""
    publication = Publication(FolderStore(Path(root)))
    for day in days:
        publication.commit(
            lambda m, day=day: m.model_copy(update={"dates": m.dates | {f"2024-12-{day:02}": _entry(day)}})
        )


def _all_there(store: ObjectStore) -> None:
    manifest = Publication(store).manifest()
    assert len(manifest.dates) == manifest.revision == 24


def test_publishers_in_processes_lose_nothing_of_each_other(tmp_path: Path) -> None:
    days = [list(range(1, 13)), list(range(13, 25))]
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=add_dates, args=(str(tmp_path), part)) for part in days]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0]
    _all_there(FolderStore(tmp_path))


def test_publishers_on_a_bucket_lose_nothing_of_each_other(bucket: ObjectStore) -> None:
    bucket.delete(MANIFEST)

    def add(day: int) -> None:
        Publication(bucket).commit(
            lambda m: m.model_copy(update={"dates": m.dates | {f"2024-12-{day:02}": _entry(day)}})
        )

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(1, 25)))
    _all_there(bucket)
    assert bucket.version(MANIFEST)


def test_the_headline_of_a_date_that_two_systems_serve_is_the_one_that_serves_more() -> None:
    rows = [
        {"system": system, "role": role, "predicted_points": 10.0, "q50": None}
        for system, role in (
            ("market_anchored", "champion"), ("market_anchored", "shadow"), ("market_anchored", "shadow"),
            ("xgboost_v1", "shadow"), ("xgboost_v1", "champion"), ("xgboost_v1", "champion"),
        )
    ]  # fmt: skip
    head = headline(rows)
    assert head is not None and (head.system, head.role) == ("xgboost_v1", "champion")


@pytest.mark.parametrize("system", [None, "xgboost_v1", "hand_rules"])
def test_headlines_of_many_dates_are_those_of_each_date(system: str | None) -> None:
    draw = np.random.default_rng(3)
    names = ["market_anchored", "xgboost_v1", "hand_rules", "season_average"]
    rows = [
        {
            "game_date": PLAYED + dt.timedelta(int(draw.integers(40))),
            "system": str(draw.choice(names)),
            "role": str(draw.choice(["champion", "shadow", "baseline"], p=[0.2, 0.4, 0.4])),
            "predicted_points": draw.choice([None, 10.0]),
            "q50": draw.choice([None, 9.0], p=[0.9, 0.1]),
        }
        for _ in range(150)
    ]
    frame = pd.DataFrame(rows).astype({"game_date": "datetime64[ns]"})
    by_date = {
        row["game_date"]: [other for other in rows if other["game_date"] == row["game_date"]] for row in rows
    }
    expected = {date: head for date, own in by_date.items() if (head := headline(own, system))}
    assert headlines(frame, system) == expected
    assert len(expected) > 10


def test_a_row_without_a_column_is_an_error_and_no_invalid_date() -> None:
    row = {name: None for name in Offer.model_fields if name != "book"}
    with pytest.raises(KeyError, match="book"):
        Offer.of(row)
