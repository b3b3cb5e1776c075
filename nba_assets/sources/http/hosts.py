"""The publishers: addresses, request rates and required headers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import unquote, urlsplit

from nba_api.live.nba.library.http import NBALiveHTTP
from nba_api.stats.library.http import NBAStatsHTTP
from pydantic import SecretStr

from nba_assets.settings import Settings
from nba_assets.sources.http.pacing import Pace

NBA_CDN, NBA_STATS, NBA_REPORTS, ODDS_API = "nba_cdn", "nba_stats", "nba_reports", "odds_api"
_ODDS_RESERVE = 50  # credits left for a person who has to look something up


@dataclass(frozen=True)
class Key:
    """A secret that goes into the query: added below everything that logs, blanked everywhere else."""

    parameter: str
    secret: SecretStr | None


@dataclass(frozen=True)
class Host:
    """One publisher.

    Attributes:
        name: what evidence, refusals and the concurrency pool call it.
        base_url: scheme and address; another one in tests and for the simulated league.
        pace: its request rate.
        headers: sent with every request.
        key: what it wants to see, where it wants something.
        reserve: allowance never touched, where it sells one.
        budget: credits to spend in a month.
        proxy: address of a proxy for its requests; it may hold a password.
    """

    name: str
    base_url: str
    pace: Pace
    headers: Mapping[str, str] = field(default_factory=dict)
    key: Key | None = None
    reserve: int | None = None
    budget: int | None = None
    proxy: SecretStr | None = None

    @property
    def proxy_secrets(self) -> list[SecretStr]:
        """What must not be shown of the proxy: its address and the password in it."""
        if self.proxy is None:
            return []
        password = urlsplit(self.proxy.get_secret_value()).password
        return [self.proxy, *([SecretStr(unquote(password))] if password else [])]


def publishers(settings: Settings) -> dict[str, Host]:
    """Every publisher by name, as the settings place them; a simulated league's has no pace and any key."""
    if settings.simulated_url:
        return _simulated(settings.simulated_url)
    hosts = (
        # cdn.nba.com answers 403 after rapid requests and clears by itself.
        Host(
            NBA_CDN,
            settings.cdn_url,
            Pace(1.0, between_games=15.0, most=120.0),
            _CDN_HEADERS,
            proxy=settings.cdn_proxy,
        ),
        # stats.nba.com does not answer addresses of clouds: there it needs a proxy.
        Host(NBA_STATS, settings.stats_url, Pace(0.6), _STATS_HEADERS, proxy=settings.stats_proxy),
        Host(NBA_REPORTS, settings.reports_url, Pace(1.0), _CDN_HEADERS, proxy=settings.reports_proxy),
        Host(
            ODDS_API,
            settings.odds_api_url,
            Pace(0.2),
            {"Accept": "application/json"},
            Key("apiKey", settings.odds_api_key),
            _ODDS_RESERVE,
            settings.odds_budget,
            settings.odds_api_proxy,
        ),
    )
    return {host.name: host for host in hosts}


def _simulated(url: str) -> dict[str, Host]:
    key = Key("apiKey", SecretStr("simulated-league"))
    names = (NBA_CDN, NBA_STATS, NBA_REPORTS, ODDS_API)
    return {name: Host(name, url, Pace(0.0), key=key if name == ODDS_API else None) for name in names}


def _browser(headers: Mapping[str, str]) -> Mapping[str, str]:
    # Host and compression are the session's own business: it names the one and unpacks only gzip.
    mine = ("host", "accept-encoding", "connection")
    return MappingProxyType({name: value for name, value in headers.items() if name.lower() not in mine})


_CDN_HEADERS = _browser(NBALiveHTTP.headers)
_STATS_HEADERS = _browser(NBAStatsHTTP.headers)
