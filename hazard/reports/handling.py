"""What the receiving desk decides about a report, besides accepting it into a case."""

from hazard.audit.work import Work
from hazard.core.errors import Unclear
from hazard.core.words import N_, Sentence
from hazard.deadlines.clocks import finish, pause, resume
from hazard.deadlines.terms import DeadlineKind
from hazard.notices.outbox import tell
from hazard.people.working import shift_at
from hazard.policy.words import Identity
from hazard.reports.identity import known_reporters
from hazard.reports.models import Message, Report
from hazard.reports.states import ReportStep
from hazard.reports.terms import Refusal, ReportState
from hazard.reports.transition import take

MAX_MESSAGE = 2000


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
    _say(work, report, _needed(text, "text"), from_reporter=True)
    if report.state is ReportState.RETURNED:
        take(work, report, ReportStep.ANSWER)
        resume(work, report, DeadlineKind.ACCEPT)
    else:
        work.record("replied", report)


def write_to_reporter(work: Work, report: Report, text: str) -> None:
    """Put a message of the desk on the reporter's page; it counts as contact (decisions 18)."""
    turn = _say(work, report, _needed(text, "text"), from_reporter=False)
    work.record("written_to", report)
    _tell_reporter(work, report, f"message:{turn}")


def withdraw(work: Work, report: Report) -> None:
    """Let the reporter take the report back while nobody has accepted it."""
    if report.identity is not Identity.NAMED:
        work.stamp(shift_at(work.session, work.now, None).starts)
    take(work, report, ReportStep.WITHDRAW)
    finish(work, report)


def appeal(work: Work, report: Report, text: str) -> None:
    """Let the reporter of a refused report ask again, once more seen by the desk."""
    _say(work, report, _needed(text, "text"), from_reporter=True)
    take(work, report, ReportStep.REOPEN)


def _say(work: Work, report: Report, text: str, *, from_reporter: bool) -> int:
    if from_reporter and report.identity is not Identity.NAMED:
        work.stamp(shift_at(work.session, work.now, None).starts)
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
    if len(text) > MAX_MESSAGE:
        raise Unclear(Sentence(N_("At most %(n)s characters, please"), n=MAX_MESSAGE), field=field)
    return text.strip()
