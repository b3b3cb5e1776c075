"""Secrets blanked out of every text that leaves the session.

What belongs here: finding a secret in whatever disguise a server or a library gives it. What does not:
holding or sending secrets (hosts.py, transport.py).
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

from pydantic import SecretStr

BLANK = "[secret]"


class Redactor:
    """Blanks secrets, in any case and any of the encodings in which they come back."""

    def __init__(self, secrets: Iterable[SecretStr]):
        """Take the secrets; an empty one hides nothing."""
        forms = {form for secret in secrets for form in _forms(secret.get_secret_value()) if form}
        longest_first = sorted(forms, key=lambda form: (-len(form), form))
        self._pattern = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE) if forms else None

    def __repr__(self) -> str:
        return "Redactor()"

    def text(self, text: str) -> str:
        """The text without secrets."""
        return text if self._pattern is None else self._pattern.sub(BLANK, text)

    def content(self, content: bytes) -> bytes:
        """The document without secrets; untouched when it holds none."""
        if not self.found_in(content):
            return content
        return self.text(content.decode("latin-1")).encode("latin-1")

    def found_in(self, content: bytes) -> bool:
        """Tell whether a document holds a secret."""
        return self._pattern is not None and self._pattern.search(content.decode("latin-1")) is not None


def _forms(secret: str) -> set[str]:
    once = {quote(secret, safe=""), quote_plus(secret)}
    encoded = secret.encode()
    forms = {
        secret,
        *once,
        *(quote(form, safe="") for form in once),
        html.escape(secret),
        json.dumps(secret)[1:-1],
        repr(secret)[1:-1],
        secret[::-1],
        encoded.hex(),
        base64.b64encode(encoded).decode().rstrip("="),
        base64.urlsafe_b64encode(encoded).decode().rstrip("="),
    }
    # Documents are searched as bytes, so a letter beyond ASCII is looked for as its bytes too.
    return forms | {form.encode().decode("latin-1") for form in forms}
