"""Who reported: known to whom it must be, and to nobody else."""

from datetime import datetime

import pytest
from sqlalchemy import select, text

from hazard.access.actor import REPORTER
from hazard.access.duties import WrongHands
from hazard.access.permissions import Role
from hazard.audit.models import Event, EventPersonal
from hazard.audit.queries import list_happenings, verify_trail
from hazard.audit.work import writing
from hazard.cases import verification
from hazard.cases.lists import Filter, list_cases
from hazard.cases.queries import hold_case
from hazard.core.errors import NotAllowed, Unclear
from hazard.people.keeping import grant_role
from hazard.people.queries import get_person, get_unit
from hazard.policy.words import About, Desk, Identity
from hazard.reports import handling, identity, intake
from hazard.reports.models import Report, Reporter
from hazard.reports.queries import get_report, hold_report, list_waiting
from hazard.tables import metadata
from tests import walks
from tests.company import Company


def test_a_look_at_a_name_is_recorded(company: Company) -> None:
    walk = walks.walk_to_reported(company)
    with company.work_as(company.safety) as work:
        known = identity.look(work, hold_report(work, walk.report), identity.LookReason.R1)
        assert known is not None
        assert (known.name, known.employee_no, known.matched) == ("张伟", "1001", True)
    with company.reading() as session:
        report = session.scalars(select(Report)).one()
        seen = list_happenings(session, [("report", report.id)])
    assert [(h.action, h.actor_id) for h in seen] == [
        ("report.submitted", None),
        ("report.identity_looked", company.safety),
    ]


def test_finance_may_not_look_at_a_name(company: Company) -> None:
    walks.walk_to_reported(company)
    with company.work_as(company.finance) as work:
        report = work.session.scalars(select(Report)).one()
        with pytest.raises(NotAllowed):
            identity.look(work, report, identity.LookReason.R1)


def test_a_typed_name_stays_a_claim_until_it_is_matched(company: Company) -> None:
    name = intake.Name(name="张伟", team="机加工车间")
    walk = walks.walk_to_reported(company, name=name)
    with company.work_as(company.safety) as work:
        report = hold_report(work, walk.report)
        assert identity.is_unmatched(work.session, report)
        with pytest.raises(Unclear):
            identity.payee(work, report)
        identity.match_person(work, report, company.worker)
        assert identity.payee(work, report).person_id == company.worker


@pytest.mark.parametrize("hand", ["finance", "worker"])
def test_who_may_not_look_at_a_name_may_not_say_whose_it_is(company: Company, hand: str) -> None:
    """Nor could the reward be turned to somebody else that way."""
    name = intake.Name(name="张伟", team="机加工车间")
    walk = walks.walk_to_reported(company, name=name)
    with company.work_as(getattr(company, hand)) as work:
        report = work.session.scalars(select(Report).where(Report.number == walk.report)).one()
        with pytest.raises(NotAllowed):
            identity.match_person(work, report, company.worker)
        with pytest.raises(NotAllowed):
            identity.match_outside(work, report)
        assert identity.is_unmatched(work.session, report)


def test_who_reported_one_hazard_may_put_another_right(company: Company) -> None:
    own = walks.walk_to_accepted(company, name=intake.Name(person_id=company.finance))
    other = walks.walk_to_planned(company)  # 李秀英 rectifies it
    with company.reading() as session:
        known = {
            number: session.scalars(select(Report.id).where(Report.number == number)).one()
            for number in (own.report, other.report)
        }
        assert identity.reporters_of(session, [known[own.report]]) == {
            known[own.report]: company.finance
        }
        assert identity.known_reporters(session, known.values()) == {
            company.finance, company.worker,
        }  # fmt: skip
    with company.work_as(company.safety) as work, pytest.raises(WrongHands):
        verification.assign_verifiers(
            work, hold_case(work, own.case), [company.finance, company.head]
        )


def test_an_anonymous_report_has_no_name_to_match(company: Company) -> None:
    walk = walks.walk_to_reported(company, identity=Identity.ANONYMOUS)
    with company.work_as(company.safety) as work, pytest.raises(Unclear, match="no name"):
        identity.match_person(work, hold_report(work, walk.report), company.worker)


def test_somebody_from_outside_is_paid_by_name_and_company(company: Company) -> None:
    name = intake.Name(name="买买提·吐尔逊", team="外包", company="安泰检修公司")
    walk = walks.walk_to_reported(company, name=name)
    with company.work_as(company.safety) as work:
        report = hold_report(work, walk.report)
        identity.match_outside(work, report)
        collector = identity.payee(work, report)
    assert (collector.person_id, collector.outside_name) == (None, "买买提·吐尔逊, 安泰检修公司")


def test_a_name_needs_a_team_unless_somebody_is_logged_in(company: Company) -> None:
    told = walks.told(company, walks.Way())
    with pytest.raises(Unclear) as refusal:
        intake.need_sound(told, intake.Name(name="张伟"), 1)
    assert refusal.value.field == "team"
    intake.need_sound(told, intake.Name(person_id=company.worker), 1)


def test_the_trail_holds_no_name_and_survives_its_erasure(company: Company) -> None:
    walks.walk_to_closed(company)
    with company.reading() as session:
        bodies = " ".join(session.scalars(select(Event.body)))
        assert not any(name in bodies for name in ("张伟", "王建华", "周国强", "车床防护罩没了"))
    with company.work_as() as work:
        work.session.execute(EventPersonal.__table__.delete())  # type: ignore[attr-defined]
    with company.reading() as session:
        assert verify_trail(session) == []


def test_a_changed_event_is_found(company: Company) -> None:
    walks.walk_to_reported(company)
    with company.reading() as session:
        head = session.scalars(select(Event).order_by(Event.seq.desc())).first()
        assert head is not None
        anchor = (head.seq, head.hash[:16])
        assert verify_trail(session, anchor) == []
        assert verify_trail(session, (anchor[0], "0" * 16)) != []
        assert verify_trail(session, (anchor[0] + 1, anchor[1])) != []
    sqlite = company.database.is_sqlite
    with company.database.engine.begin() as connection:
        off = "DROP TRIGGER event_no_update" + ("" if sqlite else " ON event")
        connection.execute(text(off))
        connection.execute(text("UPDATE event SET body = '{}' WHERE seq = 2"))
    with company.reading() as session:
        assert any("event 2" in fault for fault in verify_trail(session))


def test_an_anonymous_report_leaves_no_moment_finer_than_its_shift(company: Company) -> None:
    """Only the deadline, which starts at the end of the shift, may lie later (decisions 24)."""
    before = company.clock.now()
    walk = walks.walk_to_reported(company, identity=Identity.ANONYMOUS)
    with company.reported() as work:
        report = work.session.scalars(select(Report)).one()
        handling.answer(work, report, "就在门后面")
    moment = company.clock.now()
    assert before == moment
    with company.reading() as session:
        report = session.scalars(select(Report).where(Report.number == walk.report)).one()
        assert report.received_at < moment
        assert session.scalars(select(Reporter)).all() == []
        for name in ("report", "message", "photo", "notice", "event"):
            table = metadata.tables[name]
            for row in session.execute(select(table)).mappings():
                if name == "event" and not row["action"].startswith("report."):
                    continue
                moments = [v for v in row.values() if isinstance(v, datetime)]
                assert moment not in moments, (name, dict(row))


def test_what_is_meant_for_the_head_or_about_the_officer_is_the_heads_alone(
    company: Company,
) -> None:
    walks.walk_to_reported(company, desk=Desk.HEAD)
    walks.walk_to_reported(company, about=About.SAFETY)
    walks.walk_to_reported(company, about=About.HEAD)
    with company.reading() as session:
        head = list_waiting(session, company._actor(company.head))
        safety = list_waiting(session, company._actor(company.safety))
    assert [report.about for report in head] == [About.NONE, About.SAFETY]
    assert [report.about for report in safety] == [About.HEAD]


def test_a_worker_receives_nothing(company: Company) -> None:
    walk = walks.walk_to_reported(company)
    with company.reading() as session:
        assert list_waiting(session, company._actor(company.worker)) == []
        with pytest.raises(Exception, match="Not found"):
            get_report(session, company._actor(company.worker), walk.report)


def test_work_is_never_opened_inside_another(company: Company) -> None:
    with pytest.raises(RuntimeError, match="already"), company.work_as(), company.reported():
        pass
    with writing(company.database, REPORTER) as work:
        assert work.now == company.clock.now()


def test_what_is_about_a_leader_is_hidden_from_that_line(company: Company) -> None:
    with company.work_as() as work:
        worker, unit = (
            get_person(work.session, company.worker),
            get_unit(work.session, company.workshop),
        )
        grant_role(work, worker, Role.SHIFT_LEADER, unit)
    hidden = walks.walk_to_accepted(company, about=About.LEADER, identity=Identity.ANONYMOUS)
    plain = walks.walk_to_accepted(company, identity=Identity.ANONYMOUS)
    with company.reading() as session:
        leader, safety = company._actor(company.worker), company._actor(company.safety)
        assert [c.number for c in list_cases(session, leader, Filter())] == [plain.case]
        assert {c.number for c in list_cases(session, safety, Filter())} == {
            hidden.case,
            plain.case,
        }
