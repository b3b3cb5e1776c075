"""The only reader of the environment."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

_ROOTS = ("lake", "landing", "published")  # a folder, or the address of a bucket


class SourceKind(StrEnum):
    """Which implementation of the source interface feeds the raw tables."""

    ARCHIVE = "archive"
    LIVE = "live"
    SIMULATED_LIVE = "simulated-live"


class Settings(BaseSettings):
    """Everything the platform takes from its surroundings.

    Read with ``Settings()``, from the environment and the file ``.env`` of the working directory. A value
    given to the constructor wins over both: tests and commands never change the process's environment.
    """

    model_config = SettingsConfigDict(
        env_prefix="NBA_", env_file=".env", dotenv_filtering="match_prefix", extra="forbid", frozen=True
    )

    source: SourceKind = Field(default=SourceKind.ARCHIVE, description="Source implementation.")
    archive_dir: Path = Field(
        default=Path(".nba/league"),
        description="Folder (layout of the NBA archive) the archive source reads.",
    )
    lake: str = Field(default=".nba/lake", description="Root of the lake: a folder or gs://bucket/prefix.")
    landing: str | None = Field(
        default=None, description="Root of the landing zone; LAKE-landing by default."
    )
    published: str | None = Field(
        default=None, description="Root of the published JSON and pages; LAKE-published by default."
    )
    bigquery_dataset: str | None = Field(
        default=None,
        pattern=r"^[a-z][a-z0-9-]+\.\w+$",
        description="Dataset of BigQuery that follows the lake, PROJECT.DATASET; none by default.",
    )
    bigquery_location: str | None = Field(default=None, description="Location of that dataset, EU say.")
    site_url: str | None = Field(
        default=None,
        description="Address at which readers open the published pages; pages of assets then link to it.",
    )
    api_token: SecretStr | None = Field(
        default=None, description="Token that requests to the API must bring; needed where others reach it."
    )
    api_requests_per_minute: int = Field(
        default=600, ge=1, description="Requests of one client of the API a minute."
    )
    dagster_home: Path = Field(
        default=Path(".nba/dagster"),
        validation_alias="DAGSTER_HOME",
        description="Folder of the Dagster instance.",
    )
    odds_api_key: SecretStr | None = Field(
        default=None, description="Key of The Odds API; its feeds wait for one."
    )
    cdn_url: str = Field(
        default="https://cdn.nba.com", description="Live box scores, play-by-play, scoreboard."
    )
    stats_url: str = Field(default="https://stats.nba.com", description="Game logs, shot charts, schedules.")
    reports_url: str = Field(default="https://ak-static.cms.nba.com", description="Injury report PDFs.")
    odds_api_url: str = Field(default="https://api.the-odds-api.com", description="The Odds API.")
    live_url: str = Field(
        default="http://127.0.0.1:8765", description="Server of a simulated league: nba-assets simulate-live."
    )
    odds_budget: int = Field(
        default=20_000,
        ge=0,
        description="Credits of The Odds API to spend in a month; captures are planned within.",
    )
    cdn_proxy: SecretStr | None = Field(
        default=None, description="Proxy for cdn.nba.com, http://user:word@host:port."
    )
    stats_proxy: SecretStr | None = Field(
        default=None, description="Proxy for stats.nba.com, which blocks clouds."
    )
    reports_proxy: SecretStr | None = Field(default=None, description="Proxy for the injury reports.")
    odds_api_proxy: SecretStr | None = Field(default=None, description="Proxy for The Odds API.")
    bigdataball_dir: Path | None = Field(
        default=None,
        description="Folder of bought BigDataBall CSVs, for games of which the NBA has no play-by-play.",
    )
    alert_webhook: SecretStr | None = Field(
        default=None, description="Where alerts are posted, as Slack takes them; to the log without one."
    )

    @property
    def landing_root(self) -> str:
        """Where fetched documents are kept: beside the lake, where no rebuilt lake can take them along.

        Documents that an earlier version has put into the folder of a lake are read where they are.
        """
        lake = self.lake.rstrip("/")
        inside = "://" not in lake and (Path(lake) / "landing").is_dir()
        return self.landing or (lake if inside else f"{lake}-landing")

    @property
    def published_root(self) -> str:
        """Where the published documents and pages are."""
        return self.published or f"{self.lake.rstrip('/')}-published"

    def environment(self) -> dict[str, str]:
        """Variables from which another process reads these settings, whatever its working directory."""
        variables = {}
        for name, field in type(self).model_fields.items():
            if (value := _text(name, getattr(self, name))) is not None:
                variables[str(field.validation_alias or f"NBA_{name.upper()}")] = value
        return variables

    @property
    def simulated_url(self) -> str | None:
        """Address of the simulated league's server, which replaces every publisher; None for real ones."""
        return self.live_url if self.source is SourceKind.SIMULATED_LIVE else None


def _text(name: str, value: object) -> str | None:
    """A setting as a variable holds it; folders from the root."""
    if value is None:
        return None
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, Path) or (name in _ROOTS and "://" not in str(value)):
        return str(Path(str(value)).resolve())
    return str(value)
