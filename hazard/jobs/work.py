"""Who does the long work that pages ask for (decisions 35); one piece at a time, by the leader."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any, TypeVar

from hazard.access.actor import Actor
from hazard.audit.work import writing
from hazard.core import boxes, chance, clock, tasks
from hazard.core.errors import NotFound
from hazard.core.house import House
from hazard.core.logs import log
from hazard.core.tasks import TaskKind, TaskState
from hazard.core.workbooks import write_book
from hazard.people.queries import actor_of
from hazard.places.composing import composer
from hazard.places.posters import mark_printed, need_printable
from hazard.places.queries import get_poster, list_printable
from hazard.places.sheets import PosterBook, PosterSheet
from hazard.policy.queries import get_plant
from hazard.reports import slips
from hazard.reports.sheets import slip_sheet
from hazard.statistics.books import ledger_paper, ledger_sheet, read_ledger, scope_from_words
from hazard.statistics.pack import Asked, Desk, make_pack

Item = TypeVar("Item")
RESULTS = "results"
NOTED_AT_ONCE = 25
"""Posters noted as printed in one work: others may write in between."""
KEPT = timedelta(days=7)
"""How long a result can be fetched."""


@dataclass(frozen=True, slots=True)
class Errand:
    """A task that was taken on, detached from its row."""

    house: House
    task_id: int
    kind: TaskKind
    body: Mapping[str, Any]
    """What was asked for."""
    asked_by: int

    def asker(self) -> Actor:
        """Return who asked, with the roles of today; raises `NotFound` once they have left."""
        with self.house.database.reading() as session:
            found = actor_of(session, self.asked_by, clock.today())
        if found is None:
            raise NotFound
        return found

    def keep(self, result: bytes, suffix: str) -> str:
        """Put the result into the file store for a week; return its key."""
        key = f"{RESULTS}/{chance.token()}{suffix}"
        self.house.files.put(key, result, clock.now())
        return key

    def tell(self, done: int, total: int) -> None:
        """Say how far it is."""
        self.note(done=done, total=total)

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
    """Set the posters the asker keeps into one PDF, then note each as printed.

    `errand.body`: "type" of the posters, all without it; "cell" of the first label.
    """
    house, asker = errand.house, errand.asker()
    sheets = _sheets(errand, asker)
    book = PosterBook(
        printed_at=clock.now(), sheets=tuple(sheets.values()), first_cell=errand.body.get("cell", 1)
    )
    key = errand.keep(house.typesetter.pdf(book), ".pdf")
    done = len(sheets)
    for some in batched(sheets.items(), NOTED_AT_ONCE):
        done += len(some)
        with writing(house.database, asker) as work:
            for poster_id, sheet in some:
                mark_printed(work, get_poster(work.session, poster_id), sheet)
            tasks.note(work.session, errand.task_id, done=done)
    return key


def write_ledger(errand: Errand) -> str:
    """Read a long ledger and lay it out as the paper or the spreadsheet that was asked for."""
    house, asker, now = errand.house, errand.asker(), clock.now()
    scope = scope_from_words(errand.body)
    with house.database.reading() as session:
        ledger = read_ledger(session, asker, scope, now, errand.tell)
    if errand.body["form"] == "xlsx":
        return errand.keep(write_book([ledger_sheet(ledger)], ledger.read_at), ".xlsx")
    paper = ledger_paper(ledger, large=errand.body.get("paper") != "a4")
    return errand.keep(house.typesetter.pdf(paper), ".pdf")


def print_slips(errand: Errand) -> str:
    """Draw a batch of paper slips; their file lies closed to all but whoever asked."""
    house, asker, batch_id = errand.house, errand.asker(), errand.body["batch"]
    with house.database.reading() as session:
        count, taken = slips.get_batch(session, batch_id).count, slips.numbers(session)
        plant = get_plant(session)
    drawn: list[slips.Drawn] = []
    for done in range(count):
        errand.tell(done, count)
        drawn.append(slips.draw(house.keys.receipt, taken))
    sheet = slip_sheet(plant, drawn, house.settings.base_url, clock.now())
    pdf = house.typesetter.pdf(sheet)
    box = boxes.close(bytes.fromhex(errand.body["key"]), pdf, slips.box_info(batch_id))
    with writing(house.database, asker) as work:
        slips.keep_batch(work, batch_id, drawn)
    return errand.keep(box, ".box")


def write_pack(errand: Errand) -> str:
    """Make the inspection pack of a period, part by part, as of one moment."""
    house, asker, now = errand.house, errand.asker(), clock.now()
    desk = Desk(house.settings, house.files, house.typesetter)
    asked = Asked(scope_from_words(errand.body), errand.body["case"], asker, now)
    with house.database.reading() as session:
        return errand.keep(make_pack(session, desk, asked, errand.tell), ".zip")


KINDS: Mapping[TaskKind, Callable[[Errand], str]] = {
    TaskKind.LEDGER: write_ledger,
    TaskKind.PACK: write_pack,
    TaskKind.POSTERS: print_posters,
    TaskKind.SLIPS: print_slips,
}
"""Each does its work and returns where the result lies in the file store."""


def _take(house: House) -> Errand | None:
    with house.database.reading() as session:
        if not tasks.does_any_wait(session):
            return None
    with house.database.writing() as session:
        task = tasks.claim_next(session)
        if task is None:
            return None
        return Errand(house, task.id, TaskKind(task.kind), json.loads(task.body), task.asked_by)


def _sheets(errand: Errand, asker: Actor) -> dict[int, PosterSheet]:
    """Return what each wanted poster shows, by its id, in the order they were made."""
    house = errand.house
    with house.database.reading() as session:
        need_printable(session, house.settings, untested=house.demo)
        compose = composer(session, house.settings, clock.now())
        posters = list_printable(session, asker, errand.body.get("type", ""))
        sheets = {poster.id: compose.sheet(poster) for poster in posters}
    errand.note(done=len(sheets), total=2 * len(sheets))
    return sheets


def batched(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield `items` in lists of `size`, the last one shorter."""
    left = iter(items)
    while some := list(islice(left, size)):
        yield some
