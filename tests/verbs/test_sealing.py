"""Confidential: the name is closed in a box that two people open together, and stands nowhere."""

import re
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from hazard.access.permissions import Role
from hazard.audit.models import EventPersonal
from hazard.core.clock import day_of
from hazard.core.errors import HazardError, NotAllowed, Refused, Unclear
from hazard.people.keeping import add_person, end_employment, grant_role
from hazard.people.queries import get_person, root_unit
from hazard.policy.words import Desk, Identity
from hazard.reports import identity, intake
from hazard.reports.models import Report, Reporter
from hazard.reports.queries import hold_report
from hazard.rewards import payout, settlement
from hazard.rewards import sealed as payees
from hazard.rewards.models import Posting, Settlement
from hazard.rewards.queries import list_payments
from hazard.rewards.terms import Account, PayeeKind
from hazard.sealing import boxes, halves, keeping, payouts, sealed
from hazard.sealing.models import SealedIdentity, SealingKey
from hazard.sealing.queries import current_key, is_ready, view_seal
from hazard.sealing.terms import Group
from hazard.tables import metadata
from tests import walks
from tests.company import Company
from tests.seal import PASSPHRASES, PAYOUT, make_seal, represent

TYPED = intake.Name(name="张伟", team="机加工车间", phone="13912345678")
ELEVEN, LONGEST = "雨伞铁轨豆浆邮票纸船1", "雨伞铁轨豆浆邮票" * 16


def test_a_box_is_always_of_one_size_and_bound_to_its_report() -> None:
    private = boxes.new_private()
    public = boxes.public_of(private)
    short = boxes.seal(public, {"name": "张伟"}, boxes.IDENTITY_SIZE, "R2611-0001")
    longer = boxes.seal(
        public, {"name": "艾尼瓦尔·吐尔逊江" * 9}, boxes.IDENTITY_SIZE, "R2611-0001"
    )
    assert len(short) == len(longer) == 32 + 512 + 16
    assert boxes.unseal(private, short, "R2611-0001") == {"name": "张伟"}
    with pytest.raises(boxes.NotThisKey):
        boxes.unseal(private, short, "R2611-0002")
    with pytest.raises(boxes.NotThisKey):
        boxes.unseal(boxes.new_private(), short, "R2611-0001")


def test_a_sheet_opens_with_its_passphrase_alone_and_tells_a_slip_of_the_pen() -> None:
    sheet = keeping.draw_pair(PASSPHRASES).sheets[Group.SAFETY]
    assert halves.read(f"# 保管单\n{sheet.text.lower()}") == sheet
    assert halves.unlock(sheet.text, PASSPHRASES[Group.SAFETY]).group is Group.SAFETY
    with pytest.raises(halves.WrongPassphrase):
        halves.unlock(sheet.text, PASSPHRASES[Group.UNION])
    wrong = ("1" if sheet.text[60] != "1" else "2").join([sheet.text[:60], sheet.text[61:]])
    for text in (wrong, sheet.text[:-2], "", "随便写的"):
        with pytest.raises(halves.NotASheet):
            halves.read(text)


def test_one_half_alone_opens_nothing() -> None:
    pair = keeping.draw_pair(PASSPHRASES)
    box = boxes.seal(pair.public, {"name": "张伟"}, boxes.IDENTITY_SIZE, "R2611-0001")
    for group in Group:
        half = halves.unlock(pair.sheets[group].text, PASSPHRASES[group])
        with pytest.raises(boxes.NotThisKey):
            boxes.unseal(half.value, box, "R2611-0001")


@pytest.mark.parametrize(
    ("passphrase", "again"), [(ELEVEN, ELEVEN), ("aaaabbbbcccc", "aaaabbbbcccc"),
    (LONGEST + "1", LONGEST + "1"), ("雨伞 铁轨 豆浆 邮票 1", "雨伞 铁轨 豆浆 邮票 2")],
)  # fmt: skip
def test_a_weak_or_differing_passphrase_is_not_taken(passphrase: str, again: str) -> None:
    with pytest.raises(Unclear) as refusal:
        halves.need_passphrase(passphrase, again, "passphrase_safety")
    assert refusal.value.field == "passphrase_safety"


@pytest.mark.parametrize("passphrase", [ELEVEN + "2", LONGEST, "abcdeabcdeab"])
def test_twelve_characters_of_five_kinds_are_enough(passphrase: str) -> None:
    assert 12 <= len(passphrase) <= 128
    halves.need_passphrase(passphrase, passphrase, "passphrase_safety")


def test_until_both_sides_have_kept_their_sheets_nothing_is_sealed(company: Company) -> None:
    union = represent(company)
    with pytest.raises(sealed.NotReady):
        walks.walk_to_reported(company, identity=Identity.CONFIDENTIAL)
    pair = keeping.draw_pair(PASSPHRASES)
    holders = {Group.SAFETY: company.safety, Group.UNION: union}
    for group in (None, *Group):
        with company.reading() as session:
            assert not is_ready(session, day_of(company.clock.now()))
        with company.work_as(company.safety) as work:
            if group is None:
                keeping.adopt_pair(work, pair, holders, instead_of="")
            else:
                keeping.mark_kept(work, pair.sheets[group].number)
    walks.walk_to_reported(company, identity=Identity.CONFIDENTIAL)


def test_a_new_pair_closes_nothing_until_its_own_sheets_are_kept(company: Company) -> None:
    seal = make_seal(company)
    with company.work_as(company.safety) as work:
        before = current_key(work.session)
        assert before
        holders = {Group.SAFETY: company.safety, Group.UNION: seal.union}
        pair = keeping.draw_pair(PASSPHRASES)
        keeping.adopt_pair(work, pair, holders, instead_of=before.number)
    with company.reading() as session:
        assert not is_ready(session, day_of(company.clock.now()))
    with pytest.raises(sealed.NotReady):
        walks.walk_to_reported(company, identity=Identity.CONFIDENTIAL)


def test_where_no_name_is_sealed_two_sheets_find_none(company: Company) -> None:
    seal = make_seal(company)
    walk = walks.walk_to_reported(company, identity=Identity.ANONYMOUS)
    with company.work_as(company.safety) as work:
        report = hold_report(work, walk.report)
        with pytest.raises(Refused, match="No name is sealed"):
            sealed.open_identity(work, report.id, report.number, seal.halves)


def test_a_confidential_name_stands_nowhere_in_clear(company: Company) -> None:
    """Not in a row, an event, the file itself or its write-ahead log."""
    make_seal(company)
    before = company.clock.now()
    stranger = intake.Name(name="独孤求安", team="铸造三班", phone="13912345678")
    walk = walks.walk_to_reported(company, identity=Identity.CONFIDENTIAL, name=stranger)
    known = walks.walk_to_graded(company, identity=Identity.CONFIDENTIAL)
    with company.reading() as session:
        assert session.scalars(select(Reporter)).all() == []
        report = session.scalars(select(Report).where(Report.number == walk.report)).one()
        assert report.received_at < before
        assert report.locator is not None
        assert f"person:{company.worker}" not in session.scalars(select(EventPersonal.value)).all()
        for name, table in metadata.tables.items():
            for row in session.execute(select(table)).mappings():
                text = repr(dict(row))
                assert not any(each in text for each in ("独孤求安", "铸造三班", "1391234")), name
                assert name in {"person", "event_personal"} or "张伟" not in text, (name, known)
    if company.database.is_sqlite:
        raw = _bytes_of(company)
        assert walk.report.encode() in raw
        for each in ("独孤求安", "铸造三班", "13912345678"):
            assert each.encode() not in raw


def _bytes_of(company: Company) -> bytes:
    """Return every byte of the database file and of what lies beside it."""
    with company.database.engine.connect() as connection:
        path = Path(connection.exec_driver_sql("PRAGMA database_list").all()[0][2])
    return b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))


def test_the_hash_of_the_fields_cannot_be_tried_with_the_roster(company: Company) -> None:
    told = walks.told(company, walks.Way(identity=Identity.CONFIDENTIAL))
    assert told.digest(TYPED, "") == told.digest(intake.Name(), "")
    assert told.digest(TYPED, "a") != told.digest(TYPED, "b")
    assert told.digest(TYPED, "a") != told.digest(intake.Name(name="李雷", team="一班"), "a")


def test_a_confidential_name_too_long_for_the_box_is_refused_before_anything(
    company: Company,
) -> None:
    told = walks.told(company, walks.Way(identity=Identity.CONFIDENTIAL))
    with pytest.raises(Unclear) as refusal:
        intake.need_sound(told, intake.Name(name="长" * 180, team="班"), 1)
    assert refusal.value.field == "name"
    with pytest.raises(Unclear):
        intake.need_sound(told, intake.Name(name="张伟"), 1)


def test_both_halves_in_one_sitting_open_the_name(company: Company) -> None:
    seal = make_seal(company)
    walk = walks.walk_to_reported(company, identity=Identity.CONFIDENTIAL, name=TYPED)
    with company.work_as(company.safety) as work:
        report = hold_report(work, walk.report)
        opened = sealed.open_identity(work, report.id, report.number, seal.halves)
    found = opened.identity
    assert (found.name, found.employee_no, found.team) == ("张伟", "1001", "机加工车间")
    assert opened.opened_by == (company.safety, seal.union)


def test_two_halves_of_one_side_or_of_another_key_open_nothing(company: Company) -> None:
    first = make_seal(company)
    walk = walks.walk_to_reported(company, identity=Identity.CONFIDENTIAL)
    second = make_seal(company)
    for pair, why in (
        ((first.half(Group.SAFETY), first.half(Group.SAFETY)), "One sheet of each side"),
        ((first.half(Group.SAFETY), second.half(Group.UNION)), "sealed with key"),
        (second.halves, "sealed with key"),
    ):
        with company.work_as(company.safety) as work:
            report = hold_report(work, walk.report)
            with pytest.raises(Refused, match=why):
                sealed.open_identity(work, report.id, report.number, pair)
    with company.work_as(company.safety) as work:  # what the old key closed, its halves open
        report = hold_report(work, walk.report)
        assert sealed.open_identity(work, report.id, report.number, first.halves).identity.name


def test_a_further_guardian_opens_too_and_an_ended_one_no_more(company: Company) -> None:
    seal = make_seal(company)
    walk = walks.walk_to_reported(company, identity=Identity.CONFIDENTIAL)
    with company.work_as() as work:
        root = root_unit(work.session)
        deputy = add_person(work, "0012", "陈玥", root)
        grant_role(work, deputy, Role.SAFETY_OFFICER, root)
        deputy_id = deputy.id
        grant_role(work, get_person(work.session, seal.union), Role.SAFETY_OFFICER, root)
    half = seal.half(Group.SAFETY)
    for person, why in ((company.worker, "role of this side"), (seal.union, "a sheet already")):
        with company.work_as(company.safety) as work, pytest.raises(HazardError, match=why):
            keeping.add_guardian(work, half, seal.sheets[Group.SAFETY], person)
    copy = keeping.copy_half(half, "五个 别的 词语 在此 4")
    with company.work_as(company.safety) as work:
        keeping.add_guardian(work, half, copy, deputy_id)
        keeping.mark_kept(work, copy.number)
    with company.work_as(company.safety) as work:
        view = view_seal(work.session, day_of(work.now))
        first = next(g for g in view.guardians if g.person_id == company.safety)
        keeping.end_guardian(work, first.id)
        report = hold_report(work, walk.report)
        with pytest.raises(Refused, match="not accepted"):
            sealed.open_identity(work, report.id, report.number, seal.halves)
        further = (halves.unlock(copy.text, "五个 别的 词语 在此 4"), seal.half(Group.UNION))
        assert sealed.open_identity(work, report.id, report.number, further).identity.name


def test_when_a_guardian_has_left_the_plant_nothing_more_is_sealed(company: Company) -> None:
    """And the sheet left behind, with its passphrase, opens nothing in other hands."""
    seal = make_seal(company)
    walk = walks.walk_to_reported(company, identity=Identity.CONFIDENTIAL)
    with company.work_as(company.safety) as work:
        end_employment(work, get_person(work.session, seal.union), day_of(work.now))
    company.clock.move(timedelta(days=1))
    with company.work_as(company.safety) as work:
        report = hold_report(work, walk.report)
        with pytest.raises(Refused, match="not accepted any more"):
            sealed.open_identity(work, report.id, report.number, seal.halves)
    with company.reading() as session:
        assert not is_ready(session, day_of(company.clock.now()))
    with pytest.raises(HazardError):
        walks.walk_to_reported(company, identity=Identity.CONFIDENTIAL)


def test_the_pair_is_made_by_who_may_and_once(company: Company) -> None:
    union = represent(company)
    pair = keeping.draw_pair(PASSPHRASES)
    holders = {Group.SAFETY: company.safety, Group.UNION: union}
    with company.work_as(company.finance) as work, pytest.raises(NotAllowed):
        keeping.adopt_pair(work, pair, holders, instead_of="")
    same = {Group.SAFETY: company.safety, Group.UNION: company.safety}
    with company.work_as(company.safety) as work, pytest.raises(Refused):
        keeping.adopt_pair(work, pair, same, instead_of="")
    with company.work_as(company.safety) as work:
        keeping.adopt_pair(work, pair, holders, instead_of="")
        with pytest.raises(Refused, match="moment ago"):
            keeping.adopt_pair(work, keeping.draw_pair(PASSPHRASES), holders, instead_of="")


def test_neither_half_nor_passphrase_is_kept_by_the_server(company: Company) -> None:
    seal = make_seal(company)
    walks.walk_to_reported(company, identity=Identity.CONFIDENTIAL)
    secrets = [half.value for half in seal.halves]
    secrets += [halves.join(*secrets), *(word.encode() for word in PASSPHRASES.values())]
    secrets += [sheet.text.encode() for sheet in seal.sheets.values()]
    with company.reading() as session:
        key = session.scalars(select(SealingKey)).one()
        stored = repr([dict(row) for table in metadata.tables.values()
                       for row in session.execute(select(table)).mappings()])  # fmt: skip
        assert key.number in stored
        assert all(repr(secret) not in stored and secret.hex() not in stored for secret in secrets)
        (box,) = session.scalars(select(SealedIdentity))
        assert len(box.box) == 560


def test_the_representative_reads_names_only_where_nobody_else_receives(company: Company) -> None:
    """The form promises that safety officer, head and finance alone know a name."""
    union = represent(company)
    both = walks.walk_to_reported(company, desk=Desk.BOTH)
    alone = walks.walk_to_reported(company, desk=Desk.UNION)
    with company.work_as(union) as work:
        with pytest.raises(NotAllowed):
            identity.look(work, hold_report(work, both.report), identity.LookReason.R1)
        known = identity.look(work, hold_report(work, alone.report), identity.LookReason.R1)
        assert known is not None


def test_a_confidential_reporter_is_sealed_to_be_paid_and_the_code_pays_as_well(
    company: Company,
) -> None:
    """张伟 is known from the roster; a stranger's box is empty and says so to finance alone.

    By their numbers nobody tells them from the voucher of an anonymous report.
    """
    make_seal(company)
    known = walks.walk_to_approved_award(company, identity=Identity.CONFIDENTIAL, name=TYPED)
    stranger = intake.Name(name="独孤求安", team="外包", company="安泰检修公司")
    other = walks.walk_to_approved_award(company, identity=Identity.CONFIDENTIAL, name=stranger)
    number = walks.settle(company)
    with company.work_as(company.finance) as work:
        run = settlement.hold_run(work, walks.this_month(company), number)
        with pytest.raises(Refused, match="sealed payees"):
            payout.pay_named(work, run)
        keys = payouts.unlock_keys(work.session, payees.keys_needed(work.session, run), PAYOUT)
        opened = payees.open_payees(work.session, run, keys)
        assert sorted(opened.values()) == ["", "1001"]
        assert payout.pay_named(work, run, opened) == 1
        lines = list_payments(work.session, work.actor, run, opened)
        assert [(each.name, each.kind) for each in lines] == [
            ("张伟", PayeeKind.PERSON), ("", PayeeKind.VOUCHER),
        ]  # fmt: skip
        assert all(re.fullmatch(r"F26-[0-9A-Z]{5}", each.payout_number) for each in lines)
        (closed,) = list_payments(work.session, work.actor, run)
        assert (closed.kind, closed.paid_on) == (PayeeKind.SEALED, None), "one waits for its code"
    witness = payout.Witness(company.safety, declared=True)
    with company.work_as(company.finance) as work:
        report = work.session.scalars(select(Report).where(Report.number == other.report)).one()
        payout.redeem(work, report, witness)
        run = settlement.hold_run(work, walks.this_month(company), number)
        (closed,) = list_payments(work.session, work.actor, run)
        assert (closed.paid_on, closed.paid_by) == (day_of(work.now), "李秀英")
        paid = work.session.scalars(select(Report).where(Report.number == known.report)).one()
        with pytest.raises(Refused, match="already collected"):
            payout.redeem(work, paid, witness)


def test_a_sealed_reward_is_paid_once_where_code_and_sheet_meet(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """张伟 stands at the counter with the code while the sheet is being paid by name."""
    make_seal(company)
    walk = walks.walk_to_approved_award(company, identity=Identity.CONFIDENTIAL, name=TYPED)
    number, finance = walks.settle(company), company._actor(company.finance)
    month, hold_run = walks.this_month(company), settlement.hold_run

    def pay_the_sheet() -> None:
        with company.work_as(actor=finance) as work:
            run = hold_run(work, month, number)
            keys = payouts.unlock_keys(work.session, payees.keys_needed(work.session, run), PAYOUT)
            payout.pay_named(work, run, payees.open_payees(work.session, run, keys))

    def hold_late(*asked: object) -> Settlement:
        sheet = threading.Thread(target=pay_the_sheet)
        sheet.start()
        sheet.join()
        return hold_run(*asked)  # type: ignore[arg-type]

    if company.database.is_sqlite:  # there one writes at a time: the sheet was simply first
        pay_the_sheet()
    else:
        monkeypatch.setattr(payout, "hold_run", hold_late)
    witness = payout.Witness(company.safety, declared=True)
    with company.work_as(actor=finance) as work:
        report = work.session.scalars(select(Report).where(Report.number == walk.report)).one()
        with pytest.raises(Refused, match="already collected"):
            payout.redeem(work, report, witness)
    with company.reading() as session:
        paid = select(Posting).where(Posting.target == Account.PAID)
        assert len(session.scalars(paid).all()) == 1


def test_who_earns_no_cash_gets_no_line_by_name(company: Company) -> None:
    """The officer's own confidential report is shown at the counter or not at all (E6)."""
    make_seal(company)
    officer = intake.Name(name="王建华", team="安全部")
    walks.walk_to_approved_award(company, identity=Identity.CONFIDENTIAL, name=officer)
    number = walks.settle(company)
    with company.work_as(company.finance) as work:
        run = settlement.hold_run(work, walks.this_month(company), number)
        keys = payouts.unlock_keys(work.session, payees.keys_needed(work.session, run), PAYOUT)
        assert list(payees.open_payees(work.session, run, keys).values()) == [""]
