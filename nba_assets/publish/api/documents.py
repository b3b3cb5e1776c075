"""Published documents in memory: the manifest for a moment, immutable documents, packed, for good."""

from __future__ import annotations

import gzip
import time
from collections import OrderedDict
from dataclasses import dataclass, field

from nba_assets.publish.contract.manifest import Manifest
from nba_assets.publish.publication import Publication

_FRESH_SECONDS = 1.0
_KEPT = 256  # documents
_LEVEL = 6  # a slate of 1.5 MB packs into a tenth


@dataclass
class Documents:
    """Reads of one publication.

    Args:
        publication: where the documents are.
    """

    publication: Publication
    _manifest: Manifest | None = None
    _read_at: float = 0.0
    _packed: OrderedDict[str, bytes] = field(default_factory=OrderedDict)

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
        return gzip.decompress(self.packed(path))

    def packed(self, path: str) -> bytes:
        """A document as gzip: packed once, however often it is requested.

        Raises:
            FileNotFoundError: there is no such document.
        """
        if path not in self._packed:
            self._packed[path] = gzip.compress(self.publication.store.read(path), _LEVEL)
            if len(self._packed) > _KEPT:
                self._packed.popitem(last=False)
        return self._packed[path]
