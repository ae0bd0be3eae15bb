"""The page of the trail: plain sentences, no reporters, and the proof of the chain."""

import ast
import importlib
import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

import hazard
from hazard.audit.models import ChainHead
from hazard.audit.queries import get_head
from hazard.cases.states import Step
from hazard.core.house import House
from hazard.core.words import Sentence, say
from hazard.policy.words import About
from hazard.reports.states import ReportStep
from hazard.web.trail import SUBJECTS
from tests.company import Company
from tests.seal import represent
from tests.signin import client_of
from tests.walks import walk_to_accepted, walk_to_kept, walk_to_paid

ACTIONS = {action for words in SUBJECTS.values() for action in words}


def recorded() -> set[str]:
    """Return every action some code records, read from the sources."""
    found = set()
    for path in Path(hazard.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "record":
                found |= actions_in(node.args[0], path)
    return found


def actions_in(said: ast.expr, path: Path) -> set[str]:
    match said:
        case ast.Constant(value=str(action)):
            return {action}
        case ast.IfExp():
            return actions_in(said.body, path) | actions_in(said.orelse, path)
        case ast.Name(id=name) if name.isupper():
            parts = path.relative_to(Path(hazard.__file__).parent.parent).with_suffix("").parts
            return {getattr(importlib.import_module(".".join(parts)), name)}
    return set()  # a step, whose words the next test asks for


def test_each_action_that_is_recorded_has_words() -> None:
    assert recorded() - ACTIONS == set()


def test_each_step_has_words_without_figures() -> None:
    assert set(Step) <= set(SUBJECTS["case"])
    assert set(ReportStep) <= set(SUBJECTS["report"])
    assert not [m for words in SUBJECTS.values() for m in words.values() if "%(" in m]


def test_the_trail_is_read_newest_first_page_by_page(
    app: Flask, house: House, company: Company
) -> None:
    walk_to_paid(company)
    walk_to_paid(company)
    head = client_of(app, house, company.head)
    with company.reading() as session:
        last = get_head(session)[0]
    seen: list[int] = []
    address = "/audit"
    while address:
        page = head.get(address).text
        seen += [int(seq) for seq in re.findall(r'class="title">(\d+) ·', page)]
        following = re.search(r'rel="next" href="([^"]+)"|href="([^"]+)" rel="next"', page)
        address = (following[1] or following[2]) if following else ""
    assert seen == list(range(last, 0, -1))
    assert len(seen) > 50


def test_the_trail_names_who_acted_and_no_reporter(
    app: Flask, house: House, company: Company
) -> None:
    walk_to_paid(company)
    head = client_of(app, house, company.head)
    pages = head.get("/audit").text + head.get("/audit?before=51").text
    assert "李秀英" in pages
    for secret in ("张伟", "切屑往外飞", "装回防护罩"):
        assert secret not in pages


def test_the_trail_does_not_lead_the_head_to_a_matter_about_the_head(
    app: Flask, house: House, company: Company
) -> None:
    other = walk_to_accepted(company)
    kept = walk_to_kept(company, represent(company), About.HEAD)
    page = client_of(app, house, company.head).get("/audit").text
    rows = [row for row in page.split("<tr>") if say(Sentence("Accepted as a hazard")) in row]
    assert other.case in rows[1]
    assert "王建华" in rows[1]
    assert not any(told in rows[0] for told in (kept.case, "刘桂兰"))
    assert kept.report not in page


def test_a_whole_chain_is_proved_and_a_broken_one_is_shown(
    app: Flask, house: House, company: Company
) -> None:
    head = client_of(app, house, company.head)
    with company.reading() as session:
        number, digest = get_head(session)
    page = head.post("/audit/verification").text
    whole = "The chain is whole: %(n)s events, none missing, none changed"
    assert say(Sentence(whole, n=number)) in page
    assert digest in page
    with company.work_as() as work:
        work.session.execute(update(ChainHead).values(hash="0" * 64))
    page = head.post("/audit/verification").text
    assert say(Sentence("The trail was changed: %(n)s places are wrong", n=1)) in page
    assert 'role="alert"' in page


@pytest.mark.parametrize("person", ["safety", "finance", "worker"])
def test_only_head_and_auditor_read_the_trail(
    app: Flask, house: House, company: Company, person: str
) -> None:
    client = client_of(app, house, getattr(company, person))
    assert client.get("/audit").status_code == 403
    assert client.post("/audit/verification").status_code == 403


@pytest.mark.parametrize("before", ["x", "-5", "１", "9" * 30])
def test_a_page_that_does_not_exist_is_no_crash(
    app: Flask, house: House, company: Company, before: str
) -> None:
    answer = client_of(app, house, company.head).get("/audit", query_string={"before": before})
    assert answer.status_code == 200
