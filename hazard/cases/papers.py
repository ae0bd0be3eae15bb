"""What the verification report and the rectification notice of a case hold (domain 5.3)."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from hazard.access.actor import Actor
from hazard.cases.hands import plan_of
from hazard.cases.models import Case
from hazard.cases.paper_sheets import FoundBy, Picture, RectificationNotice, VerificationReport
from hazard.cases.queries import Shot, list_checks, list_findings, pictures_of
from hazard.cases.terms import CaseState, Verdict
from hazard.core.clock import day_of
from hazard.core.errors import Refused
from hazard.core.files import FileStore
from hazard.core.words import N_, Sentence, Term
from hazard.people.queries import names_of
from hazard.policy.queries import get_plant
from hazard.reports.photos import file_key
from hazard.reports.queries import get_photo


class PaperKind(Term):
    """A paper of one case; the value is part of its address."""

    VERIFICATION = "verification", N_("Verification report")
    NOTICE = "notice", N_("Rectification notice with receipt slip")


def verification_report(
    session: Session, actor: Actor, case: Case, files: FileStore, now: datetime
) -> VerificationReport:
    """Return the report two people sign; refused while nobody has verified.

    It holds what the verifiers found and released photos; neither reporter nor original words.
    """
    findings = [each for each in list_findings(session, case) if each.round == case.round]
    if case.verified_at is None or not findings:
        raise Refused(Sentence(N_("The report is printed once the hazard was verified")))
    names = names_of(session, [each.person_id for each in findings])
    return VerificationReport(
        printed_at=now, printed_by=actor.name, plant=get_plant(session).name,
        number=case.number, unit=case.unit_name, place=case.place_name,
        hazard=case.short_description, extract=case.extract, category=case.category,
        sub_code=case.sub_code, level=case.reward_level, statutory=case.statutory_level,
        grade=case.internal_grade or "", control=case.interim_control,
        verdict=Verdict.NOT_FOUND if _not_found(case) else findings[-1].verdict,
        found_by=tuple(
            FoundBy(names.get(each.person_id, ""), each.verdict, each.note, each.on_site,
                    day_of(each.at))
            for each in findings
        ),
        fixed_on_spot=case.fixed_on_spot, photos=_photos(session, actor, case, files),
    )  # fmt: skip


def rectification_notice(
    session: Session, actor: Actor, case: Case, files: FileStore, now: datetime
) -> RectificationNotice:
    """Return the notice with its receipt slip; refused before a plan stands."""
    plan = plan_of(case)
    if plan is None:
        raise Refused(Sentence(N_("The notice is printed once a plan was sent in")))
    checks = [each for each in list_checks(session, case) if each.passed]
    names = names_of(session, [plan.owner_id, *(each.checker_id for each in checks)])
    return RectificationNotice(
        printed_at=now, printed_by=actor.name, plant=get_plant(session).name,
        number=case.number, unit=case.unit_name, place=case.place_name,
        hazard=case.short_description, extract=case.extract, statutory=case.statutory_level,
        grade=case.internal_grade or "", clause=case.clause,
        measures=tuple(each.text for each in plan.measures),
        owner=names.get(plan.owner_id, ""), funds=plan.funds, due=case.due_on or plan.due_on,
        contingency=plan.contingency, control=case.interim_control,
        photos=_photos(session, actor, case, files),
        cost=case.actual_cost, done_on=case.completed_at and day_of(case.completed_at),
        checked_by=names.get(checks[-1].checker_id, "") if checks else "",
        checked_on=day_of(checks[-1].at) if checks else None,
    )  # fmt: skip


def papers_of(case: Case) -> tuple[PaperKind, ...]:
    """Return the papers that can be printed now."""
    verified = (PaperKind.VERIFICATION,) if case.verified_at is not None else ()
    planned = (PaperKind.NOTICE,) if plan_of(case) is not None else ()
    return (*verified, *planned)


def _not_found(case: Case) -> bool:
    return case.state is CaseState.UNCONFIRMED or case.reward_level is None


def _photos(session: Session, actor: Actor, case: Case, files: FileStore) -> tuple[Picture, ...]:
    """Return released photos alone, before and after."""
    pictures = pictures_of(session, actor, case)
    shown: Iterable[tuple[Sentence, tuple[Shot, ...]]] = (
        (Sentence(N_("Before")), pictures.before),
        (Sentence(N_("After")), pictures.after),
    )
    found = []
    for words, shots in shown:
        for shot in shots[:1]:
            key = file_key(get_photo(session, shot.public_id).sha256)
            if files.has(key):
                found.append(Picture(words, files.get(key)))
    return tuple(found)
