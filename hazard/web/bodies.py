"""How the body of a sent report is read: its words whole, nine photos, never too much."""

from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict, iter_multi_items
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.utils import cached_property
from werkzeug.wsgi import get_input_stream

from hazard.core.developing import BYTES
from hazard.reports.intake import MAX_PHOTOS

SENDING = frozenset({"reporting.send", "follow.answer", "mine.answer"})
"""The endpoints that take more than they keep (decisions 31)."""
MOST_KEPT = 100_000_000
"""Bytes of photos that one report may bring."""
ONE_VOICE = 1
IN_MEMORY = 256 * 1024


class Typed(ImmutableMultiDict[str, Any]):
    """What was typed, without the zero character that no database keeps."""

    def __init__(self, fields: Any = None) -> None:
        pairs = iter_multi_items(fields or ())
        super().__init__([(n, v.replace("\0", "") if isinstance(v, str) else v) for n, v in pairs])


class ReportRequest(Request):
    """A request that never fails for too many photos: beyond nine they are read and dropped.

    What goes over the view's limit is not read at all; the words stand before the photos in the
    form, so they are whole even then.
    """

    parameter_storage_class = Typed
    overfull = False
    """Something was dropped."""
    _photos = 0
    _bytes = 0

    @cached_property
    def stream(self) -> IO[bytes]:
        """Return the body; that of a report ends at the limit as if the form ended there."""
        limit = self.max_content_length
        boundary = self.mimetype_params.get("boundary", "")
        over = limit is not None and (self.content_length or 0) > limit
        if limit is None or not (over and boundary and self.endpoint in SENDING):
            return super().stream
        self.overfull = True
        return cast("IO[bytes]", _CutShort(get_input_stream(self.environ), limit, boundary))

    def _load_form_data(self) -> None:
        """Read the form; one too large to be read is empty for whoever asks after the refusal."""
        try:
            super()._load_form_data()
        except RequestEntityTooLarge:
            self.__dict__.update(form=Typed(), files=ImmutableMultiDict())
            raise

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if self.endpoint not in SENDING:
            return super()._get_file_stream(
                total_content_length, content_type, filename, content_length
            )
        self._photos += bool(filename)
        room = self._photos <= MAX_PHOTOS + ONE_VOICE and self._bytes < MOST_KEPT
        return cast("IO[bytes]", _Spill(self, BYTES + 1 if room and filename else 0))

    def _took(self, size: int) -> None:
        self._bytes += size

    def _dropped_photo(self) -> None:
        self.overfull = True


class _CutShort:
    """A multipart body that ends where the limit is, properly closed."""

    def __init__(self, stream: IO[bytes], limit: int, boundary: str) -> None:
        self._stream = stream
        self._left = limit
        self._end = BytesIO(f"\r\n--{boundary}--\r\n".encode())

    def read(self, size: int) -> bytes:
        """Return what comes next."""
        data = self._stream.read(min(size, self._left)) if self._left else b""
        self._left = self._left - len(data) if data else 0
        return data or self._end.read(size)


class _Spill:
    """A file part: in memory, then on the disk without a name, and cut off at `most` bytes.

    A photo that is only too large keeps one byte too many, so that it is refused by itself.
    """

    def __init__(self, request: ReportRequest, most: int) -> None:
        self._request = request
        self._left = most
        self._whole = most > 0
        self._file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed with the request

    def write(self, data: bytes) -> int:
        """Keep what there is room for; the rest is read and forgotten."""
        kept = data[: self._left]
        if not self._whole and data:
            self._request._dropped_photo()
        try:
            self._file.write(kept)
        except OSError:  # no room to spill: the words still count
            self._left = 0
            self._request._dropped_photo()
            return len(data)
        self._left -= len(kept)
        self._request._took(len(kept))
        return len(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)
