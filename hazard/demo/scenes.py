"""Drawn stand-ins for photographs: a machine with and without its guard."""

import io

from PIL import Image, ImageDraw

from hazard.core.images import Darkroom, Picture

SIZE = (1280, 960)
WALL, FLOOR, STEEL, DARK = "#c9d1cb", "#8d9296", "#5f7a86", "#2c3438"
GUARD, HAZARD = "#e8a713", "#b3261e"


def before(darkroom: Darkroom, seed: int) -> Picture:
    """Return a machine whose moving part lies open."""
    return darkroom.develop(_drawn(seed, guarded=False))


def after(darkroom: Darkroom, seed: int) -> Picture:
    """Return the same machine with its guard on."""
    return darkroom.develop(_drawn(seed, guarded=True))


def _drawn(seed: int, *, guarded: bool) -> bytes:
    image = Image.new("RGB", SIZE, WALL)
    pen = ImageDraw.Draw(image)
    left = 160 + (seed * 53) % 280
    pen.rectangle((0, 700, *SIZE), fill=FLOOR)
    for line in range(0, SIZE[0], 160):
        pen.line((line, 700, line - 120, SIZE[1]), fill=DARK, width=2)
    pen.rectangle((left, 420, left + 640, 760), fill=STEEL, outline=DARK, width=6)
    pen.rectangle((left + 40, 470, left + 180, 560), fill=DARK)
    wheel = (left + 330, 440, left + 590, 700)
    pen.ellipse(wheel, fill=DARK, outline=HAZARD if not guarded else STEEL, width=14)
    for spoke in range(3):
        turn = spoke * 60 + seed * 17
        pen.arc((left + 360, 470, left + 560, 670), turn, turn + 40, fill="white", width=10)
    if guarded:
        pen.rectangle((left + 310, 420, left + 610, 720), fill=GUARD, outline=DARK, width=6)
        for bar in range(left + 340, left + 600, 44):
            pen.line((bar, 440, bar, 700), fill=DARK, width=8)
    else:
        pen.polygon([(left + 590, 690), (left + 720, 740), (left + 600, 760)], fill=HAZARD)
    stored = io.BytesIO()
    image.save(stored, "JPEG", quality=88)
    return stored.getvalue()
