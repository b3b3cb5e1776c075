"""Objects of a Google Cloud Storage bucket."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Lock
from urllib.parse import urlparse

from dagster_gcp.gcs import GCSResource
from google.api_core.exceptions import Forbidden, NotFound, PreconditionFailed
from google.api_core.retry import Retry, if_exception_type
from google.cloud.storage.exceptions import DataCorruption
from requests.adapters import HTTPAdapter

from nba_assets.storage.object_writes import PLAIN, Headers, VersionConflictError
from nba_assets.storage.packs import FOLDER, PAYS_FROM, pack, unpack

_REQUESTS_AT_ONCE = 32
# Bytes without the checksum that was sent with them: damaged on their way, or replaced while they were sent.
_INTACT = Retry(if_exception_type(DataCorruption), initial=0.1, timeout=10.0)
_LISTING_PAYS = 3  # objects from which one listing is cheaper than a request for each


class BytesByVersion:
    """Objects by name and version, the least recently used ones forgotten beyond a limit.

    A version of an object never changes, so nothing in here can be out of date. Forty tables read the same
    three years of a few others: each object crosses the network once.

    Args:
        limit: bytes to keep.
    """

    def __init__(self, limit: int):
        self._limit = limit
        self._kept: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, name: str, version: str) -> bytes | None:
        """Bytes of a version of an object, if they are kept."""
        with self._lock:
            data = self._kept.get((name, version))
            if data is not None:
                self._kept.move_to_end((name, version))
            return data

    def add(self, name: str, version: str, data: bytes) -> None:
        """Keep the bytes of a version of an object."""
        with self._lock:
            self._size += len(data) - len(self._kept.pop((name, version), b""))
            self._kept[name, version] = data
            while self._size > self._limit:
                self._size -= len(self._kept.popitem(last=False)[1])


_KEPT = BytesByVersion(limit=1 << 29)


class BucketStore:
    """Objects of a bucket below a prefix; a put of one object is atomic there.

    Args:
        root: ``gs://bucket/prefix``.
        gcs: the client's credentials.
    """

    at_once = _REQUESTS_AT_ONCE
    is_remote = True

    def __init__(self, root: str, gcs: GCSResource):
        parsed = urlparse(root)
        self.root = root.rstrip("/")
        self._prefix = parsed.path.strip("/")
        client = gcs.get_client()
        # The client keeps ten connections open and makes a new one for each further request at a time.
        for scheme in ("https://", "http://"):
            client._http.mount(scheme, HTTPAdapter(pool_maxsize=_REQUESTS_AT_ONCE))
        self._bucket = client.bucket(parsed.netloc)

    def _name(self, name: str) -> str:
        return f"{self._prefix}/{name}" if self._prefix else name

    def read(self, name: str, version: str = "") -> bytes:
        """See :class:`ObjectStore`: a version that this process has read or written is not fetched again."""
        path = f"{self.root}/{name}"
        kept = _KEPT.get(path, version) if version else None
        if kept is not None:
            return kept
        blob = self._bucket.blob(self._name(name))
        try:
            if not version:
                return _INTACT(blob.download_as_bytes)()
            data = _INTACT(blob.download_as_bytes)(if_generation_match=int(version))
        except NotFound as error:
            raise FileNotFoundError(path) from error
        except PreconditionFailed:  # replaced since the version was listed
            return self.read(name)
        _KEPT.add(path, version, data)
        return data

    def prefetch(self, group: str, versions: Mapping[str, str]) -> bool:
        """See :class:`ObjectStore`: by one request for the group's pack."""
        if self._absent(versions) >= PAYS_FROM:
            self.gather(group, versions)
        return not self._absent(versions)

    def _absent(self, versions: Mapping[str, str]) -> int:
        """How many of the objects are not in memory."""
        return sum(_KEPT.get(f"{self.root}/{name}", version) is None for name, version in versions.items())

    def gather(self, group: str, versions: Mapping[str, str]) -> None:
        """See :class:`ObjectStore`: the group's pack is made anew when it lacks many of them."""
        if len(versions) < PAYS_FROM:
            return
        name = f"{FOLDER}/{group}.zip"
        place = self.version(name)
        try:
            packed = unpack(self.read(name)) if place else {}
        except FileNotFoundError:  # deleted since
            place, packed = "", {}
        for (member, version), data in packed.items():
            if versions.get(member) == version:
                _KEPT.add(f"{self.root}/{member}", version, data)
        missing = list(versions.items() - packed.keys())
        if len(missing) < PAYS_FROM:
            return
        others = {item: data for item, data in packed.items() if versions.get(item[0], item[1]) == item[1]}
        with ThreadPoolExecutor(self.at_once) as pool:
            read = dict(zip(missing, pool.map(lambda item: self.read(*item), missing), strict=True))
        # Another reader has made it meanwhile, or this one may not write: what it reads is the same.
        with suppress(PreconditionFailed, Forbidden):
            self._upload(name, pack(others | read), PLAIN, generation=int(place or 0))

    def write(self, name: str, data: bytes, headers: Headers = PLAIN) -> str:
        """See :class:`ObjectStore`."""
        return self._put(name, data, headers)

    def write_if(self, name: str, data: bytes, version: str, headers: Headers = PLAIN) -> str:
        """See :class:`ObjectStore`: a precondition on the object's generation, 0 if it does not exist."""
        try:
            return self._put(name, data, headers, generation=int(version or 0))
        except PreconditionFailed as error:
            raise VersionConflictError(f"{self.root}/{name}") from error

    def _put(self, name: str, data: bytes, headers: Headers, generation: int | None = None) -> str:
        version = self._upload(name, data, headers, generation)
        _KEPT.add(f"{self.root}/{name}", version, data)
        return version

    def _upload(self, name: str, data: bytes, headers: Headers, generation: int | None) -> str:
        blob = self._bucket.blob(self._name(name))
        blob.cache_control = headers.cache_control
        blob.upload_from_string(data, content_type=headers.content_type, if_generation_match=generation)
        return str(blob.generation)

    def version(self, name: str) -> str:
        """See :class:`ObjectStore`: the object's generation."""
        blob = self._bucket.get_blob(self._name(name))
        return str(blob.generation) if blob else ""

    def versions_of(self, names: Sequence[str]) -> dict[str, str]:
        """See :class:`ObjectStore`: one listing, unless there are very few of them."""
        if len(names) < _LISTING_PAYS:
            found = {name: self.version(name) for name in names}
            return {name: version for name, version in found.items() if version}
        first, last = min(names), max(names)
        prefix = os.path.commonprefix([first, last])  # noqa: RUF071 a prefix may end within a component
        listed = self._listed(prefix, first, f"{last}\0")
        return {name: listed[name] for name in names if name in listed}

    def delete(self, name: str, version: str | None = None) -> None:
        """See :class:`ObjectStore`."""
        with suppress(NotFound, PreconditionFailed):
            generation = None if version is None else int(version)
            self._bucket.blob(self._name(name)).delete(if_generation_match=generation)

    def list(self, prefix: str) -> Iterator[str]:
        """See :class:`ObjectStore`."""
        yield from self.versions(prefix)

    def versions(self, prefix: str) -> dict[str, str]:
        """See :class:`ObjectStore`."""
        return self._listed(prefix)

    def _listed(self, prefix: str, first: str | None = None, before: str | None = None) -> dict[str, str]:
        """Names below a prefix, from the first to the last but one, each with its version."""
        skip = len(self._prefix) + 1 if self._prefix else 0
        blobs = self._bucket.list_blobs(
            prefix=self._name(prefix),
            start_offset=first and self._name(first),
            end_offset=before and self._name(before),
            # Of some thirty fields of each object two are used.
            fields="items(name,generation),nextPageToken",
        )
        return {blob.name[skip:]: str(blob.generation) for blob in blobs}
