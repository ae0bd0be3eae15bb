"""The places from one list: a dry run that writes nothing, then all of it or nothing."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazard.access.actor import SYSTEM
from hazard.access.permissions import Permission
from hazard.audit.work import Work
from hazard.core.clock import day_of
from hazard.core.listing import Reader, need_ready, repeated
from hazard.core.tabular import Column, Fault, Line
from hazard.core.words import N_, Sentence
from hazard.people.imports import Deeds, ImportKind, remember
from hazard.people.models import Person, Unit
from hazard.people.queries import employed_on, list_units, root_unit, unit_names
from hazard.people.terms import BadEntry, employee_number, name_of_thing
from hazard.places.models import Place
from hazard.places.queries import places_on

PLACE, UNIT, OWNER = "place", "unit", "owner"
COLUMNS = (
    Column(PLACE, ("地点", "部位", "地点名称", "位置", "Place")),
    Column(UNIT, ("单位", "车间", "单位/车间", "所属单位", "所属车间", "部门", "所属部门", "班组",
                  "Unit", "Workshop")),
    Column(OWNER, ("负责人工号", "责任人工号", "负责人", "责任人", "Owner", "Person in charge"),
           needed=False),
)  # fmt: skip
"""What `core.tabular.read_table` looks for."""
EXAMPLE = {PLACE: "机加工车间·3号车床", UNIT: "机加工车间", OWNER: "10023"}
NOTES = (
    Sentence(N_("One row a place. Columns with * are needed. The example row is passed over")),
    Sentence(N_("The unit must exist: write workshop or workshop·team. Nothing is removed")),
)


@dataclass(frozen=True, slots=True)
class PlaceEntry:
    """A row that can be written."""

    row: int
    name: str
    unit_id: int
    owner_id: int | None
    """None where the list names nobody; an owner known before then stays."""


@dataclass(frozen=True, slots=True)
class PlacesDraft:
    """What a list would do. `lines` are kept so that `apply` can look again."""

    lines: tuple[Line, ...]
    added: tuple[PlaceEntry, ...]
    changed: tuple[PlaceEntry, ...]
    same: int
    faults: tuple[Fault, ...]


def read_places(session: Session, lines: Sequence[Line], day: date) -> PlacesDraft:
    """Return what the list would do on `day`; each fault names its row and column."""
    known = {p.name: p for p in session.scalars(select(Place).where(places_on(day)))}
    units, owners = _units(session, day), _owners(session, day)
    reader = Reader(COLUMNS)
    entries = [_entry(line, units, owners, reader) for line in lines]
    good = [entry for entry in entries if entry is not None]
    for entry, first in repeated(good, lambda each: each.name):
        twice = Sentence(
            N_("%(name)s stands in row %(row)s already"), name=entry.name, row=first.row
        )
        reader.fault(entry.row, PLACE, twice, entry.name)
    added = tuple(entry for entry in good if entry.name not in known)
    changed = tuple(e for e in good if e.name in known and _differs(e, known[e.name]))
    return PlacesDraft(
        lines=tuple(lines),
        added=added,
        changed=changed,
        same=len(good) - len(added) - len(changed),
        faults=reader.by_row,
    )


def apply(work: Work, draft: PlacesDraft) -> None:
    """Write the whole draft; refuses one with faults, and one that was overtaken."""
    root, day = root_unit(work.session), day_of(work.now)
    if work.actor is not SYSTEM:
        work.actor.need(Permission.PLACES_KEEP, root.path)
    fresh = read_places(work.session, draft.lines, day) == draft
    need_ready(draft.faults, fresh=fresh)
    added = [
        Place(
            name=entry.name,
            unit_id=entry.unit_id,
            owner_id=entry.owner_id,
            valid_from=day,
            valid_to=None,
        )
        for entry in draft.added
    ]
    deeds = Deeds()
    work.session.add_all(added)
    _change(work.session, draft.changed, day, deeds)
    work.session.flush()
    deeds.make(Place.__tablename__, (place.id for place in added))
    remember(work, ImportKind.PLACES, deeds)
    work.record("places_applied", root, added=len(draft.added), changed=len(draft.changed))


def _change(session: Session, entries: Iterable[PlaceEntry], day: date, deeds: Deeds) -> None:
    known = {p.name: p for p in session.scalars(select(Place).where(places_on(day)))}
    for entry in entries:
        place = known[entry.name]
        before = {"unit_id": place.unit_id, "owner_id": place.owner_id}
        place.unit_id = entry.unit_id
        place.owner_id = entry.owner_id or place.owner_id
        after = {"unit_id": place.unit_id, "owner_id": place.owner_id}
        deeds.change(Place.__tablename__, place.id, before, after)


def _entry(
    line: Line, units: Mapping[str, Sequence[Unit]], owners: Mapping[str, int], reader: Reader
) -> PlaceEntry | None:
    before, texts = len(reader.faults), line.cells
    name = reader.read(line, PLACE, lambda: name_of_thing(texts[PLACE]))
    unit_id = reader.read(line, UNIT, lambda: _unit(texts[UNIT], units))
    owner_id = reader.read(line, OWNER, lambda: _owner(texts[OWNER], owners))
    if name is None or unit_id is None or len(reader.faults) > before:
        return None
    return PlaceEntry(line.number, name, unit_id, owner_id)


def _unit(text: str, units: Mapping[str, Sequence[Unit]]) -> int:
    name = re.sub(r"\s*[·/>＞／\\-]\s*", "·", name_of_thing(text))
    found = units.get(name, ())
    if not found:
        raise BadEntry(
            Sentence(
                N_("There is no unit named %(name)s. Add it under Units first"),
                name=text,
            )
        )
    if len(found) > 1:
        raise BadEntry(
            Sentence(N_("Several units are named %(name)s. Write workshop·team"), name=text)
        )
    return found[0].id


def _owner(text: str, owners: Mapping[str, int]) -> int | None:
    if not text:
        return None
    number = employee_number(text)
    if number not in owners:
        raise BadEntry(Sentence(N_("Nobody here has employee number %(number)s"), number=number))
    return owners[number]


def _units(session: Session, day: date) -> dict[str, list[Unit]]:
    """Return the units of `day` by their own and by their full names."""
    full = unit_names(session)
    by_name: dict[str, list[Unit]] = {}
    for unit in list_units(session, day):
        for name in {unit.name, full[unit.id]}:
            by_name.setdefault(re.sub(r"\s*[·/>＞／\\-]\s*", "·", name), []).append(unit)
    return by_name


def _owners(session: Session, day: date) -> dict[str, int]:
    rows = select(Person.employee_no, Person.id).where(employed_on(day))
    return dict(session.execute(rows).all())


def _differs(entry: PlaceEntry, place: Place) -> bool:
    other_owner = entry.owner_id is not None and entry.owner_id != place.owner_id
    return entry.unit_id != place.unit_id or other_owner
