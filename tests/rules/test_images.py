import hashlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, JpegImagePlugin

from hazard.core import developing, images
from hazard.core.developing import (
    EmptyPicture,
    FormatNotTaken,
    MovingPicture,
    NotAPicture,
    PictureTooBig,
    TooManyPixels,
    Unreadable,
)
from hazard.core.errors import Busy, HazardError
from hazard.core.images import Darkroom, hash_distance
from hazard.core.words import say
from tests import pictures


@pytest.fixture(scope="module")
def darkroom() -> Iterator[Darkroom]:
    with Darkroom() as room:
        yield room


def opened(body: bytes) -> JpegImagePlugin.JpegImageFile:
    return JpegImagePlugin.JpegImageFile(BytesIO(body))


def red_share(picture: Image.Image, box: tuple[int, int, int, int]) -> float:
    red, _, blue = picture.crop(box).resize((1, 1), Image.Resampling.BOX).split()
    return red.tobytes()[0] / (red.tobytes()[0] + blue.tobytes()[0])


def pids(room: Darkroom) -> list[int]:
    return [child._process.pid for child in room._free.queue if child._process]


def processor_time(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize("make", [pictures.jpeg, pictures.png, pictures.webp])
def test_a_photo_of_each_taken_format_becomes_a_jpeg(
    darkroom: Darkroom, make: Callable[[], bytes]
) -> None:
    photo = darkroom.develop(make())
    kept = opened(photo.jpeg)
    assert kept.size == (photo.width, photo.height) == (640, 480)
    assert photo.sha256 == hashlib.sha256(photo.jpeg).hexdigest()


def test_a_phone_photo_of_twelve_megapixels_shrinks_to_1600(darkroom: Darkroom) -> None:
    photo = darkroom.develop(pictures.twelve_megapixels())
    assert (photo.width, photo.height) == (1600, 1200)
    assert opened(photo.jpeg).size == (1600, 1200)


def test_the_same_photo_sent_twice_is_the_same_file(darkroom: Darkroom) -> None:
    raw = pictures.jpeg()
    assert darkroom.develop(raw) == darkroom.develop(raw)


def test_what_is_kept_is_encoded_anew(darkroom: Darkroom) -> None:
    raw = pictures.jpeg() + b"<?php what a polyglot carries after the end"
    photo = darkroom.develop(raw)
    assert photo.jpeg != raw
    assert b"polyglot" not in photo.jpeg


def test_where_when_and_by_what_a_photo_was_taken_is_gone(darkroom: Darkroom) -> None:
    raw = pictures.with_gps()
    assert raw.count(pictures.MAKER.encode()) == 4, "EXIF, XMP, comment and profile carry it"
    photo = darkroom.develop(raw)
    for body in (photo.jpeg, photo.thumbnail):
        kept = opened(body)
        assert pictures.MAKER.encode() not in body
        assert b"Exif" not in body
        assert not kept.getexif()
        assert set(kept.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}


def test_an_iphone_photo_stands_upright_and_tells_nothing_more(darkroom: Darkroom) -> None:
    raw = pictures.heic()
    assert raw.count(pictures.MAKER.encode()) == 2, "EXIF and XMP carry it"
    photo = darkroom.develop(raw)
    kept = opened(photo.jpeg)
    assert kept.size == (240, 320), "held sideways"
    assert red_share(kept, (0, 0, 240, 100)) > 0.9
    assert pictures.MAKER.encode() not in photo.jpeg + photo.thumbnail
    assert not kept.getexif()


def test_an_iphone_photo_of_twelve_megapixels_fits_into_the_limits_of_a_child(
    darkroom: Darkroom,
) -> None:
    photo = darkroom.develop((pictures.SAMPLES / "twelve-megapixels.heic").read_bytes())
    assert (photo.width, photo.height) == (1600, 1200)


@pytest.mark.parametrize(
    ("orientation", "size", "red_side"),
    [
        (1, (640, 480), "left"),
        (3, (640, 480), "right"),
        (6, (480, 640), "top"),
        (8, (480, 640), "bottom"),
    ],
)
def test_a_photo_held_sideways_stands_upright(
    darkroom: Darkroom, orientation: int, size: tuple[int, int], red_side: str
) -> None:
    photo = darkroom.develop(pictures.with_gps(pictures.halves(640, 480), orientation=orientation))
    assert (photo.width, photo.height) == size
    kept = opened(photo.jpeg)
    width, height = size
    boxes = {
        "left": (0, 0, width // 3, height),
        "right": (width * 2 // 3, 0, width, height),
        "top": (0, 0, width, height // 3),
        "bottom": (0, height * 2 // 3, width, height),
    }
    assert max(boxes, key=lambda side: red_share(kept, boxes[side])) == red_side
    assert red_share(kept, boxes[red_side]) > 0.9


def test_a_photo_with_broken_camera_notes_is_taken(darkroom: Darkroom) -> None:
    photo = darkroom.develop(pictures.jpeg(exif=b"Exif\0\0II*\0\xff\xff\xff\x7f"))
    assert photo.width == 640


def test_a_see_through_picture_stands_on_white(darkroom: Darkroom) -> None:
    photo = darkroom.develop(pictures.png(Image.new("RGBA", (64, 64), (200, 0, 0, 0))))
    assert min(opened(photo.jpeg).convert("L").getextrema()) == 255


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "CMYK"])
def test_a_picture_of_any_colours_is_taken(darkroom: Darkroom, mode: str) -> None:
    picture = Image.new("L", (2000, 100), 200).convert("I" if mode == "I;16" else mode)
    raw = pictures.jpeg(picture) if mode == "CMYK" else pictures.png(picture.convert(mode))
    photo = darkroom.develop(raw)
    assert (photo.width, photo.height, opened(photo.jpeg).mode) == (1600, 80, "RGB")


@pytest.mark.parametrize(
    "picture", [pictures.scene(1600, 1200), pictures.noise(1600, 1600), pictures.noise(9000, 9)]
)
def test_the_thumbnail_fits_into_a_data_address_of_8_kb(
    darkroom: Darkroom, picture: Image.Image
) -> None:
    photo = darkroom.develop(pictures.jpeg(picture))
    assert len(photo.thumbnail) * 4 / 3 <= 8_000
    assert 80 <= max(opened(photo.thumbnail).size) <= 240


def test_a_photo_sent_on_by_a_messenger_is_known_again(darkroom: Darkroom) -> None:
    one = darkroom.develop(pictures.jpeg(pictures.scene(1600, 1200)))
    again = darkroom.develop(
        pictures.jpeg(pictures.scene(1600, 1200).resize((900, 675)), quality=40)
    )
    other = darkroom.develop(pictures.jpeg(pictures.scene(1600, 1200, seed=2)))
    assert len(one.dhash) == 16
    assert one.sha256 != again.sha256
    assert hash_distance(one.dhash, again.dhash) <= 6
    assert hash_distance(one.dhash, other.dhash) > 12


@pytest.mark.parametrize(
    ("make", "refusal"),
    [
        (bytes, EmptyPicture),
        (pictures.text, NotAPicture),
        (pictures.avif, FormatNotTaken),
        (lambda: pictures.heic()[:700], Unreadable),
        (lambda: b"GIF89a" + bytes(64), FormatNotTaken),
        (lambda: pictures.jpeg() + bytes(10_000_000), PictureTooBig),
        (pictures.truncated, Unreadable),
        (lambda: pictures.jpeg()[:200], Unreadable),
        (lambda: pictures.png()[:60] + bytes(100), Unreadable),
        (lambda: b"RIFF\xff\0\0\0WEBP" + bytes(64), Unreadable),
        (pictures.moving_webp, MovingPicture),
        (pictures.moving_png, MovingPicture),
        (pictures.narrow_bomb, TooManyPixels),
        (pictures.huge_bomb, TooManyPixels),
        (lambda: pictures.blank_png(12_001, 1), TooManyPixels),
        (lambda: pictures.many_scans(300), Unreadable),
    ],
)
def test_what_is_no_good_photo_is_refused_and_the_next_one_is_taken(
    darkroom: Darkroom, make: Callable[[], bytes], refusal: type[HazardError]
) -> None:
    with pytest.raises(refusal) as refused:
        darkroom.develop(make())
    assert refused.value.status == (413 if refusal in {PictureTooBig, TooManyPixels} else 422)
    assert say(refused.value.sentence, "en")
    assert darkroom.develop(pictures.jpeg()).width == 640


def test_a_format_that_is_not_read_is_refused_by_its_name(darkroom: Darkroom) -> None:
    with pytest.raises(FormatNotTaken) as refused:
        darkroom.develop(pictures.avif())
    assert "AVIF" in say(refused.value.sentence, "en")


def test_sixty_four_scans_are_taken_and_sixty_five_are_not(darkroom: Darkroom) -> None:
    assert darkroom.develop(pictures.many_scans(64)).width == 640
    with pytest.raises(Unreadable):
        darkroom.develop(pictures.many_scans(65))


def test_the_film_a_phone_appends_to_its_photo_counts_as_no_scan(darkroom: Darkroom) -> None:
    assert darkroom.develop(pictures.jpeg() + b"\xff\xda" * 500).width == 640


def test_a_scan_hidden_behind_filling_bytes_is_counted() -> None:
    plain = pictures.many_scans(70)
    filled = plain.replace(b"\xff\xda", b"\xff\xff\xff\xda")
    assert developing._scans(plain) == developing._scans(filled) == 70


def test_fifty_megapixels_with_transparency_fit_into_the_memory_of_a_child() -> None:
    with Darkroom(seconds=20) as room:
        photo = room.develop(pictures.blank_png(7_070, 7_070, channels=4))
    assert (photo.width, photo.height) == (1600, 1600)


def test_a_photo_that_computes_too_long_is_ended_and_the_next_one_is_taken() -> None:
    slow = pictures.many_scans(64, Image.new("RGB", (8_000, 6_000), "grey"))
    assert len(slow) < developing.BYTES, "it passes every count"
    with Darkroom(seconds=1) as room:
        begun = time.monotonic()
        with pytest.raises(Unreadable):
            room.develop(slow)
        assert time.monotonic() - begun < images.PATIENCE / 2, (
            "processor time, not patience, ended it"
        )
        assert room.develop(pictures.jpeg()).width == 640


def test_processor_time_is_allowed_anew_for_each_photo() -> None:
    raw = pictures.blank_png(3_500, 3_500, channels=3)
    with Darkroom(seconds=1) as room:
        room.develop(raw)
        (first,) = pids(room)
        while processor_time(first) < 2.2:
            room.develop(raw)
        assert pids(room) == [first], "one child lived longer than one photo may take"


def test_a_child_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    with Darkroom() as room:
        room.develop(pictures.jpeg())
        (hung,) = pids(room)
        os.kill(hung, signal.SIGSTOP)
        monkeypatch.setattr(images, "PATIENCE", 0.3)
        with pytest.raises(Unreadable):
            room.develop(pictures.jpeg(pictures.noise(2000, 2000)))
        monkeypatch.undo()
        assert room.develop(pictures.jpeg()).width == 640
        assert hung not in pids(room)


def test_a_child_that_died_while_idle_costs_nobody_a_photo() -> None:
    with Darkroom() as room:
        room.develop(pictures.jpeg())
        (pid,) = pids(room)
        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        assert room.develop(pictures.jpeg()).width == 640


def test_a_child_has_little_memory_and_writes_no_file() -> None:
    with Darkroom() as room:
        room.develop(pictures.jpeg())
        (pid,) = pids(room)
        limits = Path(f"/proc/{pid}/limits").read_text(encoding="ascii")
    rows = {line[:26].strip(): line[26:].split()[:2] for line in limits.splitlines()}
    assert rows["Max address space"] == ["600000000", "600000000"]
    assert rows["Max file size"] == ["0", "0"]
    assert rows["Max core file size"] == ["0", "0"]
    assert rows["Max open files"] == ["32", "32"]


def test_a_child_gives_way_to_whoever_waits_for_a_page() -> None:
    with Darkroom() as room:
        room.develop(pictures.jpeg())
        (pid,) = pids(room)
        assert os.getpriority(os.PRIO_PROCESS, pid) == os.getpriority(os.PRIO_PROCESS, 0) + 5


def test_a_child_is_replaced_after_its_hundred_photos(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "LIFETIME", 3)
    raw = pictures.jpeg(pictures.scene(32, 24))
    with Darkroom() as room:
        seen = []
        for _ in range(6):
            room.develop(raw)
            seen += pids(room)
    assert len(seen) == 4, "none is left after the third and the sixth"
    assert len(set(seen)) == 2


def test_two_phones_send_several_photos_at_once() -> None:
    raws = {seed: pictures.jpeg(pictures.scene(seed=seed)) for seed in range(12)}
    with Darkroom() as room:
        alone = {seed: room.develop(raw) for seed, raw in raws.items()}
        with ThreadPoolExecutor(8) as phones:
            together = dict(zip(raws, phones.map(room.develop, raws.values()), strict=True))
        assert len(pids(room)) == 2
    assert together == alone
    assert len({photo.sha256 for photo in alone.values()}) == 12


def test_whoever_comes_after_a_full_queue_is_asked_to_come_again() -> None:
    raw = pictures.jpeg(pictures.scene(32, 24))
    with Darkroom() as room:
        children = [room._free.get() for _ in range(images.CHILDREN)]
        waiting = [
            threading.Thread(target=room.develop, args=(raw,))
            for _ in range(images.CHILDREN + images.QUEUE)
        ]
        for phone in waiting:
            phone.start()
        while room._turns._value:
            time.sleep(0.01)
        with pytest.raises(Busy):
            room.develop(raw)
        for child in children:
            room._free.put(child)
        for phone in waiting:
            phone.join()
        assert room.develop(raw).width == 32


def test_nothing_is_left_running_when_the_darkroom_closes() -> None:
    room = Darkroom()
    room.develop(pictures.jpeg())
    (pid,) = pids(room)
    room.close()
    assert not Path(f"/proc/{pid}").exists()
    assert room.develop(pictures.jpeg()).width == 640
    room.close()
