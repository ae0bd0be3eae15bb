"""What the receiving desk decides about a report, besides accepting it into a case."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from hazard.access.permissions import Role
from hazard.audit.queries import Happening, list_happenings
from hazard.audit.work import Work
from hazard.core.clock import day_of
from hazard.core.errors import Refused, Unclear
from hazard.core.images import Picture
from hazard.core.words import N_, Sentence, say
from hazard.deadlines.clocks import finish, pause, resume
from hazard.deadlines.terms import DeadlineKind
from hazard.notices.outbox import tell
from hazard.people.queries import list_holders
from hazard.people.working import shift_at
from hazard.policy.words import Desk, Identity
from hazard.reports import photos
from hazard.reports.identity import known_reporters
from hazard.reports.intake import start_clock, tell_desk
from hazard.reports.models import Message, Report
from hazard.reports.queries import has_union_desk, receivers_of
from hazard.reports.routing import receiving_roles
from hazard.reports.states import ReportStep
from hazard.reports.terms import Refusal, ReportState
from hazard.reports.transition import take

MAX_MESSAGE = 2000
MAX_PAUSES = 2
"""So often a question stops the clock of the decision (T2)."""
FIXED, NOT_FIXED = "confirmed_fixed", "said_not_fixed"
"""What the trail calls the reporter's answer to "Is it really fixed?"."""


ASKED = frozenset({ReportState.RETURNED})
"""A question waits for the reporter."""


def accept(work: Work, report: Report) -> None:
    """Accept the report (受理); `cases.opening` then opens or joins a case."""
    take(work, report, ReportStep.ACCEPT)
    finish(work, report, DeadlineKind.ACCEPT, DeadlineKind.ANSWER)
    tell_reporter(work, report, "accepted")


def refuse(work: Work, report: Report, reason: Refusal, words: str) -> None:
    """Refuse with one of five reasons and words for the reporter; never bare (S1-10).

    After an appeal by other hands than before (domain 2.6.1).
    """
    if work.actor.person_id in refusers(work.session, report):
        raise Refused(
            Sentence(N_("You did not accept it before; after an appeal somebody else decides"))
        )
    report.reply = needed(words, "words")
    report.refusal = reason
    take(work, report, ReportStep.REFUSE, reason=reason)
    finish(work, report)
    tell_reporter(work, report, "refused")


def ask(work: Work, report: Report, question: str) -> None:
    """Ask the reporter; the clock stands while the answer is awaited, twice at most (T2).

    A third question, or one about a report that is not to be decided, is written all the same,
    but the report stays where it is and the clock runs on.
    """
    words = needed(question, "question")
    undecided = report.state is ReportState.SUBMITTED
    if not undecided or times_asked(work.session, report) >= MAX_PAUSES:
        write_to_reporter(work, report, words)
        return
    turn = _say(work, report, words, from_reporter=False)
    take(work, report, ReportStep.ASK)
    pause(work, report, DeadlineKind.ACCEPT)
    tell_reporter(work, report, f"message:{turn}")


def times_asked(session: Session, report: Report) -> int:
    """Return how often a question has stopped the clock."""
    return len(_happened(session, report, ReportStep.ASK))


def refusers(session: Session, report: Report) -> frozenset[int]:
    """Return who did not accept the report before."""
    before = _happened(session, report, ReportStep.REFUSE)
    return frozenset(each.actor_id for each in before if each.actor_id is not None)


def _happened(session: Session, report: Report, action: str) -> list[Happening]:
    wanted = f"{report.kind}.{action}"
    found = list_happenings(session, [(report.kind, report.id)])
    return [each for each in found if each.action == wanted]


def mark_drill(work: Work, report: Report, *, drill: bool) -> None:
    """Mark a test or drill: kept, never counted, undoable (decisions 16)."""
    report.drill = drill
    work.record("marked_drill" if drill else "unmarked_drill", report)


def add_photo(work: Work, report: Report, picture: Picture) -> None:
    """Keep a photo that the reporter brings with a reply; `answer` then tells the desk."""
    _be_coarse(work, report)
    photos.add_later(work, report.id, picture)
    work.record("added_to", report)


def answer(work: Work, report: Report, text: str, added: int = 0) -> None:
    """Let the reporter reply; to a question it brings the report back to the desk.

    With `added` photos no words are needed.
    """
    told = text if text.strip() or not added else say(Sentence(N_("Photos added: %(n)s"), n=added))
    turn = _say(work, report, _told(told, "text"), from_reporter=True)
    if report.state is ReportState.RETURNED:
        take(work, report, ReportStep.ANSWER)
        if not report.drill:
            resume(work, report, DeadlineKind.ACCEPT)
    else:
        work.record("replied", report)
    _tell_of_message(work, report, turn)


def write_to_reporter(work: Work, report: Report, text: str) -> None:
    """Put a message of the desk on the reporter's page; it counts as contact (decisions 18)."""
    turn = _say(work, report, needed(text, "text"), from_reporter=False)
    work.record("written_to", report)
    tell_reporter(work, report, f"message:{turn}")


def withdraw(work: Work, report: Report, *, pressed: bool = False) -> None:
    """Let the reporter take the report back; what it told of may go on as the plant's own.

    With `pressed` the workers' representatives, and nobody else, learn that somebody pressed for
    it (words 64): neither the row nor the trail says so.
    """
    _be_coarse(work, report)
    take(work, report, ReportStep.WITHDRAW)
    finish(work, report)
    if pressed:
        words = Sentence(
            N_("Report %(number)s was withdrawn because somebody pressed the reporter"),
            number=report.number,
        )
        tell(work, list_listeners(work.session, report, work.now), words, key=_key(report, "press"))


def list_listeners(session: Session, report: Report, moment: datetime) -> list[int]:
    """Return the workers' representatives, who alone hear that a reporter was pressed."""
    roles = [Role.UNION_REPRESENTATIVE]
    return list_holders(session, roles, report.unit_path, day_of(moment))


def appeal(work: Work, report: Report, text: str, to: Desk = Desk.HEAD) -> None:
    """Let the reporter of a refused report disagree, once with the union and once with the head.

    Offered only where somebody decides there who has not refused it (`appeals_left`). A report
    about the head stays where it was. The clock of the decision starts again.
    """
    reason = _told(text, "reason")
    if to not in appeal_desks(work.session):
        raise Unclear(Sentence(N_("Please choose one of these")), field="reason")
    _be_coarse(work, report)
    if report.state is ReportState.REFUSED and to not in appeals_left(
        work.session, report, work.now
    ):
        raise Refused(Sentence(N_("You asked for this once already; the second answer stands")))
    turn = _say(work, report, reason, from_reporter=True)
    take(work, report, ReportStep.REOPEN, to=to)
    report.desk = to
    start_clock(work, report, shift_at(work.session, work.now, None))
    tell_desk(work, report, _key(report, f"appeal:{turn}"))


def appeal_desks(session: Session) -> tuple[Desk, ...]:
    """Return whom a reporter may ask to decide anew."""
    return (Desk.UNION, Desk.HEAD) if has_union_desk(session) else (Desk.HEAD,)


def appeals_left(session: Session, report: Report, moment: datetime) -> tuple[Desk, ...]:
    """Return whom the reporter may still ask: each desk once, and only if other hands sit there."""
    asked = {
        str(each.facts.get("to", "")) for each in _happened(session, report, ReportStep.REOPEN)
    }
    refused_by, union = refusers(session, report), has_union_desk(session)
    left = []
    for desk in appeal_desks(session):
        roles = receiving_roles(desk, report.about, union=union)
        holders = set(list_holders(session, roles, report.unit_path, day_of(moment)))
        if desk.value not in asked and holders - refused_by:
            left.append(desk)
    return tuple(left)


def confirm_fixed(work: Work, report: Report, *, fixed: bool, ends: Sequence[str]) -> None:
    """Let the reporter say whether it is really fixed, once after these `ends` of its cases.

    Whether they are over at all is asked by the caller, who knows them.
    """
    _be_coarse(work, report)
    if has_answered(work.session, report, ends):
        raise Refused(Sentence(N_("You have told us already, thank you")))
    words = N_("Yes, it is fixed") if fixed else N_("No, still there")
    turn = _say(work, report, say(Sentence(words)), from_reporter=True)
    work.record(FIXED if fixed else NOT_FIXED, report, ends=list(ends))
    if not fixed:
        _tell_of_message(work, report, turn)


def has_answered(session: Session, report: Report, ends: Sequence[str]) -> bool:
    """Say whether the reporter has answered after all of these ends."""
    answers = _happened(session, report, FIXED) + _happened(session, report, NOT_FIXED)
    return any(set(ends) <= _ends_of(each) for each in answers)


def says_still_there(session: Session, report: Report, end: str) -> bool:
    """Say whether the reporter's answer after this end was no."""
    return any(end in _ends_of(each) for each in _happened(session, report, NOT_FIXED))


def _ends_of(answer: Happening) -> set[str]:
    told = answer.facts.get("ends")
    return set(told) if isinstance(told, list) else set()


def _tell_of_message(work: Work, report: Report, turn: int) -> None:
    roles = receivers_of(work.session, report)
    holders = list_holders(work.session, roles, report.unit_path, day_of(work.now))
    words = Sentence(N_("A reporter has written to you"))
    key = _key(report, f"message:{turn}")
    tell(work, holders, words, key=key, link=f"/reports/{report.number}")


def _key(report: Report, what: str) -> str:
    return f"report:{report.id}:{what}"


def _be_coarse(work: Work, report: Report) -> None:
    """Date what an unnamed reporter does at the start of the shift (decisions 24)."""
    if report.identity is not Identity.NAMED:
        work.stamp(shift_at(work.session, work.now, None).starts)


def _say(work: Work, report: Report, text: str, *, from_reporter: bool) -> int:
    if from_reporter:
        _be_coarse(work, report)
    message = Message(
        report_id=report.id, from_reporter=from_reporter, text=text, at=work.stamped_at
    )
    work.session.add(message)
    work.session.flush()
    return message.id


def tell_reporter(work: Work, report: Report, what: str) -> None:
    """Put a neutral notice into the box of a known reporter; `what` makes it unique."""
    recipients = known_reporters(work.session, [report.id])
    sentence = Sentence(N_("There is a safety message for you. Open to read"))
    tell(work, recipients, sentence, key=f"mine:{report.id}:{what}", link="/mine")


def needed(text: str, field: str) -> str:
    """Return words the reporter reads; raises `Unclear` for none or too many."""
    if not text.strip():
        raise Unclear(Sentence(N_("Please write a sentence; the reporter reads it")), field=field)
    return _short(text, field)


def _told(text: str, field: str) -> str:
    if not text.strip():
        raise Unclear(Sentence(N_("Please write a sentence first")), field=field)
    return _short(text, field)


def _short(text: str, field: str) -> str:
    if len(text) > MAX_MESSAGE:
        raise Unclear(Sentence(N_("At most %(n)s characters, please"), n=MAX_MESSAGE), field=field)
    return text.strip()
