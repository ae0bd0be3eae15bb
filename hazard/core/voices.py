"""A voice note: told apart by its first bytes, its length read, what it says of its maker removed.

Nothing is decoded. A note is blanked in place, so that no offset inside it moves: names, places
and the moment of the recording go, the sound stays as it was. Pure.
"""

import hashlib
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from hazard.core.errors import TooLarge, Unclear
from hazard.core.limits import MEGABYTE
from hazard.core.words import N_, Sentence, Term

BYTES = 10 * MEGABYTE
SECONDS = 180
MOST_PARTS = 20_000
"""Boxes, pages, elements or chunks: three minutes have some ten thousand pages at most."""


Part = TypeVar("Part")


class Kind(Term):
    """A kind of sound file; the value is what its name ends on, the label what it is called."""

    M4A = "m4a", N_("M4A recording")
    MP3 = "mp3", N_("MP3 recording")
    AAC = "aac", N_("AAC recording")
    AMR = "amr", N_("AMR recording")
    OGG = "ogg", N_("OGG recording")
    WEBM = "webm", N_("WEBM recording")
    WAV = "wav", N_("WAV recording")


TYPES = {
    Kind.M4A: "audio/mp4", Kind.MP3: "audio/mpeg", Kind.AAC: "audio/aac", Kind.AMR: "audio/amr",
    Kind.OGG: "audio/ogg", Kind.WEBM: "audio/webm", Kind.WAV: "audio/wav",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice note fit to be kept."""

    body: bytes
    sha256: str
    kind: Kind
    seconds: int | None
    """Whole seconds, where the file tells."""


class NotAVoice(Unclear):
    """No sound file, one that is broken, or a film."""

    def __init__(self) -> None:
        super().__init__(
            Sentence(N_("This is not a voice note. Record it once more, or write a sentence")),
            field="voice",
        )


class VoiceTooLong(TooLarge):
    """More bytes or more time than a voice note may have."""

    def __init__(self) -> None:
        super().__init__(
            Sentence(N_("A voice note may take %(n)s minutes at most"), n=SECONDS // 60),
            field="voice",
        )


def clean(raw: bytes) -> Voice:
    """Return the note fit to be kept; raises `NotAVoice` or `VoiceTooLong`."""
    if len(raw) > BYTES:
        raise VoiceTooLong
    kind = _kind_of(raw)
    body = bytearray(raw)
    try:
        seconds = _CLEANERS[kind](body)
    except (struct.error, ArithmeticError, LookupError, ValueError) as broken:
        raise NotAVoice from broken
    if seconds is not None and not seconds >= 0:  # no number at all is neither
        raise NotAVoice
    if seconds is not None and seconds > SECONDS:
        raise VoiceTooLong
    kept = bytes(body)
    whole = round(seconds) if seconds else None
    return Voice(kept, hashlib.sha256(kept).hexdigest(), kind, whole)


def _kind_of(raw: bytes) -> Kind:
    for mark, at, kind in _MARKS:
        if raw.startswith(mark, at):
            return kind
    if raw[:3] == b"ID3" or _is_mpeg(raw, 0):
        start = _after_id3(raw)
        return Kind.AAC if _is_adts(raw, start) else Kind.MP3
    raise NotAVoice


def _few(parts: Iterator[Part]) -> Iterator[Part]:
    """Yield the parts of a note; raises `NotAVoice` for more than an honest one has."""
    for count, part in enumerate(parts):
        if count == MOST_PARTS:
            raise NotAVoice
        yield part


_MARKS = (
    (b"ftyp", 4, Kind.M4A),
    (b"#!AMR", 0, Kind.AMR),
    (b"OggS", 0, Kind.OGG),
    (b"\x1aE\xdf\xa3", 0, Kind.WEBM),
    (b"WAVE", 8, Kind.WAV),
)


# ---- MPEG-4 and 3GPP: boxes of four bytes length, four letters, content ----

_INSIDE = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts"})
_TELLING = frozenset({b"udta", b"meta", b"uuid", b"free", b"skip"})
_DATED = frozenset({b"mvhd", b"tkhd", b"mdhd"})
_DEEPEST = 8


def _clean_mp4(body: bytearray) -> float | None:
    """Blank what tells of maker, place and moment; only sound may be inside."""
    tracks, seconds = set(), None
    for name, at, start, end in _few(_boxes(body, 0, len(body), 0)):
        if name in _TELLING:
            body[at + 4 : at + 8] = b"free"
            body[start:end] = bytes(end - start)
        elif name in _DATED:
            wide = body[start] == 1
            behind = start + (20 if wide else 12)
            body[start + 4 : behind] = bytes(behind - start - 4)
            if name == b"mvhd":
                scale, length = struct.unpack_from(">IQ" if wide else ">II", body, behind)
                seconds = length / scale
        elif name == b"hdlr":
            tracks.add(bytes(body[start + 8 : start + 12]))
            body[start + 24 : end] = bytes(end - start - 24)
    if b"soun" not in tracks or b"vide" in tracks:
        raise NotAVoice
    return seconds


def _boxes(body: bytearray, at: int, end: int, depth: int) -> Iterator[tuple[bytes, int, int, int]]:
    """Yield name, place, content and end of each box, those inside others too."""
    while at + 8 <= end:
        size, name = struct.unpack_from(">I4s", body, at)
        start = at + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", body, start)
            start += 8
        stop = end if size == 0 else at + size
        if stop < start or stop > end or depth > _DEEPEST:
            raise NotAVoice
        yield name, at, start, stop
        if name in _INSIDE:
            yield from _boxes(body, start, stop, depth + 1)
        at = stop


# ---- MP3 and AAC: frames; tags before and behind ----


def _after_id3(raw: bytes | bytearray) -> int:
    if raw[:3] != b"ID3":
        return 0
    size = 0
    for digit in raw[6:10]:
        size = size << 7 | digit & 0x7F
    return 10 + size


def _is_mpeg(raw: bytes | bytearray, at: int) -> bool:
    return len(raw) > at + 6 and raw[at] == 0xFF and raw[at + 1] & 0xE0 == 0xE0


def _is_adts(raw: bytes | bytearray, at: int) -> bool:
    return _is_mpeg(raw, at) and raw[at + 1] & 0xF6 == 0xF0


_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)


def _clean_aac(body: bytearray) -> float:
    del body[: _after_id3(body)]
    at, seconds = 0, 0.0
    while seconds <= SECONDS and _is_adts(body, at):
        rate = _RATES[body[at + 2] >> 2 & 0x0F]
        at += max((body[at + 3] & 3) << 11 | body[at + 4] << 3 | body[at + 5] >> 5, 7)
        seconds += 1024 / rate
    return _cut_behind(body, at, seconds)


_BITRATES = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_MP3_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def _clean_mp3(body: bytearray) -> float:
    del body[: _after_id3(body)]
    at, seconds = 0, 0.0
    while seconds <= SECONDS and _is_mpeg(body, at):
        size, length = _mp3_frame(body, at)
        at += size
        seconds += length
    return _cut_behind(body, at, seconds)


def _mp3_frame(body: bytearray, at: int) -> tuple[int, float]:
    """Return bytes and seconds of a layer 3 frame; raises `NotAVoice` for any other."""
    version, layer = body[at + 1] >> 3 & 3, body[at + 1] >> 1 & 3
    if layer != 1 or version == 1:
        raise NotAVoice
    rate = _MP3_RATES[version][body[at + 2] >> 2 & 3]
    kbit = _BITRATES[1 if version == 3 else 2][body[at + 2] >> 4]
    samples = 1152 if version == 3 else 576
    size = samples // 8 * kbit * 1000 // rate + (body[at + 2] >> 1 & 1)
    if size < 8:
        raise NotAVoice
    return size, samples / rate


def _cut_behind(body: bytearray, at: int, seconds: float) -> float:
    """Drop what follows the last frame: tags of a player, or anything at all."""
    if not seconds:
        raise NotAVoice
    del body[at:]
    return seconds


# ---- AMR: a line, then frames of 20 ms ----

_NARROW = (13, 14, 16, 18, 20, 21, 27, 32, 6, 1, 1, 1, 1, 1, 1, 1)
_WIDE = (18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 1, 1, 1, 1, 1, 1)


def _clean_amr(body: bytearray) -> float:
    wide = body.startswith(b"#!AMR-WB\n")
    if not wide and not body.startswith(b"#!AMR\n"):
        raise NotAVoice
    sizes, at, frames = _WIDE if wide else _NARROW, body.index(b"\n") + 1, 0
    while at < len(body) and frames <= SECONDS * 50:
        at += sizes[body[at] >> 3 & 0x0F]
        frames += 1
    return _cut_behind(body, at, frames / 50)


# ---- OGG: pages with a check sum; the second packet holds the notes ----


_BEGINS = 2


def _clean_ogg(body: bytearray) -> float:
    pages = list(_few(_pages(body)))
    if any(body[at + 5] & _BEGINS for at, _, _ in pages[1:]):
        raise NotAVoice  # a second stream, such as a film
    first = bytes(body[pages[0][1] : pages[0][2]])
    if first.startswith(b"OpusHead"):
        rate, mark = 48000, b"OpusTags"
    elif first.startswith(b"\x01vorbis"):
        rate, mark = int.from_bytes(first[12:16], "little"), b"\x03vorbis"
    else:
        raise NotAVoice
    _blank_notes(body, pages, mark)
    last = int.from_bytes(body[pages[-1][0] + 6 : pages[-1][0] + 14], "little", signed=True)
    return max(last, 0) / rate


def _pages(body: bytearray) -> Iterator[tuple[int, int, int]]:
    """Yield where each page, its content and its end lie."""
    at = 0
    while at < len(body):
        if body[at : at + 4] != b"OggS":
            raise NotAVoice
        start = at + 27 + body[at + 26]
        end = start + sum(body[at + 27 : start])
        if end > len(body):
            raise NotAVoice
        yield at, start, end
        at = end


def _blank_notes(body: bytearray, pages: list[tuple[int, int, int]], mark: bytes) -> None:
    """Overwrite the vendor and each note by spaces, on the one page where recorders put them."""
    at, start, end = pages[1]
    if body[start : start + len(mark)] != mark:
        raise NotAVoice
    spot = start + len(mark)
    spot = _blank_text(body, spot, end)
    (notes,) = struct.unpack_from("<I", body, spot)
    spot += 4
    for _ in range(notes):
        spot = _blank_text(body, spot, end)
    struct.pack_into("<I", body, at + 22, 0)
    struct.pack_into("<I", body, at + 22, _ogg_sum(body[at:end]))


def _blank_text(body: bytearray, at: int, end: int) -> int:
    size = int.from_bytes(body[at : at + 4], "little")
    stop = at + 4 + size
    if stop > end:
        raise NotAVoice
    body[at + 4 : stop] = b" " * size
    return stop


def _ogg_sum(page: bytes | bytearray) -> int:
    check = 0
    for byte in page:
        check ^= byte << 24
        for _ in range(8):
            check = (check << 1 ^ (0x04C11DB7 if check & 0x80000000 else 0)) & 0xFFFFFFFF
    return check


# ---- WEBM: elements of an id, a length, content ----

_SEGMENT, _INFO, _CLUSTER, _VOID = 0x18538067, 0x1549A966, 0x1F43B675, 0xEC
_TRACKS, _TRACK, _TRACK_TYPE, _VIDEO = 0x1654AE6B, 0xAE, 0x83, 1
_SCALE, _LENGTH = 0x2AD7B1, 0x4489
_NOTES = frozenset(
    {0x1254C367, 0x1941A469, 0x1043A770, 0x4461, 0x7BA9, 0x4D80, 0x5741, 0x73A4, 0x536E}
)
"""Tags, attachments, chapters; moment, title, programs, id; the name of a track."""


def _clean_webm(body: bytearray) -> float | None:
    facts: dict[int, float] = {_SCALE: 1_000_000}
    sound = False
    for name, head, start, end in _few(_elements(body, 0, len(body), 0)):
        if name in _NOTES:
            _void(body, head, end)
        elif name == _TRACK_TYPE:
            if body[start] == _VIDEO:
                raise NotAVoice
            sound = True
        elif name == _SCALE:
            facts[name] = int.from_bytes(body[start:end])
        elif name == _LENGTH:
            (facts[name],) = struct.unpack(">f" if end - start == 4 else ">d", body[start:end])
    if not sound:
        raise NotAVoice
    return facts[_LENGTH] * facts[_SCALE] / 1e9 if _LENGTH in facts else None


def _elements(
    body: bytearray, at: int, end: int, depth: int
) -> Iterator[tuple[int, int, int, int]]:
    """Yield id, start, content and end of each element down to what a note needs.

    A recording that was not finished has a segment and a cluster without length: the last ends
    the walk.
    """
    while at < end:
        name, body_at = _number(body, at, keep_mark=True)
        size, start = _number(body, body_at, keep_mark=False)
        unknown = size == (1 << 7 * (start - body_at)) - 1
        stop = end if unknown else start + size
        if stop > end or depth > _DEEPEST:
            raise NotAVoice
        yield name, at, start, stop
        if name in {_SEGMENT, _INFO, _TRACKS, _TRACK}:
            yield from _elements(body, start, stop, depth + 1)
        at = stop


def _number(body: bytearray, at: int, *, keep_mark: bool) -> tuple[int, int]:
    """Return a number whose first zeros tell its length, and where it ends."""
    first = body[at]
    length = 9 - first.bit_length()
    if length > 8 or at + length > len(body):
        raise NotAVoice
    value = int.from_bytes(body[at : at + length])
    return (value if keep_mark else value & ~(1 << 7 * length)), at + length


def _void(body: bytearray, at: int, end: int) -> None:
    """Turn an element into an empty one of the same bytes."""
    room = end - at
    length = 8 if room >= 9 else 1
    mark = 1 << 7 * length
    left = room - 1 - length
    body[at:end] = bytes([_VOID]) + (mark | left).to_bytes(length) + bytes(left)


# ---- WAV: chunks of a name, a length, content ----


def _clean_wav(body: bytearray) -> float:
    """Keep form and sound alone; lists of notes are left out."""
    if body[:4] != b"RIFF":
        raise NotAVoice
    kept = {name: content for name, content in _few(_chunks(body)) if name in {b"fmt ", b"data"}}
    rate = int.from_bytes(kept[b"fmt "][8:12], "little")
    parts = b"".join(
        name + struct.pack("<I", len(kept[name])) + kept[name] for name in (b"fmt ", b"data")
    )
    body[:] = b"RIFF" + struct.pack("<I", len(parts) + 4) + b"WAVE" + parts
    return len(kept[b"data"]) / rate


def _chunks(body: bytearray) -> Iterator[tuple[bytes, bytes]]:
    at = 12
    while at + 8 <= len(body):
        name, size = struct.unpack_from("<4sI", body, at)
        yield name, bytes(body[at + 8 : at + 8 + size])
        at += 8 + size + size % 2


_CLEANERS: dict[Kind, Callable[[bytearray], float | None]] = {
    Kind.M4A: _clean_mp4, Kind.MP3: _clean_mp3, Kind.AAC: _clean_aac, Kind.AMR: _clean_amr,
    Kind.OGG: _clean_ogg, Kind.WEBM: _clean_webm, Kind.WAV: _clean_wav,
}  # fmt: skip
