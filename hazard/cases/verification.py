"""Verifying on the spot: two people without a conflict, one verdict (核查, S1-12)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from hazard.access.duties import VERIFIERS
from hazard.access.duties import Part as Duty
from hazard.access.permissions import Permission, Role
from hazard.audit.work import Work
from hazard.cases import assigning
from hazard.cases.audience import holders_told
from hazard.cases.closing import start_archive_clock, start_feedback_clock
from hazard.cases.feedback import uninformed
from hazard.cases.hands import declare, need_hand
from hazard.cases.models import Case, CasePhoto, Finding
from hazard.cases.states import Step
from hazard.cases.terms import CaseState, Part, Verdict
from hazard.cases.transition import StepNotOpen, need_open, take
from hazard.core.clock import day_of
from hazard.core.errors import Refused, Unclear
from hazard.core.images import Picture
from hazard.core.words import N_, Sentence
from hazard.deadlines.clocks import Charge, finish, start
from hazard.deadlines.terms import DeadlineKind
from hazard.notices.outbox import tell
from hazard.policy.queries import policy_on
from hazard.reports import photos
from hazard.reports.models import Photo
from hazard.reports.queries import list_all_photos


@dataclass(frozen=True, slots=True)
class Found:
    """What one verifier puts down. `fixer_id` None: it is not fixed yet."""

    verdict: Verdict
    note: str
    on_site: bool
    declared: bool
    fixer_id: int | None = None
    photos: tuple[Photo, ...] = ()
    """After-photos, needed when it was fixed on the spot."""


def assign_verifiers(work: Work, case: Case, person_ids: Sequence[int]) -> None:
    """Ask two different people to verify; whoever was asked before is released.

    Also once it was found true: where the grade asks for others to have seen it.
    """
    if len(set(person_ids)) != VERIFIERS:
        raise Unclear(Sentence(N_("Please choose two different people")), field="verifier")
    anew = case.state is CaseState.VERIFIED
    take(work, case, Step.ASSIGN_VERIFIERS)
    assigning.end(work, case, Part.VERIFIER)
    if anew:
        _verify_anew(work, case)
    for person_id in person_ids:
        assigning.assign(work, case, person_id, Part.VERIFIER)


def find(work: Work, case: Case, found: Found) -> None:
    """Put down one verifier's verdict; the second equal one decides (decisions 10)."""
    need_open(work, case, Step.FIND)
    declare(work, case, "verification", declared=found.declared)
    _need_reason(found)
    if found.fixer_id is not None:
        fix_on_spot(work, case, found.fixer_id, found.photos)
    put_down(work, case, found)
    take(work, case, Step.FIND, verdict=found.verdict, on_site=found.on_site)
    verdicts = verdicts_of(work, case)
    if len(verdicts) == VERIFIERS:
        _decide(work, case, verdicts)
    assigning.end_of_person(work, case, work.actor.person_id, Part.VERIFIER)


def step_aside(work: Work, case: Case) -> None:
    """Step aside as a verifier, without having to say why; the desk assigns anew (回避, S1-12)."""
    need_open(work, case, Step.FIND)
    if case.quick:  # the second hand of the quick lane says no there
        raise StepNotOpen(work, case)
    work.record("stepped_aside", case)
    _assign_anew(work, case, Sentence(N_("A verifier stepped aside; please assign again")))


def put_down(work: Work, case: Case, found: Found) -> None:
    """Store a finding of the actor in the present round, once."""
    mine = select(Finding.id).where(
        Finding.case_id == case.id,
        Finding.round == case.round,
        Finding.person_id == work.actor.person_id,
    )
    if work.session.scalar(mine) is not None:
        raise Refused(Sentence(N_("Your finding is already here; somebody else has to confirm")))
    work.session.add(
        Finding(
            case_id=case.id, round=case.round, person_id=work.actor.person_id or 0,
            verdict=found.verdict, note=found.note.strip(), on_site=found.on_site, at=work.now,
        )
    )  # fmt: skip
    work.session.flush()


def fix_on_spot(work: Work, case: Case, fixer_id: int, photos: Sequence[Photo]) -> None:
    """Note that it was fixed at once and by whom; an after-photo proves it (domain 2.6.4)."""
    if not photos:
        raise Unclear(
            Sentence(N_("Fixed on the spot needs a photo of how it looks now")), field="after"
        )
    need_hand(work, case, Duty.FIXER, fixer_id)
    case.fixed_on_spot, case.fixer_id = True, fixer_id
    attach(work, case, photos)
    work.record("fixed_on_spot", case)


def attach(work: Work, case: Case, photos: Sequence[Photo]) -> None:
    """Add before or after photos to the case."""
    have = set(work.session.scalars(select(CasePhoto.photo_id).where(CasePhoto.case_id == case.id)))
    work.session.add_all(
        CasePhoto(case_id=case.id, photo_id=photo.id) for photo in photos if photo.id not in have
    )


def start_over(work: Work, case: Case) -> None:
    """Begin a new round after two findings that differ."""
    _assign_anew(work, case, Sentence(N_("The verifiers did not agree; please assign again")))


def _verify_anew(work: Work, case: Case) -> None:
    """Let the investigation run again, and tell the reporters once it ends."""
    _forget_findings(case)
    case.verified_at = None
    finish(work, case, DeadlineKind.GRADE, DeadlineKind.FEEDBACK)
    versioned = policy_on(work.session, day_of(work.now))
    charge = Charge(versioned, "policy", None, case.unit_id)
    start(work, case, DeadlineKind.VERIFY, versioned.policy.clocks.verify, charge)


def _forget_findings(case: Case) -> None:
    case.round += 1
    case.fixed_on_spot, case.fixer_id = False, None


def _assign_anew(work: Work, case: Case, why: Sentence) -> None:
    """Let nobody's finding count any more and ask the desk to assign again."""
    _forget_findings(case)
    assigning.end(work, case, Part.VERIFIER)
    officers = holders_told(work.session, case, Role.SAFETY_OFFICER, day_of(work.now))
    link = f"/cases/{case.number}"
    tell(work, officers, why, key=f"again:{case.id}:{case.round}", link=link)


def verdicts_of(work: Work, case: Case) -> list[Verdict]:
    """Return the verdicts of the present round, in the order they came."""
    rows = select(Finding.verdict).where(Finding.case_id == case.id, Finding.round == case.round)
    return list(work.session.scalars(rows.order_by(Finding.id)))


def end_investigation(work: Work, case: Case) -> None:
    """Stop the verifying clock and start the one of feedback (S1-13: from this day)."""
    case.verified_at = work.now
    finish(work, case, DeadlineKind.VERIFY)
    if uninformed(work.session, case):
        start_feedback_clock(work, case)


def release_photo(work: Work, case: Case, photo: Photo, *, shown: bool) -> None:
    """Show a photo of the reports to the rectifying side, or hide it (decisions 31)."""
    work.actor.need(Permission.REPORT_READ_ORIGINAL, case.unit_path)
    own = list_all_photos(work.session, [link.report_id for link in case.reports])
    if photo.id not in {each.id for each in own}:
        raise Refused(Sentence(N_("This photo belongs to another hazard")))
    photo.shown_to_rectifiers = shown
    work.record("photo_released" if shown else "photo_hidden", case, photo=photo.public_id)


def release_copy(work: Work, case: Case, photo: Photo, picture: Picture) -> Photo:
    """Show the rectifying side a changed copy of a photo; the original is hidden from them."""
    copy = photos.add_copy(work, photo, picture)
    release_photo(work, case, photo, shown=False)
    release_photo(work, case, copy, shown=True)
    return copy


def _decide(work: Work, case: Case, verdicts: list[Verdict]) -> None:
    if len(set(verdicts)) > 1:
        take(work, case, Step.DISAGREE, verdicts=[verdict.value for verdict in verdicts])
        start_over(work, case)
        return
    confirmed = verdicts[0] is not Verdict.NOT_FOUND
    _stand(work, case, Step.CONFIRM if confirmed else Step.NOT_CONFIRM, verdicts[0])


def _stand(work: Work, case: Case, step: Step, verdict: Verdict) -> None:
    take(work, case, step, verdict=verdict)
    end_investigation(work, case)
    if step is Step.NOT_CONFIRM:
        start_archive_clock(work, case)
        return
    versioned = policy_on(work.session, day_of(work.now))
    charge = Charge(versioned, "policy", None, case.unit_id)
    start(work, case, DeadlineKind.GRADE, versioned.policy.clocks.verify, charge)


def _need_reason(found: Found) -> None:
    if found.verdict is not Verdict.TRUE and not found.note.strip():
        raise Unclear(Sentence(N_("Please write what you saw on the spot")), field="note")
