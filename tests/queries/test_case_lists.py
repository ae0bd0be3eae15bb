"""The list of cases: what each filter and each word finds, for whom, and by which index."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from hazard.access.permissions import Role
from hazard.cases.lists import Filter, _pairs, found_by_words, list_cases, narrowed
from hazard.cases.terms import CaseSource, CaseState
from hazard.core.calendar import Month
from hazard.people.keeping import add_person, grant_role
from hazard.people.queries import get_unit
from hazard.policy.words import Category
from hazard.reports.handling import withdraw
from hazard.reports.queries import hold_by_id
from hazard.rewards.reassessing import mark_drill
from tests import walks
from tests.company import Company


def found(company: Company, person: int, wanted: Filter) -> list[str]:
    with company.reading() as session:
        return [c.number for c in list_cases(session, company._actor(person), wanted)]


def searched(company: Company, person: int, words: str) -> list[str]:
    return found(company, person, Filter(text=words))


def leader_of(company: Company) -> int:
    with company.work_as() as work:
        workshop = get_unit(work.session, company.workshop)
        person = add_person(work, "2001", "赵班长", workshop)
        grant_role(work, person, Role.SHIFT_LEADER, workshop)
        return person.id


def test_two_letters_find_place_and_short_description_for_all(company: Company) -> None:
    leader = leader_of(company)
    guard = walks.walk_to_accepted(company, short="防护罩缺失").case
    wire = walks.walk_to_accepted(company, short="电线破皮").case
    for words, hits in (
        ("护罩", [guard]), ("破皮", [wire]), ("车床", [wire, guard]), ("车床 破皮", [wire]),
        ("罩防", []), ("３号", [wire, guard]), ("罩", [guard]), (guard[-4:], [guard]),
        (wire, [wire]), (wire.lower(), [wire]),
    ):  # fmt: skip
        assert searched(company, leader, words) == hits, words


def test_the_reporters_words_are_found_by_the_desk_that_reads_them_alone(company: Company) -> None:
    leader = leader_of(company)
    walk = walks.walk_to_accepted(company, description="切屑往外飞")
    assert searched(company, company.safety, "切屑") == [walk.case]
    assert searched(company, company.safety, walk.report) == [walk.case]
    assert searched(company, company.head, "切屑") == [], "it went to the safety officer's desk"
    assert searched(company, leader, "切屑") == []
    assert searched(company, leader, "护罩") == [walk.case]


def test_a_new_short_description_is_found_at_once_and_the_old_one_no_more(
    company: Company,
) -> None:
    from hazard.cases import grading
    from hazard.cases.queries import hold_case

    walk = walks.walk_to_confirmed(company)
    given = grading.Grade(*walks.ANSWERS[2], None, short_description="地面积水")
    with company.work_as(company.safety) as work:
        grading.grade(work, hold_case(work, walk.case), given, declared=True)
    assert searched(company, company.finance, "积水") == []
    assert searched(company, company.head, "积水") == [walk.case]
    assert searched(company, company.head, "缺失") == []


def test_each_filter_narrows(company: Company) -> None:
    owned = walks.walk_to_rectifying(company).case
    fresh = walks.walk_to_accepted(company, category=Category.PERSON).case
    boss = company.head
    for wanted, hits in (
        (Filter(state=CaseState.RECTIFYING), [owned]),
        (Filter(category=Category.PERSON), [fresh]),
        (Filter(place_id=company.place), [fresh, owned]),
        (Filter(level=2), [owned]),
        (Filter(owner_id=company.finance), [owned]),
        (Filter(owner_id=company.worker), []),
        (Filter(source=CaseSource.REPORT), [fresh, owned]),
        (Filter(source=CaseSource.COMPANY), []),
        (Filter(month=Month(2026, 11)), [fresh, owned]),
        (Filter(month=Month(2026, 10)), []),
        (Filter(level=2, text="护罩"), [owned]),
        (Filter(level=3, text="护罩"), []),
    ):  # fmt: skip
        assert found(company, boss, wanted) == hits, wanted


def test_a_hazard_without_a_standing_report_is_the_plants_own(company: Company) -> None:
    walk = walks.walk_to_accepted(company)
    with company.reported() as work:
        withdraw(work, hold_by_id(work, 1))
    assert found(company, company.head, Filter(source=CaseSource.COMPANY)) == [walk.case]


def test_a_drill_stands_in_no_list_but_its_own_and_comes_back(company: Company) -> None:
    walk = walks.walk_to_accepted(company)
    for drill in (True, False):
        with company.work_as(company.safety) as work:
            mark_drill(work, hold_by_id(work, 1), drill=drill)
        assert found(company, company.head, Filter()) == ([] if drill else [walk.case])
        assert searched(company, company.head, "护罩") == ([] if drill else [walk.case])
        assert found(company, company.head, Filter(drills=True)) == ([walk.case] if drill else [])


def test_pages_go_on_from_a_key_also_when_searched(company: Company) -> None:
    made = [walks.walk_to_accepted(company).case for _ in range(3)]
    with company.reading() as session:
        boss = company._actor(company.head)
        first = list_cases(session, boss, Filter(text="护罩"), None, 2)
        rest = list_cases(session, boss, Filter(text="护罩"), first[-1].id, 2)
    assert [case.number for case in (*first, *rest)] == made[::-1]


def plan(session: Session, query: object) -> str:
    compiled = str(query.compile(session.bind, compile_kwargs={"literal_binds": True}))  # type: ignore[attr-defined]
    rows = session.execute(text(f"EXPLAIN QUERY PLAN {compiled.replace(':', chr(92) + ':')}"))
    return "\n".join(row[-1] for row in rows)


ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""PostgreSQL's plans of small tables say nothing; there the bench measures."""


@ON_SQLITE
@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (Filter(), "SCAN hazard_case"),
        (Filter(state=CaseState.RECTIFYING), "state_hazard_case_id (state=?"),
        (Filter(category=Category.PERSON), "category_hazard_case_id (category=?"),
        (Filter(place_id=1), "place_id_hazard_case_id (place_id=?"),
        (Filter(level=2), "reward_level_hazard_case_id (reward_level=?"),
    ],
    ids=["all", "state", "kind", "place", "level"],
)
def test_a_page_of_the_list_is_read_along_an_index_and_never_sorted(
    company: Company, wanted: Filter, index: str
) -> None:
    with company.reading() as session:
        shown = plan(session, narrowed(company._actor(company.head), wanted).limit(51))
    assert index in shown
    assert "TEMP B-TREE" not in shown


@ON_SQLITE
def test_a_search_goes_along_the_rarest_pair_and_is_never_sorted(company: Company) -> None:
    walks.walk_to_accepted(company)
    with company.reading() as session:
        boss = company._actor(company.head)
        query = found_by_words(session, boss, Filter(), _pairs("防护罩"), None, 51)
        shown = plan(session, query)
    assert "SEARCH case_word_1 USING" in shown
    assert "SEARCH hazard_case USING INTEGER PRIMARY KEY" in shown
    assert "TEMP B-TREE" not in shown
    assert "SCAN hazard_case" not in shown
    assert "SCAN case_word" not in shown
