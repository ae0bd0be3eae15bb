"""Which photos of a report those who fix it see, and what is blacked out before (edge 41)."""

import re
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from hazard.core.house import House
from hazard.policy.words import Desk
from hazard.reports import photos
from hazard.reports.models import Photo
from hazard.reports.queries import hold_by_id, list_photos
from tests import walks
from tests.company import ON_ONE_DATABASE, Company
from tests.pictures import jpeg, scene
from tests.web.desk_walks import QUICK, Office, alerts, words


@pytest.fixture
def office(app: Flask, house: House, company: Company) -> Office:
    return Office(app, house, company)


def with_photo(office: Office) -> tuple[str, str]:
    """Return case and photo of a report whose repair 李秀英 owns."""
    walk = walks.walk_to_planned(office.company)
    return walk.case, add_photo(office)


def add_photo(office: Office) -> str:
    """Give the first report a photo."""
    picture = office.house.darkroom.develop(jpeg(scene()))
    with office.company.work_as() as work:
        photos.store(office.house.files, picture, work.now)
        photo = photos.add_unclaimed(work, picture, "form")
        photo.report_id = 1
        return photo.public_id


def test_the_quick_lane_shows_as_before_only_the_photos_that_are_ticked(office: Office) -> None:
    walk = walks.walk_to_reported(office.company)
    shown, kept = add_photo(office), add_photo(office)
    address = f"/reports/{walk.report}/quick"
    page = office.get("safety", address)
    for each in (shown, kept):
        assert re.search(rf'name="before" value="{each}">', page)  # not ticked by itself
    first = {**QUICK, "before": shown, "second": office.company.head}
    refused = office.post("safety", address, **{**first, "declared": ""})
    assert re.search(rf'name="before" value="{shown}" checked', refused.text)
    case = office.post("safety", address, **first).headers["Location"]
    seen = office.get("head", case)
    assert shown in seen
    with office.company.reading() as session:
        released = select(Photo.public_id).where(Photo.shown_to_rectifiers)
        assert list(session.scalars(released)) == [shown]


def copies(office: Office) -> list[Photo]:
    with office.company.reading() as session:
        made = select(Photo).where(Photo.made_from_id.is_not(None)).order_by(Photo.id)
        return list(session.scalars(made))


def opened(office: Office, public_id: str) -> Image.Image:
    return Image.open(BytesIO(office.as_("finance").get(f"/photos/{public_id}").data))


def test_ticked_fields_are_black_in_the_copy_and_the_original_stays_with_the_desk(
    office: Office,
) -> None:
    case, original = with_photo(office)
    address = f"/cases/{case}/photos/{original}"
    assert office.get("safety", address).count('name="cell"') in {35, 70}
    done = office.post("safety", address, cell=["0-0", "1-1"], how="black")
    assert done.status_code == 303
    copy = copies(office)[0]
    seen = office.get("finance", f"/cases/{case}")
    assert (copy.public_id in seen, original in seen) == (True, False)
    assert office.as_("finance").get(f"/photos/{original}").status_code == 404
    picture = opened(office, copy.public_id)
    across, down = picture.size
    assert max(picture.getpixel((across // 20, down // 30))) < 12  # type: ignore[arg-type]
    assert max(picture.getpixel((across - 5, down - 5))) > 12  # type: ignore[arg-type]
    desk = words(office.get("safety", f"/cases/{case}"))
    assert "整改人看得到" in desk
    assert "遮盖后的照片" in desk


@ON_ONE_DATABASE
def test_keeping_the_ticked_fields_alone_cuts_off_the_rest(office: Office) -> None:
    case, original = with_photo(office)
    whole = office.house.darkroom.develop(jpeg(scene()))
    cells = ["1-1", "2-3"]
    office.post("safety", f"/cases/{case}/photos/{original}", cell=cells, how="keep")
    across, down = opened(office, copies(office)[0].public_id).size
    assert across == pytest.approx(whole.width * 3 / 7, abs=4)
    assert down < whole.height / 2


@ON_ONE_DATABASE
def test_a_box_drawn_with_the_finger_is_black_and_stays_where_a_refusal_comes_back(
    office: Office,
) -> None:
    case, original = with_photo(office)
    address = f"/cases/{case}/photos/{original}"
    refused = office.post("safety", address, cell=["99-99"], box=["0,0,500"])
    assert refused.status_code == 422
    assert office.post("safety", address, box=["0,0,500,500"], how="black").status_code == 303
    picture = opened(office, copies(office)[0].public_id)
    across, down = picture.size
    assert max(picture.getpixel((across // 3, down // 3))) < 12  # type: ignore[arg-type]
    assert max(picture.getpixel((across - 5, down - 5))) > 12  # type: ignore[arg-type]


def test_nothing_ticked_is_said_and_nothing_shown(office: Office) -> None:
    case, original = with_photo(office)
    bare = office.post("safety", f"/cases/{case}/photos/{original}", how="black")
    assert (bare.status_code, alerts(bare)) == (422, ["请至少在照片上标一处"])
    assert copies(office) == []


def test_the_reporter_sees_what_was_sent_and_not_the_copy(office: Office) -> None:
    case, original = with_photo(office)
    office.post("safety", f"/cases/{case}/photos/{original}", cell=["0-0"], how="black")
    with office.company.reading() as session:
        assert [photo.public_id for photo in list_photos(session, [1])] == [original]


def test_only_who_reads_the_report_may_black_out_and_release(office: Office) -> None:
    case, original = with_photo(office)
    address = f"/cases/{case}/photos/{original}"
    for other in ("finance", "worker"):
        assert office.as_(other).get(address).status_code == 403
        assert office.post(other, address, cell=["0-0"]).status_code == 403


def test_a_photo_of_another_desks_report_is_not_released_by_whoever_learned_its_name(
    office: Office,
) -> None:
    case, original = with_photo(office)
    with office.company.work_as() as work:
        hold_by_id(work, 1).desk = Desk.HEAD

    seen = office.as_("safety").get(f"/cases/{case}/photos/{original}")
    sent = office.as_("safety").post(f"/cases/{case}/photo", data={"photo": original, "shown": "1"})

    assert (seen.status_code, sent.status_code) == (404, 404)
