"""The pages of the money: what each person sees, each step with a password, nothing typed lost."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hazard.core.house import House
from hazard.core.money import Money, yuan
from hazard.people.logins import set_password
from hazard.people.passwords import hash_password
from hazard.people.queries import get_person
from hazard.policy.words import Identity
from hazard.reports.intake import Name
from hazard.rewards.budgets import balances
from hazard.rewards.settlement import get_run
from hazard.rewards.terms import Account, RunState
from tests.company import Company
from tests.prints.reading import Print
from tests.signin import client_of
from tests.walks import (
    SHORT,
    Walk,
    decide,
    settle,
    this_month,
    walk_quickly,
    walk_to_approved_award,
    walk_to_checked,
    walk_to_drafted,
    walk_to_graded,
    walk_to_locked,
    walk_to_paid,
    walk_to_proposed_award,
)

PASSWORD = "three odd words 7"
NOVEMBER = "/settlements/2026-11"
WRONG_CLAIMS: tuple[tuple[dict[str, object], int, str], ...] = (
    ({"witness_password": "wrong"}, 422, "witness_password"),
    ({"witness": "4711"}, 422, "witness_password"),
    ({"witness": "0003"}, 409, "witness"),
    ({"witness": "1001"}, 409, "witness"),
    ({"password": "wrong"}, 422, "password"),
    ({"declared": ""}, 422, "payer_declared"),
    ({"payer_declared": ""}, 422, "payer_declared"),
    ({"code": "0000 0000 0000 0000 0001"}, 422, "code"),
    ({"number": "R2611-0000"}, 422, "code"),
    ({"code": ""}, 422, "code"),
)


class Office:
    """The office at its browsers: each person logged in, each with a password."""

    def __init__(self, app: Flask, house: House, company: Company) -> None:
        self.company = company
        hashed = hash_password(PASSWORD)
        with company.work_as() as work:
            for person in (company.head, company.safety, company.finance, company.worker):
                set_password(work, get_person(work.session, person), hashed)
        self._clients = {
            name: client_of(app, house, getattr(company, name))
            for name in ("head", "safety", "finance", "worker")
        }

    def __getitem__(self, name: str) -> FlaskClient:
        return self._clients[name]

    def post(self, name: str, address: str, **fields: object) -> TestResponse:
        """Send a form with the right password, unless `fields` say otherwise."""
        lists = {key: list(each) for key, each in fields.items() if isinstance(each, tuple)}
        return self[name].post(address, data={"password": PASSWORD, **fields, **lists})

    def held(self) -> dict[Account, Money]:
        with self.company.reading() as session:
            return balances(session, 2026)

    def state(self, number: int = 1) -> RunState:
        with self.company.reading() as session:
            return get_run(session, this_month(self.company), number).state


@pytest.fixture
def office(app: Flask, house: House, company: Company) -> Office:
    return Office(app, house, company)


def body(response: TestResponse) -> str:
    return unescape(response.get_data(as_text=True))


def alerts(response: TestResponse) -> list[str]:
    return re.findall(r'role="alert"[^>]*>([^<]+)<', body(response))


def total_fen(response: TestResponse) -> int:
    found = re.search(r'data-total-fen="(\d+)"', body(response))
    assert found
    return int(found[1])


def test_the_head_decides_a_weekly_list_with_one_password(office: Office) -> None:
    walks = [walk_quickly(office.company, level=level) for level in (1, 2)]
    ids = [award for walk in walks for award in walk.awards]
    page = body(office["head"].get("/rewards"))
    assert all(f'name="award" value="{award}"' in page for award in ids)
    answer = office.post("head", "/rewards/decision", award=ids, decision="approve", declared="1")
    assert answer.status_code == 303
    assert office.held()[Account.RESERVED] == yuan(70)
    assert walks[0].report in body(office["finance"].get("/rewards?state=approved"))


def test_a_wrong_password_decides_nothing_and_loses_nothing(office: Office) -> None:
    walk = walk_quickly(office.company)
    answer = office.post(
        "head", "/rewards/decision", award=walk.awards, decision="refuse", note="计划内检修",
        declared="1", password="wrong",
    )  # fmt: skip
    page = body(answer)
    assert answer.status_code == 422
    assert alerts(answer)
    assert f'value="{walk.awards[0]}" checked' in page
    assert "计划内检修" in page
    assert "wrong" not in page
    assert office.held()[Account.RESERVED] == Money(0)


def test_a_refusal_without_words_comes_back_as_it_was(office: Office) -> None:
    walk = walk_quickly(office.company)
    answer = office.post(
        "head", "/rewards/decision", award=walk.awards, decision="refuse", declared="1"
    )
    assert answer.status_code == 422
    assert 'id="note-error" role="alert"' in body(answer)
    assert re.search(r'value="refuse" checked', body(answer))


def test_nothing_ticked_or_something_made_up_is_refused(office: Office) -> None:
    walk_quickly(office.company)
    for award in ((), ("x",), ("9999999999",), ("4711",)):
        answer = office.post(
            "head", "/rewards/decision", award=award, decision="approve", declared="1"
        )
        assert answer.status_code in {404, 422}
        assert alerts(answer)


def test_only_who_may_reads_and_decides(office: Office) -> None:
    walk = walk_quickly(office.company)
    assert office["worker"].get("/rewards").status_code == 403
    for name in ("safety", "finance", "worker"):
        answer = office.post(name, "/rewards/decision", award=walk.awards, decision="approve")
        assert answer.status_code == 403
    assert 'name="award"' not in body(office["finance"].get("/rewards"))


def test_no_page_of_rewards_names_a_reporter(office: Office) -> None:
    company = office.company
    walk_to_paid(company, level=3)
    walk_quickly(company, level=1)
    addresses = [f"/rewards?state={tab}" for tab in ("proposed", "approved", "payable", "paid")]
    for address in (*addresses, "/settlements", NOVEMBER):
        for name in ("head", "safety", "finance"):
            assert "张伟" not in body(office[name].get(address)), (name, address)


def test_a_proposal_shows_its_reasons_and_is_made_once(office: Office) -> None:
    walk = walk_to_graded(office.company, level=3, suggestion_adopted=True)
    address = f"/cases/{walk.case}/award"
    page = body(office["safety"].get(address))
    assert "200.00" in page
    assert "20.00" in page
    assert "E14" in page
    refused = office["safety"].post(address, data={})
    assert refused.status_code == 422
    assert alerts(refused)
    assert office["safety"].post(address, data={"declared": "1"}).status_code == 303
    again = office["safety"].post(address, data={"declared": "1"})
    assert again.status_code == 409
    assert alerts(again)


def test_a_reward_can_be_taken_back_with_words(office: Office) -> None:
    walk = walk_to_approved_award(office.company, level=2)
    fields = {"award": str(walk.awards[0]), "tab": "approved"}
    assert office.post("head", "/rewards/cancellation", **fields).status_code == 422
    assert (
        office.post("head", "/rewards/cancellation", note="复核不实", **fields).status_code == 303
    )
    assert office.held()[Account.RESERVED] == Money(0)
    assert "复核不实" in body(office["safety"].get("/rewards?state=refused"))


def test_a_year_without_budget_is_prefilled_from_the_policy(office: Office) -> None:
    page = body(office["finance"].get("/budgets?year=2027"))
    assert re.search(r'name="amount"[^>]*value="6,000"', page)
    entered = office.post("finance", "/budgets", year="2027", amount="6,000")
    assert entered.status_code == 303
    page = body(office["head"].get("/budgets?year=2027"))
    approval = re.search(r'formaction="(/budgets/\d+/approval)"', page)
    assert approval
    answer = office.post("head", approval[1], year="2027")
    assert answer.status_code == 303
    with office.company.reading() as session:
        assert balances(session, 2027)[Account.BUDGET] == yuan(6000)


def test_an_amount_that_is_none_is_kept_and_explained(office: Office) -> None:
    for amount in ("1e9", "-5", "١٢", "", "0", "1.234", "NaN", "99999999999999"):
        answer = office.post("finance", "/budgets", year="2027", amount=amount)
        assert answer.status_code == 422, amount
        assert 'id="amount-error" role="alert"' in body(answer)
        assert re.search(rf'name="amount"[^>]*value="{re.escape(amount)}"', body(answer))


def test_finance_does_not_approve_what_it_entered(office: Office) -> None:
    office.post("finance", "/budgets", year="2026", amount="100")
    assert office.post("finance", "/budgets/2/approval", year="2026").status_code == 403
    assert office.post("head", "/budgets", year="2026", amount="1").status_code == 403
    assert office.post("head", "/budgets/4711/approval", year="2026").status_code == 404


def test_a_budget_entered_wrongly_is_withdrawn_until_it_is_approved(office: Office) -> None:
    before = office.held()
    office.post("finance", "/budgets", year="2026", amount="600000")
    assert "/budgets/2/withdrawal" in office["finance"].get("/budgets").text
    assert "/budgets/2/withdrawal" not in office["head"].get("/budgets").text
    assert office.post("head", "/budgets/2/withdrawal", year="2026").status_code == 403
    assert office.post("finance", "/budgets/2/withdrawal", year="2026").status_code == 303
    assert "600,000" not in body(office["finance"].get("/budgets"))
    assert office.post("head", "/budgets/2/approval", year="2026").status_code == 404
    assert office.post("finance", "/budgets/1/withdrawal", year="2026").status_code == 409
    assert office.held() == before


def test_the_budget_page_warns_as_it_runs_out(office: Office) -> None:
    tones = []
    for level in (4, 5, 3, 5):
        walk_to_approved_award(office.company, level=level)
        tones.append(
            re.findall(r'class="notice (tone-\w+)"', body(office["finance"].get("/budgets")))
        )
    page = body(office["finance"].get("/budgets"))
    assert tones == [[], [], ["tone-warn"], ["tone-warn", "tone-warn"]]
    assert "<svg" in page
    assert "style=" not in page


def test_a_month_is_made_checked_approved_and_paid_on_its_pages(office: Office) -> None:
    walk_to_approved_award(office.company, level=3)
    assert total_fen(office["safety"].get(NOVEMBER)) == 0
    assert office.post("safety", f"{NOVEMBER}/draft").status_code == 303
    assert total_fen(office["finance"].get(NOVEMBER)) == 20000
    for name, step, state in (
        ("finance", "check", RunState.CHECKED),
        ("head", "approval", RunState.LOCKED),
        ("finance", "payment", RunState.PAID),
    ):
        assert office.post(name, f"{NOVEMBER}/1/{step}").status_code == 303
        assert office.state() is state
    page = body(office["head"].get(f"{NOVEMBER}/1"))
    assert 'data-run-state="paid"' in page
    assert office.held()[Account.PAID] == yuan(200)


@pytest.mark.parametrize(
    ("walk", "step", "name"),
    [
        (walk_to_approved_award, "draft", "safety"),
        (walk_to_drafted, "1/check", "finance"),
        (walk_to_checked, "1/approval", "head"),
        (walk_to_locked, "1/payment", "finance"),
    ],
)
def test_every_step_asks_the_password(
    office: Office, walk: Callable[..., Walk], step: str, name: str
) -> None:
    walk(office.company, level=2)
    for password in ("", "wrong"):
        answer = office.post(name, f"{NOVEMBER}/{step}", password=password)
        assert answer.status_code == 422
        assert 'id="password-error" role="alert"' in body(answer)
    assert office.held()[Account.PAID] == Money(0)
    assert office.post(name, f"{NOVEMBER}/{step}").status_code == 303


def test_steps_by_the_wrong_hands_are_refused(office: Office) -> None:
    walk_to_drafted(office.company, level=2)
    for name, step in (
        ("safety", "check"),
        ("head", "check"),
        ("finance", "approval"),
        ("safety", "payment"),
        ("head", "payment"),
        ("worker", "return"),
    ):
        assert office.post(name, f"{NOVEMBER}/1/{step}").status_code == 403
    assert office.post("finance", f"{NOVEMBER}/draft").status_code == 403


def test_a_step_twice_says_where_the_sheet_stands_now(office: Office) -> None:
    walk_to_drafted(office.company, level=2)
    assert office.post("finance", f"{NOVEMBER}/1/check").status_code == 303
    again = office.post("finance", f"{NOVEMBER}/1/check")
    assert again.status_code == 409
    assert alerts(again)
    assert total_fen(again) == 5000


def test_a_checked_sheet_goes_back_with_words_and_the_words_are_kept(office: Office) -> None:
    walk_to_checked(office.company, level=2)
    refused = office.post("head", f"{NOVEMBER}/1/return", note="少一条", password="wrong")
    assert (refused.status_code, "少一条" in body(refused)) == (422, True)
    bare = office.post("head", f"{NOVEMBER}/1/return")
    assert 'id="note-error" role="alert"' in body(bare)
    assert office.post("head", f"{NOVEMBER}/1/return", note="少一条").status_code == 303
    assert office.state() is RunState.DRAFT
    assert "少一条" in body(office["safety"].get(NOVEMBER))


def test_who_proposed_a_reward_reads_on_the_hazard_why_it_was_not_approved(
    office: Office,
) -> None:
    walk = walk_to_proposed_award(office.company)
    page = f"/cases/{walk.case}"
    assert "目前没有奖励" not in body(office["safety"].get(page))
    decide(office.company, walk, note="已在检修计划内")
    seen = body(office["safety"].get(page))
    assert "目前没有奖励：已在检修计划内" in seen
    assert f'href="{page}/award"' in seen
    assert "目前没有奖励" not in body(office["head"].get(page))
    again = {"reason": "计划里没有这一项", "declared": "1"}
    assert office.post("safety", f"{page}/award", **again).status_code == 303
    assert "目前没有奖励" not in body(office["safety"].get(page))


def test_the_page_says_how_many_names_are_not_matched(office: Office) -> None:
    decide(office.company, walk_quickly(office.company, name=Name(name="张小伟", team="一班")))
    walk_to_approved_award(office.company, level=1)
    page = body(office["safety"].get(f"{NOVEMBER}?lang=en"))
    assert "Not yet matched to a person (1). Settle the rest?" in page
    assert '<span class="sum">20.00</span> yuan · 1 rewards' in page, "what the sheet will hold"
    assert office.post("safety", f"{NOVEMBER}/draft").status_code == 303
    assert total_fen(office["safety"].get(NOVEMBER)) == 2000


def test_an_empty_month_says_what_waits(office: Office) -> None:
    walk_to_proposed_award(office.company)
    page = body(office["safety"].get(f"{NOVEMBER}?lang=en"))
    assert "Nothing to pay this month. Waiting for approval: 1" in page
    answer = office.post("safety", f"{NOVEMBER}/draft")
    assert (answer.status_code, bool(alerts(answer))) == (409, True)


def test_a_month_that_is_none_is_explained(office: Office) -> None:
    for month in ("2026-13", "2026-00", "26-11", "٢٠٢٦-11", "2026-11-01", "x"):
        for rest in ("", "/1", "/sheet.pdf"):
            answer = office["head"].get(f"/settlements/{month}{rest}")
            assert answer.status_code == 422
            assert alerts(answer)


def test_a_month_to_come_makes_no_sheet(office: Office) -> None:
    answer = office.post("safety", "/settlements/2026-12/draft")
    assert (answer.status_code, bool(alerts(answer))) == (422, True)
    assert office["safety"].get("/settlements/2026-12/1").status_code == 404


def test_names_are_shown_to_finance_and_head_in_the_order_of_staff_numbers(
    office: Office,
) -> None:
    company = office.company
    decide(company, walk_quickly(company, level=1))
    walk_to_locked(company, level=2, name=Name(person_id=company.finance))
    for name in ("finance", "head"):
        page = body(office[name].get(f"{NOVEMBER}/1?view=payments"))
        assert page.index("0003") < page.index("1001")
        assert SHORT not in page
    page = body(office["safety"].get(f"{NOVEMBER}/1?view=payments"))
    assert "张伟" not in page
    assert SHORT in page


def test_each_version_of_the_sheet_has_its_own_permission(office: Office) -> None:
    walk_to_locked(office.company, level=2)
    for address in (f"{NOVEMBER}/sheet.pdf", f"{NOVEMBER}/1/sheet.pdf", f"{NOVEMBER}/1/sheet"):
        expected = {"head": (200, 200), "finance": (200, 200), "safety": (200, 403)}
        for name, codes in {**expected, "worker": (403, 403)}.items():
            found = tuple(
                office[name].get(f"{address}?version={version}").status_code
                for version in ("approval", "finance")
            )
            assert found == codes, (name, address)
    for bad in ("boards", "x", ""):
        assert office["head"].get(f"{NOVEMBER}/1/sheet.pdf?version={bad}").status_code == 422
    assert office["head"].get(f"{NOVEMBER}/2/sheet.pdf").status_code == 404


def test_the_pdf_carries_the_lines_the_sum_and_the_number_of_its_print(office: Office) -> None:
    walk_to_locked(office.company, level=3, suggestion_adopted=True)
    address = f"{NOVEMBER}/1/sheet.pdf?version=finance"
    preview = Print(office["head"].get(f"{address}&lang=en").data)
    assert preview.shows("PREVIEW", "220.00")
    assert not preview.shows("Print no.")
    answer = office["head"].post(f"{NOVEMBER}/1/prints", data={"version": "finance"})
    assert (answer.status_code, answer.headers["Location"]) == (303, address)
    first = office["finance"].get(f"{address}&lang=en")
    assert first.mimetype == "application/pdf"
    paper = Print(first.data)
    assert paper.shows("JL-202611-01", "贰佰贰拾元整", "220.00", "张伟", "Print no. 1", "周国强")
    assert not paper.shows("PREVIEW")
    assert office["safety"].get(f"{address}&lang=en").status_code == 403
    assert office["finance"].get(f"{address}&lang=en").data == first.data
    office["finance"].post(f"{NOVEMBER}/1/prints", data={"version": "finance"})
    again = Print(office["finance"].get(f"{NOVEMBER}/sheet.pdf?version=finance&lang=en").data)
    assert again.shows("Print no. 2", "李秀英")
    assert "Reprint no. 1" in body(office["head"].get(f"{NOVEMBER}/1?lang=en"))


def test_a_sheet_that_is_not_locked_is_looked_at_and_never_printed(office: Office) -> None:
    walk_to_checked(office.company, level=2)
    answer = office["head"].post(f"{NOVEMBER}/1/prints", data={"version": "approval"})
    assert (answer.status_code, bool(alerts(answer))) == (409, True)
    assert Print(office["head"].get(f"{NOVEMBER}/1/sheet.pdf?lang=en").data).shows("DRAFT")
    assert office["worker"].get(f"{NOVEMBER}/1/sheet.pdf?version=board").status_code == 403


def test_the_page_to_print_shows_every_page_of_the_paper(office: Office) -> None:
    walk_to_locked(office.company, level=2)
    page = body(office["head"].get(f"{NOVEMBER}/1/sheet?version=finance"))
    assert page.count("data:image/svg+xml;base64,") == 1
    assert "张伟" not in page.split("<main", 1)[1].split("data:image", 1)[0]


def test_a_failed_payment_is_taken_back_with_a_reason(office: Office) -> None:
    walk_to_paid(office.company, level=2)
    page = body(office["finance"].get(f"{NOVEMBER}/1?view=payments"))
    number = re.search(r'<option value="(F26-\w+)"', page)
    assert number
    bare = office.post("finance", f"{NOVEMBER}/1/failure", payout=number[1])
    assert (bare.status_code, bool(alerts(bare))) == (422, True)
    done = office.post("finance", f"{NOVEMBER}/1/failure", payout=number[1], note="退票")
    assert done.status_code == 303
    assert office.state() is RunState.LOCKED
    assert office.held()[Account.PAYABLE] == yuan(50)
    made_up = office.post("finance", f"{NOVEMBER}/1/failure", payout="F26-XXXXX", note="退票")
    assert made_up.status_code == 409


def claim_of(walk: Walk, **fields: object) -> dict[str, object]:
    assert walk.code
    return {
        "number": walk.report,
        "code": " ".join(walk.code.groups),
        "witness": "0002",
        "witness_password": PASSWORD,
        "declared": "1",
        "payer_declared": "1",
        **fields,
    }


def voucher(office: Office) -> Walk:
    walk = walk_quickly(office.company, level=2, identity=Identity.ANONYMOUS)
    decide(office.company, walk)
    settle(office.company)
    return walk


def test_once_every_name_is_paid_only_the_vouchers_are_left_to_pay(office: Office) -> None:
    paid = walk_quickly(office.company, level=1)
    decide(office.company, paid)
    voucher(office)
    address = f"{NOVEMBER}/1?view=payments"
    assert "有名字的都已发" in body(office["finance"].get(address))
    assert office.post("finance", f"{NOVEMBER}/1/payment").status_code == 303
    page = body(office["finance"].get(address))
    assert "有名字的都已发" not in page
    assert "凭码发放" in page


def test_a_voucher_is_looked_up_and_paid_with_two_signatures(office: Office) -> None:
    walk = voucher(office)
    claim = claim_of(walk)
    shown = office.post("finance", "/rewards/claims", number=claim["number"], code=claim["code"])
    assert shown.status_code == 200
    assert "50.00" in body(shown)
    assert "王建华" in body(shown)
    assert SHORT not in body(shown)
    assert office.post("finance", "/rewards/claims/payment", **claim).status_code == 303
    assert office.held()[Account.PAID] == yuan(50)
    assert office.post("finance", "/rewards/claims/payment", **claim).status_code == 409


def test_a_claim_with_anything_wrong_pays_nothing_and_says_where(office: Office) -> None:
    walk = voucher(office)
    for change, code, field in WRONG_CLAIMS:
        answer = office.post("finance", "/rewards/claims/payment", **claim_of(walk, **change))
        assert answer.status_code == code, change
        assert f'id="{field}-error" role="alert"' in body(answer), change
        assert PASSWORD not in body(answer)
    assert office.held()[Account.PAID] == Money(0)


def test_the_code_stands_in_no_address(office: Office) -> None:
    walk = voucher(office)
    claim = claim_of(walk)
    assert office["finance"].get("/rewards/claims").status_code == 200
    by_address = office["finance"].get(f"/rewards/claims?code={claim['code']}")
    assert "50.00" not in body(by_address)
    for name in ("safety", "head", "worker"):
        assert office.post(name, "/rewards/claims", **claim).status_code == 403


def test_a_reward_that_is_not_ready_says_so(office: Office) -> None:
    walk = walk_quickly(office.company, identity=Identity.ANONYMOUS)
    claim = claim_of(walk)
    shown = office.post("finance", "/rewards/claims", number=claim["number"], code=claim["code"])
    assert 'name="witness"' not in body(shown)
    paid = office.post("finance", "/rewards/claims/payment", **claim)
    assert paid.status_code == 409


def test_a_stranger_is_asked_to_log_in(app: Flask) -> None:
    for address in ("/rewards", "/budgets", "/settlements", NOVEMBER, "/rewards/claims"):
        assert app.test_client().get(address).status_code == 302
