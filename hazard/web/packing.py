"""Answers made small for slow phones: pages and the product's own files are sent gzipped."""

import gzip
from functools import lru_cache
from pathlib import Path

from flask import Response, current_app, request

PACKED = frozenset({"text/html", "text/css", "text/javascript", "image/svg+xml"})
SMALL = 1000
"""Bytes below which packing gains nothing."""
SECRET = frozenset({"reporting.receipt", "follow.show", "follow.enter"})
"""Pages that may show a receipt code or open by one: their length should tell nothing."""
WITHOUT_BODY = frozenset({204, 206, 304})
FAST, TIGHT = 4, 9


def pack(response: Response) -> Response:
    """Return the answer gzipped where the browser reads that and it is worth it."""
    if response.mimetype not in PACKED or request.endpoint in SECRET:
        return response
    response.vary.add("Accept-Encoding")
    if response.status_code in WITHOUT_BODY or not request.accept_encodings["gzip"]:
        return response
    body = _file(response) if request.endpoint == "static" else _page(response.get_data())
    if body is not None:
        response.set_data(body)
        response.headers["Content-Encoding"] = "gzip"
    return response


def _page(plain: bytes) -> bytes | None:
    return gzip.compress(plain, FAST, mtime=0) if len(plain) > SMALL else None


def _file(response: Response) -> bytes:
    """Return a file of the product packed, once for each of its versions."""
    version = response.get_etag()[0] or ""
    name = str((request.view_args or {})["filename"])
    response.close()  # the file itself is not sent
    response.direct_passthrough = False
    response.set_etag(version, weak=True)
    return _packed(str(Path(current_app.static_folder or "", name)), version)


@lru_cache(maxsize=100)
def _packed(path: str, _version: str) -> bytes:
    return gzip.compress(Path(path).read_bytes(), TIGHT, mtime=0)
