"""JSON of publishers: bytes to Python values, or the reason why not."""

from __future__ import annotations

import json
from typing import Any, Final, NoReturn

_CLOSERS: Final = {"{": "}", "[": "]", '"': '"'}


class NotJsonError(ValueError):
    """Bytes that are no JSON document.

    Attributes:
        truncated: they begin as one, and end in the middle.
    """

    def __init__(self, reason: str, *, truncated: bool = False) -> None:
        super().__init__(reason)
        self.truncated = truncated


def decode_json(content: bytes) -> Any:
    """The values of a document in UTF-8.

    Raises:
        NotJsonError: other text, NaN or infinity, nesting too deep, bytes that are not UTF-8.
    """
    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise NotJsonError(str(error), truncated=_is_truncated(error)) from error
    except UnicodeDecodeError as error:
        raise NotJsonError(f"not UTF-8: {error.reason} at byte {error.start}") from error
    except (ValueError, RecursionError) as error:
        raise NotJsonError(str(error)[:120]) from error


def _is_truncated(error: json.JSONDecodeError) -> bool:
    """Whether the text lacks the end that its first character calls for, or fails at its very end."""
    text = error.doc.strip()
    if text[:1] not in _CLOSERS:
        return False
    return not text.endswith(_CLOSERS[text[0]]) or error.pos >= len(error.doc.rstrip())


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON value")
