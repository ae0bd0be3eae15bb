"""Who acts when: many lives side by side, each moment in its order, on a clock that is moved."""

import heapq
from collections.abc import Iterator
from datetime import datetime, timedelta

from hazard.core.clock import CHINA, FakeClock

Life = Iterator[float | datetime]
"""Does something, then says when it goes on: at a moment, or hours later in office hours."""
OPENS, SHUTS, SUNDAY = 8, 18, 7


class Diary:
    """Lets everybody live up to the present moment and no further."""

    def __init__(self, fake: FakeClock, until: datetime) -> None:
        self._fake, self._until = fake, until
        self._pages: list[tuple[datetime, int, Life]] = []
        self._count = 0

    def add(self, moment: datetime, life: Life) -> None:
        """Let a life begin at a moment."""
        heapq.heappush(self._pages, (moment, self._count, life))
        self._count += 1

    def live(self) -> Iterator[datetime]:
        """Live through all pages in the order of their moments; yield each moment."""
        while self._pages and self._pages[0][0] < self._until:
            moment, _, life = heapq.heappop(self._pages)
            self._fake.set(moment)
            yield moment
            wait = next(life, None)
            if isinstance(wait, datetime):
                self.add(wait, life)
            elif wait is not None:
                self.add(office_hours(moment + timedelta(hours=wait)), life)


def office_hours(moment: datetime) -> datetime:
    """Return the moment, or the next one at which the office is open."""
    local = moment.astimezone(CHINA)
    if local.hour >= SHUTS:
        local = (local + timedelta(days=1)).replace(hour=OPENS)
    local = local.replace(hour=max(local.hour, OPENS))
    return local + timedelta(days=1) if local.isoweekday() == SUNDAY else local
