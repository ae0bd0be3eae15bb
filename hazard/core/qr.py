"""QR codes as vector drawings, for papers and pages."""

from enum import IntEnum
from io import BytesIO
from itertools import groupby

import qrcode
from PIL import Image
from qrcode import constants

MASK = 3
"""One of the eight masks of ISO/IEC 18004. Every reader reads all; trying which one looks best
costs four fifths of the time a poster takes."""
QUIET_ZONE = 4
"""White modules around the symbol, as ISO/IEC 18004 asks."""


class Level(IntEnum):
    """How much of the symbol may be lost and still be read."""

    M = constants.ERROR_CORRECT_M
    Q = constants.ERROR_CORRECT_Q


def svg(text: str, level: Level, *, quiet_zone: int = QUIET_ZONE) -> str:
    """Return a QR symbol of `text` as one black SVG path, `quiet_zone` white modules around it."""
    rows = modules(text, level)
    side = len(rows) + 2 * quiet_zone
    path = "".join(_row(cells, quiet_zone, quiet_zone + top) for top, cells in enumerate(rows))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"'
        f' shape-rendering="crispEdges"><path d="{path}"/></svg>'
    )


def png(text: str, level: Level, *, scale: int = 8) -> bytes:
    """Return the same symbol as a black and white PNG, `scale` pixels a module."""
    rows = modules(text, level)
    side = len(rows) + 2 * QUIET_ZONE
    picture = Image.new("1", (side, side), 1)
    for top, cells in enumerate(rows):
        for left, black in enumerate(cells):
            if black:
                picture.putpixel((QUIET_ZONE + left, QUIET_ZONE + top), 0)
    out = BytesIO()
    picture.resize((side * scale, side * scale), Image.Resampling.NEAREST).save(out, "PNG")
    return out.getvalue()


def modules(text: str, level: Level) -> list[list[bool]]:
    """Return the symbol's rows, true where a module is black, without a quiet zone."""
    code = qrcode.QRCode(error_correction=int(level), border=0, mask_pattern=MASK)
    code.add_data(text)
    code.make(fit=True)
    return [[bool(cell) for cell in row] for row in code.get_matrix()]


def _row(cells: list[bool], left: int, top: int) -> str:
    """Draw a row as few rectangles: neighbours that stand apart would show seams in print."""
    path = []
    for black, run in groupby(cells):
        length = len(list(run))
        if black:
            path.append(f"M{left} {top}h{length}v1h-{length}z")
        left += length
    return "".join(path)
