"""A finger signature on the first hand's phone: who may be said to have signed, and the denial."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from hazard.access.duties import HandsShort, SameHands
from hazard.cases import checking, grading, signing, verification
from hazard.cases.models import Case, CheckRecord, Finding
from hazard.cases.opening import Opening
from hazard.cases.queries import hold_case
from hazard.cases.quick import FirstHand
from hazard.cases.terms import CaseState, Verdict
from hazard.core.errors import NotFound, Refused
from hazard.core.images import Picture
from hazard.core.words import say
from hazard.notices.outbox import list_messages
from hazard.policy.words import Identity
from hazard.reports import photos
from hazard.reports.queries import hold_report
from hazard.reports.terms import PhotoPart
from hazard.rewards import quick
from hazard.rewards.models import Award
from tests import walks
from tests.company import Company


def handled(company: Company, *, fixed: bool = True) -> str:
    """Return a case 王建华 handled on the spot; 周国强 is asked to confirm."""
    walk = walks.walk_to_reported(company, identity=Identity.ANONYMOUS)
    with company.work_as(company.safety) as work:
        way = walk.way
        opening = Opening(way.short, "护罩缺失", "", way.category, company.place)
        first = FirstHand(
            opening, grading.Grade(*walks.ANSWERS[1], None), company.head,
            company.worker if fixed else None, (walks._after(work),) if fixed else (),
            declared=True,
        )  # fmt: skip
        report = hold_report(work, walk.report)
        return quick.handle(work, report, first, out_of_post=False).number


def sign(company: Company, number: str, signer: int, by: int | None = None) -> int:
    with company.work_as(by or company.safety) as work:
        picture = replace(Picture(b"", "5" * 64, "0" * 16, 640, 240, b""))
        drawing = photos.add_of_case(work, picture, PhotoPart.SIGNATURE)
        return signing.sign(work, hold_case(work, number), signer, drawing, declared=True).id


def case_of(company: Company, number: str) -> Case:
    with company.reading() as session:
        return session.scalars(select(Case).where(Case.number == number)).one()


def test_a_finger_signature_confirms_under_the_name_of_who_signed(company: Company) -> None:
    number = handled(company)
    sign(company, number, company.finance)
    case = case_of(company, number)
    assert case.state is CaseState.CLOSED
    with company.reading() as session:
        found = session.scalars(select(Finding.person_id).order_by(Finding.id)).all()
        assert found == [company.safety, company.finance]
        assert session.scalars(select(CheckRecord.checker_id)).all() == [company.finance]
        told = [say(message.sentence) for message in list_messages(session, company.finance)]
    assert "有一条隐患按您的手写签名确认了，是您签的吗" in told


def test_without_a_fix_it_goes_on_to_the_plan(company: Company) -> None:
    number = handled(company, fixed=False)
    sign(company, number, company.head)
    assert case_of(company, number).state is CaseState.PLANNING


def test_neither_the_first_hand_nor_the_fixer_can_be_said_to_have_signed(company: Company) -> None:
    number = handled(company)
    for signer in (company.safety, company.worker):
        with pytest.raises((SameHands, HandsShort)):
            sign(company, number, signer)


def test_only_the_first_hand_takes_a_signature(company: Company) -> None:
    number = handled(company)
    with pytest.raises(Refused):
        sign(company, number, company.finance, by=company.head)


def test_who_did_not_sign_says_so_and_verification_starts_over(company: Company) -> None:
    number = handled(company)
    signature = sign(company, number, company.finance)
    with pytest.raises(NotFound), company.work_as(company.worker) as work:
        quick.deny(work, signature, "不是我")
    with company.work_as(company.finance) as work:
        quick.deny(work, signature, "我当时不在厂里")
    case = case_of(company, number)
    assert (case.state, case.quick, case.closed_at) == (CaseState.VERIFYING, False, None)
    with company.reading() as session:
        assert session.scalars(select(Award)).all() == []
        told = [say(message.sentence) for message in list_messages(session, company.head)]
    assert "有人说手写签名不是本人签的" in told
    with pytest.raises(Refused), company.work_as(company.finance) as work:
        quick.deny(work, signature, "再说一次")


def test_after_a_denial_the_check_of_a_fix_is_made_anew(company: Company) -> None:
    number = handled(company)
    signed = sign(company, number, company.finance)
    with company.work_as(company.finance) as work:
        quick.deny(work, signed, "我没签")
    with company.work_as(company.safety) as work:
        case = hold_case(work, number)
        verification.assign_verifiers(work, case, [company.safety, company.head])
    for person in (company.safety, company.head):
        with company.work_as(person) as work:
            found = verification.Found(Verdict.TRUE, "", on_site=True, declared=True)
            if person == company.safety:
                fix = (walks._after(work),)
                found = replace(found, fixer_id=company.worker, photos=fix)
            verification.find(work, hold_case(work, number), found)
    with company.work_as(company.safety) as work:
        given = grading.Grade(*walks.ANSWERS[1], None)
        grading.grade(work, hold_case(work, number), given, declared=True)
    with company.work_as(company.head) as work:
        checking.check(work, hold_case(work, number), passed=True, note="", declared=True)
    assert case_of(company, number).state is CaseState.CLOSED
