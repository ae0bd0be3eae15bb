"""Whose desk a report goes to and who is kept out of its case (decisions 15), pair by pair."""

import pytest

from hazard.access.permissions import Role
from hazard.policy.words import About, Desk, Urgency
from hazard.reports.routing import (
    CASE_READERS,
    LEADERS,
    MEANT,
    hidden_from,
    is_kept_from,
    is_veiled,
    offered_desks,
    receiving_roles,
    routes_to,
)

SAFETY, UNION, HEAD = Role.SAFETY_OFFICER, Role.UNION_REPRESENTATIVE, Role.HEAD


@pytest.mark.parametrize(
    ("desk", "about", "with_union", "without"),
    [
        (Desk.SAFETY, About.NONE, {SAFETY}, {SAFETY}),
        (Desk.BOTH, About.NONE, {SAFETY, UNION}, {SAFETY}),
        (Desk.UNION, About.NONE, {UNION}, {HEAD}),
        (Desk.HEAD, About.NONE, {HEAD}, {HEAD}),
        (Desk.BOTH, About.LEADER, {SAFETY, UNION}, {SAFETY}),
        (Desk.BOTH, About.SAFETY, {UNION}, {HEAD}),
        (Desk.HEAD, About.SAFETY, {HEAD}, {HEAD}),
        (Desk.BOTH, About.HEAD, {UNION, Role.AUDITOR}, {SAFETY, Role.AUDITOR}),
        (Desk.HEAD, About.HEAD, {UNION, Role.AUDITOR}, {SAFETY, Role.AUDITOR}),
    ],
)
def test_a_report_goes_where_the_reporter_wants_and_never_to_whom_it_is_about(
    desk: Desk, about: About, with_union: set[Role], without: set[Role]
) -> None:
    assert set(receiving_roles(desk, about, union=True)) == with_union
    assert set(receiving_roles(desk, about, union=False)) == without


@pytest.mark.parametrize("union", [True, False])
@pytest.mark.parametrize("about", list(About))
@pytest.mark.parametrize("desk", list(Desk))
def test_every_report_is_received_and_its_case_seen_by_its_desk_not_by_whom_it_is_about(
    desk: Desk, about: About, union: bool
) -> None:
    receiving = set(receiving_roles(desk, about, union=union))
    hidden = hidden_from(desk, about, union=union)
    meant = MEANT.get(about, frozenset())
    assert receiving
    assert not receiving & meant
    assert not receiving & hidden
    assert meant & CASE_READERS <= hidden
    assert all((desk, about) in routes_to(role, union=union) for role in receiving)


def test_only_a_union_desk_is_offered_and_only_where_there_is_one() -> None:
    assert offered_desks(union=True) == (Desk.BOTH, Desk.UNION, Desk.HEAD)
    assert offered_desks(union=False) == (Desk.SAFETY, Desk.HEAD)


def test_an_ordinary_report_hides_its_case_from_nobody_and_one_about_a_leader_from_that_line() -> (
    None
):
    assert hidden_from(Desk.BOTH, About.NONE, union=True) == frozenset()
    assert hidden_from(Desk.SAFETY, About.LEADER, union=True) == LEADERS
    assert HEAD not in hidden_from(Desk.BOTH, About.SAFETY, union=True)
    assert hidden_from(Desk.HEAD, About.NONE, union=True) >= {SAFETY, UNION, *LEADERS}


@pytest.mark.parametrize(
    ("roles", "kept"),
    [
        ({SAFETY}, True),
        ({Role.WORKSHOP_HEAD}, True),
        ({UNION}, False),
        ({HEAD}, False),
        ({SAFETY, UNION}, False),
        ({Role.FINANCE}, False),
        (set(), False),
    ],
)
def test_who_hears_nothing_of_a_report_about_the_officer(roles: set[Role], *, kept: bool) -> None:
    """Whoever also holds an office that reads it hears of it; who reads no cases is not meant."""
    assert is_kept_from(Desk.BOTH, About.SAFETY, roles, union=True) is kept
    assert not is_kept_from(Desk.BOTH, About.NONE, roles, union=True)


@pytest.mark.parametrize(
    ("desk", "about", "urgency", "role", "veiled"),
    [
        (Desk.BOTH, About.NONE, Urgency.URGENT, Role.GATE_HOUSE, False),
        (Desk.SAFETY, About.LEADER, Urgency.URGENT, Role.GATE_HOUSE, False),
        (Desk.BOTH, About.SAFETY, Urgency.URGENT, Role.GATE_HOUSE, True),
        (Desk.BOTH, About.SAFETY, Urgency.URGENT, SAFETY, True),
        (Desk.BOTH, About.SAFETY, Urgency.URGENT, UNION, False),
        (Desk.UNION, About.NONE, Urgency.URGENT, SAFETY, True),
        (Desk.UNION, About.LEADER, Urgency.URGENT, UNION, False),
        (Desk.BOTH, About.SAFETY, Urgency.EMERGENCY, Role.GATE_HOUSE, False),
    ],
)
def test_the_watch_screen_tells_place_and_kind_to_whom_it_is_meant_for_or_if_lives_are_at_stake(
    desk: Desk, about: About, urgency: Urgency, role: Role, *, veiled: bool
) -> None:
    assert is_veiled(desk, about, urgency, {role}, union=True) is veiled
