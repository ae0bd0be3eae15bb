"""Test voice notes of every kind, silent, made on the spot; each says who recorded it where."""

import struct

from hazard.core.voices import _ogg_sum

MAKER = b"Huawei P70 of Wang Wei, workshop 3"
MOMENT = 0xE5A1B2C3
"""Stands where a recording keeps its moment."""


def amr(seconds: float = 3) -> bytes:
    return b"#!AMR\n" + (b"\x3c" + bytes(31)) * round(seconds * 50)


def aac(seconds: float = 3) -> bytes:
    frame = b"\xff\xf1\x50\x80\x02\x1f\xfc" + bytes(9)
    return _id3() + frame * round(seconds * 44100 / 1024)


def mp3(seconds: float = 3) -> bytes:
    frame = b"\xff\xfb\x90\x00" + bytes(413)
    return _id3() + frame * round(seconds * 44100 / 1152) + b"TAG" + MAKER.ljust(125, b"\0")


def wav(seconds: float = 3) -> bytes:
    form = struct.pack("<HHIIHH", 1, 1, 8000, 8000, 1, 8)
    notes = b"INFOIART" + struct.pack("<I", len(MAKER)) + MAKER
    sound = bytes(round(8000 * seconds))
    chunks = b"".join(
        name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)
        for name, body in ((b"fmt ", form), (b"LIST", notes), (b"data", sound))
    )
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WAVE" + chunks


def m4a(seconds: int = 3, *, handler: bytes = b"soun") -> bytes:
    dates = struct.pack(">II", MOMENT, MOMENT)
    mvhd = _box(b"mvhd", bytes(4) + dates + struct.pack(">II", 1000, seconds * 1000) + bytes(80))
    tkhd = _box(b"tkhd", bytes(4) + dates + bytes(72))
    mdhd = _box(b"mdhd", bytes(4) + dates + struct.pack(">II", 44100, seconds * 44100) + bytes(4))
    hdlr = _box(b"hdlr", bytes(8) + handler + bytes(12) + MAKER + b"\0")
    track = _box(b"trak", tkhd + _box(b"mdia", mdhd + hdlr))
    notes = _box(b"udta", _box(b"\xa9xyz", b"+31.2+121.4/" + MAKER))
    film = _box(b"moov", mvhd + track + notes)
    return _box(b"ftyp", b"M4A \0\0\0\0M4A mp42") + film + _box(b"mdat", bytes(4000))


def ogg(seconds: int = 3) -> bytes:
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 0, 16000, 0, 0)
    notes = b"OpusTags" + _text(b"libopus") + struct.pack("<I", 1) + _text(b"ARTIST=" + MAKER)
    pages = ((2, 0, head), (0, 0, notes), (4, seconds * 48000, bytes(200)))
    return b"".join(_page(seq, *page) for seq, page in enumerate(pages))


def webm(seconds: int = 3, *, video: bool = False) -> bytes:
    facts = _element(0x2AD7B1, (1_000_000).to_bytes(3)) + _element(0x4D80, MAKER)
    facts += _element(0x4489, struct.pack(">d", seconds * 1000.0))
    facts += _element(0x4461, struct.pack(">Q", MOMENT))
    track = _element(0xAE, _element(0xD7, b"\1") + _element(0x83, b"\1" if video else b"\2"))
    body = _element(0x1549A966, facts) + _element(0x1654AE6B, track)
    cluster = _element(
        0x1F43B675, _element(0xE7, b"\0") + _element(0xA3, b"\x81\0\0\x80" + bytes(9))
    )
    return _element(0x1A45DFA3, _element(0x4282, b"webm")) + _element(0x18538067, body + cluster)


def _id3() -> bytes:
    return b"ID3\4\0\0\0\0\0" + bytes([len(MAKER)]) + MAKER


def _box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + name + body


def _text(words: bytes) -> bytes:
    return struct.pack("<I", len(words)) + words


def _page(seq: int, flags: int, position: int, body: bytes) -> bytes:
    head = b"OggS\0" + struct.pack("<BqIIIB", flags, position, 7, seq, 0, 1) + bytes([len(body)])
    page = bytearray(head + body)
    struct.pack_into("<I", page, 22, _ogg_sum(page))
    return bytes(page)


def _element(name: int, body: bytes) -> bytes:
    return name.to_bytes((name.bit_length() + 7) // 8) + (1 << 56 | len(body)).to_bytes(8) + body
