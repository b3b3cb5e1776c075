"""Published documents as bytes in memory: the manifest for a moment, immutable documents for good."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, field

from nba_assets.publish.contract.manifest import Manifest
from nba_assets.publish.publication import Publication

_FRESH_SECONDS = 1.0
_KEPT = 256  # documents


@dataclass
class Documents:
    """Reads of one publication.

    Args:
        publication: where the documents are.
    """

    publication: Publication
    _manifest: Manifest | None = None
    _read_at: float = 0.0
    _contents: OrderedDict[str, bytes] = field(default_factory=OrderedDict)

    def manifest(self) -> Manifest:
        """The current manifest, read anew after a second."""
        now = time.monotonic()
        if self._manifest is None or now - self._read_at > _FRESH_SECONDS:
            self._manifest, self._read_at = self.publication.manifest(), now
        return self._manifest

    def content(self, path: str) -> bytes:
        """Bytes of a document that a manifest names.

        Raises:
            FileNotFoundError: there is no such document.
        """
        if path not in self._contents:
            self._contents[path] = self.publication.store.read(path)
            if len(self._contents) > _KEPT:
                self._contents.popitem(last=False)
        return self._contents[path]
