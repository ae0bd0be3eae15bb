"""What happened to a case, in words: the events of the trail as sentences."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from hazard.access.actor import Actor
from hazard.audit.queries import Happening, list_happenings
from hazard.cases.models import Case
from hazard.cases.queries import readable_reports
from hazard.cases.states import Step
from hazard.cases.terms import Verdict
from hazard.core.clock import day_of
from hazard.core.money import Money
from hazard.core.words import N_, Sentence
from hazard.people.queries import names_of
from hazard.reports.handling import FIXED, NOT_FIXED
from hazard.reports.models import Report
from hazard.reports.states import ReportStep

CASE_WORDS: Mapping[str, str] = {
    "opened": N_("Accepted as a hazard"),
    "joined": N_("Report %(report)s was added"),
    "report_withdrawn": N_("A report was withdrawn; the hazard goes on"),
    "split_off": N_("Split off from report %(report)s"),
    "first_changed": N_("Report %(report)s counts as the first now"),
    "merged": N_("Hazard %(newer)s was put together with this one"),
    Step.MERGE: N_("Put together with the older hazard %(into)s"),
    Step.ASSIGN_VERIFIERS: N_("Verifiers named"),
    Step.FIND: N_("Finding put down: %(verdict)s"),
    "stepped_aside": N_("A verifier stepped aside; it starts anew"),
    Step.DISAGREE: N_("The two did not agree; it starts anew"),
    Step.CONFIRM: N_("Confirmed: %(verdict)s"),
    Step.NOT_CONFIRM: N_("Not confirmed"),
    Step.GRADE: N_("Graded: level %(level)s"),
    Step.GRADE_FIXED: N_("Graded: level %(level)s, fixed already"),
    Step.QUICK: N_("Handled on the spot: level %(level)s, waits for the second person"),
    Step.CONFIRM_PLAN: N_("Confirmed by the second person"),
    Step.CONFIRM_FIXED: N_("Confirmed and checked by the second person, closed"),
    Step.SIGN_PLAN: N_("Confirmed by the second person's finger signature"),
    Step.SIGN_FIXED: N_("Confirmed and checked by the second person's finger signature, closed"),
    Step.DENY: N_("The finger signature was denied; verification starts over"),
    "signature_denied_late": N_("The finger signature was denied"),
    Step.SET_OWNER: N_("Person in charge named"),
    Step.SUBMIT_PLAN: N_("Plan sent in for approval"),
    Step.PLAN_IN_FORCE: N_("Plan sent in and in force"),
    Step.APPROVE_PLAN: N_("Plan approved"),
    Step.RETURN_PLAN: N_("Plan sent back"),
    Step.PROGRESS: N_("A measure was ticked"),
    Step.COMPLETE: N_("Done, check asked for, cost %(cost)s yuan"),
    Step.FAIL: N_("The check found something missing"),
    Step.FAIL_FIXED: N_("The check found it not fixed; a plan is needed"),
    Step.CHECK_GOOD: N_("Check passed, waits for the second signature"),
    Step.CLOSE: N_("Check passed, closed"),
    Step.INFORM: N_("The reporter was told the result"),
    Step.ARCHIVE: N_("Archived"),
    Step.REOPEN: N_("Opened again, time %(times)s: it was not really fixed"),
    Step.REOPEN_PLAN: N_("Opened again, time %(times)s: it was not really fixed; a plan is needed"),
    Step.VERIFY_AGAIN: N_("Opened again, time %(times)s: it is verified anew"),
    "looked_again": N_("Looked at again: it stays closed"),
    Step.HAND_ON: N_("Taken up by the workshop, somebody else is in charge"),
    "extension_asked": N_("A later date asked for"),
    "extension_granted": N_("Later date granted"),
    "extension_refused": N_("Later date not granted"),
    "explained": N_("It was explained why it is late"),
    "handed_up": N_("Handed up to the workshop"),
    "handed_back": N_("What was handed up was answered"),
    "pressed": N_("Pressed by the workers' representative"),
    "stop_proposed": N_("The workers' representative proposes to stop work"),
    "press_answered": N_("The workers' representative was answered"),
    "work_stopped": N_("Work was stopped here"),
    "work_allowed": N_("Work may go on here"),
    "control_renewed": N_("Interim control renewed"),
    "fixed_on_spot": N_("Fixed on the spot"),
    "checker_named": N_("Checker named"),
    "proposer_named": N_("Reward proposer named"),
    "classed": N_("What the ledger says was mended"),
    "week_signed": N_("Confirmed by the workers' representative with the week's closings"),
    "cosigned": N_("Signed besides by the workers' representative"),
    "widened": N_("Shown to further people"),
    "photo_released": N_("A photo was shown to those who fix it"),
    "photo_hidden": N_("A photo was hidden from those who fix it"),
    "control_holds": N_("The interim control still holds"),
    "control_fails": N_("The interim control no longer holds"),
    "award_proposed": N_("Reward proposed: %(amount)s yuan"),
    "award_decided": N_("Reward decided"),
    "award_cancelled": N_("Reward cancelled"),
    "award_dropped": N_("Reward proposal dropped, verification starts over"),
}
"""Every action recorded about a case."""

UNNUMBERED: Mapping[str, str] = {
    "joined": N_("A report was added"),
    "split_off": N_("Split off from a report"),
    "first_changed": N_("Another report counts as the first now"),
}
"""The same for whoever does not read the report: its number stands on the reporter's receipt and,
but for the month, on the notice board."""

REPORT_WORDS: Mapping[str, str] = {
    "submitted": N_("Report received"),
    "registered": N_("Report keyed in"),
    "code_kept": N_("The reporter kept the code"),
    "acknowledged": N_("Seen on the watch screen"),
    ReportStep.ACCEPT: N_("Report accepted"),
    ReportStep.REFUSE: N_("Report not accepted"),
    ReportStep.ASK: N_("The reporter was asked a question"),
    ReportStep.ANSWER: N_("The reporter answered"),
    ReportStep.TRANSFER: N_("Report handed on"),
    ReportStep.WITHDRAW: N_("The reporter withdrew the report"),
    ReportStep.COME_BACK: N_("Came back from the other office"),
    "receipt_noted": N_("Receipt of the other office noted"),
    ReportStep.REOPEN: N_("The reporter disagreed and asks again"),
    "replied": N_("The reporter wrote"),
    "added_to": N_("The reporter added a photo or a voice note"),
    FIXED: N_("The reporter says it is fixed"),
    NOT_FIXED: N_("The reporter says it is still there"),
    "written_to": N_("The reporter was written to"),
    "identity_looked": N_("The name was looked at"),
    "identity_opened": N_("The sealed name was opened by two guardians"),
    "matched": N_("The name was matched"),
    "marked_drill": N_("Marked as test or drill"),
    "unmarked_drill": N_("No longer marked as test or drill"),
}
"""Every action recorded about a report; shown to its own desk alone."""

BY_REPORTER = frozenset(
    {
        "submitted", "code_kept", "replied", "added_to", FIXED, NOT_FIXED, ReportStep.ANSWER,
        ReportStep.WITHDRAW, ReportStep.REOPEN,
    }
)  # fmt: skip
"""Never with a name, and by the day alone: what the trail keeps may be the start of a shift, or
the very minute in which somebody held a phone."""
WITHDRAWN = "case.report_withdrawn"


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a timeline."""

    when: datetime | date
    what: Sentence
    who: str
    """Name of the employee who did it; empty for reporters and for the system."""
    note: None = None
    mark: str = "done"


def timeline(session: Session, actor: Actor, case: Case) -> list[Moment]:
    """Return what happened, newest last; of its reports only what the actor's desk received."""
    reports = readable_reports(session, actor, case)
    subjects = [(case.kind, case.id), *((report.kind, report.id) for report in reports)]
    return _moments(session, subjects, {report.number for report in reports})


def timeline_of_report(session: Session, report: Report) -> list[Moment]:
    """Return what happened to a report the actor's desk received."""
    return _moments(session, [(report.kind, report.id)], {report.number})


def _moments(session: Session, subjects: list[tuple[str, int]], known: Set[str]) -> list[Moment]:
    happenings = list_happenings(session, subjects)
    names = names_of(session, {happening.actor_id for happening in happenings})
    return [_moment(happening, names, known) for happening in happenings]


def _moment(happening: Happening, names: Mapping[int, str], known: Set[str]) -> Moment:
    kind, action = happening.action.split(".", 1)
    who = names.get(happening.actor_id or 0, "")
    if (kind == "report" and action in BY_REPORTER) or happening.action == WITHDRAWN:
        return Moment(day_of(happening.at), words_of(happening), "")
    if action in UNNUMBERED and happening.facts.get("report") not in known:
        return Moment(happening.at, Sentence(UNNUMBERED[action]), who)
    return Moment(happening.at, words_of(happening), who)


def words_of(happening: Happening) -> Sentence:
    """Return what happened to a case or a report as a sentence."""
    words = REPORT_WORDS if happening.subject_kind == "report" else CASE_WORDS
    return Sentence(words[happening.action.split(".", 1)[1]], **_values(happening.facts))


def _values(facts: Mapping[str, object]) -> dict[str, object]:
    values = dict(facts)
    if "verdict" in facts:
        values["verdict"] = Verdict(str(facts["verdict"])).label
    values["amount"] = Money(int(str(facts.get("fen", 0)))).short
    values["cost"] = Money(int(str(facts.get("cost_fen", 0)))).short
    return {key: value for key, value in values.items() if not isinstance(value, (list, dict))}
