"""Test pictures, made on the spot: good ones, broken ones, and ones made to do harm."""

import random
import struct
import zlib
from io import BytesIO
from pathlib import Path

from PIL import Image

MAKER = "Huawei P70 of Wang Wei"
"""Stands in the metadata of `with_gps`; a byte scan finds it where it was left in."""


def scene(width: int = 640, height: int = 480, *, seed: int = 1) -> Image.Image:
    """Return a soft, irregular picture, as photos are; another seed, another scene."""
    dice = random.Random(seed)
    rough = Image.new("RGB", (16, 12))
    rough.putdata([(dice.randrange(256),) * 2 + (dice.randrange(256),) for _ in range(16 * 12)])
    return rough.resize((width, height), Image.Resampling.BICUBIC)


def halves(width: int, height: int) -> Image.Image:
    """Return a picture red on the left and blue on the right."""
    picture = Image.new("RGB", (width, height), "blue")
    picture.paste("red", (0, 0, width // 2, height))
    return picture


def noise(width: int, height: int) -> Image.Image:
    """Return grey noise, which no encoder makes small."""
    return Image.frombytes("L", (width, height), random.Random(7).randbytes(width * height))


def jpeg(picture: Image.Image | None = None, *, quality: int = 90, **options: object) -> bytes:
    return _saved(picture or scene(), "JPEG", quality=quality, **options)


def png(picture: Image.Image | None = None, **options: object) -> bytes:
    return _saved(picture or scene(), "PNG", **options)


def webp(picture: Image.Image | None = None, **options: object) -> bytes:
    return _saved(picture or scene(), "WEBP", **options)


def twelve_megapixels() -> bytes:
    """Return what a phone takes: 4000 × 3000."""
    return jpeg(scene(4000, 3000))


def with_gps(picture: Image.Image | None = None, *, orientation: int = 1) -> bytes:
    """Return a JPEG that says where, when and with what it was taken, and which way is up."""
    notes = Image.Exif()
    notes[0x010F], notes[0x0112] = MAKER, orientation
    notes.get_ifd(0x8825).update({1: "N", 2: (31.0, 14.0, 7.0), 3: "E", 4: (121.0, 28.0, 9.0)})
    notes.get_ifd(0x8769).update({0x9003: "2026:11:23 02:14:00"})
    mark = MAKER.encode()
    return jpeg(picture, exif=notes, xmp=b"<x>" + mark + b"</x>", comment=mark, icc_profile=mark)


def truncated() -> bytes:
    """Return the first half of a good photo."""
    whole = jpeg(noise(640, 480))
    return whole[: len(whole) // 2]


def text() -> bytes:
    """Return words, as in a text file named .jpg."""
    return "二号天车的吊钩没有防脱钩装置".encode()


SAMPLES = Path(__file__).parent / "samples"


def heic() -> bytes:
    """Return what an iPhone keeps: 320 × 240, red left of blue, held sideways, with GPS and maker.

    Nothing that is installed here writes this format, so it lies beside the tests.
    """
    return (SAMPLES / "sideways.heic").read_bytes()


def avif() -> bytes:
    """Return the first bytes of a format that is not read here."""
    return b"\0\0\0\x18ftypavif\0\0\0\0mif1avif" + bytes(64)


def moving_webp() -> bytes:
    return webp(scene(64, 48), save_all=True, append_images=[scene(64, 48, seed=2)])


def moving_png() -> bytes:
    return png(scene(64, 48), save_all=True, append_images=[scene(64, 48, seed=2)])


def narrow_bomb() -> bytes:
    """Return a PNG of 1 × 40,000,000 points: 78 KB, once over a gigabyte of memory."""
    return blank_png(1, 40_000_000)


def huge_bomb() -> bytes:
    """Return a PNG of 11,900 × 11,900 points: no side too long, but 142 megapixels."""
    return blank_png(11_900, 11_900)


def blank_png(width: int, height: int, *, channels: int = 1) -> bytes:
    """Return a valid PNG of zeros, 8 bits a channel, made without ever holding its points."""
    packer = zlib.compressobj(9)
    per_row = 1 + width * channels
    rows = max(1, 1_000_000 // per_row)
    body = b"".join(packer.compress(bytes(per_row * rows)) for _ in range(height // rows))
    body += packer.compress(bytes(per_row * (height % rows))) + packer.flush()
    kind = {1: 0, 3: 2, 4: 6}[channels]
    head = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", body), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def many_scans(scans: int, picture: Image.Image | None = None) -> bytes:
    """Return a progressive JPEG of `scans` scans: its last one again and again."""
    whole = jpeg(picture, progressive=True)
    own = whole.count(b"\xff\xda")
    last = whole[whole.rindex(b"\xff\xda") : -2]
    return whole[:-2] + last * (scans - own) + whole[-2:]


def _chunk(name: bytes, data: bytes) -> bytes:
    check = zlib.crc32(name + data)
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", check)


def _saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()
