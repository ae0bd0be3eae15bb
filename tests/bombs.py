"""Files made to hurt whoever opens them."""

import struct
from pathlib import Path


def endless_old_list() -> bytes:
    """Return an .xls whose last word stands in the last cell there can be: a hundred gigabytes."""
    content = bytearray((Path(__file__).parent / "data" / "people.xls").read_bytes())
    last = content.rindex(struct.pack("<HH", 0xFD, 10))
    struct.pack_into("<HH", content, last + 4, 65_535, 65_535)
    return bytes(content)
