"""The API over what is published."""

import datetime as dt
import json

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from pydantic import SecretStr

from nba_assets.publish.api.app import create_app
from nba_assets.publish.contract.slate import Slate
from nba_assets.publish.publication import Publication
from nba_assets.publish.tables import OpenTables
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import FolderStore
from nba_assets_tests.publish.conftest import FEEDS, publisher
from nba_assets_tests.publish.small_lake import DATES, PLAYED, TONIGHT

NOON = dt.datetime(2024, 12, 25, 18, tzinfo=dt.UTC)  # past noon in New York, before the first tip-off
MANY = 100_000


@pytest.fixture(scope="module")
def published(lake: Lake, tmp_path_factory: pytest.TempPathFactory) -> Publication:
    store = FolderStore(tmp_path_factory.mktemp("api"))
    publisher(lake, store, lambda: FEEDS).publish(DATES)
    return Publication(store)


def client(
    lake: Lake,
    published: Publication,
    *,
    now: dt.datetime = NOON,
    token: str | None = None,
    limit: int = MANY,
) -> TestClient:
    secret = SecretStr(token) if token else None
    return TestClient(
        create_app(published, OpenTables(lake), FolderStore("/nonexistent"), lambda: now, token=secret,
                   per_minute=limit)  # type: ignore[arg-type]
    )  # fmt: skip


def test_a_slate_is_the_published_document(lake: Lake, published: Publication) -> None:
    folder = published.manifest().dates[TONIGHT.isoformat()].folder
    for encoding, packed in (("gzip", "gzip"), ("identity", None)):
        answer = client(lake, published).get(f"/v1/slates/{TONIGHT}", headers={"Accept-Encoding": encoding})
        assert (answer.status_code, answer.content) == (200, published.store.read(f"{folder}/slate.json"))
        assert answer.headers.get("Content-Encoding") == packed


def test_a_day_without_games_is_an_empty_slate_and_an_unknown_one_is_not_found(
    lake: Lake, published: Publication
) -> None:
    api = client(lake, published)
    assert Slate.model_validate_json(api.get("/v1/slates/2024-12-24").content).state == "off_day"
    assert api.get("/v1/slates/2031-01-01").status_code == 404
    assert api.get("/v1/slates/yesterday").status_code == 422


def test_players_results_and_records_are_served(lake: Lake, published: Publication) -> None:
    api = client(lake, published)
    assert api.get("/v1/players/100").json()["player_id"] == 100
    assert api.get("/v1/players/4").status_code == 404
    assert api.get(f"/v1/results/{PLAYED}").json()["players"]
    for name in ("manifest", "models", "coverage", "status"):
        assert api.get(f"/v1/{name}").status_code == 200


def test_a_slate_of_now_needs_no_publication(lake: Lake, tmp_path_factory: pytest.TempPathFactory) -> None:
    nothing = Publication(FolderStore(tmp_path_factory.mktemp("nothing")))
    api = client(lake, nothing)
    assert api.get("/v1/predict", params={"date": TONIGHT.isoformat()}).json()["state"] == "predicted"
    assert api.get(f"/v1/slates/{TONIGHT}").status_code == 404


@pytest.mark.parametrize(
    ("hour", "published_dates", "status"),
    [(16, [PLAYED], 200), (17, [PLAYED], 503), (17, [PLAYED, TONIGHT], 200), (17, [], 503)],
)
def test_health_is_red_from_noon_on_when_tonight_is_not_published(
    lake: Lake,
    tmp_path_factory: pytest.TempPathFactory,
    hour: int,
    published_dates: list[dt.date],
    status: int,
) -> None:
    store = FolderStore(tmp_path_factory.mktemp("health"))
    if published_dates:
        publisher(lake, store).publish(published_dates)
    api = client(lake, Publication(store), now=dt.datetime(2024, 12, 25, hour, tzinfo=dt.UTC))
    answer = api.get("/health")
    assert answer.status_code == status, answer.text
    assert bool(answer.json()["late"]) == (status == 503)


def test_a_token_is_needed_where_one_is_set_but_not_for_health(lake: Lake, published: Publication) -> None:
    api = client(lake, published, token="hush")  # noqa: S106 of a test
    assert api.get("/v1/status").status_code == 401
    assert api.get("/v1/status", headers={"Authorization": "Bearer other"}).status_code == 401
    assert api.get("/v1/status", headers={"Authorization": "Bearer hush"}).status_code == 200
    health = api.get("/health")
    assert health.status_code == 200
    assert health.json()["red_feeds"] == ["odds late: lines of 1 game captured, 2 have started"]


def test_a_client_with_too_many_requests_learns_when_to_retry(lake: Lake, published: Publication) -> None:
    api = client(lake, published, limit=3)
    assert [api.get("/v1/status").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert 0 < int(api.get("/v1/status").headers["Retry-After"]) <= 60


def test_the_api_keeps_its_schema(lake: Lake, published: Publication) -> None:
    """Schemathesis makes requests of every operation from the OpenAPI document, valid and invalid ones."""
    api = client(lake, published)
    schema = schemathesis.openapi.from_asgi("/openapi.json", api.app)
    assert set(json.loads(api.get("/openapi.json").content)["paths"]) >= {
        "/health",
        "/v1/predict",
    }

    for found in schema.get_all_operations():

        @settings(max_examples=25, database=None, suppress_health_check=list(HealthCheck))
        @given(case=found.ok().as_strategy())
        def validate(case: schemathesis.Case) -> None:
            case.call_and_validate()

        validate()
