"""One partition as bytes: parquet, and in its footer the stamp of how it was made, and a seal.

The seal is a hash of the object's name and of the whole file, footer included, with the seal's own digits
taken for zeros. Whoever reads the file finds a byte that has flipped anywhere, rows that somebody edited
under the old stamp, and a file that belongs to another date.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from sys import intern

import pyarrow as pa
import pyarrow.parquet as pq

# A column of a dozen numbers does not shrink, and the compressor's start costs more than the writing.
_FEW_ROWS = 32
_SEAL = b"blake2b:"
_DIGITS = 32


class DamagedPartitionError(ValueError):
    """A stored partition is not as it was written, or not in the table's columns."""

    def __init__(self, name: str, reason: str):
        super().__init__(f"{name}: {reason}. Materialize this partition again.")


@dataclass(frozen=True)
class Stamp:
    """How a partition was made, kept in the file's footer: one object, one write.

    Attributes:
        code_version: version of the code behind the rows.
        schema_hash: stored columns and types.
        input_hash: everything that went into the rows.
        inputs: hash of each input by its name, as JSON: shows which input is newer.
        coverage: the verdict on the date, as JSON (quality/ledger.py): the ledger is read from here.
        override: reason for which coverage below its thresholds was let through; empty without one.
    """

    code_version: str
    schema_hash: str
    input_hash: str
    inputs: str = "{}"
    coverage: str = "{}"
    override: str = ""


def encode(rows: pa.Table, stamp: Stamp, name: str) -> bytes:
    """Bytes of the partition with an object name: the same rows and stamp give the same bytes."""
    sink = pa.BufferOutputStream()
    with pq.ParquetWriter(
        sink,
        rows.schema,
        # A lake is tens of thousands of small files: LZ4 takes half of zstd's time, to write and to read.
        compression="lz4" if rows.num_rows > _FEW_ROWS else "none",
        use_dictionary=False,  # of a few hundred rows it makes files larger, and slower to write
        write_statistics=False,  # a partition is read whole or not at all
        write_page_checksum=True,  # for other readers: ours look at the seal
        store_schema=False,
    ) as writer:
        writer.write_table(rows, row_group_size=1 << 20)
        writer.add_key_value_metadata(vars(stamp) | {"seal": _SEAL.decode() + "0" * _DIGITS})
    data = bytearray(sink.getvalue().to_pybytes())
    place = _seal_place(data)
    data[place : place + _DIGITS] = _seal(data, name)
    return bytes(data)


def decode(data: bytes, name: str, schema: pa.Schema) -> tuple[pa.Table, Stamp]:
    """Columns of a partition in the given types, and its stamp.

    Raises:
        DamagedPartitionError: damaged, or other columns; it names the object and the remedy.
    """
    _check_seal(data, name)
    try:
        file = pq.ParquetFile(pa.BufferReader(data))
        rows = file.read(columns=schema.names, use_threads=False).select(schema.names)
        # A cast to the same types copies nothing, and takes a fifth of the time.
        return rows if rows.schema.equals(schema) else rows.cast(schema), _stamp(file.metadata)
    except (pa.ArrowException, OSError, KeyError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise DamagedPartitionError(name, f"not readable as {schema.names}: {reason}") from error


def verify(data: bytes, name: str, schema: pa.Schema) -> None:
    """Hold a partition to its seal and its columns; its rows are decoded only where a type must be cast.

    Raises:
        DamagedPartitionError: damaged, or other columns; it names the object and the remedy.
    """
    _check_seal(data, name)
    try:
        metadata = pq.read_metadata(pa.BufferReader(data))
        stored = metadata.schema.to_arrow_schema()
        alike = stored.names == schema.names and stored.types == schema.types
        _stamp(metadata)
    except (pa.ArrowException, OSError, KeyError, ValueError) as error:
        raise DamagedPartitionError(name, f"no stamp: {error!r}") from error
    if not alike:
        decode(data, name, schema)


def describe(data: bytes, name: str) -> tuple[Stamp, int]:
    """The stamp in a partition's footer, and the number of rows.

    Raises:
        DamagedPartitionError: damaged, or of an older layout; it names the object and the remedy.
    """
    _check_seal(data, name)
    try:
        metadata = pq.read_metadata(pa.BufferReader(data))
        return _stamp(metadata), metadata.num_rows
    except (pa.ArrowException, OSError, KeyError, UnicodeDecodeError) as error:
        raise DamagedPartitionError(name, f"no stamp: {error!r}") from error


def _stamp(metadata: pq.FileMetaData) -> Stamp:
    footer = metadata.metadata or {}
    # Interned: of thousands of dates without work all of it is the same.
    return Stamp(**{field: intern(footer[field.encode()].decode()) for field in Stamp.__dataclass_fields__})


def file_hash(data: bytes | bytearray) -> str:
    """Hash of a file's bytes."""
    return hashlib.blake2b(data, digest_size=_DIGITS // 2).hexdigest()


def _check_seal(data: bytes, name: str) -> None:
    place = _seal_place(data)
    if place >= 0:
        blank = data[:place] + b"0" * _DIGITS + data[place + _DIGITS :]
        if data[place : place + _DIGITS] == _seal(blank, name):
            return
    raise DamagedPartitionError(name, "not as it was written")


def _seal(blank: bytes | bytearray, name: str) -> bytes:
    """The digits of a file whose seal is blank."""
    return hashlib.blake2b(name.encode() + blank, digest_size=_DIGITS // 2).hexdigest().encode()


def _seal_place(data: bytes | bytearray) -> int:
    """Where the digits of the seal start; -1 without one. It is the last thing written to the footer."""
    marker = data.rfind(_SEAL)
    return marker + len(_SEAL) if marker >= 0 else -1


def content_hash(data: bytes) -> str:
    """Hash of the rows alone: parquet keeps them before the footer, and the stamp inside it."""
    footer = int.from_bytes(data[-8:-4], "little")
    return hashlib.blake2b(data[4 : len(data) - 8 - footer], digest_size=16).hexdigest()
