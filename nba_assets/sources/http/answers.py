"""What an exchange means: data, or a problem by its name."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn

import httpcore

from nba_assets.sources.http.problems import Cause, FetchProblem, Fix
from nba_assets.sources.http.transport import AnswerTooLarge, DeadlineExceeded, Exchange
from nba_assets.sources.json_text import NotJsonError, decode_json

_OUT_OF_CREDITS = "OUT_OF_USAGE_CREDITS"


def problem_of(error: Exception) -> FetchProblem:
    """Name what happened to a connection."""
    if isinstance(error, AnswerTooLarge):
        return FetchProblem(Cause.TOO_LARGE, str(error))
    if isinstance(error, DeadlineExceeded):
        return FetchProblem(Cause.DEADLINE, str(error))
    if isinstance(error, httpcore.TimeoutException):
        return FetchProblem(Cause.TIMEOUT, type(error).__name__)
    return FetchProblem(Cause.CONNECTION_LOST, f"{type(error).__name__}: {error}")


def check_status(exchange: Exchange, forbidden: Fix, now: dt.datetime) -> None:
    """Pass an answer of status 200.

    Args:
        exchange: the answer.
        forbidden: what a 403 of this host and feed means: blocked for a while, not published yet, or refused.
        now: to understand a Retry-After that names a moment.

    Raises:
        FetchProblem: any other status, by its name.
    """
    status = exchange.status
    if status == 200:
        return
    after = retry_after(exchange.headers, now)
    if status == 429 or status >= 500:
        cause = Cause.RATE_LIMITED if status == 429 else Cause.SERVER_ERROR
        raise FetchProblem(cause, f"status {status}", retry_after=after)
    if status == 403:
        causes = {Fix.RETRY: Cause.BLOCKED, Fix.WAIT: Cause.NOT_PUBLISHED, Fix.REFUSED: Cause.UNAUTHORIZED}
        whole = forbidden is Fix.REFUSED
        raise FetchProblem(causes[forbidden], "status 403", retry_after=after, whole_host=whole)
    if status == 401:
        _unauthorized(exchange)
    if status in (404, 410):
        raise FetchProblem(Cause.NOT_FOUND, f"status {status}")
    if 300 <= status < 400:
        raise FetchProblem(Cause.REDIRECTED, f"status {status} to {exchange.headers.get('location', '?')}")
    if status in (408, 425):
        raise FetchProblem(Cause.TIMEOUT, f"status {status}", retry_after=after)
    if status < 300:
        raise FetchProblem(Cause.EMPTY, f"status {status} brings no document")
    raise FetchProblem(Cause.REJECTED, f"status {status}")


def _unauthorized(exchange: Exchange) -> NoReturn:
    try:
        error = decode_json(exchange.body)
    except NotJsonError:
        error = None  # the status alone is enough; the body is kept as evidence
    code = error.get("error_code") if isinstance(error, dict) else None
    if code == _OUT_OF_CREDITS:
        raise FetchProblem(Cause.QUOTA, "status 401: the quota is spent", whole_host=True)
    raise FetchProblem(Cause.UNAUTHORIZED, f"status 401: {code or 'no reason given'}", whole_host=True)


def retry_after(headers: Mapping[str, str], now: dt.datetime) -> float | None:
    """Seconds of a Retry-After header, given as a number or as a moment; None without one."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or dt.UTC) - now).total_seconds())


def unpack(exchange: Exchange, most_bytes: int) -> bytes:
    """The document without its transport compression.

    Raises:
        FetchProblem: broken_compression, too_large, empty.
    """
    encoding = exchange.headers.get("content-encoding", "identity").strip().lower()
    content = exchange.body
    if encoding in ("gzip", "x-gzip"):
        content = _gunzip(exchange.body, most_bytes)
    elif encoding not in ("identity", ""):
        # Not kept: what cannot be unpacked cannot be searched for secrets either.
        raise FetchProblem(
            Cause.ENCODING, f"{len(exchange.body)} bytes in a compression that was not requested"
        )
    if not content.strip():
        raise FetchProblem(Cause.EMPTY, "an empty body")
    return content


def _gunzip(packed: bytes, most_bytes: int) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        content = unpacker.decompress(packed, most_bytes + 1)
    except zlib.error as error:
        raise FetchProblem(Cause.ENCODING, f"no gzip: {error}", content=packed) from error
    if len(content) > most_bytes:
        raise FetchProblem(Cause.TOO_LARGE, f"more than {most_bytes} bytes unpacked")
    if not unpacker.eof or unpacker.unused_data:
        what = "ends too early" if not unpacker.eof else "has bytes after its end"
        raise FetchProblem(Cause.ENCODING, f"gzip that {what}", content=packed)
    return content


def readable(content: bytes, most_bytes: int) -> bytes:
    """The bytes themselves or, of anything that begins as gzip, as much as can be unpacked."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    unpacker, out = zlib.decompressobj(wbits=31), bytearray()
    try:
        # In small steps: whatever comes before the fault is wanted too.
        for start in range(0, len(content), 64):
            out += unpacker.decompress(content[start : start + 64], most_bytes)
            if len(out) > most_bytes or unpacker.eof:
                break
    except zlib.error:
        return bytes(out)
    return bytes(out)


def check_kind(content: bytes, kind: str) -> None:
    """Pass a whole document of its kind: JSON that parses, a PDF with head and tail.

    Raises:
        FetchProblem: html_instead_of_data, truncated, malformed.
    """
    head = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if head == b"<":
        raise FetchProblem(Cause.HTML, "a page of HTML or XML", content=content)
    if kind == "pdf":
        _check_pdf(content)
    else:
        read_json(content)


def _check_pdf(content: bytes) -> None:
    if not content.startswith(b"%PDF-"):
        raise FetchProblem(Cause.MALFORMED, "no PDF", content=content)
    if b"%%EOF" not in content[-1024:]:
        raise FetchProblem(Cause.TRUNCATED, "a PDF without its end", content=content)


def read_json(content: bytes) -> Any:
    """The document as Python values.

    Raises:
        FetchProblem: truncated, malformed.
    """
    try:
        return decode_json(content)
    except NotJsonError as error:
        cause = Cause.TRUNCATED if error.truncated else Cause.MALFORMED
        raise FetchProblem(cause, f"no JSON: {error}", content=content) from error
