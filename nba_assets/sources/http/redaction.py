"""Secrets blanked out of every text that leaves the session."""

from __future__ import annotations

import base64
import html
import json
import logging
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

from pydantic import SecretStr

BLANK = "[secret]"
_SHORTEST = 8
_ESCAPES = (
    lambda text: quote(text, safe=""),
    quote_plus,
    html.escape,
    lambda text: json.dumps(text)[1:-1],
    lambda text: repr(text)[1:-1],
)
# Their debug log repeats responses, and a server may repeat the key.
_VERBOSE_LOGGERS = ("httpcore.connection", "httpcore.http11")


class Redactor:
    """Blanks secrets, in any case and any of the encodings in which they come back."""

    def __init__(self, secrets: Iterable[SecretStr]):
        """Take the secrets; an empty one hides nothing.

        Raises:
            ValueError: a secret so short that ordinary words would be taken for it.
        """
        plain = [secret.get_secret_value() for secret in secrets]
        if any(0 < len(secret) < _SHORTEST for secret in plain):
            raise ValueError(
                f"a key of fewer than {_SHORTEST} characters cannot be distinguished from a word"
            )
        forms = {form for secret in plain for form in _forms(secret)} - {""}
        longest_first = sorted(forms, key=lambda form: (-len(form), form))
        # A plain search first: most documents hold no secret, and the pattern takes a hundred times as long.
        self._small = sorted({form.lower() for form in forms})
        self._pattern = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE) if forms else None

    def __repr__(self) -> str:
        return "Redactor()"

    def text(self, text: str) -> str:
        """The text without secrets."""
        return self._pattern.sub(BLANK, text) if self._pattern and self._may_hold(text) else text

    def content(self, content: bytes) -> bytes:
        """The document without secrets; untouched when it holds none."""
        if not self.found_in(content):
            return content
        return self.text(content.decode("latin-1")).encode("latin-1")

    def found_in(self, content: bytes) -> bool:
        """Whether a document holds a secret."""
        return self._may_hold(content.decode("latin-1"))

    def _may_hold(self, text: str) -> bool:
        small = text.lower()
        return any(form in small for form in self._small)


class BlankingFilter(logging.Filter):
    """Blanks secrets in the records of the libraries below the session."""

    def __init__(self, redactor: Redactor):
        super().__init__()
        self._redactor = redactor

    def filter(self, record: logging.LogRecord) -> bool:
        """Blank a record, and let it pass."""
        record.msg, record.args = self._redactor.text(record.getMessage()), ()
        return True

    def attach(self) -> None:
        """Install the filter on the log of every library that may print a secret."""
        for name in _VERBOSE_LOGGERS:
            logging.getLogger(name).addFilter(self)

    def detach(self) -> None:
        """Leave the guard."""
        for name in _VERBOSE_LOGGERS:
            logging.getLogger(name).removeFilter(self)


def _forms(secret: str) -> set[str]:
    forms = {secret, secret.upper(), secret.lower(), secret[::-1]}
    # Twice: a page quotes a URL that quotes the key, a log quotes a document that does.
    for _ in range(2):
        forms |= {escape(form) for form in forms for escape in _ESCAPES}
    encoded = secret.encode()
    forms |= {
        encoded.hex(),
        base64.b64encode(encoded).decode().rstrip("="),
        base64.urlsafe_b64encode(encoded).decode().rstrip("="),
    }
    # Documents are searched as bytes, so a letter beyond ASCII is looked for as its bytes too.
    return forms | {form.encode().decode("latin-1") for form in forms}
