"""Zip files from others, unpacked within a bound."""

import struct
import zipfile
import zlib
from io import BytesIO

MOST_PARTS = 1000
PACKINGS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""The others reserve as much memory as the file says."""


class BadZip(Exception):
    """The file is no zip, damaged, or locked."""


class ZipTooLarge(Exception):
    """It unpacks to more than is taken."""


def unpack(content: bytes, most: int) -> dict[str, bytes]:
    """Return the parts by name, together at most `most` bytes; what it says of itself is a claim.

    Raises `ZipTooLarge`, also beyond 1000 parts, or `BadZip`.
    """
    try:
        return _parts(content, most)
    except (
        zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, OverflowError,
        RuntimeError, ValueError,
    ) as error:  # fmt: skip
        raise BadZip from error


def _parts(content: bytes, most: int) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    with zipfile.ZipFile(BytesIO(content)) as archive:
        entries = archive.infolist()
        if len(entries) > MOST_PARTS:
            raise ZipTooLarge
        for entry in entries:
            if entry.compress_type not in PACKINGS:
                raise BadZip
            with archive.open(entry) as source:
                part = source.read(most + 1)
            most -= len(part)
            if most < 0:
                raise ZipTooLarge
            parts[entry.filename] = part
    return parts
