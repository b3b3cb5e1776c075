"""Whole objects by name, in a folder or in a Google Cloud Storage bucket."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypeVar
from uuid import uuid4

from dagster_gcp.gcs import GCSResource

from nba_assets.storage.bucket_store import BucketStore
from nba_assets.storage.object_writes import PLAIN, Headers, VersionConflictError

Result = TypeVar("Result")
_LOCK = ".lock"  # hidden: no listing names it


class ObjectStore(Protocol):
    """Objects below one root. Names are relative, with forward slashes.

    Attributes:
        root: folder or address.
        at_once: number of threads that are worth their while when many objects are read or written.
        is_remote: whether a request takes far longer on its way than to answer.
    """

    root: str
    at_once: int
    is_remote: bool

    def read(self, name: str, version: str = "") -> bytes:
        """Bytes of an object.

        Args:
            name: the object.
            version: what the caller knows to be its version: those bytes may come out of memory. If the
                object has been replaced since, its present bytes are returned.

        Raises:
            FileNotFoundError: there is no such object.
        """
        ...

    def prefetch(self, group: str, versions: Mapping[str, str]) -> bool:
        """Announce objects that are about to be read, so that few requests fetch them all.

        Args:
            group: name of the objects that are read together: always the same for an object.
            versions: their names and versions.

        Returns:
            Whether all of them are in memory now: threads that read them would wait for each other only.
        """
        ...

    def gather(self, group: str, versions: Mapping[str, str]) -> None:
        """Announce objects that have just been written: others will read them together."""
        ...

    def write(self, name: str, data: bytes, headers: Headers = PLAIN) -> str:
        """Create or replace an object whole: a reader sees the old bytes or the new, never a part.

        Returns:
            Version of the object written, whatever another process may have written since.
        """
        ...

    def write_if(self, name: str, data: bytes, version: str, headers: Headers = PLAIN) -> str:
        """Compare and swap: write only where the object still is of a version ("": it does not exist).

        Returns:
            Version of the object written.

        Raises:
            VersionConflictError: another writer was faster; nothing has been written.
        """
        ...

    def version(self, name: str) -> str:
        """What changes whenever the object is replaced; empty if it does not exist."""
        ...

    def versions_of(self, names: Sequence[str]) -> dict[str, str]:
        """Versions of those of the named objects that exist, in the given order."""
        ...

    def delete(self, name: str, version: str | None = None) -> None:
        """Remove an object; a missing one is no error.

        Args:
            name: the object.
            version: remove it only if this is still its version; whatever the version is by default.
        """
        ...

    def list(self, prefix: str) -> Iterator[str]:
        """Names of the objects below a prefix that ends in a slash, sorted."""
        ...

    def versions(self, prefix: str) -> dict[str, str]:
        """The same names, each with its version."""
        ...


class FolderStore:
    """Objects as files of a folder."""

    is_remote = False
    at_once = os.cpu_count() or 1  # more threads only compete for the interpreter; measured

    def __init__(self, root: Path):
        self.root = str(root)
        self._root = root

    def read(self, name: str, version: str = "") -> bytes:
        """See :class:`ObjectStore`; the system keeps files in memory by itself."""
        return (self._root / name).read_bytes()

    def prefetch(self, group: str, versions: Mapping[str, str]) -> bool:
        """See :class:`ObjectStore`; nothing is fetched from a folder before it is read."""
        return False

    def gather(self, group: str, versions: Mapping[str, str]) -> None:
        """See :class:`ObjectStore`."""

    def write(self, name: str, data: bytes, headers: Headers = PLAIN) -> str:
        """See :class:`ObjectStore`; written beside under a hidden name, then renamed over."""
        temporary = self._beside(name, data)
        version = _version(temporary)
        with self._locked():
            temporary.replace(self._root / name)
        return version

    def write_if(self, name: str, data: bytes, version: str, headers: Headers = PLAIN) -> str:
        """See :class:`ObjectStore`."""
        temporary = self._beside(name, data)
        written = _version(temporary)
        with self._locked():
            if self.version(name) != version:
                temporary.unlink()
                raise VersionConflictError(f"{self.root}/{name}")
            temporary.replace(self._root / name)
        return written

    def _beside(self, name: str, data: bytes) -> Path:
        """The bytes in a file of the same folder.

        Hidden and without the parquet ending, so no reader's glob meets a half written file, not even one
        that a killed process left behind.
        """
        path = self._root / name
        temporary = path.with_name(f".{path.name}.{uuid4().hex}.tmp")
        _in_folder(path.parent, lambda: temporary.write_bytes(data))
        return temporary

    def version(self, name: str) -> str:
        """See :class:`ObjectStore`: a rename puts another file in its place."""
        try:
            return _version(f"{self.root}/{name}")
        except FileNotFoundError:
            return ""

    def versions_of(self, names: Sequence[str]) -> dict[str, str]:
        """See :class:`ObjectStore`."""
        found = {name: self.version(name) for name in names}
        return {name: version for name, version in found.items() if version}

    def delete(self, name: str, version: str | None = None) -> None:
        """See :class:`ObjectStore`."""
        with self._locked():
            if version is None or self.version(name) == version:
                (self._root / name).unlink(missing_ok=True)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """No other process replaces or removes an object meanwhile; the lock ends with its process."""
        with _in_folder(self._root, lambda: (self._root / _LOCK).open("w")) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def list(self, prefix: str) -> Iterator[str]:
        """See :class:`ObjectStore`."""
        start = len(self.root) + 1
        found = [
            f"{folder}/{name}"[start:]
            for folder, _, names in os.walk(f"{self.root}/{prefix}".rstrip("/"))
            for name in names
            if not name.startswith(".")
        ]
        yield from sorted(name.replace(os.sep, "/") for name in found)

    def versions(self, prefix: str) -> dict[str, str]:
        """See :class:`ObjectStore`."""
        return self.versions_of([*self.list(prefix)])


def _in_folder(folder: Path, work: Callable[[], Result]) -> Result:
    """Open or write a file; its folder is made where it is missing, for to look before each takes longer."""
    try:
        return work()
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True)
        return work()


def _version(path: Path | str) -> str:
    stat = os.stat(path)  # noqa: PTH116 a path object for each of thousands takes longer than the look
    return f"{stat.st_ino}-{stat.st_mtime_ns}-{stat.st_size}"


def open_store(root: str, gcs: GCSResource | None = None) -> ObjectStore:
    """Open a folder or ``gs://bucket/prefix``.

    Raises:
        ValueError: the root is a URL of another kind.
    """
    if root.startswith("gs://"):
        return BucketStore(root, gcs or GCSResource())
    if "://" in root:
        raise ValueError(f"{root}: a lake is a folder or gs://bucket/prefix")
    return FolderStore(Path(root))
