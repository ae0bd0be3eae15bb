"""Voice notes: told apart by their bytes, measured, and silent about who made them when."""

import struct
from collections.abc import Callable, Iterator

import pytest

from hazard.core import voices as core_voices
from hazard.core.errors import HazardError
from hazard.core.voices import BYTES, MOST_PARTS, Kind, NotAVoice, VoiceTooLong, _ogg_sum, clean
from tests import pictures, voices

MAKERS: dict[Kind, Callable[..., bytes]] = {
    Kind.M4A: voices.m4a, Kind.MP3: voices.mp3, Kind.AAC: voices.aac, Kind.AMR: voices.amr,
    Kind.OGG: voices.ogg, Kind.WEBM: voices.webm, Kind.WAV: voices.wav,
}  # fmt: skip


@pytest.mark.parametrize("kind", Kind)
def test_a_note_of_each_kind_is_known_by_its_bytes_and_its_length_is_read(kind: Kind) -> None:
    note = clean(MAKERS[kind](3))
    assert (note.kind, note.seconds) == (kind, 3)
    assert clean(note.body) == note, "what is kept is a good note of the same kind"


@pytest.mark.parametrize("kind", set(Kind) - {Kind.AMR})
def test_who_recorded_it_where_and_when_is_gone(kind: Kind) -> None:
    raw = MAKERS[kind](3)
    assert voices.MAKER in raw
    kept = clean(raw).body
    assert voices.MAKER not in kept
    assert struct.pack(">I", voices.MOMENT) not in kept


def test_the_check_sum_of_an_ogg_page_is_right_again() -> None:
    kept = clean(voices.ogg()).body
    second = kept.index(b"OggS", 4)
    page = bytearray(kept[second : kept.index(b"OggS", second + 4)])
    given = struct.unpack_from("<I", page, 22)
    struct.pack_into("<I", page, 22, 0)
    assert given == (_ogg_sum(page),)


@pytest.mark.parametrize("kind", Kind)
def test_more_than_three_minutes_are_refused(kind: Kind) -> None:
    with pytest.raises(VoiceTooLong) as refused:
        clean(MAKERS[kind](185))
    assert (refused.value.status, refused.value.field) == (413, "voice")


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"#!AMR", b"#!AMR\n", pictures.text(), pictures.jpeg(), pictures.heic(),
        voices.m4a(handler=b"vide"), voices.m4a()[:60], voices.webm(video=True),
        voices.webm()[:40], voices.ogg()[:50], voices.ogg() + voices.ogg(), voices.wav()[:30],
        b"ID3\4\0\0\0\0\0\5hello", b"\xff\xfb\x00\x00" + bytes(50), b"RIFX\0\0\0\0WAVE",
    ],
)  # fmt: skip
def test_what_is_no_voice_note_is_refused_in_words(raw: bytes) -> None:
    with pytest.raises(HazardError) as refused:
        clean(raw)
    assert isinstance(refused.value, NotAVoice)


def test_ten_megabytes_are_the_most() -> None:
    with pytest.raises(VoiceTooLong):
        clean(voices.amr() + bytes(BYTES))


def element(name: str, content: bytes) -> bytes:
    return bytes.fromhex(name) + (0x10000000 | len(content)).to_bytes(4) + content


def webm(*inside: bytes) -> bytes:
    track = element("1654AE6B", element("AE", element("83", b"\x02")))
    return element("1A45DFA3", b"") + element("18538067", track + b"".join(inside))


@pytest.mark.parametrize(
    "raw",
    [
        webm(element("1654AE6B", b"\xec\x80" * MOST_PARTS)),
        b"RIFF....WAVE" + b"abcd\0\0\0\0" * (MOST_PARTS + 1),
        b"\0\0\0\x0cftypM4A " + b"\0\0\0\x08abcd" * MOST_PARTS,
    ],
    ids=["elements", "chunks", "boxes"],
)
def test_a_note_of_millions_of_empty_parts_is_not_walked_to_its_end(
    raw: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    walked = list[object]()
    few = core_voices._few
    monkeypatch.setattr(core_voices, "_few", lambda parts: few(_counted(parts, walked)))
    with pytest.raises(NotAVoice):
        clean(raw)
    assert len(walked) == MOST_PARTS + 1


def _counted(parts: Iterator[object], walked: list[object]) -> Iterator[object]:
    for part in parts:
        walked.append(part)
        yield part


@pytest.mark.parametrize("length", [float("nan"), float("inf"), -5.0, 1e300])
def test_a_length_that_is_none_is_refused(length: float) -> None:
    scale = element("2AD7B1", b"\xff" * 200)
    with pytest.raises((NotAVoice, VoiceTooLong)):
        clean(webm(element("1549A966", element("4489", struct.pack(">d", length)))))
    with pytest.raises(NotAVoice):
        clean(webm(element("1549A966", scale + element("4489", struct.pack(">d", length)))))
