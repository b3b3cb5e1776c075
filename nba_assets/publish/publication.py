"""Storing documents so that a reader always sees one whole publication.

Documents are immutable: each lies under the hash of its content. The manifest names the current ones and is
the only object that changes; it is written last, by compare-and-swap. Whatever is killed in between leaves
the old publication as it was, and two publishers lose nothing of each other's.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping

from pydantic import ValidationError

from nba_assets.publish.contract.base import VERSION, Document
from nba_assets.publish.contract.manifest import DOCUMENTS, MANIFEST, NOTHING, Manifest
from nba_assets.storage.object_store import ObjectStore
from nba_assets.storage.object_writes import Headers, VersionConflictError

_IMMUTABLE = Headers("application/json", "public, max-age=31536000, immutable")
_CURRENT = Headers("application/json", "no-cache")
_HASH_DIGITS = 16
_ATTEMPTS = 50


class Publication:
    """Published documents in a folder or bucket.

    Args:
        store: where they are.
    """

    def __init__(self, store: ObjectStore):
        self.store = store

    def manifest(self) -> Manifest:
        """The current manifest; an empty one where nothing is published."""
        try:
            return Manifest.model_validate_json(self.store.read(MANIFEST))
        except FileNotFoundError:
            return NOTHING

    def read(self, kind: str, path: str) -> Document:
        """A document that the manifest names.

        Raises:
            FileNotFoundError: there is no such document.
            ValueError: another release has made it, with other members.
        """
        try:
            return DOCUMENTS[kind].model_validate_json(self.store.read(path))
        except ValidationError as error:
            date, members = path.split("/")[1], {str(problem["loc"][-1]) for problem in error.errors()}
            raise ValueError(
                f"{path} was published by another release, its members {', '.join(sorted(members))} are not "
                f"those of this one: nba-assets publish {date}"
            ) from error

    def put(self, date: dt.date, documents: Mapping[str, Document]) -> str:
        """Store documents under a date and the hash of all of them; returns their folder.

        Args:
            date: date they are of.
            documents: documents by file name, without ending.
        """
        contents = {name: document.as_json() for name, document in sorted(documents.items())}
        folder = f"{VERSION}/{date.isoformat()}/{_hash(contents)}"
        for name, content in contents.items():
            self._put_once(f"{folder}/{name}.json", content)
        return folder

    def put_schemas(self) -> dict[str, str]:
        """Store the JSON Schema of every kind of document; their paths by kind."""
        contents = {
            kind: json.dumps(
                model.model_json_schema(mode="serialization"), indent=1, sort_keys=True, ensure_ascii=False
            ).encode()
            for kind, model in DOCUMENTS.items()
        }
        folder = f"{VERSION}/schemas/{_hash(contents)}"
        paths = {kind: f"{folder}/{kind}.schema.json" for kind in contents}
        for kind, content in contents.items():
            self._put_once(paths[kind], content)
        return paths

    def commit(self, change: Callable[[Manifest], Manifest]) -> Manifest:
        """Change the manifest by compare-and-swap, on top of whatever others have published since.

        Args:
            change: from the current manifest to the new one; called again when another publisher was faster.

        Raises:
            VersionConflictError: others were faster every time.
        """
        for _ in range(_ATTEMPTS):
            version = self.store.version(MANIFEST)
            current = self.manifest() if version else NOTHING
            changed = change(current)
            if changed == current:
                return current
            changed = changed.model_copy(update={"revision": current.revision + 1})
            try:
                self.store.write_if(MANIFEST, changed.as_json(), version, _CURRENT)
            except VersionConflictError:
                continue
            return changed
        raise VersionConflictError(f"{self.store.root}/{MANIFEST}: changed by others {_ATTEMPTS} times")

    def _put_once(self, path: str, content: bytes) -> None:
        """Store an immutable object, unless it exists."""
        if not self.store.version(path):
            self.store.write(path, content, _IMMUTABLE)


def _hash(contents: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in contents.items():
        digest.update(f"{name}:{len(content)}:".encode() + content)
    return digest.hexdigest()[:_HASH_DIGITS]
