"""A photo chosen in a staff form is not lost when the form is refused."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from hazard.cases.models import Case, CasePhoto
from hazard.core.clock import FakeClock
from hazard.core.house import House
from hazard.reports.models import Photo
from hazard.reports.photos import drop_unclaimed
from tests import walks
from tests.company import Company
from tests.web.desk_walks import Office, photo, words


@pytest.fixture
def office(app: Flask, house: House, company: Company) -> Office:
    return Office(app, house, company)


def kept(page: str, field: str) -> list[str]:
    return re.findall(rf'name="{field}_kept" value="(\w+)" checked', page)


def photos_of(office: Office, number: str) -> list[str]:
    with office.company.reading() as session:
        own = select(Photo.public_id).join(CasePhoto).join(Case)
        return list(session.scalars(own.where(Case.number == number).order_by(Photo.id)))


def test_the_photo_of_a_refused_completion_comes_back_and_is_used(office: Office) -> None:
    walk = walks.walk_to_rectifying(office.company)
    address = f"/cases/{walk.case}/completion"
    refused = office.post("finance", address, cost="120", after=photo())  # measures not ticked
    ids = kept(refused.text, "after")
    assert refused.status_code == 422
    assert len(ids) == 1
    assert f"/photos/{ids[0]}" not in refused.text  # shown as a small picture in the page
    assert office.as_("safety").get(f"/photos/{ids[0]}").status_code == 404
    with office.company.work_as(office.company.finance) as work:
        case = work.session.scalars(select(Case).where(Case.number == walk.case)).one()
        measures = [measure.id for measure in case.plans[-1].measures]
    for measure in measures:
        office.post("finance", f"/cases/{walk.case}/progress", measure=measure)
    done = office.post("finance", address, cost="120", after_kept=ids)
    assert done.status_code == 303
    assert photos_of(office, walk.case) == ids


def test_a_photo_is_kept_even_where_a_plain_field_was_refused_first(office: Office) -> None:
    walk = walks.walk_to_verifying(office.company)
    refused = office.post("head", f"/cases/{walk.case}/verification", verdict="x", after=photo())
    assert refused.status_code == 422
    assert len(kept(refused.text, "after")) == 1


def test_the_quick_lane_keeps_its_photo_and_adds_the_next(office: Office) -> None:
    walk = walks.walk_to_reported(office.company)
    address = f"/reports/{walk.report}/quick"
    fields = {
        "hurt": "doctor", "likely": "possible", "gravity": "no", "category": "equipment",
        "short_description": "防护罩缺失", "extract": "装回", "second": office.company.head,
    }  # fmt: skip
    refused = office.post("safety", address, **fields, after=photo())
    ids = kept(refused.text, "after")
    assert "无利害关系" in words(refused)
    done = office.post("safety", address, **fields, declared="1", after_kept=ids, after=photo(2))
    assert done.status_code == 303
    number = done.headers["Location"].rsplit("/", 1)[1]
    assert photos_of(office, number)[0] == ids[0]
    assert len(photos_of(office, number)) == 2


def test_the_photo_of_a_tick_stands_at_its_measure(office: Office) -> None:
    walk = walks.walk_to_rectifying(office.company)
    with office.company.reading() as session:
        case = session.scalars(select(Case).where(Case.number == walk.case)).one()
        first = case.plans[-1].measures[0].id
    office.post("finance", f"/cases/{walk.case}/progress", measure=first)
    twice = office.post("finance", f"/cases/{walk.case}/progress", measure=first, photo=photo())
    assert twice.status_code == 409
    wrong = office.post(
        "finance", f"/cases/{walk.case}/progress", measure=first + 1, photo="文字".encode()
    )
    assert wrong.status_code == 422


def test_nobody_uses_the_kept_photo_of_somebody_else(office: Office) -> None:
    walk = walks.walk_to_verifying(office.company)
    address = f"/cases/{walk.case}/verification"
    refused = office.post("head", address, verdict="x", after=photo())
    ids = kept(refused.text, "after")
    fields = {"verdict": "true", "on_site": "1", "declared": "1", "fixer": office.company.worker}
    assert office.post("safety", address, **fields, after_kept=ids).status_code == 303
    assert photos_of(office, walk.case) == []


def test_a_kept_photo_goes_after_a_day(office: Office, now: FakeClock) -> None:
    walk = walks.walk_to_verifying(office.company)
    office.post("head", f"/cases/{walk.case}/verification", verdict="x", after=photo())
    now.move(timedelta(hours=25))
    with office.company.work_as() as work:
        assert len(drop_unclaimed(work)) == 1
