"""Opening a sealed name: two guardians, one sitting, a reason, and the reporter is told."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from hazard.access.permissions import Permission, Role
from hazard.audit.queries import list_happenings
from hazard.audit.work import Personal, Work
from hazard.core.clock import day_of
from hazard.core.errors import NotAllowed, Refused, Unclear
from hazard.core.words import N_, Sentence, Term
from hazard.notices.outbox import tell
from hazard.people.queries import list_holders, names_of, roles_held_over
from hazard.policy.words import Identity
from hazard.reports.models import Report
from hazard.reports.routing import is_about
from hazard.sealing.halves import Half
from hazard.sealing.sealed import Identity as Name
from hazard.sealing.sealed import open_identity

LEAST_WORDS = 10
"""Characters of the reason in words (domain 3.3)."""
OPENED = "identity_opened"
WATCHING = (Role.SAFETY_OFFICER, Role.SAFETY_MANAGER, Role.UNION_REPRESENTATIVE, Role.AUDITOR)
"""Who hears that a seal was opened."""


class OpenReason(Term):
    """Why a sealed name is opened (domain 3.3); R2, to pay, opens the payout box alone."""

    R1 = "R1", N_("to reach the reporter: rescue or verification")
    R3 = "R3", N_("to protect the reporter from retaliation")
    R4 = "R4", N_("inquiry into a report made up on purpose")
    R5 = "R5", N_("lawful demand of an authority")
    R6 = "R6", N_("the reporter asked for it")
    R7 = "R7", N_("honour by name, agreed by the reporter")


@dataclass(frozen=True, slots=True)
class Why:
    """What the trail keeps of the grounds."""

    reason: OpenReason
    words: str
    document: str = ""
    """Number of the authority's letter, for R5."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A name in clear: shown once, stored nowhere."""

    name: Name
    by: tuple[str, str]
    """Names of the two."""


@dataclass(frozen=True, slots=True)
class Opening:
    """One opening as the reporter reads it."""

    day: date
    reason: OpenReason

    @property
    def words(self) -> Sentence:
        """Return the line on the follow-up page."""
        return Sentence(
            N_("On %(day)s safety and workers' side opened your sealed name together: %(reason)s"),
            day=self.day, reason=self.reason,
        )  # fmt: skip


def open_name(work: Work, report: Report, halves: tuple[Half, Half], why: Why) -> Opened:
    """Open the name behind a confidential report; needs `sealing:open` and to be one of the two.

    Refused to a guardian whom the report is about. Recorded with reason, words and both people;
    the reporter reads it, and the other guardians and the auditor hear of it.
    """
    work.actor.need(Permission.SEALING_OPEN, report.unit_path)
    _need_grounds(why)
    if report.identity is not Identity.CONFIDENTIAL:
        raise Refused(Sentence(N_("No name is sealed for this report")))
    opened = open_identity(work, report.id, report.number, halves)
    _need_right_people(work, report, opened.opened_by)
    other = next(person for person in opened.opened_by if person != work.actor.person_id)
    work.record(
        OPENED, report, reason=why.reason, other=Personal(f"person:{other}"),
        words=Personal(why.words.strip()), document=Personal(why.document.strip()),
    )  # fmt: skip
    _tell(work, report, opened.opened_by)
    names = names_of(work.session, opened.opened_by)
    return Opened(opened.identity, (names[opened.opened_by[0]], names[opened.opened_by[1]]))


def list_openings(session: Session, report: Report) -> list[Opening]:
    """Return when and why the name of a report was opened, oldest first."""
    if report.identity is not Identity.CONFIDENTIAL:
        return []
    return [
        Opening(day_of(each.at), OpenReason(str(each.facts["reason"])))
        for each in list_happenings(session, [(report.kind, report.id)])
        if each.action == f"{report.kind}.{OPENED}"
    ]


def _need_grounds(why: Why) -> None:
    if len(why.words.strip()) < LEAST_WORDS:
        raise Unclear(
            Sentence(N_("Please say why in at least %(n)s characters"), n=LEAST_WORDS),
            field="words",
        )
    if why.reason is OpenReason.R5 and not why.document.strip():
        sentence = N_("Please enter the number of the authority's letter")
        raise Unclear(Sentence(sentence), field="document")


def _need_right_people(work: Work, report: Report, people: tuple[int, int]) -> None:
    if work.actor.person_id not in people:
        raise NotAllowed(
            Sentence(N_("Whoever is logged in must be one of the two who bring the sheets"))
        )
    held = roles_held_over(work.session, report.unit_path, day_of(work.now))
    for each in people:
        if is_about(report.about, [role for role, person in held if person == each]):
            name = names_of(work.session, [each])[each]
            raise Refused(
                Sentence(
                    N_("The report may be about %(name)s, who must not learn the name"), name=name
                )
            )


def _tell(work: Work, report: Report, people: tuple[int, int]) -> None:
    watching = list_holders(work.session, WATCHING, report.unit_path, day_of(work.now))
    tell(
        work, set(watching) - set(people), Sentence(N_("Two guardians opened a sealed name")),
        key=f"opened:{report.id}:{work.now.isoformat()}", link="/inbox",
    )  # fmt: skip
