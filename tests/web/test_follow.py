"""Following a report by its code: plain words, no trace, nothing lost."""

import html
import re
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from hazard.access.permissions import Role
from hazard.audit.models import Event
from hazard.cases.joining import Joining, join_case, split_case
from hazard.cases.opening import Opening
from hazard.cases.queries import hold_case
from hazard.cases.terms import ReportPart
from hazard.core.clock import FakeClock
from hazard.notices.models import Notice
from hazard.people.keeping import grant_role
from hazard.people.models import LoginThrottle
from hazard.people.queries import get_person, root_unit
from hazard.policy.words import Category, Desk, Identity
from hazard.reports import handling
from hazard.reports.identity import match_person
from hazard.reports.intake import Name
from hazard.reports.models import Report
from hazard.reports.queries import get_report, hold_report, list_photos
from hazard.reports.receipts import Code
from hazard.reports.terms import Refusal
from hazard.rewards.cancelling import cancel
from tests import walks
from tests.company import Company
from tests.pictures import jpeg, scene
from tests.web.road import Phone, alerts, hidden, said

WORDS = "3号车床的护罩没了"


@pytest.fixture
def phone(app: Flask, company: Company) -> Phone:
    """The phone of somebody who reports without a name."""
    del company
    return Phone(app)


def state_on(page: str) -> str:
    found = re.search(r"<h1><b>([^<]+)</b></h1>", page)
    assert found
    return found[1]


def report_of(company: Company, number: str) -> Report:
    with company.reading() as session:
        return session.scalars(select(Report).where(Report.number == number)).one()


def actions(company: Company) -> list[str]:
    with company.reading() as session:
        return list(session.scalars(select(Event.action).order_by(Event.seq)))


def notices_of(company: Company, person: int) -> list[str]:
    with company.reading() as session:
        mine = select(Notice.msgid).where(Notice.recipient_id == person).order_by(Notice.id)
        return list(session.scalars(mine))


# ---- the code ----


def test_the_code_opens_the_report_however_it_is_written(phone: Phone) -> None:
    number, code = phone.report(description=WORDS)
    answer = phone.follow(f" {code.lower().replace('-', '  ')} ")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/follow")
    cookie = answer.headers["Set-Cookie"]
    assert all(part in cookie for part in ("follow=", "HttpOnly", "Path=/follow", "Max-Age=900"))
    assert code.replace("-", "") not in cookie
    page = phone.open("/follow")
    assert number in page
    assert state_on(page) == said("received")
    assert WORDS in page


def test_following_a_report_leaves_no_trace(phone: Phone, company: Company) -> None:
    _, code = phone.report(description=WORDS)
    before = actions(company)
    phone.follow(code)
    phone.open("/follow")
    assert actions(company) == before
    with company.reading() as session:
        assert session.scalars(select(LoginThrottle)).all() == []


def test_a_slip_of_the_pen_is_seen_by_the_check_symbols_and_costs_nothing(
    phone: Phone, company: Company
) -> None:
    _, code = phone.report(description=WORDS)
    wrong = ("0" if code[0] != "0" else "1") + code[1:]
    answer = [phone.follow(wrong) for _ in range(8)][-1]
    assert answer.status_code == 422
    assert alerts(answer.text) == [
        said("This code is not right. Please check each group. You can still try again")
    ]
    assert wrong in answer.text
    with company.reading() as session:
        assert session.scalars(select(LoginThrottle)).all() == []
    assert phone.follow(code).status_code == 303


def test_guessing_a_code_has_to_wait_after_five_tries_and_never_locks(
    phone: Phone, company: Company, now: FakeClock
) -> None:
    _, code = phone.report(description=WORDS)
    guess = Code(code[:5].replace("-", "")[:4] + code[5], "0" * 13).text
    answers = [phone.follow(guess).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]
    blocked = phone.follow(code)
    assert blocked.status_code == 429
    assert alerts(blocked.text)
    with company.reading() as session:
        [row] = session.scalars(select(LoginThrottle))
        assert "127.0.0.1" not in row.key
    now.move(timedelta(minutes=6))
    assert phone.follow(code).status_code == 303


def test_a_code_nobody_has_is_refused_in_the_same_words(phone: Phone) -> None:
    answer = phone.follow(Code("00000", "0" * 13).text)
    assert answer.status_code == 422
    assert alerts(answer.text) == [
        said("This code is not right. Please check each group. You can still try again")
    ]


def test_the_page_closes_by_itself_and_by_hand(phone: Phone, now: FakeClock) -> None:
    number, code = phone.report(description=WORDS)
    phone.follow(code)
    assert phone.press("leave").status_code == 303
    assert number not in phone.open("/follow")
    phone.follow(code)
    now.move(timedelta(minutes=15))
    assert number not in phone.open("/follow")


def test_a_reply_to_a_page_that_has_closed_is_kept(phone: Phone, now: FakeClock) -> None:
    number, code = phone.report(description=WORDS)
    phone.follow(code)
    form = hidden(phone.open("/follow"))
    now.move(timedelta(minutes=16))
    answer = phone.client.post("/follow/answer", data={**form, "text": "在东门第二台"})
    assert answer.status_code == 422
    assert alerts(answer.text)
    assert "在东门第二台" in answer.text
    opened = phone.client.post(
        "/follow", data={**hidden(answer.text), "code": code, "text": "在东门第二台"}
    )
    assert opened.status_code == 200
    assert number in opened.text
    assert "在东门第二台" in opened.text
    assert phone.press("answer", text="在东门第二台").status_code == 303


def test_another_sites_form_can_do_nothing(phone: Phone, company: Company) -> None:
    number, code = phone.report(description=WORDS)
    phone.follow(code)
    form = hidden(phone.open("/follow"))
    for path in ("/follow/withdrawal", "/follow/answer", "/follow/leave", "/follow"):
        answer = phone.client.post(
            path,
            data={**form, "code": code, "text": "x"},
            headers={"Origin": "http://evil.example"},
        )
        assert answer.status_code == 403
    assert report_of(company, number).state == "submitted"


# ---- the conversation ----


def test_a_question_of_the_desk_is_answered_and_the_desk_hears_of_it(
    phone: Phone, company: Company
) -> None:
    number, code = phone.report(description=WORDS)
    with company.work_as(company.safety) as work:
        handling.ask(work, hold_report(work, number), "是哪一台？")
    phone.follow(code)
    page = phone.open("/follow")
    assert state_on(page) == said("a question for you")
    assert "是哪一台？" in page
    empty = phone.press("answer", text="  ")
    assert (empty.status_code, alerts(empty.text)) == (422, [said("Please write a sentence first")])
    assert phone.press("answer", text="第二台").status_code == 303
    page = phone.open("/follow")
    assert state_on(page) == said("received")
    assert "第二台" in page
    assert notices_of(company, company.safety)[-1] == "A reporter has written to you"


def test_photos_come_with_a_reply_and_stay_whatever_becomes_of_its_words(
    phone: Phone, company: Company
) -> None:
    number, code = phone.report(description=WORDS, files=[("a.jpg", jpeg())])
    with company.work_as(company.safety) as work:
        handling.ask(work, hold_report(work, number), "能补一张远景吗？")
    phone.follow(code)

    def bring(text: str, *raws: bytes) -> TestResponse:
        photos = [FileStorage(BytesIO(raw), "远景.jpg") for raw in raws]
        form = phone.hidden("/follow")
        return phone._post("/follow/answer", {**form, "text": text, "photos": photos})

    bad = bring("这是远景", b"no picture")
    assert bad.status_code == 422
    assert alerts(bad.text)
    assert ">\n这是远景</textarea>" in bad.text
    long = bring("长" * 2001, jpeg(scene(seed=2)))
    assert long.status_code == 422
    assert bring("", jpeg(scene(seed=2)), jpeg(scene(seed=3))).status_code == 303
    page = phone.open("/follow")
    assert page.count("data:image/jpeg;base64,") == 3, "an equal one counts once"
    assert said("Photos added: %(n)s", n=2) in page
    assert state_on(page) == said("received"), "photos alone answer a question"
    assert notices_of(company, company.safety)[-1] == "A reporter has written to you"
    report = report_of(company, number)
    with company.reading() as session:
        shown = list_photos(session, [report.id])
    assert {photo.made_at for photo in shown} == {report.received_at}, "no moment of theirs"
    assert {photo.uploader_id for photo in shown} == {None}
    many = bring("还有", *(jpeg(scene(seed=seed)) for seed in range(4, 15)))
    assert many.status_code == 413
    assert phone.open("/follow").count("data:image/jpeg;base64,") == 9


def test_a_reply_that_is_too_long_is_kept(phone: Phone) -> None:
    _, code = phone.report(description=WORDS)
    phone.follow(code)
    answer = phone.press("answer", text="长" * 3000)
    assert answer.status_code == 422
    assert "长" * 3000 in answer.text
    assert alerts(answer.text)


def test_a_report_is_withdrawn_once_and_only_while_nobody_has_taken_it(
    phone: Phone, company: Company
) -> None:
    number, code = phone.report(description=WORDS)
    phone.follow(code)
    assert said("Did anyone press you to? (only the union sees this)") not in phone.open("/follow")
    assert phone.press("withdrawal").status_code == 303
    assert state_on(phone.open("/follow")) == said("withdrawn")
    assert report_of(company, number).state == "withdrawn"
    again = phone.press("withdrawal")
    assert again.status_code == 409
    assert alerts(again.text)


def test_whoever_was_pressed_to_withdraw_is_heard_by_the_representative_alone(
    phone: Phone, company: Company
) -> None:
    with company.work_as() as work:
        grant_role(
            work, get_person(work.session, company.worker), Role.UNION_REPRESENTATIVE,
            root_unit(work.session),
        )  # fmt: skip
    _, code = phone.report(description=WORDS)
    phone.follow(code)
    assert said("Did anyone press you to? (only the union sees this)") in phone.open("/follow")
    before = notices_of(company, company.safety)
    heard = len(notices_of(company, company.worker))
    phone.press("withdrawal", pressed="yes")
    assert notices_of(company, company.worker)[heard:] == [
        "Report %(number)s was withdrawn because somebody pressed the reporter"
    ]
    assert notices_of(company, company.safety) == before


def test_a_refusal_shows_its_reason_and_can_be_disagreed_with_once(
    phone: Phone, company: Company
) -> None:
    number, code = phone.report(description=WORDS)
    with company.work_as(company.safety) as work:
        handling.refuse(work, hold_report(work, number), Refusal.R2, "没写清楚是哪一台")
    phone.follow(code)
    page = phone.open("/follow")
    assert state_on(page) == said("not accepted")
    assert "没写清楚是哪一台" in page
    empty = phone.press("appeal", to="head", reason="")
    assert empty.status_code == 422
    assert 'id="reason-error"' in empty.text
    assert phone.press("appeal", to="head", reason="东门就一台车床").status_code == 303
    assert report_of(company, number).desk is Desk.HEAD
    page = phone.open("/follow")
    assert "没写清楚是哪一台" in page, "what was said before still stands"
    assert said("You disagreed; somebody else decides anew") in page
    with company.work_as(company.head) as work:
        assert get_report(work.session, work.actor, number).number == number
        handling.refuse(work, hold_report(work, number), Refusal.R5, "这是外单位的设备")
    assert "/follow/appeal" not in phone.open("/follow")
    assert phone.press("appeal", to="head", reason="再看看").status_code == 409


def test_a_date_that_passed_is_shown_by_the_page_itself(
    phone: Phone, company: Company, now: FakeClock
) -> None:
    _, code = phone.report(description=WORDS)
    now.move(timedelta(days=4))
    phone.follow(code)
    page = phone.open("/follow")
    assert 'class="late"' in page
    assert "11月24日" in page
    assert company.safety


# ---- how it goes ----


@pytest.mark.parametrize(
    ("walk", "words"),
    [
        (walks.walk_to_accepted, "being checked"),
        (walks.walk_to_confirmed, "confirmed"),
        (walks.walk_to_graded, "being fixed"),
        (walks.walk_to_rectifying, "being fixed"),
        (walks.walk_to_completed, "waiting for check"),
        (walks.walk_to_closed, "fixed"),
    ],
    ids=lambda each: each if isinstance(each, str) else each.__name__,
)
def test_each_state_of_the_case_has_plain_words(
    phone: Phone, company: Company, walk: object, words: str
) -> None:
    made = walk(company, identity=Identity.ANONYMOUS)  # type: ignore[operator]
    phone.follow(made.code.text)
    page = phone.open("/follow")
    assert state_on(page) == said(words)
    assert made.case not in page, "the number of the case is for the plant"
    for name in ("周国强", "王建华", "李秀英"):
        assert name not in page


def test_whoever_reported_says_once_whether_it_is_really_fixed(
    phone: Phone, company: Company
) -> None:
    early = walks.walk_to_completed(company, identity=Identity.ANONYMOUS)
    assert early.code
    phone.follow(early.code.text)
    assert phone.press("confirmation", fixed="yes").status_code == 409
    walk = walks.walk_to_closed(company, identity=Identity.ANONYMOUS)
    assert walk.code
    phone.follow(walk.code.text)
    assert said("Is it really fixed?") in phone.open("/follow")
    assert phone.press("confirmation", fixed="no").status_code == 303
    assert notices_of(company, company.safety)[-1] == "A reporter has written to you"
    page = phone.open("/follow")
    assert said("No, still there") in page
    assert said("Is it really fixed?") not in page
    assert phone.press("confirmation", fixed="yes").status_code == 409
    assert "report.said_not_fixed" in actions(company)


def test_a_yes_is_noted_and_troubles_nobody(phone: Phone, company: Company) -> None:
    walk = walks.walk_to_closed(company, identity=Identity.ANONYMOUS)
    assert walk.code
    phone.follow(walk.code.text)
    before = notices_of(company, company.safety)
    phone.press("confirmation", fixed="yes")
    assert notices_of(company, company.safety) == before
    assert actions(company)[-1] == "report.confirmed_fixed"


def test_the_reward_is_told_as_soon_as_it_is_decided(phone: Phone, company: Company) -> None:
    proposed = walks.walk_to_proposed_award(company, identity=Identity.ANONYMOUS)
    assert proposed.code
    phone.follow(proposed.code.text)
    assert said("Reward: being assessed") in phone.open("/follow")
    walks.decide(company, proposed)
    page = phone.open("/follow")
    assert "二级 50 元，12月15日 前发" in page
    refused = walks.walk_to_proposed_award(company, identity=Identity.ANONYMOUS)
    walks.decide(company, refused, note="同一件事已经奖过")
    assert refused.code
    phone.follow(refused.code.text)
    assert "同一件事已经奖过" in phone.open("/follow")


def test_the_reporters_own_photos_stand_in_the_page_itself(phone: Phone) -> None:
    _, code = phone.report(files=[("a.jpg", jpeg())])
    phone.follow(code)
    page = phone.open("/follow")
    assert page.count("data:image/jpeg;base64,") == 1
    assert "/photos/" not in page


def test_who_reported_the_same_later_is_told_so_and_numbers_outside_are_plain_links(
    phone: Phone, company: Company
) -> None:
    first = walks.walk_to_accepted(company)
    second = walks.walk_to_reported(company, identity=Identity.ANONYMOUS)
    with company.work_as(company.safety) as work:
        report = hold_report(work, second.report)
        join_case(work, report, hold_case(work, first.case), Joining(ReportPart.JOINT, "同一处"))
    assert second.code
    phone.follow(second.code.text)
    page = phone.open("/follow")
    assert said("Somebody reported this before you. You are told the result too") in page
    for number in ("12350", "12351", "12345"):
        assert f'<a href="tel:{number}">' in page, "no address of ours in between, nothing to log"


# ---- what is told of the reward ----


def reward_on(page: str) -> str:
    """Return the line about the reward, or an empty string."""
    found = re.search(r'<p class="notice tone-(?:good|info)">(奖励[^<]+)</p>', page)
    return html.unescape(found[1]) if found else ""


def followed(phone: Phone, walk: walks.Walk) -> str:
    assert walk.code
    phone.follow(walk.code.text)
    return phone.open("/follow")


def test_a_reward_that_was_taken_back_is_told_with_its_reason(
    phone: Phone, company: Company
) -> None:
    walk = walks.walk_to_approved_award(company, identity=Identity.ANONYMOUS)
    assert "12月15日" in reward_on(followed(phone, walk))
    with company.work_as(company.head) as work:
        cancel(work, walk.awards[0], "同一处上月已经奖过")
    told = said("none, because %(r)s", r="同一处上月已经奖过")
    assert reward_on(followed(phone, walk)) == said("Reward: %(what)s", what=told)


def test_a_withdrawn_report_is_not_told_that_its_reward_is_being_assessed(
    phone: Phone, company: Company
) -> None:
    walk = walks.walk_to_graded(company, identity=Identity.ANONYMOUS)
    assert reward_on(followed(phone, walk)) == said("Reward: being assessed")
    phone.press("withdrawal")
    page = phone.open("/follow")
    assert state_on(page) == said("withdrawn")
    assert said("It was withdrawn") in reward_on(page)


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (ReportPart.JOINT, "Reported together: one reward, the first collects"),
        (ReportPart.DUPLICATE, "Somebody reported it before"),
    ],
)
def test_who_reported_with_or_after_somebody_reads_the_rule_that_gives_nothing(
    phone: Phone, company: Company, part: ReportPart, words: str
) -> None:
    first = walks.walk_to_accepted(company)
    later = walks.walk_to_reported(company, identity=Identity.ANONYMOUS)
    with company.work_as(company.safety) as work:
        report = hold_report(work, later.report)
        join_case(work, report, hold_case(work, first.case), Joining(part, "同一处"))
    assert said(words) in reward_on(followed(phone, later))


def test_a_reward_collected_with_the_code_says_where_once_it_lies_there(
    phone: Phone, company: Company
) -> None:
    walk = walks.walk_to_locked(company, identity=Identity.ANONYMOUS)
    told = said(
        "level %(l)s, ¥%(a)s, ready: bring number and receipt code to finance", l="二", a="50"
    )
    assert reward_on(followed(phone, walk)) == said("Reward: %(what)s", what=told)


def test_a_name_nobody_has_matched_yet_is_told_why_the_reward_waits(
    phone: Phone, company: Company
) -> None:
    walk = walks.walk_to_approved_award(company, name=Name(None, "张伟", "车工班"))
    told = said(
        "level %(l)s, ¥%(a)s; your name is not in the list yet, tell the %(who)s",
        l="二", a="50", who=Role.SAFETY_OFFICER.label,
    )  # fmt: skip
    assert reward_on(followed(phone, walk)) == said("Reward: %(what)s", what=told)
    with company.work_as(company.safety) as work:
        match_person(work, hold_report(work, walk.report), company.worker)
    assert "12月15日" in reward_on(followed(phone, walk))


def test_a_reward_that_is_not_paid_on_its_day_is_late_by_the_page_itself(
    phone: Phone, company: Company, now: FakeClock
) -> None:
    walk = walks.walk_to_approved_award(company, identity=Identity.ANONYMOUS)
    now.move(timedelta(days=60))
    page = reward_on(followed(phone, walk))
    assert page == said(
        "Reward: %(what)s",
        what=said("level %(l)s, ¥%(a)s, late: promised by %(d)s", l="二", a="50", d="12月15日"),
    )


def test_a_report_of_two_hazards_is_not_fixed_before_both_are(
    phone: Phone, company: Company
) -> None:
    walk = walks.walk_to_closed(company, identity=Identity.ANONYMOUS)
    assert state_on(followed(phone, walk)) == said("fixed")
    with company.work_as(company.safety) as work:
        opening = Opening(
            "地面有油", "3号车床旁地面有油", "清理", Category.ENVIRONMENT, company.place
        )
        split_case(work, hold_report(work, walk.report), opening)
    page = followed(phone, walk)
    assert state_on(page) == said("being checked")
    assert f"<h2>{walks.SHORT}</h2>" in page
    assert "<h2>地面有油</h2>" in page
    assert said("Is it really fixed?") in page, "the other one is"


def test_whoever_scans_a_poster_finds_the_way_to_the_result(phone: Phone, company: Company) -> None:
    assert f'href="/follow">{said("Follow up")}</a>' in phone.open(f"/p/{company.poster}")
    page = phone.open("/follow")
    assert f'href="/mine">{said("Sent while logged in: no code needed")}</a>' in page
