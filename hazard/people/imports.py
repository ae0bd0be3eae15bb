"""Taking back the last list that was written, while nothing depends on it."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Table, select
from sqlalchemy.orm import Session, joinedload

from hazard.access.permissions import Permission
from hazard.audit.work import Work
from hazard.core.db import Base
from hazard.core.errors import Refused
from hazard.core.words import N_, Sentence, Term
from hazard.people.models import ListImport
from hazard.people.queries import root_unit

CHUNK = 500
CHANGED_SINCE = N_(
    "%(what)s was changed after the list, which stays written. Correct what is wrong on its page, "
    "or send a corrected list"
)
USED_SINCE = N_(
    "%(what)s is in use already, so the list stays written. Correct what is wrong on its page, "
    "or send a corrected list"
)


class ImportKind(Term):
    """What a list was about."""

    PEOPLE = "people", N_("People from a list")
    PLACES = "places", N_("Places from a list")


KEPT_BY = {
    ImportKind.PEOPLE: Permission.PEOPLE_KEEP,
    ImportKind.PLACES: Permission.PLACES_KEEP,
}


class NothingToUndo(Refused):
    """No list was written, or the last one was taken back already."""


class ImportInUse(Refused):
    """Something has come to depend on what the list made or changed."""


@dataclass(slots=True)
class Deeds:
    """What writing a list did: rows it made, and rows it changed with what stood there before."""

    made: dict[str, list[int]] = field(default_factory=dict)
    """Ids by table, tables in the order they were filled."""
    changed: list[tuple[str, int, dict[str, Any], dict[str, Any]]] = field(default_factory=list)

    def make(self, table: str, ids: Iterable[int]) -> None:
        """Note rows of a table as made."""
        self.made.setdefault(table, []).extend(ids)

    def change(
        self, table: str, row_id: int, before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> None:
        """Note the columns of a row that changed."""
        differ = [name for name in after if before[name] != after[name]]
        if differ:
            old, new = ({n: _plain(side[n]) for n in differ} for side in (before, after))
            self.changed.append((table, row_id, old, new))


@dataclass(frozen=True, slots=True)
class LastImport:
    """The last list of a kind that can still be taken back, as its page shows it."""

    at: datetime
    by: str
    made: int
    changed: int


def remember(work: Work, kind: ImportKind, deeds: Deeds) -> None:
    """Keep what a list did, so that it can be taken back."""
    body = json.dumps({"made": deeds.made, "changed": deeds.changed})
    work.session.add(
        ListImport(kind=kind, by_id=work.actor.person_id, at=work.now, body=body, undone_at=None)
    )


def find_last(session: Session, kind: ImportKind) -> LastImport | None:
    """Return the list that could be taken back now, or None."""
    row = _last(session, kind)
    if row is None:
        return None
    body = json.loads(row.body)
    things = len(body["made"].get("person" if kind is ImportKind.PEOPLE else "place", []))
    rows = {(table, row_id) for table, row_id, _, _ in body["changed"] if table != "membership"}
    return LastImport(row.at, row.by.name if row.by else "", things, len(rows))


def undo_last(work: Work, kind: ImportKind) -> None:
    """Take back the last list of a kind: delete what it made, restore what it changed.

    Raises `NothingToUndo`, or `ImportInUse` naming what was changed or used since.
    """
    root = root_unit(work.session)
    work.actor.need(KEPT_BY[kind], root.path)
    row = _last(work.session, kind)
    if row is None:
        raise NothingToUndo(Sentence(N_("There is no list to take back")))
    body = json.loads(row.body)
    _need_unchanged(work.session, body["changed"])
    _need_unused(work.session, body["made"])
    for table, row_id, before, _ in reversed(body["changed"]):
        _restore(work.session, _table(table), row_id, before)
    for table in reversed(list(body["made"])):
        _delete(work.session, _table(table), body["made"][table])
    row.undone_at = work.now
    work.session.flush()
    work.session.expire_all()  # rows went and came back beneath the mapped objects
    work.record(f"{kind}_import_undone", root)


def _last(session: Session, kind: ImportKind) -> ListImport | None:
    newest = select(ListImport).where(ListImport.kind == kind).order_by(ListImport.id.desc())
    row = session.scalars(newest.limit(1).options(joinedload(ListImport.by))).first()
    return None if row is None or row.undone_at is not None else row


def _need_unchanged(
    session: Session, changed: Sequence[tuple[str, int, dict[str, Any], dict[str, Any]]]
) -> None:
    for name, row_id, _, after in changed:
        table = _table(name)
        row = session.execute(select(table).where(table.c.id == row_id)).mappings().first()
        if row is None or any(_plain(row[column]) != after[column] for column in after):
            what = _named(session, table, row_id)
            raise ImportInUse(
                Sentence(
                    CHANGED_SINCE,
                    what=what,
                )
            )


def _need_unused(session: Session, made: Mapping[str, Sequence[int]]) -> None:
    """Look through every table that points to one of the rows the list made.

    One question a table: the rows were made together, so their ids lie close together.
    """
    for name, ids in made.items():
        wanted = set(ids)
        for column in _pointing_at(_table(name)) if wanted else ():
            own = set(made.get(column.table.name, ()))
            near = column.between(min(wanted), max(wanted))
            for user_id, row_id in session.execute(
                select(column.table.c[_key(column.table)], column).where(near)
            ):
                if row_id in wanted and user_id not in own:
                    what = _named(session, _table(name), row_id)
                    raise ImportInUse(Sentence(USED_SINCE, what=what))


def _pointing_at(table: Table) -> Iterator[Column[Any]]:
    for other in Base.metadata.sorted_tables:
        for key in other.foreign_keys:
            if key.column.table is table:
                yield key.parent


def _restore(session: Session, table: Table, row_id: int, before: Mapping[str, Any]) -> None:
    values = {name: _python(table.c[name], value) for name, value in before.items()}
    session.execute(table.update().where(table.c.id == row_id).values(**values))


def _delete(session: Session, table: Table, ids: Sequence[int]) -> None:
    """Delete rows; those deeper in a tree were made later and go first."""
    for row_id in reversed(ids) if "parent_id" in table.c else ():
        session.execute(table.delete().where(table.c.id == row_id))
    for some in _chunks(() if "parent_id" in table.c else ids):
        session.execute(table.delete().where(table.c.id.in_(some)))


def _named(session: Session, table: Table, row_id: int) -> str:
    """Return the name of what a row is, or of the person it belongs to."""
    for column, target in (("name", table), ("person_id", _table("person"))):
        if column in table.c:
            wanted = select(table.c[column]).where(table.c.id == row_id)
            found = session.scalar(wanted)
            return str(found) if target is table else _named(session, target, int(found or 0))
    return str(row_id)


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def _key(table: Table) -> str:
    return next(iter(table.primary_key.columns)).name


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _python(column: Column[Any], value: Any) -> Any:
    if value is not None and column.type.python_type is date:
        return date.fromisoformat(value)
    return value
