"""Small facts as sealed JSON: a byte that changed on a disk is an error, never another fact.

Used for what decides beside the tables: refusals, and the kind of rows a lake holds.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

_SEAL = "seal"


def record_bytes(facts: Mapping[str, str]) -> bytes:
    """Bytes of a record: the same facts give the same bytes."""
    return json.dumps({**facts, _SEAL: _seal(facts)}).encode()


def read_record(data: bytes, name: str) -> dict[str, str]:
    """Facts of a record.

    Args:
        data: its bytes.
        name: what errors call it.

    Raises:
        ValueError: the bytes are not those that were written.
    """
    damaged = ValueError(f"{name} is damaged. Delete it and materialize again what it is about.")
    try:
        facts = json.loads(data)
    except ValueError as error:
        raise damaged from error
    if not isinstance(facts, dict) or facts.pop(_SEAL, None) != _seal(facts):
        raise damaged
    return facts


def _seal(facts: Mapping[str, str]) -> str:
    return hashlib.blake2b(json.dumps(facts, sort_keys=True).encode(), digest_size=16).hexdigest()
