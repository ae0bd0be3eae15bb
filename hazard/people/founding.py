"""The first deed of all: the plant, its company, and those who run it."""

from dataclasses import dataclass

from hazard.access.permissions import Role
from hazard.audit.work import Work
from hazard.core.errors import Refused, Unclear
from hazard.core.words import N_, Sentence
from hazard.people.keeping import add_person, found_company, grant_role
from hazard.people.logins import set_password
from hazard.people.models import Person
from hazard.people.passwords import hash_password, need_strong
from hazard.people.terms import employee_number, name_of_person
from hazard.policy.keeping import found_plant
from hazard.policy.queries import find_plant
from hazard.policy.words import Size


class AlreadyFounded(Refused):
    """Set-up is done once."""


@dataclass(frozen=True, slots=True)
class Founding:
    """What set-up asked, checked and with the password hashed."""

    plant: str
    size: Size
    number: str
    name: str
    password_hash: str
    officer_number: str
    officer_name: str
    """The safety officer, who keeps people and places from then on."""


def prepare(
    plant: str,
    size: Size,
    first: tuple[str, str],
    password: str,
    officer: tuple[str, str],
) -> Founding:
    """Return the checked answers; `first` and `officer` are employee number and name.

    Slow, as it hashes: call it before the work.
    """
    if not plant.strip():
        raise Unclear(Sentence(N_("Please enter the name of the plant")), field="plant")
    number, name = employee_number(first[0]), name_of_person(first[1])
    officer_number = _of_officer(officer[0])
    if officer_number == number:
        raise Unclear(
            Sentence(N_("Two people are needed: give the safety officer's own number")),
            field="officer_no",
        )
    officer_name = name_of_person(officer[1], field="officer_name")
    need_strong(password, employee_no=number, plant=plant)
    return Founding(
        plant.strip(), size, number, name, hash_password(password), officer_number, officer_name
    )


def found(work: Work, answers: Founding) -> Person:
    """Make the plant with its preset, the company, the first administrator and the officer.

    The first person is the head in a small plant and the administrator in larger ones; only
    the system does this, and only once.
    """
    if find_plant(work.session) is not None:
        raise AlreadyFounded(Sentence(N_("The plant is set up already. Please log in")))
    found_plant(work, answers.plant, answers.size).officer = answers.officer_name
    company = found_company(work, answers.plant)
    first = add_person(work, answers.number, answers.name, company)
    role = Role.HEAD if answers.size is Size.SMALL else Role.ADMINISTRATOR
    grant_role(work, first, role, company)
    set_password(work, first, answers.password_hash)
    officer = add_person(work, answers.officer_number, answers.officer_name, company)
    grant_role(work, officer, Role.SAFETY_OFFICER, company)
    return first


def _of_officer(text: str) -> str:
    try:
        return employee_number(text)
    except Unclear as error:
        error.field = "officer_no"
        raise
