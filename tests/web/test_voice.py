"""A voice note instead of words: kept, heard by the receiving desk, by nobody else."""

from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from hazard.core.clock import CHINA
from hazard.core.house import House
from hazard.jobs import timetable
from hazard.reports import photos
from hazard.reports.models import Report, Voice
from tests import pictures, voices
from tests.company import Company
from tests.web.desk_walks import Office
from tests.web.road import Phone, alerts, hidden
from tests.web.test_reporting import SHIFT_STARTS


@pytest.fixture
def phone(app: Flask, company: Company) -> Phone:
    """The phone of 张伟, who does not like to type."""
    del company
    return Phone(app)


@pytest.fixture
def office(app: Flask, house: House, company: Company) -> Office:
    return Office(app, house, company)


def file(raw: bytes) -> FileStorage:
    return FileStorage(BytesIO(raw), "录音.bin")


def told(company: Company) -> list[Voice]:
    with company.reading() as session:
        return list(session.scalars(select(Voice).order_by(Voice.id)))


def send_voice(phone: Phone, form: dict[str, str], raw: bytes) -> TestResponse:
    return phone._post("/report/voice", {**form, "voice_file": file(raw)})


def test_a_voice_note_alone_is_a_report_and_the_desk_hears_it(
    phone: Phone, company: Company, office: Office
) -> None:
    number, _ = phone.report(f"/p/{company.poster}", voice_file=file(voices.m4a()))
    [voice] = told(company)
    assert (voice.sound, voice.seconds) == ("m4a", 3)
    assert voice.made_at.astimezone(CHINA) == SHIFT_STARTS, "no moment of an anonymous report"
    assert f'src="/voices/{voice.public_id}"' in office.get("safety", f"/reports/{number}")
    assert f'src="/voices/{voice.public_id}"' in office.get("safety", f"/reports/{number}/quick")
    answer = office.as_("safety").get(f"/voices/{voice.public_id}")
    assert answer.mimetype == "audio/mp4"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == 'inline; filename="voice.m4a"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert voices.MAKER not in answer.data
    part = office.as_("safety").get(f"/voices/{voice.public_id}", headers={"Range": "bytes=0-99"})
    assert (part.status_code, part.data) == (206, answer.data[:100])


def test_nobody_but_the_receiving_desk_hears_it(
    phone: Phone, company: Company, office: Office
) -> None:
    phone.report(voice_file=file(voices.amr()), desk="head", about="safety")
    [voice] = told(company)
    address = f"/voices/{voice.public_id}"
    assert office.as_("head").get(address).status_code == 200
    assert office.as_("safety").get(address).status_code == 404, "it is about them"
    for who in ("finance", "worker"):
        assert office.as_(who).get(address).status_code == 403
    assert phone.client.get(address).status_code == 302, "asked to log in"


def test_a_voice_sent_before_its_report_comes_with_it_and_the_last_one_counts(
    phone: Phone, company: Company, office: Office
) -> None:
    form = phone.hidden()
    first, second = (send_voice(phone, form, voices.amr(n)) for n in (2, 4))
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json is not None
    assert "0:04" in second.json["words"]
    assert office.as_("safety").get(f"/voices/{second.json['id']}").status_code == 404
    assert phone.send(form=form, voice=second.json["id"]).status_code == 303
    claimed = [voice.seconds for voice in told(company) if voice.report_id]
    assert claimed == [4]


def test_what_is_no_voice_is_refused_beside_its_field_and_the_words_stay(
    phone: Phone, company: Company
) -> None:
    answer = phone.send(description="护罩没了", voice_file=file(pictures.jpeg()))
    assert answer.status_code == 422
    assert "护罩没了" in answer.text
    assert len(alerts(answer.text)) == 1
    assert told(company) == []
    assert send_voice(phone, phone.hidden(), pictures.text()).status_code == 422


def test_a_voice_stays_with_the_form_when_something_else_is_refused(
    phone: Phone, company: Company
) -> None:
    answer = phone.send(voice_file=file(voices.amr()), spot="长" * 300)
    assert answer.status_code == 422
    [voice] = told(company)
    assert f'name="voice" value="{voice.public_id}" checked' in answer.text
    sent = phone.send(form=hidden(answer.text), voice=voice.public_id)
    assert sent.status_code == 303
    with company.reading() as session:
        [report] = session.scalars(select(Report))
        assert session.scalars(select(Voice.report_id)).all() == [report.id]


def test_a_voice_nobody_sent_goes_after_a_day_with_its_file(
    phone: Phone, company: Company, house: House
) -> None:
    send_voice(phone, phone.hidden(), voices.amr())
    [voice] = told(company)
    key = f"voices/{voice.sha256}"
    assert house.files.has(key)
    timetable.run_once(house, "photos")
    assert house.files.has(key)
    company.clock.move(timedelta(hours=photos.UNCLAIMED_H))
    timetable.run_once(house, "photos")
    assert (told(company), house.files.has(key)) == ([], False)
