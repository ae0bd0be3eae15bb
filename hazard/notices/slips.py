"""A new login slip for somebody who handles money is told (issue 2, section 3)."""

from hazard.access.actor import SYSTEM
from hazard.access.permissions import Role
from hazard.audit.work import Work
from hazard.core.clock import day_of
from hazard.core.words import N_, Sentence
from hazard.notices.outbox import tell
from hazard.people.logins import IssuedSlip, issue_slip
from hazard.people.models import Person
from hazard.people.queries import list_holders, root_unit


def print_slip(work: Work, person: Person) -> IssuedSlip:
    """Issue a slip (`issue_slip`); where money is near, tell the person and the head."""
    slip = issue_slip(work, person)
    if slip.handles_money:
        root, day = root_unit(work.session), day_of(work.now)
        heads = list_holders(work.session, [Role.HEAD], root.path, day)
        tell(work, {person.id, *heads}, _sentence(work, person), key=f"slip:{slip.id}")
    return slip


def _sentence(work: Work, person: Person) -> Sentence:
    if work.actor is SYSTEM:
        return Sentence(
            N_("A new login slip for %(name)s, who handles money, was printed on the server"),
            name=person.name,
        )
    return Sentence(
        N_("%(who)s printed a new login slip for %(name)s, who handles money"),
        who=work.actor.name,
        name=person.name,
    )
