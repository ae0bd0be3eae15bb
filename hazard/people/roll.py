"""Finding people by what others write of them: a name, an employee number, or both."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from hazard.core.words import N_, Sentence
from hazard.people.models import Person
from hazard.people.queries import list_people, teams_of
from hazard.people.terms import BadEntry, employee_number

PARTS = re.compile(r"[\s()（）]+")
SEPARATORS = re.compile(r"[/、,，;；\n|]+")
"""What stands between two people in one cell or field."""


class Unknown(BadEntry):
    """Nobody is called so."""


@dataclass(frozen=True, slots=True)
class Namesakes:
    """A name that several people have, and who they are."""

    name: str
    people: tuple[tuple[int, str], ...]
    """Ids, and number and unit as one tells them apart."""


@dataclass(frozen=True, slots=True)
class Roll:
    """Everyone employed on a day."""

    names: Mapping[int, str]
    by_number: Mapping[str, int]
    by_name: Mapping[str, tuple[int, ...]]
    told_apart: Mapping[int, str]
    chosen: Mapping[str, int]
    """Which namesake was meant, by name."""

    def find(self, text: str) -> int | Namesakes:
        """Return who is meant by a name, a number or both; raises `Unknown`."""
        name = " ".join(text.split())
        if name in self.by_name:
            return self._one_of(name)
        for part in PARTS.split(text):
            person = self.by_number.get(_number(part))
            if person is not None:
                return person
        raise Unknown(Sentence(N_("Nobody here is called %(name)s"), name=name))

    def one(self, text: str, *, field: str) -> int:
        """Return the one person meant, for a single field; raises `Unknown` beside it."""
        try:
            found = self.find(text)
        except Unknown as error:
            error.field = field
            raise
        if isinstance(found, Namesakes):
            raise Unknown(
                Sentence(
                    N_("Several people are called %(name)s. Write the employee number: %(who)s"),
                    name=found.name, who=tuple(label for _, label in found.people),
                ),
                field=field,
            )  # fmt: skip
        return found

    def _one_of(self, name: str) -> int | Namesakes:
        ids = self.by_name[name]
        if len(ids) == 1:
            return ids[0]
        if self.chosen.get(name) in ids:
            return self.chosen[name]
        return Namesakes(name, tuple((each, self.told_apart[each]) for each in ids))


def read_roll(session: Session, day: date, chosen: Mapping[str, int] | None = None) -> Roll:
    """Return everyone employed on `day`."""
    people = list_people(session, day)
    teams = teams_of(session, [p.id for p in people], day)
    by_name: dict[str, tuple[int, ...]] = {}
    for person in people:
        by_name[person.name] = (*by_name.get(person.name, ()), person.id)
    return Roll(
        {p.id: p.name for p in people},
        {p.employee_no: p.id for p in people},
        by_name,
        {p.id: _apart(p, teams.get(p.id, "")) for p in people},
        chosen or {},
    )


def _apart(person: Person, unit: str) -> str:
    return " ".join(part for part in (person.employee_no, unit) if part)


def _number(text: str) -> str:
    try:
        return employee_number(text)
    except BadEntry:
        return ""
