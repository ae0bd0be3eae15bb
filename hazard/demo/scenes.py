"""Drawn stand-ins for photographs: machines with and without their guard, posters, sheets.

And a hummed one for a voice note.
"""

import io
import math
import wave

from PIL import Image, ImageDraw

from hazard.core.images import Darkroom, Picture
from hazard.core.voices import Voice, clean

SIZE = (800, 600)
HZ, SPOKEN_S = 8000, 4
WALL, FLOOR, STEEL, DARK = "#c9d1cb", "#8d9296", "#5f7a86", "#2c3438"
GUARD, HAZARD = "#e8a713", "#b3261e"


def before(darkroom: Darkroom, seed: int) -> Picture:
    """Return a machine whose moving part lies open."""
    return darkroom.develop(_drawn(seed, guarded=False))


def after(darkroom: Darkroom, seed: int) -> Picture:
    """Return the same machine with its guard on."""
    return darkroom.develop(_drawn(seed, guarded=True))


def on_the_wall(darkroom: Darkroom, seed: int) -> Picture:
    """Return a poster hanging on a wall."""
    image = Image.new("RGB", SIZE, WALL)
    pen = ImageDraw.Draw(image)
    left = 250 + (seed * 37) % 60
    pen.rectangle((left, 70, left + 300, 500), fill="white", outline=DARK, width=4)
    pen.rectangle((left, 70, left + 300, 140), fill="#0f6b46")
    for row in range(9):
        for column in range(9):
            if (row * 7 + column * 5 + row * column + seed) % 3:
                spot = (left + 78 + column * 16, 170 + row * 16)
                pen.rectangle((*spot, spot[0] + 15, spot[1] + 15), fill=DARK)
    for line in range(350, 480, 26):
        pen.line((left + 30, line, left + 270, line), fill=STEEL, width=6)
    return darkroom.develop(_stored(image))


def signed(darkroom: Darkroom, seed: int) -> Picture:
    """Return a photographed sheet with three signatures and a stamp."""
    image = Image.new("RGB", SIZE, "#f7f5ef")
    pen = ImageDraw.Draw(image)
    for line in range(60, 430, 28):
        pen.line((40, line, SIZE[0] - 40, line), fill=STEEL, width=2)
    for column in (40, 130, 420, 600, SIZE[0] - 40):
        pen.line((column, 60, column, 424), fill=STEEL, width=2)
    for at in range(3):
        left = 70 + at * 240
        points = [(left + x * 14, 500 + (x * x * (seed + at + 3)) % 44) for x in range(11)]
        pen.line(points, fill="#1b2a6b", width=5)
    pen.ellipse((560, 430, 700, 570), outline=HAZARD, width=6)
    return darkroom.develop(_stored(image))


def written(darkroom: Darkroom, seed: int) -> Picture:
    """Return a few lines written by hand, as on a paper slip."""
    image = Image.new("RGB", SIZE, "#fbf6e6")
    pen = ImageDraw.Draw(image)
    for line in range(90, 480, 78):
        pen.line((60, line + 50, SIZE[0] - 60, line + 50), fill=STEEL, width=1)
        points = [(70 + x * 9, line + (x * x * (seed + line)) % 36) for x in range(66)]
        pen.line(points, fill=DARK, width=4)
    return darkroom.develop(_stored(image))


def by_finger(darkroom: Darkroom, seed: int) -> Picture:
    """Return a name drawn with a finger."""
    image = Image.new("RGB", (600, 240), "white")
    pen = ImageDraw.Draw(image)
    for at in range(3):
        left = 60 + at * 170
        points = [(left + x * 12, 60 + (x * x * (seed + at + 5)) % 110) for x in range(12)]
        pen.line(points, fill=DARK, width=7)
    return darkroom.develop(_stored(image))


def spoken(seed: int) -> Voice:
    """Return a few seconds that rise and fall like somebody speaking."""
    sound, stored = bytearray(), io.BytesIO()
    for at in range(HZ * SPOKEN_S):
        syllable = math.sin(at / HZ * math.tau * 2.5) ** 2
        pitch = 150 + 30 * math.sin(at / HZ * (3 + seed % 3))
        sound.append(128 + round(70 * syllable * math.sin(at / HZ * math.tau * pitch)))
    with wave.open(stored, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(HZ)
        file.writeframes(bytes(sound))
    return clean(stored.getvalue())


def _drawn(seed: int, *, guarded: bool) -> bytes:
    image = Image.new("RGB", SIZE, WALL if seed % 3 else "#d8cfc0")
    pen = ImageDraw.Draw(image)
    left, top = 60 + (seed * 53) % 220, 240 + (seed * 29) % 60
    pen.rectangle((0, 440, *SIZE), fill=FLOOR)
    for line in range(0, SIZE[0], 100):
        pen.line((line, 440, line - 75, SIZE[1]), fill=DARK, width=2)
    pen.rectangle((left, top, left + 400, top + 235), fill=STEEL, outline=DARK, width=4)
    pen.rectangle((left + 25, top + 32, left + 112, top + 88), fill=DARK)
    for lamp in range(seed % 4 + 1):
        pen.ellipse(
            (left + 30 + lamp * 20, top + 100, left + 42 + lamp * 20, top + 112), fill=GUARD
        )
    wheel = (left + 206, top + 12, left + 368, top + 174)
    pen.ellipse(wheel, fill=DARK, outline=HAZARD if not guarded else STEEL, width=9)
    for spoke in range(3):
        turn = spoke * 60 + seed * 17
        pen.arc((left + 225, top + 32, left + 350, top + 156), turn, turn + 40, "white", 7)
    if guarded:
        box = (left + 194, top, left + 380, top + 187)
        pen.rectangle(box, fill=GUARD, outline=DARK, width=4)
        for bar in range(left + 212, left + 375, 28):
            pen.line((bar, top + 12, bar, top + 175), fill=DARK, width=5)
    else:
        spill = [(left + 368, top + 168), (left + 450, top + 200), (left + 375, top + 212)]
        pen.polygon(spill, fill=HAZARD)
    return _stored(image)


def _stored(image: Image.Image) -> bytes:
    stored = io.BytesIO()
    image.save(stored, "JPEG", quality=88)
    return stored.getvalue()
