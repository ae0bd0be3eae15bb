"""What the receiving desk decides about a report, besides accepting it into a case."""

from datetime import datetime

from sqlalchemy.orm import Session

from hazard.access.permissions import Role
from hazard.audit.queries import list_happenings
from hazard.audit.work import Work
from hazard.core.clock import day_of
from hazard.core.errors import Refused, Unclear
from hazard.core.words import N_, Sentence, say
from hazard.deadlines.clocks import finish, pause, resume
from hazard.deadlines.terms import DeadlineKind
from hazard.notices.outbox import tell
from hazard.people.queries import list_holders
from hazard.people.working import shift_at
from hazard.policy.words import Desk, Identity
from hazard.reports.identity import known_reporters
from hazard.reports.intake import start_clock, tell_desk
from hazard.reports.models import Message, Report
from hazard.reports.queries import has_union_desk, receivers_of
from hazard.reports.states import ReportStep
from hazard.reports.terms import Refusal, ReportState
from hazard.reports.transition import take

MAX_MESSAGE = 2000
FIXED, NOT_FIXED = "confirmed_fixed", "said_not_fixed"
"""What the trail calls the reporter's answer to "Is it really fixed?"."""


ASKED = frozenset({ReportState.RETURNED})
"""A question waits for the reporter."""


def accept(work: Work, report: Report) -> None:
    """Accept the report (受理); `cases.opening` then opens or joins a case."""
    take(work, report, ReportStep.ACCEPT)
    finish(work, report, DeadlineKind.ACCEPT, DeadlineKind.ANSWER)
    _tell_reporter(work, report, "accepted")


def refuse(work: Work, report: Report, reason: Refusal, words: str) -> None:
    """Refuse with one of five reasons and words for the reporter; never bare (S1-10)."""
    report.reply = _needed(words, "words")
    report.refusal = reason
    take(work, report, ReportStep.REFUSE, reason=reason)
    finish(work, report)
    _tell_reporter(work, report, "refused")


def ask(work: Work, report: Report, question: str) -> None:
    """Ask the reporter; the clock stands while the answer is awaited."""
    turn = _say(work, report, _needed(question, "question"), from_reporter=False)
    take(work, report, ReportStep.ASK)
    pause(work, report, DeadlineKind.ACCEPT)
    _tell_reporter(work, report, f"message:{turn}")


def transfer(work: Work, report: Report, words: str) -> None:
    """Hand the report on to another office; `words` say where and why (S1-6)."""
    report.reply = _needed(words, "words")
    take(work, report, ReportStep.TRANSFER)
    finish(work, report)
    _tell_reporter(work, report, "transferred")


def mark_drill(work: Work, report: Report, *, drill: bool) -> None:
    """Mark a test or drill: kept, never counted, undoable (decisions 16)."""
    report.drill = drill
    work.record("marked_drill" if drill else "unmarked_drill", report)


def answer(work: Work, report: Report, text: str) -> None:
    """Let the reporter reply; to a question it brings the report back to the desk."""
    turn = _say(work, report, _told(text, "text"), from_reporter=True)
    if report.state is ReportState.RETURNED:
        take(work, report, ReportStep.ANSWER)
        resume(work, report, DeadlineKind.ACCEPT)
    else:
        work.record("replied", report)
    _tell_of_message(work, report, turn)


def write_to_reporter(work: Work, report: Report, text: str) -> None:
    """Put a message of the desk on the reporter's page; it counts as contact (decisions 18)."""
    turn = _say(work, report, _needed(text, "text"), from_reporter=False)
    work.record("written_to", report)
    _tell_reporter(work, report, f"message:{turn}")


def withdraw(work: Work, report: Report, *, pressed: bool = False) -> None:
    """Let the reporter take the report back while nobody has accepted it.

    With `pressed` the workers' representatives learn that somebody pressed for it (words 64).
    """
    _be_coarse(work, report)
    take(work, report, ReportStep.WITHDRAW)
    finish(work, report)
    if pressed:
        words = Sentence(N_("A report was withdrawn because somebody pressed the reporter"))
        tell(work, list_listeners(work.session, report, work.now), words, key=_key(report, "press"))


def list_listeners(session: Session, report: Report, moment: datetime) -> list[int]:
    """Return the workers' representatives, who alone hear that a reporter was pressed."""
    roles = [Role.UNION_REPRESENTATIVE]
    return list_holders(session, roles, report.unit_path, day_of(moment))


def appeal(work: Work, report: Report, text: str, to: Desk = Desk.HEAD) -> None:
    """Let the reporter of a refused report disagree, once; head or union decide anew (63).

    A report about the head stays where it was. The clock of the decision starts again.
    """
    reason = _told(text, "reason")
    if to not in appeal_desks(work.session):
        raise Unclear(Sentence(N_("Please choose one of these")), field="reason")
    _be_coarse(work, report)
    if was_recorded(work.session, report, ReportStep.REOPEN):
        raise Refused(Sentence(N_("You asked for this once already; the second answer stands")))
    turn = _say(work, report, reason, from_reporter=True)
    take(work, report, ReportStep.REOPEN)
    report.desk = to
    start_clock(work, report, shift_at(work.session, work.now, None))
    tell_desk(work, report, _key(report, f"appeal:{turn}"))


def appeal_desks(session: Session) -> tuple[Desk, ...]:
    """Return whom a reporter may ask to decide anew."""
    return (Desk.UNION, Desk.HEAD) if has_union_desk(session) else (Desk.HEAD,)


def confirm_fixed(work: Work, report: Report, *, fixed: bool) -> None:
    """Let the reporter say, once, whether it is really fixed; a "no" goes to the desk.

    Whether the hazard is closed at all is asked by the caller, who knows its case.
    """
    _be_coarse(work, report)
    if was_recorded(work.session, report, FIXED, NOT_FIXED):
        raise Refused(Sentence(N_("You have told us already, thank you")))
    words = N_("Yes, it is fixed") if fixed else N_("No, still there")
    turn = _say(work, report, say(Sentence(words)), from_reporter=True)
    work.record(FIXED if fixed else NOT_FIXED, report)
    if not fixed:
        _tell_of_message(work, report, turn)


def was_recorded(session: Session, report: Report, *actions: str) -> bool:
    """Say whether the trail of the report holds one of these deeds."""
    wanted = {f"{report.kind}.{action}" for action in actions}
    return any(h.action in wanted for h in list_happenings(session, [(report.kind, report.id)]))


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


def _tell_reporter(work: Work, report: Report, what: str) -> None:
    recipients = known_reporters(work.session, [report.id])
    sentence = Sentence(N_("There is a safety message for you. Open to read"))
    tell(work, recipients, sentence, key=f"mine:{report.id}:{what}", link="/mine")


def _needed(text: str, field: str) -> str:
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
