"""QR symbols as pictures a page can show."""

from base64 import b64encode

from hazard.core import qr


def picture(text: str) -> str:
    """Return a QR symbol of `text` as a `data:` address for an `img`."""
    drawing = qr.svg(text, qr.Level.M).encode()
    return f"data:image/svg+xml;base64,{b64encode(drawing).decode()}"
