"""A list of names tells by who is missing from it: to workshop, union and owner nobody is."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from hazard.access.permissions import Role
from hazard.audit.work import Work
from hazard.core.house import House
from hazard.people.keeping import add_person, grant_role
from hazard.people.queries import root_unit
from hazard.policy.words import Desk
from hazard.reports.identity import match_person
from hazard.reports.intake import Name
from hazard.reports.models import Report
from hazard.reports.queries import hold_by_id
from tests import walks
from tests.company import Company
from tests.web.desk_walks import Office, alerts

NAME = re.compile(r"<option[^>]*>([^<·]+) · ")


@pytest.fixture
def office(app: Flask, house: House, company: Company) -> Office:
    with company.work_as() as work:
        root = root_unit(work.session)
        delegate = add_person(work, "1200", "孙桂芳", root)
        grant_role(work, delegate, Role.UNION_REPRESENTATIVE, root)
        for number, name in (("1101", "赵志强"), ("1102", "钱大勇"), ("1103", "冯小刚")):
            company.people[name] = add_person(work, number, name, root).id
        company.union = delegate.id  # type: ignore[attr-defined]
    return Office(app, house, company)


def offered(page: str, field: str) -> set[str]:
    """Return the names in a list of a page."""
    found = re.search(rf'<select[^>]*name="{field}".*?</select>', page, re.DOTALL)
    assert found, field
    return set(NAME.findall(found[0]))


def test_the_union_desk_cannot_tell_who_reported_from_who_may_confirm(office: Office) -> None:
    walk = walks.walk_to_reported(office.company, desk=Desk.BOTH)
    address = f"/reports/{walk.report}/quick"
    assert "张伟" in offered(office.get("union", address), "second")
    assert address not in office.get("union", f"/reports/{walk.report}"), "it does not grade"
    assert address in office.get("safety", f"/reports/{walk.report}")
    officer = offered(office.get("safety", address), "second")
    assert "赵志强" in officer
    assert "张伟" not in officer


def test_whoever_makes_the_plan_cannot_tell_who_reported_from_who_may_be_in_charge(
    office: Office,
) -> None:
    case = walks.walk_to_graded(office.company).case
    office.post("safety", f"/cases/{case}/owner", person=str(office.company.people["赵志强"]))
    office.company.owner = office.company.people["赵志强"]  # type: ignore[attr-defined]
    shown = offered(office.get("owner", f"/cases/{case}"), "owner")
    assert {"张伟", "钱大勇", "赵志强"} <= shown
    assert "张伟" not in offered(office.get("safety", f"/cases/{case}"), "owner")


def test_a_refusal_names_others_without_leaving_out_who_reported(office: Office) -> None:
    case = walks.walk_to_graded(office.company).case
    verifier = str(office.company.safety)
    answer = office.post("head", f"/cases/{case}/owner", person=verifier)
    assert "张伟" in " ".join(alerts(answer))


def test_a_page_names_who_may_check_even_if_it_was_they_who_reported(office: Office) -> None:
    company = office.company
    walk = walks.walk_to_completed(company, name=Name(name="王建华", team="安全"))
    with company.work_as(company.head) as work:
        match_person(work, hold_by_id(work, report_id(work, walk.report)), company.safety)
    shown = re.search(r'<p class="next.*?</p>', office.get("finance", f"/cases/{walk.case}"), re.S)
    assert shown
    assert "王建华" in shown[0]


def report_id(work: Work, number: str) -> int:
    return work.session.scalars(select(Report.id).where(Report.number == number)).one()
