"""Which version of the parsers is running: what an older one set aside, a newer one reads again."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from pathlib import Path

_PARSERS = ("nba_assets.sources.wire", "nba_assets.domain.raw")


@cache
def parser_version() -> str:
    """Hash of the modules that read documents, eight hex digits."""
    digest = hashlib.sha256()
    for package in _PARSERS:
        for module in sorted(Path(str(files(package))).rglob("*.py")):
            digest.update(module.read_bytes())
    return digest.hexdigest()[:8]
