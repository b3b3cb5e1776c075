"""The one way in which this project asks a publisher for a document."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpcore

from nba_assets.sources.http import answers
from nba_assets.sources.http.clock import Clock, SystemClock
from nba_assets.sources.http.hosts import Host
from nba_assets.sources.http.pacing import Pacer
from nba_assets.sources.http.problems import Cause, FetchProblem, Fix
from nba_assets.sources.http.quota import Allowance, Quotas
from nba_assets.sources.http.records import HostRecords, NoRecords
from nba_assets.sources.http.redaction import BlankingFilter, Redactor
from nba_assets.sources.http.retries import Limits, Uniform, retrying
from nba_assets.sources.http.transport import AnswerTooLarge, Exchange, Transport
from nba_assets.tabular.problems import BadInput

_KEPT_HEADERS = (
    "content-type", "content-encoding", "content-length", "date", "last-modified", "retry-after", "server",
    "x-requests-remaining", "x-requests-used", "x-requests-last",
)  # fmt: skip
_EXCERPT = 300
_CHANCE = secrets.SystemRandom()
_THROTTLING = (Cause.RATE_LIMITED, Cause.BLOCKED)


class ContentCheck(Protocol):
    """A look at a document before it becomes data."""

    def __call__(self, content: bytes) -> object:
        """Look at the bytes; what it returns is not used.

        Raises:
            BadInput: the document must not become data.
            FetchProblem: the same, with a cause that determines whether it heals.
        """
        ...


@dataclass(frozen=True)
class Request:
    """One document of one host.

    Attributes:
        host: name of the publisher.
        path: below its address.
        query: without any secret.
        check: whether it is the right document.
        kind: ``json`` or ``pdf``.
        forbidden: what status 403 means here.
        cost: credits it costs, where the host sells them.
        group: the game, for the pace in bulk.
        most_bytes: size of the document, packed or unpacked; the session's limit where None.
        seconds: how long an exchange may take, silence included; the session's limits where None.
    """

    host: str
    path: str
    check: ContentCheck
    query: Mapping[str, str] = field(default_factory=dict)
    kind: str = "json"
    forbidden: Fix = Fix.RETRY
    cost: int = 0
    group: str | None = None
    most_bytes: int | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class Answer:
    """A whole and right document, as the publisher wrote it."""

    content: bytes
    captured_at: dt.datetime
    requests: int
    headers: Mapping[str, str]


class HttpSession:
    """Sends requests at the publishers' pace until there is a document or a named problem. Thread-safe."""

    def __init__(
        self,
        hosts: Mapping[str, Host],
        *,
        clock: Clock | None = None,
        uniform: Uniform = _CHANCE.uniform,
        limits: Limits | None = None,
        records: HostRecords | None = None,
    ):
        """Prepare a session.

        Args:
            hosts: publishers by name.
            clock: time and waiting.
            uniform: the chance in the waits, a number between two.
            limits: where patience ends.
            records: where pace and credits are remembered; nowhere by default.
        """
        self._hosts = dict(hosts)
        self._clock, self._uniform, self._limits = clock or SystemClock(), uniform, limits or Limits()
        secrets = [host.key.secret for host in self._hosts.values() if host.key and host.key.secret]
        secrets += [secret for host in self._hosts.values() for secret in host.proxy_secrets]
        self.redactor = Redactor(secrets)
        self._guard = BlankingFilter(self.redactor)
        self._guard.attach()
        self.pacer = Pacer({name: host.pace for name, host in self._hosts.items()}, self._clock)
        self.quotas = Quotas(
            {name: Allowance(host.reserve, host.budget)
             for name, host in self._hosts.items() if host.reserve is not None}
        )  # fmt: skip
        self._records, self._resumed = records or NoRecords(), set[str]()
        self._transport = Transport(
            read_seconds=self._limits.read_seconds,
            total_seconds=self._limits.exchange_seconds,
            proxies={host.base_url: host.proxy for host in self._hosts.values() if host.proxy},
        )

    def __enter__(self) -> HttpSession:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def now(self) -> dt.datetime:
        """Wall time, by the session's clock."""
        return self._clock.now()

    def close(self) -> None:
        """Close every connection; what the next process has to know is kept."""
        for host in sorted(self._resumed):
            self._remember(host)
        self._transport.close()
        self._guard.detach()

    def get(self, request: Request, *, bulk: bool = False) -> Answer:
        """Fetch one document.

        Args:
            request: which.
            bulk: one of many games: the host's pace between games applies.

        Raises:
            FetchProblem: no data, with the cause; free of secrets, like everything it is chained to.
        """
        sent = 0
        self._resume(request.host)

        def attempt() -> Answer:
            nonlocal sent
            self._admit(request)
            self.pacer.wait(request.host, request.group, bulk=bulk)
            sent += 1
            return self._attempt(request, sent)

        problem: FetchProblem
        try:
            return retrying(self._limits, self._clock, self._uniform)(attempt)
        except FetchProblem as caught:
            problem = caught
        problem.requests = sent
        raise problem

    def _resume(self, host: str) -> None:
        if host in self._resumed:
            return
        record = self._records.read(host)
        self.pacer.resume(host, record)
        self.quotas.resume(host, record)
        self._resumed.add(host)

    def _remember(self, host: str) -> None:
        spent = self.quotas.record(host).model_dump(include={"remaining", "used", "stated_at"})
        self._records.write(host, self.pacer.record(host).model_copy(update=spent))

    def _admit(self, request: Request) -> None:
        """Pass a request that may be sent at all."""
        host = self._hosts[request.host]
        if host.key is not None and host.key.secret is None:
            raise FetchProblem(
                Cause.NO_KEY, f"{host.name} needs a key and the settings hold none", whole_host=True
            )
        closed = self.pacer.closed_for(host.name)
        if closed > self._limits.patience_seconds:
            raise FetchProblem(
                Cause.CLOSED, f"{host.name} wants no requests for {closed:.0f} s more", whole_host=True
            )
        self.quotas.check(host.name, request.cost, self._clock.now())

    def _attempt(self, request: Request, number: int) -> Answer:
        """Ask once. Errors are raised outside the handlers, so that nothing unredacted is chained to them."""
        exchange: Exchange | None = None
        try:
            exchange = self._exchange(request)
            return self._accept(request, exchange, number)
        except FetchProblem as caught:
            problem = caught
        if problem.cause in _THROTTLING or problem.retry_after is not None:
            self.pacer.throttled(request.host, problem.retry_after)
            self._remember(request.host)  # a process that is killed must not be forgotten
        raise self._clean(problem, request, exchange, number)

    def _exchange(self, request: Request) -> Exchange:
        host = self._hosts[request.host]
        query = sorted(request.query.items())  # stats.nba.com may depend on the order
        if host.key is not None and host.key.secret is not None:
            query.append((host.key.parameter, host.key.secret.get_secret_value()))
        headers = {**host.headers, "Accept-Encoding": "gzip"}
        try:
            most = request.most_bytes or self._limits.most_bytes
            return self._transport.get(
                host.base_url, request.path, query, headers, most_bytes=most, seconds=request.seconds
            )
        except (
            httpcore.TimeoutException,
            httpcore.NetworkError,
            httpcore.ProtocolError,
            httpcore.ProxyError,
            AnswerTooLarge,
        ) as error:
            raise answers.problem_of(error) from error

    def _accept(self, request: Request, exchange: Exchange, number: int) -> Answer:
        """Pass a document that is whole, right and free of secrets."""
        self.quotas.update(request.host, exchange.headers, self._clock.now())
        if request.cost:
            self._remember(request.host)
        answers.check_status(exchange, request.forbidden, self._clock.now())
        self.pacer.content(request.host)
        content = answers.unpack(exchange, request.most_bytes or self._limits.most_bytes)
        if self.redactor.found_in(content):
            raise FetchProblem(Cause.SECRET_INSIDE, "the document repeats a secret", content=content)
        answers.check_kind(content, request.kind)
        try:
            request.check(content)
        except BadInput as error:
            raise FetchProblem(Cause.UNREADABLE, str(error), content=content) from error
        except FetchProblem as problem:
            problem.content = content
            raise
        return Answer(content, self._clock.now(), number, self._kept(exchange))

    def _kept(self, exchange: Exchange) -> dict[str, str]:
        kept = {name: exchange.headers[name] for name in _KEPT_HEADERS if name in exchange.headers}
        return {name: self.redactor.text(value) for name, value in kept.items()}

    def _clean(
        self, problem: FetchProblem, request: Request, exchange: Exchange | None, number: int
    ) -> FetchProblem:
        """The same problem with evidence, without secrets, chained to nothing."""
        evidence: dict[str, Any] = {
            "host": request.host,
            "path": self.redactor.text(request.path),
            "query": {name: self.redactor.text(value) for name, value in sorted(request.query.items())},
            "requests": number,
        }
        content = problem.content
        if content is not None:
            # A broken package may still show, to whoever unpacks its beginning, what must not be shown.
            readable = answers.readable(content, self._limits.most_bytes)
            content = self.redactor.content(readable if self.redactor.found_in(readable) else content)
        if exchange is not None:
            # Blanked before it is cut: half a secret is one too.
            body = answers.readable(exchange.body if content is None else content, self._limits.most_bytes)
            text = self.redactor.text(body.decode("utf-8", errors="replace"))
            evidence |= {"status": exchange.status, "headers": self._kept(exchange), "body": text[:_EXCERPT]}
        return FetchProblem(
            problem.cause,
            self.redactor.text(problem.detail),
            evidence=evidence,
            content=content,
            retry_after=problem.retry_after,
            whole_host=problem.whole_host,
        )
