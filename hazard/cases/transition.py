"""The one function that changes the state of a case."""

from hazard.access.actor import not_allowed
from hazard.access.permissions import Permission
from hazard.audit.queries import list_happenings
from hazard.audit.work import Work
from hazard.cases.models import Case
from hazard.cases.states import PATHS, Anyone, Assigned, Holder, Step, TheSystem, Who
from hazard.core.errors import NotAllowed, Refused
from hazard.core.words import N_, Sentence
from hazard.people.queries import names_of


class StepNotOpen(Refused):
    """The case does not stand where this step begins."""

    def __init__(self, work: Work, case: Case) -> None:
        happened = list_happenings(work.session, [(case.kind, case.id)])
        last = happened[-1].actor_id if happened else None
        who = names_of(work.session, [last]).get(last, "") if last else ""
        if who and last != work.actor.person_id:
            msgid = N_("%(who)s changed this a moment ago. Please look again")
            super().__init__(Sentence(msgid, who=who))
            return
        msgid = N_("Somebody changed this a moment ago, it is now: %(state)s. Please look again")
        super().__init__(Sentence(msgid, state=case.state))


def take(work: Work, case: Case, step: Step, **facts: object) -> None:
    """Move `case` along `step` and record it.

    Raises `StepNotOpen` if the state forbids it, `NotAllowed` if the path does not name the actor.
    """
    need_open(work, case, step)
    case.state = PATHS[step].target
    work.record(step, case, **facts)


def need_open(work: Work, case: Case, step: Step) -> None:
    """Raise as `take` would, and change nothing."""
    path = PATHS[step]
    if not any(_is(work, case, who) for who in path.who):
        raise _refusal(path.who)
    if case.state not in path.sources:
        raise StepNotOpen(work, case)


def _is(work: Work, case: Case, who: Who) -> bool:
    match who:
        case Holder(permission):
            return work.actor.may(permission, case.unit_path)
        case Assigned(part):
            return any(
                a.person_id == work.actor.person_id and a.part is part and a.ended_at is None
                for a in case.assignments
            )
        case Anyone():
            return work.actor.may(Permission.WORK)
        case TheSystem():
            return work.actor.person_id is None


def _refusal(who: tuple[Who, ...]) -> NotAllowed:
    for each in who:
        if isinstance(each, Holder):
            return not_allowed(each.permission)
    return NotAllowed(
        Sentence(
            N_("You may not do this. %(who)s can"),
            who=tuple(each.part for each in who if isinstance(each, Assigned)),
        )
    )
