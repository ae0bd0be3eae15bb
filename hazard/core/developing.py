"""How a photo is developed: checked, decoded, turned upright, stripped and encoded anew.

What arrives may be made to eat memory or time, so only a child process of `hazard.core.images`
decodes: `main` is all that such a child does (decisions 31).
"""

import signal
import struct
import sys
from io import BytesIO
from typing import IO

import pi_heif
from pi_heif import HeifImageFile
from PIL import Image, ImageDraw, ImageFile, ImageOps
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from hazard.core.errors import HazardError, TooLarge, Unclear
from hazard.core.limits import MEGABYTE, allow_cpu, confine, give_way
from hazard.core.words import N_, Sentence

BYTES = 10 * MEGABYTE
PIXELS = 50_000_000
SIDE = 12_000
SCANS = 64
"""A progressive JPEG of repeated scans holds the decoder for minutes; cameras write about ten."""

LONG_SIDE = 1600
QUALITY = 80
THUMBNAIL_BYTES = 6_000
"""As a `data:` address, a third longer, it still stays within 8 KB."""

_MEMORY = 600 * MEGABYTE
_OPEN_FILES = 32

_READERS: tuple[tuple[bytes, int, type[ImageFile.ImageFile]], ...] = (
    (b"\xff\xd8\xff", 0, JpegImageFile),
    (b"\x89PNG\r\n\x1a\n", 0, PngImageFile),
    (b"WEBP", 8, WebPImageFile),
    *((b"ftyp" + brand, 4, HeifImageFile) for brand in (b"heic", b"heix", b"heim", b"mif1")),
)
_NOT_TAKEN = (
    *((b"ftyp" + brand, 4, "HEIC") for brand in (b"hevc", b"hevx", b"msf1")),
    (b"ftypavif", 4, "AVIF"),
    (b"GIF8", 0, "GIF"),
    (b"BM", 0, "BMP"),
    (b"II*\0", 0, "TIFF"),
    (b"MM\0*", 0, "TIFF"),
)
_THUMBNAILS = ((240, 60), (240, 40), (200, 40), (160, 40), (120, 30), (80, 30))
"""Long side and quality, tried in turn; noise of 80 × 80 takes 4 KB."""


class EmptyPicture(Unclear):
    """A file without a single byte."""

    def __init__(self) -> None:
        super().__init__(Sentence(N_("This photo arrived empty. Take it again")))


class NotAPicture(Unclear):
    """The first bytes are those of no picture."""

    def __init__(self) -> None:
        super().__init__(Sentence(N_("This file is not a photo. Choose a photo or take one")))


class FormatNotTaken(Unclear):
    """A picture, but of a format that is not read here."""

    def __init__(self, name: str) -> None:
        super().__init__(
            Sentence(N_("%(format)s is not taken. Send a screenshot of the photo"), format=name)
        )


class MovingPicture(Unclear):
    """More than one frame."""

    def __init__(self) -> None:
        super().__init__(Sentence(N_("Moving pictures are not taken. Send a plain photo")))


class Unreadable(Unclear):
    """The picture is broken, or opening it takes more time than an honest one needs."""

    def __init__(self) -> None:
        super().__init__(Sentence(N_("This photo cannot be opened. Take it again")))


class PictureTooBig(TooLarge):
    """More bytes than a photo may have."""

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                N_("A photo may have %(most)s MB. Send a screenshot of it"),
                most=BYTES // MEGABYTE,
            )
        )


class TooManyPixels(TooLarge):
    """More pixels, or a longer side, than are taken."""

    def __init__(self) -> None:
        super().__init__(Sentence(N_("This picture is too large to open. Send a screenshot of it")))


def main() -> None:
    """Develop what comes through standard input until it ends; the whole life of a child."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Image.preinit()
    pi_heif.options.DECODE_THREADS = 1  # each thread would reserve memory of its own
    confine(memory=_MEMORY, open_files=_OPEN_FILES)
    give_way()
    send(sys.stdout.buffer, b"")
    while True:
        try:
            raw = receive(sys.stdin.buffer)
        except EOFError:
            return
        allow_cpu(int(sys.argv[-1]))
        send(sys.stdout.buffer, _answer(raw))


def _answer(raw: bytes) -> bytes:
    try:
        return b"\1" + (_changed(raw[len(CHANGE) :]) if raw.startswith(CHANGE) else _develop(raw))
    except HazardError as refusal:
        return b"\0" + type(refusal).__name__.encode()
    except MemoryError:
        return b"\0" + TooManyPixels.__name__.encode()
    except Exception:  # decoders raise whatever a broken file makes them raise
        return b"\0" + Unreadable.__name__.encode()


def _develop(raw: bytes) -> bytes:
    return _packed(_clean(_upright(_shrunk(_opened(raw)))))


def _changed(order: bytes) -> bytes:
    """Return a kept picture with parts blacked out, or cut down to one part."""
    keep, count = BOXES.unpack_from(order)
    at = BOXES.size
    boxes = [BOX.unpack_from(order, at + n * BOX.size) for n in range(count)]
    picture = _clean(_shrunk(_opened(order[at + count * BOX.size :])))
    if keep:
        return _packed(_clean(picture.crop(_pixels(picture, boxes[0]))))
    draw = ImageDraw.Draw(picture)
    for box in boxes:
        draw.rectangle(_pixels(picture, box), fill="black")
    return _packed(picture)


def _pixels(picture: Image.Image, box: tuple[int, ...]) -> tuple[int, int, int, int]:
    """Return the corners of a box of thousandths, at least one pixel and within the picture."""
    left, top, width, height = box
    across, down = picture.size
    x, y = min(left * across // 1000, across - 1), min(top * down // 1000, down - 1)
    right = min(-(-(left + width) * across // 1000), across)
    bottom = min(-(-(top + height) * down // 1000), down)
    return x, y, max(right, x + 1), max(bottom, y + 1)


def _packed(clean: Image.Image) -> bytes:
    jpeg = _encoded(clean, QUALITY)
    head = RESULT.pack(*clean.size, _dhash(clean).encode(), len(jpeg))
    return head + jpeg + _thumbnail(clean)


def _opened(raw: bytes) -> Image.Image:
    """Return the picture, not decoded yet, with all its counts within bounds."""
    reader = reader_of(raw)
    if reader is JpegImageFile and _scans(raw) > SCANS:
        raise Unreadable
    picture = reader(BytesIO(raw))
    width, height = picture.size
    if width * height > PIXELS or max(width, height) > SIDE:
        raise TooManyPixels
    if reader is not HeifImageFile and getattr(picture, "n_frames", 1) > 1:
        raise MovingPicture  # a HEIC holds its burst beside the photo that was meant
    return picture


def reader_of(raw: bytes) -> type[ImageFile.ImageFile]:
    """Return who reads this picture by its first bytes; its name and declared type are claims."""
    if not raw:
        raise EmptyPicture
    if len(raw) > BYTES:
        raise PictureTooBig
    for mark, at, reader in _READERS:
        if raw.startswith(mark, at):
            return reader
    for mark, at, name in _NOT_TAKEN:
        if raw.startswith(mark, at):
            raise FormatNotTaken(name)
    raise NotAPicture


_START_OF_SCAN, _END = 0xDA, 0xD9
_ALONE = frozenset({0x00, 0x01, 0xFF, *range(0xD0, 0xD9)})
"""What follows FF without a length: stuffing, filling, restart marks, the start."""


def _scans(raw: bytes) -> int:
    """Return how many scans a JPEG has up to its end; what phones append after it is not read."""
    scans, at = 0, raw.find(b"\xff", 2)
    while 0 <= at < len(raw) - 3 and raw[at + 1] != _END:
        mark = raw[at + 1]
        scans += mark == _START_OF_SCAN
        size = int.from_bytes(raw[at + 2 : at + 4]) if mark not in _ALONE else 0
        at = raw.find(b"\xff", at + max(size + 2, 1 if mark == 0xFF else 2))
    return scans


def _shrunk(picture: Image.Image) -> Image.Image:
    """Return the picture at most 1600 pixels long; a JPEG is decoded near that size at once."""
    if picture.mode in {"P", "PA", "1"}:
        picture = picture.convert("RGBA")
    picture.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    picture.load()
    return picture


def _upright(picture: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:  # a broken note about the camera does not spoil the photo
        return picture


def _clean(picture: Image.Image) -> Image.Image:
    """Return a new picture of the same pixels on white: nothing else can come along."""
    clean = Image.new("RGB", picture.size, "white")
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        clean.paste(picture, mask=picture.getchannel("A"))
    else:
        clean.paste(picture.convert("RGB"))
    return clean


def _encoded(picture: Image.Image, quality: int) -> bytes:
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _thumbnail(picture: Image.Image) -> bytes:
    small = b""
    for side, quality in _THUMBNAILS:
        copy = picture.copy()
        copy.thumbnail((side, side), reducing_gap=2.0)
        small = _encoded(copy, quality)
        if len(small) <= THUMBNAIL_BYTES:
            break
    return small


def _dhash(picture: Image.Image) -> str:
    """Return whether each of 8 × 8 points is darker than its right neighbour."""
    grey = picture.convert("L").resize((9, 8), Image.Resampling.LANCZOS).tobytes()
    bits = 0
    for at in range(72):
        if at % 9 < 8:
            bits = bits << 1 | (grey[at] < grey[at + 1])
    return f"{bits:016x}"


# What goes through the pipes: four bytes of length, then as many bytes. An answer is a refusal's
# name after a zero, or the sizes and the two pictures after a one.
_LENGTH = struct.Struct(">I")
CHANGE = b"\0change"
"""Starts an order to change a picture; no picture starts so."""
BOXES = struct.Struct(">?B")
"""Keep the first box alone, or black all out; how many boxes."""
BOX = struct.Struct(">4H")
"""Left, top, width, height in thousandths of the picture."""
RESULT = struct.Struct(">HH16sI")
REFUSALS = {
    refusal.__name__.encode(): refusal for refusal in (MovingPicture, Unreadable, TooManyPixels)
}


def send(pipe: IO[bytes], message: bytes) -> None:
    """Write one message to the other process."""
    pipe.write(_LENGTH.pack(len(message)))
    pipe.write(message)
    pipe.flush()


def receive(pipe: IO[bytes]) -> bytes:
    """Return the next message; `EOFError` where the other process has ended."""
    (length,) = _LENGTH.unpack(_exactly(pipe, _LENGTH.size))
    return _exactly(pipe, length)


def _exactly(pipe: IO[bytes], length: int) -> bytes:
    message = pipe.read(length)
    if len(message) < length:
        raise EOFError
    return message
