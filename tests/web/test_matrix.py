"""Route × role, complete by construction: every view, every role, and nobody logged in."""

import pytest
from flask import Flask
from flask.typing import ResponseReturnValue
from werkzeug.routing import AnyConverter, Rule

from hazard.access.permissions import ROLE_PERMISSIONS, Permission, Role
from hazard.core.house import House
from hazard.people.keeping import add_person, grant_role
from hazard.people.queries import root_unit
from hazard.policy.keeping import add_version
from hazard.policy.terms import preset_values
from hazard.policy.words import Size
from tests.company import ON_ONE_DATABASE, Company
from tests.signin import client_of
from tests.web.matrix import EXPECTED, HELD

PUBLIC = "public"
WANTED = {endpoint: mark for mark, endpoints in EXPECTED.items() for endpoint in endpoints}


def test_every_view_stands_in_the_reviewed_table(app: Flask) -> None:
    marks = {}
    for endpoint, view in app.view_functions.items():
        if endpoint != "static":
            permission = getattr(view, "access").permission  # noqa: B009
            marks[endpoint] = permission.value if permission else PUBLIC
    assert marks == WANTED


def test_each_role_holds_what_the_reviewed_table_says_and_nothing_else() -> None:
    held = {
        permission.value: {role.value for role in Role if permission in ROLE_PERMISSIONS[role]}
        for permission in Permission
        if permission is not Permission.WORK
    }
    assert held == {permission: set(roles.split()) for permission, roles in HELD.items()}


@ON_ONE_DATABASE
def test_each_role_opens_what_the_table_says_and_nothing_else(
    app: Flask, house: House, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker knocks at every door; every role at one door of each permission.

    The guard asks the mark alone, and the test above has compared all marks with the table.
    """
    people = _one_of_each(company)
    _answer_before_the_views(app, monkeypatch)
    everywhere = _requests(app)
    one_each = {WANTED[endpoint]: (rule, method, endpoint) for rule, method, endpoint in everywhere}
    for who, person in people.items():
        client = client_of(app, house, person)
        doors = everywhere if who == "worker" else one_each.values()
        for rule, method, endpoint in doors:
            mark = WANTED[endpoint]
            allowed = mark in {PUBLIC, Permission.WORK} or who in HELD[mark].split()
            status = client.open(rule, method=method).status_code
            assert status == (204 if allowed else 403), (who, method, rule)


@ON_ONE_DATABASE
def test_nobody_logged_in_is_asked_to_log_in(
    app: Flask, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    del company
    _answer_before_the_views(app, monkeypatch)
    client = app.test_client()
    app.config["WTF_CSRF_ENABLED"] = False
    for rule, method, endpoint in _requests(app):
        answer = client.open(rule, method=method)
        if WANTED[endpoint] == PUBLIC:
            assert answer.status_code == 204, (method, rule)
        else:
            assert answer.status_code == 302, (method, rule)
            assert "/login" in answer.headers["Location"]


@ON_ONE_DATABASE
def test_a_form_without_its_token_is_refused(app: Flask, company: Company) -> None:
    answer = app.test_client().post("/login", data={"employee_no": "0001", "password": "x"})
    assert answer.status_code == 400
    assert "页面放久了" in answer.text
    del company


@ON_ONE_DATABASE
def test_a_number_no_table_can_hold_is_not_found(
    app: Flask, house: House, company: Company
) -> None:
    client = client_of(app, house, company.head)
    for address in ("/people/{}", "/units/{}", "/tasks/{}/result", "/settlements/2026-11/{}/sheet"):
        assert client.get(address.format("9" * 25)).status_code == 404


@ON_ONE_DATABASE
@pytest.mark.parametrize("written", ["-" + "9" * 25, "9" * 25, "²", "x"])
def test_what_is_no_number_in_an_address_counts_as_not_given(
    app: Flask, house: House, company: Company, written: str
) -> None:
    client = client_of(app, house, company.head)
    for address in ("/audit?before=", "/cases?before=", "/cases?level=", "/reports?before=",
                    "/rewards?before=", "/ledger?page=", "/settings/policy?version="):  # fmt: skip
        assert client.get(address + written).status_code == 200, address


def _one_of_each(company: Company) -> dict[str, int]:
    people = {"worker": company.worker}
    with company.work_as(company.head) as work:
        add_version(work, preset_values(Size.MEDIUM), work.now.date())
    with company.work_as() as work:
        root = root_unit(work.session)
        for number, role in enumerate(Role, start=7000):
            person = add_person(work, str(number), f"第{number}人", root)
            grant_role(work, person, role, root)
            people[role.value] = person.id
    return people


def _requests(app: Flask) -> list[tuple[str, str, str]]:
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        values = {name: _fitting(rule, name) for name in rule.arguments}
        with app.test_request_context():
            url = rule.build(values, append_unknown=False)
        assert url is not None
        methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        found += [(url[1], method, rule.endpoint) for method in methods]
    return found


def _fitting(rule: Rule, name: str) -> str:
    """Return a value the address takes: one of those it lists, else "1"."""
    converter = rule._converters.get(name)
    return min(converter.items) if isinstance(converter, AnyConverter) else "1"


def _answer_before_the_views(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the guard work on the real marks, and answer 204 in place of what it lets through."""

    def answer(view: object) -> object:
        def stub(**_: object) -> ResponseReturnValue:
            return "", 204

        stub.access = view.access  # type: ignore[attr-defined]
        return stub

    for endpoint, view in list(app.view_functions.items()):
        if endpoint != "static":
            monkeypatch.setitem(app.view_functions, endpoint, answer(view))
