"""The API: published documents by date and player, health, and a slate as the lake has it now."""

import datetime as dt
from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, SecretStr

from nba_assets.calendar.seasons import season_of
from nba_assets.modeling.fitting.artefacts import ArtefactStore
from nba_assets.publish.api.documents import Documents
from nba_assets.publish.api.guard import Guard
from nba_assets.publish.api.health import Health, health
from nba_assets.publish.contract.coverage import Coverage
from nba_assets.publish.contract.manifest import Manifest
from nba_assets.publish.contract.player import Player
from nba_assets.publish.contract.record import Record
from nba_assets.publish.contract.results import Results
from nba_assets.publish.contract.slate import Slate
from nba_assets.publish.contract.status import PlatformStatus
from nba_assets.publish.publication import Publication
from nba_assets.publish.slates import build_slates, off_day
from nba_assets.publish.tables import OpenTables

_JSON = "application/json"
_VARY = {"Vary": "Accept-Encoding"}
Date = Annotated[dt.date, Path(description="Game date, US Eastern.")]


def _accepts_gzip(request: Request) -> bool:
    return "gzip" in request.headers.get("accept-encoding", "")


Packed = Annotated[bool, Depends(_accepts_gzip)]


class Problem(BaseModel):
    """Why a request is refused."""

    detail: str


_NONE: dict[int | str, dict[str, object]] = {404: {"model": Problem, "description": "Not published."}}


def create_app(
    publication: Publication,
    tables: OpenTables,
    models: ArtefactStore,
    now: Callable[[], dt.datetime],
    *,
    token: SecretStr | None = None,
    per_minute: int = 600,
) -> FastAPI:
    """The application.

    Args:
        publication: the published documents.
        tables: the lake, for the schedule and `/v1/predict`.
        models: its models, which explain predictions.
        now: the league's clock.
        token: what every request but `/health` must bring; None: nothing.
        per_minute: requests of one client a minute.
    """
    app = FastAPI(title="nba_assets", version="1", description="Player points: predictions, results, record.")
    app.add_middleware(Guard, token=token, per_minute=per_minute)
    documents = Documents(publication)

    def found(path: str | None, what: str, packed: bool) -> Response:
        if path is None:
            raise HTTPException(404, f"{what} is not published")
        if not packed:
            return Response(documents.content(path), media_type=_JSON, headers=_VARY)
        packed_headers = {"Content-Encoding": "gzip", **_VARY}
        return Response(documents.packed(path), media_type=_JSON, headers=packed_headers)

    def status() -> PlatformStatus | None:
        path = documents.manifest().status
        return PlatformStatus.model_validate_json(documents.content(path)) if path else None

    def of_date(date: dt.date, name: str) -> str | None:
        entry = documents.manifest().dates.get(date.isoformat())
        return f"{entry.folder}/{name}.json" if entry and (entry.games or name == "slate") else None

    @app.get("/health", responses={503: {"model": Health, "description": "Predictions are late."}})
    async def read_health(response: Response) -> Health:
        """Whether what is due is published: 503 when predictions are late."""
        found = await run_in_threadpool(lambda: health(documents.manifest(), status(), tables, now()))
        response.status_code = 200 if found.status == "ok" else 503
        return found

    @app.get("/v1/manifest", response_model=Manifest)
    async def read_manifest() -> Response:
        """Every date and player that is published."""
        return Response(documents.manifest().as_json(), media_type=_JSON)

    @app.get("/v1/slates/{date}", response_model=Slate, responses=_NONE)
    async def read_slate(date: Date, packed: Packed) -> Response:
        """Games, players and predictions of a date; a day without games is an empty slate."""
        days = documents.manifest().dates
        if date.isoformat() not in days and days and min(days) < date.isoformat() < max(days):
            return Response(off_day(date, season_of(date)).as_json(), media_type=_JSON)
        return found(of_date(date, "slate"), f"a slate of {date}", packed)

    @app.get("/v1/results/{date}", response_model=Results, responses=_NONE)
    async def read_results(date: Date, packed: Packed) -> Response:
        """Results of a date, and the grades of its predictions."""
        return found(of_date(date, "results"), f"a result of {date}", packed)

    @app.get("/v1/players/{player_id}", response_model=Player, responses=_NONE)
    async def read_player(
        player_id: Annotated[int, Path(ge=1, description="NBA person id.")], packed: Packed
    ) -> Response:
        """A player's season: each game with its prediction, and the next one."""
        entry = documents.manifest().players.get(str(player_id))
        return found(entry and entry.path, f"player {player_id}", packed)

    @app.get("/v1/models", response_model=Record, responses=_NONE)
    async def read_models(packed: Packed) -> Response:
        """Who serves, and the record of every system."""
        return found(documents.manifest().models, "the record", packed)

    @app.get("/v1/coverage", response_model=Coverage, responses=_NONE)
    async def read_coverage(packed: Packed) -> Response:
        """The ledger: what each table should hold and holds."""
        return found(documents.manifest().coverage, "the ledger", packed)

    @app.get("/v1/status", response_model=PlatformStatus, responses=_NONE)
    async def read_status(packed: Packed) -> Response:
        """What was fresh, red, waiting and served at the last publication."""
        return found(documents.manifest().status, "the status", packed)

    @app.get("/v1/predict", response_model=Slate, responses=_NONE)
    def predict(date: Annotated[dt.date, Query(description="Game date, US Eastern.")]) -> Response:
        """A slate as the lake has it now, whether it is published or not."""
        slate = build_slates(tables, [date], models).get(date)
        if slate is None:
            raise HTTPException(404, f"the lake has no schedule of {date}")
        return Response(slate.as_json(), media_type=_JSON)

    return app
