"""Who does the long work that pages ask for (decisions 35); one piece at a time, by the leader."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from hazard.access.actor import Actor
from hazard.audit.work import writing
from hazard.core import chance, clock, tasks
from hazard.core.errors import NotFound
from hazard.core.house import House
from hazard.core.logs import log
from hazard.core.tasks import TaskKind, TaskState
from hazard.people.queries import actor_of
from hazard.places.posters import mark_printed, need_printable, poster_sheet
from hazard.places.queries import get_poster, list_posters
from hazard.places.sheets import PosterBook, PosterSheet
from hazard.policy.queries import policy_on

RESULTS = "results"
KEPT = timedelta(days=7)
"""How long a result can be fetched."""


@dataclass(frozen=True, slots=True)
class Errand:
    """A task that was taken on, detached from its row."""

    house: House
    task_id: int
    kind: TaskKind
    asked_by: int

    def asker(self) -> Actor:
        """Return who asked, with the roles of today; raises `NotFound` once they have left."""
        with self.house.database.reading() as session:
            found = actor_of(session, self.asked_by, clock.today())
        if found is None:
            raise NotFound
        return found

    def note(self, **values: object) -> None:
        """Set progress, state or result, seen by the page that polls."""
        with self.house.database.writing() as session:
            tasks.note(session, self.task_id, **values)


def run_next(house: House) -> bool:
    """Do the task that waits longest; False if none waits."""
    errand = _take(house)
    if errand is None:
        return False
    try:
        key = KINDS[errand.kind](errand)
    except Exception as error:
        log.error("task.failed", job=errand.kind.value, exc_info=error)
        errand.note(state=TaskState.FAILED, error=type(error).__name__)
    else:
        log.info("task.finished", job=errand.kind.value)
        errand.note(state=TaskState.DONE, result_key=key)
    return True


def drop_results(house: House) -> None:
    """Delete results that were kept long enough."""
    old = clock.now() - KEPT
    for key in list(house.files.keys(RESULTS, older_than=old)):
        house.files.delete(key, older_than=old)


def print_posters(errand: Errand) -> str:
    """Set all posters the asker keeps into one PDF, then note each as printed."""
    house, asker = errand.house, errand.asker()
    ids, sheets, version = _sheets(errand, asker)
    pdf = house.typesetter.pdf(PosterBook(printed_at=clock.now(), sheets=tuple(sheets)))
    key = f"{RESULTS}/{chance.token()}.pdf"
    house.files.put(key, pdf, clock.now())
    for done, poster_id in enumerate(ids, start=1):
        with writing(house.database, asker) as work:
            mark_printed(work, get_poster(work.session, poster_id), version)
            tasks.note(work.session, errand.task_id, done=len(ids) + done)
    return key


KINDS: Mapping[TaskKind, Callable[[Errand], str]] = {TaskKind.POSTERS: print_posters}
"""Each does its work and returns where the result lies in the file store."""


def _take(house: House) -> Errand | None:
    with house.database.reading() as session:
        if not tasks.does_any_wait(session):
            return None
    with house.database.writing() as session:
        task = tasks.claim_next(session)
        if task is None:
            return None
        return Errand(house, task.id, TaskKind(task.kind), task.asked_by)


def _sheets(errand: Errand, asker: Actor) -> tuple[list[int], list[PosterSheet], int]:
    house, now = errand.house, clock.now()
    with house.database.reading() as session:
        need_printable(session, house.settings, untested=house.demo)
        versioned = policy_on(session, clock.day_of(now))
        ids = [line.id for line in list_posters(session, asker)]
        sheets = []
        for poster_id in ids:
            poster = get_poster(session, poster_id)
            sheets.append(poster_sheet(session, poster, house.settings, versioned, now))
    errand.note(done=len(ids), total=2 * len(ids))
    return ids, sheets, versioned.number
