"""Paper slips, and keying in what did not come by phone."""

import threading
from datetime import timedelta

import pytest

from hazard.access.permissions import Role
from hazard.audit.queries import list_happenings, verify_trail
from hazard.core import boxes
from hazard.core.errors import HazardError, NotAllowed
from hazard.core.words import say
from hazard.people.keeping import add_unit, grant_role
from hazard.people.passwords import is_right
from hazard.people.queries import get_person, root_unit
from hazard.places.keeping import add_place
from hazard.policy.words import About, Category, Desk, Identity, Urgency
from hazard.reports import registering, slips
from hazard.reports.intake import Name, Slip, Told
from hazard.reports.models import PaperSlip, Report
from hazard.reports.queries import list_located
from hazard.reports.registering import Origin, find_origins, register
from hazard.reports.terms import Channel
from tests.company import Company


def told(place: int | None, identity: Identity = Identity.ANONYMOUS) -> Told:
    return Told(
        Category.EQUIPMENT, "3号车床没有护罩", "装回去", "", (), None, Urgency.NORMAL,
        Desk.SAFETY, About.NONE, identity, place, "",
    )  # fmt: skip


def batch_of(company: Company, count: int = 2) -> list[slips.Drawn]:
    taken: set[str] = set()
    drawn = [slips.draw(b"k" * 32, taken) for _ in range(count)]
    with company.work_as(company.safety) as work:
        batch = slips.open_batch(work, count).id
        slips.keep_batch(work, batch, drawn)
        slips.mark_fetched(work, batch)
    return drawn


def key_in(
    company: Company, slip: str = "", who: int = 0, key: str = "a", place: int | None = 0,
    identity: Identity = Identity.ANONYMOUS, name: Name | None = None,
) -> int:  # fmt: skip
    with company.work_as(who or company.safety) as work:
        origin = Origin(Channel.PAPER, work.now - timedelta(days=2, hours=3), slip)
        report = register(
            work, told(company.place if place == 0 else place, identity), name or Name(),
            Slip(key * 64), origin,
        )  # fmt: skip
        return report.id


def test_a_batch_is_fetched_once_by_two_windows_at_once(company: Company) -> None:
    """王建华 presses in two windows; the second comes while the first is being written."""
    with company.work_as(company.safety) as work:
        batch = slips.open_batch(work, 2).id
    officer, refused = company._actor(company.safety), []

    def press_again() -> None:
        try:
            with company.work_as(actor=officer) as work:
                slips.mark_fetched(work, batch)
        except slips.AlreadyFetched as error:
            refused.append(error)

    second = threading.Thread(target=press_again)
    with company.work_as(actor=officer) as work:
        slips.mark_fetched(work, batch)
        work.session.flush()
        second.start()
        second.join(0.3)
    second.join()
    assert len(refused) == 1


def test_a_slips_number_catches_a_slip_of_the_pen() -> None:
    number = slips.number_of(482913)
    assert slips.read_number(f" {number.lower()} ") == number
    assert slips.read_number(number.replace("-", " ")) == number
    digits = number.replace("-", "")[1:]
    for at in range(len(digits)):
        other = str((int(digits[at]) + 1) % 10)
        wrong = digits[:at] + other + digits[at + 1 :]
        with pytest.raises(slips.SlipUnknown):
            slips.read_number(f"P{wrong}")
    for nonsense in ("", "P12", "R2611-4827"):
        with pytest.raises(slips.SlipUnknown):
            slips.read_number(nonsense)


def test_a_slips_printed_code_follows_the_report_keyed_in_under_its_number(
    company: Company,
) -> None:
    first, other = batch_of(company)
    report_id = key_in(company, first.number)
    with company.reading() as session:
        ((found, secret),) = list_located(session, first.code.locator)
        assert found == report_id
        assert is_right(secret, first.code.secret)
        assert not is_right(secret, other.code.secret)
        assert session.get_one(Report, report_id).kept
        origins = find_origins(session, report_id)
    assert origins is not None
    assert (origins.channel, origins.slip, origins.keyed_by) == (
        Channel.PAPER, first.number, "王建华",
    )  # fmt: skip


def test_a_slip_is_one_report_and_the_second_is_told_which(company: Company) -> None:
    first, _ = batch_of(company)
    report_id = key_in(company, first.number)
    with pytest.raises(slips.SlipUsed) as refusal:
        key_in(company, first.number, key="b")
    with company.reading() as session:
        number = session.get_one(Report, report_id).number
    assert number in say(refusal.value.sentence)
    assert first.number in say(refusal.value.sentence)
    assert key_in(company, first.number) == report_id  # the same form once more


def test_unused_slips_of_a_voided_batch_are_refused(company: Company) -> None:
    used, unused = batch_of(company)
    key_in(company, used.number)
    with company.work_as(company.safety) as work:
        slips.void_batch(work, slips.list_batches(work.session)[0].id)
    with pytest.raises(slips.SlipVoid):
        key_in(company, unused.number, key="b")
    with company.reading() as session:
        assert slips.list_batches(session)[0].used == 1
        assert verify_trail(session) == []


def test_nothing_kept_opens_a_slip_and_a_batch_is_fetched_once(company: Company) -> None:
    first, _ = batch_of(company)
    with company.reading() as session:
        row = session.query(PaperSlip).filter_by(number=first.number).one()
        kept = " ".join(str(getattr(row, column.key)) for column in PaperSlip.__table__.columns)
    assert first.code.secret not in kept
    with pytest.raises(slips.AlreadyFetched), company.work_as(company.safety) as work:
        slips.mark_fetched(work, 1)
    private, public = boxes.new_pair()
    box = boxes.close(public, first.code.text.encode(), slips.box_info(1))
    assert first.code.text.encode() not in box
    assert boxes.open_box(private, box, slips.box_info(1)) == first.code.text.encode()
    with pytest.raises(boxes.WrongKey):
        boxes.open_box(private, box, slips.box_info(2))
    with pytest.raises(NotAllowed), company.work_as(company.worker) as work:
        slips.open_batch(work, 2)
    for count in (0, 201):
        with pytest.raises(slips.BadCount), company.work_as(company.safety) as work:
            slips.open_batch(work, count)


def test_an_unnamed_report_keeps_the_shift_of_telling_and_keying_a_named_one_the_moments(
    company: Company,
) -> None:
    unnamed = key_in(company)
    named = key_in(company, key="b", identity=Identity.NAMED, name=Name(None, "张伟", "机加工"))
    with company.reading() as session:
        coarse, fine = find_origins(session, unnamed), find_origins(session, named)
        (event,) = [
            each
            for each in list_happenings(session, [("report", unnamed)])
            if each.action == "report.registered"
        ]
    assert coarse is not None
    assert fine is not None
    now = company.clock.now()
    assert fine.keyed_at == now
    assert fine.told_at == now - timedelta(days=2, hours=3)
    assert coarse.keyed_at == event.at == now - timedelta(hours=1, minutes=30)  # 8:00
    assert coarse.told_at not in {fine.told_at, coarse.keyed_at}
    assert event.actor_id == company.safety
    late = Origin(Channel.TELEPHONE, now + timedelta(minutes=1))
    with pytest.raises(HazardError), company.work_as(company.safety) as work:
        register(work, told(None), Name(), Slip("c" * 64), late)


def test_a_shift_leader_keys_in_for_the_own_workshop_alone_a_worker_nowhere(
    company: Company,
) -> None:
    with company.work_as() as work:
        workshop = get_person(work.session, company.worker).memberships[0].unit
        grant_role(work, get_person(work.session, company.worker), Role.SHIFT_LEADER, workshop)
        paint = add_unit(work, "喷漆车间", root_unit(work.session))
        elsewhere = add_place(work, "喷漆房", paint).id
    assert key_in(company, who=company.worker)
    with pytest.raises(NotAllowed):
        key_in(company, who=company.worker, key="b", place=elsewhere)
    with pytest.raises(NotAllowed):
        key_in(company, who=company.finance, key="c")


def test_a_name_the_keyer_has_read_is_not_called_sealed() -> None:
    assert {Identity.ANONYMOUS, Identity.NAMED} == set(registering.OFFERED)
