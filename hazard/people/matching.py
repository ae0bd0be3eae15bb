"""Who of the roster a typed name may mean: shown to a person, who decides."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from hazard.core.words import Sentence
from hazard.people.likeness import fit
from hazard.people.queries import list_people, teams_of

SHOWN = 8
TAIL = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person who may be meant; namesakes differ by unit and the end of their number."""

    employee_no: str
    name: str
    unit: str
    tail: str
    """The last digits of the employee number."""
    points: int
    reasons: tuple[Sentence, ...]


def propose_people(session: Session, name: str, team: str, day: date) -> list[Candidate]:
    """Return whom the typed name and team may mean on `day`, likeliest first; often nobody."""
    people = list_people(session, day)
    teams = teams_of(session, [person.id for person in people], day)
    found = []
    for person in people:
        unit = teams.get(person.id, "")
        likely = fit(name, team, person.name, unit)
        if likely is not None:
            tail = person.employee_no[-TAIL:]
            found.append(
                Candidate(
                    person.employee_no, person.name, unit, tail, likely.points, likely.reasons
                )
            )
    return sorted(found, key=lambda each: (-each.points, each.employee_no))[:SHOWN]
