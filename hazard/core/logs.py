"""The server's log: JSON lines on stderr that cannot hold what people wrote or who they are.

Only the names in `ALLOWED` come through, whatever a call passes; an event is a fixed
`subject.past_tense`; of an exception only types and positions in the code are kept, for its
message may quote what was typed. Who did what stands in the audit trail, not here.
"""

import logging
import re
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from types import FrameType
from typing import Any

import structlog
from structlog.contextvars import bind_contextvars, clear_contextvars, merge_contextvars

from hazard.core import chance, clock

ALLOWED = frozenset(
    {"at", "error", "event", "frames", "job", "level", "library", "method", "ms", "request_id"}
    | {"route", "status", "where"}
)
"""`route` is the rule (`/p/<code>`), never the path; `where` a position in a library's code."""

FIXED_NAME = re.compile(r"[a-z][a-z0-9_.-]*")
WITHHELD = "withheld"
LONGEST_TEXT = 200
FRAMES_KEPT = 30

Event = MutableMapping[str, Any]

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
"""What all code logs with: `log.info("job.finished", job="ladder", ms=12)`."""


def configure(level: int = logging.INFO) -> None:
    """Send what is logged from `level` up to stderr, and that libraries warned.

    Call it before the application is made: Flask adds a talkative handler where none stands.
    """
    structlog.configure(
        processors=[
            merge_contextvars,
            structlog.processors.add_log_level,
            _add_time,
            _reduce_exception,
            _keep_allowed,
            structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
    root = logging.getLogger()
    if not any(isinstance(handler, LibraryHandler) for handler in root.handlers):
        root.addHandler(LibraryHandler(logging.WARNING))


def begin_request() -> str:
    """Give this thread's request an id, returned and added to all it logs from now on."""
    request_id = chance.take(8).hex()
    clear_contextvars()
    bind_contextvars(request_id=request_id)
    return request_id


def end_request() -> None:
    """Forget the request: what this thread logs next is not of it."""
    clear_contextvars()


class LibraryHandler(logging.Handler):
    """Passes on that a library logged something and where, not its words: they quote requests."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log the position of `record` and the types of its exception."""
        log.log(
            record.levelno,
            "library.logged",
            library=record.name,
            where=f"{record.module}:{record.lineno}",
            exc_info=record.exc_info,
        )


def _add_time(_: object, __: str, event: Event) -> Event:
    event["at"] = clock.now().isoformat(timespec="milliseconds")
    return event


def _reduce_exception(_: object, __: str, event: Event) -> Event:
    """Put types and code positions in the place of the exception; nobody else may set them."""
    event.pop("error", None)
    event.pop("frames", None)
    error = _exception_in(event.pop("exc_info", None))
    if error is not None:
        event["error"] = " < ".join(map(_type_name, _causes(error)))
        frames = [_position(*place) for place in traceback.walk_tb(error.__traceback__)]
        event["frames"] = frames[-FRAMES_KEPT:]
    return event


def _keep_allowed(_: object, __: str, event: Event) -> Event:
    kept = {name: value for name, value in event.items() if name in ALLOWED and _is_plain(value)}
    for name in ("event", "job"):
        if name in kept and not FIXED_NAME.fullmatch(str(kept[name])):
            kept[name] = WITHHELD
    return kept


def _is_plain(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= LONGEST_TEXT
    return value is None or isinstance(value, int | float | list)


def _exception_in(exc_info: object) -> BaseException | None:
    """Return the exception meant by what logging calls take as `exc_info`."""
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple):
        return _exception_in(exc_info[1])
    return sys.exc_info()[1] if exc_info else None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the exception, then what led to it; five are enough to find the place."""
    cause: BaseException | None = error
    for _ in range(5):
        if cause is None:
            return
        yield cause
        cause = cause.__cause__ or cause.__context__


def _type_name(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def _position(frame: FrameType, line: int) -> str:
    return f"{frame.f_globals.get('__name__', '?')}:{line} {frame.f_code.co_name}"
