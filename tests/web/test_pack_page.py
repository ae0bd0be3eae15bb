"""The inspection pack: its checklist, its rule, one file of everything, nobody named."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select, update

from hazard.core.clock import FakeClock
from hazard.core.house import House
from hazard.core.images import Picture
from hazard.core.money import ZERO
from hazard.core.typeset import full_day
from hazard.jobs.work import run_next
from hazard.places.models import Poster
from hazard.policy.models import Plant
from hazard.policy.words import About, Identity
from hazard.reports import photos
from hazard.reports.models import Report
from hazard.reports.terms import PhotoPart
from hazard.rewards.queries import view_budget
from hazard.statistics.columns import shown_to
from hazard.statistics.echo import list_echoes
from tests import walks
from tests.company import Company
from tests.pictures import jpeg, scene
from tests.prints.reading import Print, squeezed
from tests.web.desk_walks import Office, alerts, words

SAID = "老周亲眼看见三号车床没护罩"
CHECK = re.compile(r'<li class="(good|bad)" data-check="(\w+)">')


@pytest.fixture
def office(app: Flask, house: House, company: Company) -> Office:
    return Office(app, house, company)


def pack(office: Office, house: House, **fields: str) -> dict[str, bytes]:
    """Ask for the pack as 王建华 and return its files by name."""
    year = {"from": "2026-01-01", "until": "2026-12-31"}
    asked = office.post("safety", "/pack", **{**year, **fields})
    assert asked.status_code == 303, alerts(asked)
    run_next(house)
    result = office.as_("safety").get(f"{asked.location}/result")
    assert result.mimetype == "application/zip", words(office.get("safety", asked.location))
    with ZipFile(BytesIO(result.data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def text_in(files: dict[str, bytes]) -> str:
    """Return every word of every paper and sheet."""
    return squeezed(" ".join(_texts(files)))


def _texts(files: dict[str, bytes]) -> Iterator[str]:
    for name, body in files.items():
        yield name
        if name.endswith(".pdf"):
            yield Print(body).text
        else:
            for sheet in openpyxl.load_workbook(BytesIO(body)).worksheets:
                yield " ".join(str(v) for r in sheet.iter_rows(values_only=True) for v in r)


def checked(office: Office) -> dict[str, bool]:
    return {key: mark == "good" for mark, key in CHECK.findall(office.get("head", "/pack"))}


def test_the_checklist_does_not_tell_the_officer_of_reports_about_the_officer(
    office: Office,
) -> None:
    """周国强, whose desk it came to, is late; 王建华 hears nothing of it."""
    walks.walk_to_reported(office.company, about=About.SAFETY)
    office.company.clock.move(timedelta(days=20))
    marks = {
        who: {key: mark for mark, key in CHECK.findall(office.get(who, "/pack"))}
        for who in ("safety", "head")
    }
    assert (marks["safety"]["undecided"], marks["head"]["undecided"]) == ("good", "bad")


def test_the_pack_holds_every_part_and_names_nobody(
    office: Office, house: House, company: Company, now: FakeClock
) -> None:
    picture, hidden = jpeg(scene(seed=1)), jpeg(scene(seed=2))
    walk = walks.walk_to_paid(company, level=2, description=SAID, suggestion="换个新的吧老李说的")
    secret = walks.walk_to_reported(company, identity=Identity.ANONYMOUS, description=SAID)
    closed = walks.walk_to_closed(company, level=4, description=SAID)
    with company.work_as() as work:
        report = work.session.scalars(select(Report).where(Report.number == closed.report)).one()
        for seed, body in ((1, picture), (2, hidden)):
            kept = Picture(body, f"{seed:064x}", "0" * 16, 640, 480, b"")
            photos.store(house.files, kept, now.now())
            made = photos.add_of_case(work, kept, PhotoPart.REPORT)
            made.report_id, made.shown_to_rectifiers = report.id, seed == 1
    files = pack(office, house)
    assert [name[:2] for name in files] == ["00", "01", "02", "03", "04", "05", "06"]
    text = text_in(files)
    assert "张伟" not in text
    for said in (SAID, "换个新的吧老李说的"):
        assert squeezed(said) not in text
    assert secret.report not in text
    assert closed.case in text
    assert walk.case in text
    dossier = next(body for name, body in files.items() if closed.case in name)
    images = [obj for page in Print(dossier).pdf for obj in page.get_objects(filter=[3])]
    assert len(images) == 1


def test_the_reward_stands_in_the_case_file_with_its_grounds_below_their_head(
    office: Office,
) -> None:
    walk = walks.walk_to_paid(office.company, level=2)
    file = Print(office.as_("safety").get(f"/cases/{walk.case}/file.pdf").data)
    assert file.shows("隐患奖250.0050.00最先说清的首报、奖励表第2级已发王建华周国强2026.11.23")
    assert file.shows("依据条款《安全生产法》第三十六条", "治理层级班组")
    contents = squeezed(file.page(1).text)
    assert "五、延期无记录" in contents
    assert contents.index("十、奖励决定") < contents.index("隐患编号")


def test_figures_of_pack_page_ledger_and_settlement_are_one(
    office: Office, house: House, company: Company
) -> None:
    walks.walk_to_paid(company, level=3)
    walks.walk_to_closed(company, level=2)
    files = pack(office, house)
    index, rule, money, posters, ledger, book, _ = files.values()
    page = squeezed(words(office.get("safety", "/ledger?from=2026-01-01&until=2026-12-31")))
    total = "合计2条：一般2条，重大0条"
    assert total in page
    assert all(Print(paper).shows(total) for paper in (index, ledger))
    sheet = openpyxl.load_workbook(BytesIO(book)).worksheets[0]
    assert any(total in squeezed(str(cell.value)) for cell in sheet["A"])
    settled = squeezed(words(office.get("safety", "/settlements/2026-11/1")))
    assert "200.00" in settled
    for paper in (index, money):
        assert Print(paper).shows("本期结算（元）", "其中已发（元）", "200.00")
    with company.reading() as session:
        budget = view_budget(session, 2026, company.clock.now().date())
    assert Print(money).shows(str(budget.total), str(budget.left), str(budget.paid))
    assert Print(rule).shows("事故隐患内部报告奖励制度")
    assert Print(posters).shows("海报登记")


def test_pack_ledger_reward_sheet_and_weekly_echo_agree_to_the_last_figure(
    office: Office, house: House, company: Company
) -> None:
    done = [walks.walk_quickly(company, level=level, fixed=True) for level in (1, 2, 2)]
    walks.decide(company, *done)
    being_fixed = [walks.walk_to_rectifying(company, level=2) for _ in range(2)]
    walks.settle(company)
    assert office.post("safety", "/echo/2026-W48/edition").status_code == 303
    files = pack(office, house)
    index, _, money, _, _, book, weekly, _ = files.values()
    assert "06 隐患回音 2026年第48周.pdf" in files
    assert weekly == office.as_("worker").get("/echo/2026-W48/sheet.pdf").data
    with company.reading() as session:
        (echo,) = list_echoes(session, date(2026, 1, 1), date(2026, 12, 31))
    assert Print(weekly).shows(*(walk.report[-4:] for walk in (*done, *being_fixed)))
    sheet = openpyxl.load_workbook(BytesIO(book)).worksheets[0]
    rows = [row for row in sheet.iter_rows(values_only=True) if str(row[1]).startswith("C26")]
    keys = [column.key for column in shown_to(())]
    closed = sum(row[keys.index("closed")] is not None for row in rows)
    rewarded = sum(row[keys.index("rewarded")] == "是" for row in rows)
    assert (echo.received, echo.fixed, echo.open) == (len(rows), closed, len(rows) - closed)
    assert closed == rewarded == sum(line.fen > 0 for line in echo.lines) == len(done)
    granted = sum((line.reward for line in echo.lines if line.reward), ZERO)
    board = office.as_("worker").get("/settlements/2026-11/1/sheet.pdf?version=board").data
    for paper in (index, money, board):
        assert Print(paper).shows(str(granted), "120.00")


def test_the_index_names_the_budget_of_each_year_the_period_touches(
    office: Office, house: House
) -> None:
    index, _, money, *_ = pack(office, house, **{"from": "2025-12-01"}).values()
    for paper in (index, money):
        assert Print(paper).shows("2025年预算", "2026年预算")


def test_the_echoes_of_other_weeks_stay_out_of_the_pack(office: Office, house: House) -> None:
    assert office.post("safety", "/echo/2026-W47/edition").status_code == 303
    assert office.post("safety", "/echo/2026-W48/edition").status_code == 303
    assert office.post("safety", "/echo/2026-W48/edition").status_code == 303
    files = pack(office, house, **{"from": "2026-11-23", "until": "2026-11-29"})
    assert [name for name in files if "隐患回音" in name] == ["06 隐患回音 2026年第48周.pdf"]


def test_a_case_of_ones_own_choice_is_enclosed(
    office: Office, house: House, company: Company
) -> None:
    walks.walk_to_closed(company, level=4)
    chosen = walks.walk_to_graded(company, level=1).case
    assert any(chosen in name for name in pack(office, house, case=chosen))


def test_a_case_that_is_none_is_refused_beside_its_field(office: Office) -> None:
    answer = office.post("safety", "/pack", case="C2611-0000")
    assert answer.status_code == 422
    assert alerts(answer)
    assert 'value="C2611-0000"' in answer.text


def test_the_checklist_says_what_is_missing_and_ticks_what_was_mended(
    office: Office, company: Company, now: FakeClock
) -> None:
    before = checked(office)
    assert before == {
        "rule": False, "figures": False, "budget": True, "posters": False, "proof": True,
        "outdated": True, "told": False, "undecided": True, "overdue": True, "majors": True,
        "unpaid": True, "archive": True,
    }  # fmt: skip
    never_issued = office.get("head", "/pack")
    assert "东方机械厂" in never_issued
    assert "还没有印发过制度" in never_issued
    assert "重新印发" not in never_issued
    answer = office.post("head", "/pack/rule", rule_number="东机安〔2026〕3号")
    assert answer.status_code == 303
    walks.walk_to_reported(company)
    walks.walk_to_rectifying(company, level=2)
    walks.walk_to_graded(company, level=4)
    walks.walk_to_approved_award(company, level=1)
    walks.walk_to_closed(company, level=1)
    now.move(timedelta(days=36))
    after = checked(Office(office.app, office.house, company))  # logins of old have ended
    wrong = {"posters", "told", "undecided", "overdue", "majors", "unpaid", "archive"}
    assert {key for key, good in after.items() if not good} == wrong


def test_the_checklist_and_the_poster_page_count_the_same_outdated_posters(
    office: Office,
) -> None:
    """One that lies printed and is not hung yet counts too: it would be hung as it is."""
    with office.company.work_as() as work:
        printed = {"printed_at": work.now, "printed_facts": '{"table": "0"}'}
        work.session.execute(update(Poster).values(**printed))
    assert "1 张海报内容过期" in words(office.get("safety", "/posters"))
    assert "海报内容已过时的 1 张" in words(office.get("safety", "/pack"))


def test_the_rule_carries_the_plants_figures_and_the_number_it_was_issued_under(
    office: Office, company: Company
) -> None:
    with company.work_as() as work:
        facts = {"department": "安全部", "report_phone": "8888", "mailbox": "食堂门口"}
        work.session.execute(update(Plant).values(**facts, emergency_phone="6119"))
    draft = Print(office.as_("safety").get("/pack/rule.pdf").data)
    assert draft.shows("（印发时编文号）", "第一章总则", "第三十条", "8888", "食堂门口", "6119")
    assert draft.shows("次月15日前发放", "3,000", "受理后3个自然日内", "1个工作日内")
    assert draft.shows("可以选择的报告形式：实名、匿名。")
    office.post("head", "/pack/rule", rule_number="东机安〔2026〕3号")
    issued = Print(office.as_("safety").get("/pack/rule.pdf").data)
    assert issued.shows("东机安〔2026〕3号", full_day(company.clock.now().date()))


def test_a_rule_without_a_number_is_not_issued(office: Office) -> None:
    answer = office.post("head", "/pack/rule", rule_number="", rule_adopted_on="2026-11-01")
    assert answer.status_code == 422
    assert any("文号" in alert for alert in alerts(answer))


def test_who_may_not_make_it_does_not_see_it(office: Office) -> None:
    for who in ("finance", "worker"):
        assert office.as_(who).get("/pack").status_code == 403
        assert office.as_(who).get("/cases/C2611-0001/file.pdf").status_code == 403
