"""Pages that a whole shift opens at once: set once, given again until the plant records something.

Every change is an event, so a page holds as long as the head of the trail stands, and no longer
than the minute, because some of what it says follows the clock.
"""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from flask import current_app

from hazard.audit.queries import get_head
from hazard.core import clock
from hazard.web.doorway import house, language, reading

MOST = 200
"""Pages of about 30 KB; the one asked for longest ago goes first."""


class KeptPages:
    """The pages of this process."""

    def __init__(self) -> None:
        self._pages: OrderedDict[tuple[object, ...], str] = OrderedDict()
        self._lock = Lock()

    def get(self, key: tuple[object, ...], make: Callable[[], str]) -> str:
        """Return the page of `key`, made now if nobody asked before."""
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
                return self._pages[key]
        made = make()
        with self._lock:
            self._pages[key] = made
            while len(self._pages) > MOST:
                self._pages.popitem(last=False)
        return made


def kept(name: str, make: Callable[[], str]) -> str:
    """Return the page of that name as the plant stands now; `name` tells all that it differs by."""
    pages: KeptPages = current_app.extensions.setdefault("kept_pages", KeptPages())
    minute = clock.now().replace(second=0, microsecond=0)
    where = house().settings.database_url
    return pages.get((name, language(), get_head(reading()), minute, where), make)
