"""Whose desk a report goes to, so that nobody receives what is about them (decisions 15). Pure."""

from collections.abc import Iterable

from hazard.access.permissions import Role
from hazard.policy.words import About, Desk


def receiving_role(desk: Desk, about: About) -> Role:
    """Return the role that receives: the head where asked for, or where the officer is meant."""
    if about is About.HEAD:
        return Role.SAFETY_OFFICER
    if desk is Desk.HEAD or about is About.SAFETY:
        return Role.HEAD
    return Role.SAFETY_OFFICER


MEANT = {
    About.LEADER: frozenset({Role.SHIFT_LEADER, Role.WORKSHOP_HEAD}),
    About.SAFETY: frozenset({Role.SAFETY_OFFICER, Role.SAFETY_MANAGER}),
    About.HEAD: frozenset({Role.HEAD}),
}
"""Whose eyes a report about somebody is kept from, besides routing it elsewhere."""


def is_about(about: About, roles: Iterable[Role]) -> bool:
    """Say whether a report may be about a holder of these roles."""
    return not MEANT.get(about, frozenset()).isdisjoint(roles)


def routes_to(role: Role) -> Iterable[tuple[Desk, About]]:
    """Return every pair of desk and subject that `role` receives."""
    return [(d, a) for d in Desk for a in About if receiving_role(d, a) is role]
