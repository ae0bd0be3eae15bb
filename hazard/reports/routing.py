"""Whose desk a report goes to, so that nobody receives what is about them (decisions 15). Pure.

`union` says whether the plant has a union desk: somebody holds the role of its representative.
"""

from collections.abc import Collection, Iterable

from hazard.access.permissions import ROLE_PERMISSIONS, Permission, Role
from hazard.policy.words import About, Desk, Urgency

LEADERS = frozenset({Role.SHIFT_LEADER, Role.WORKSHOP_HEAD})
"""The line a report may be about."""
OPEN_DESKS = frozenset({Desk.SAFETY, Desk.BOTH})
"""What comes here is not kept from anybody by its desk."""
CASE_READERS = frozenset(
    role for role, held in ROLE_PERMISSIONS.items() if Permission.CASE_READ in held
) - {Role.AUDITOR}
"""Who reads cases by role and can be kept out of one; the auditor reads all, and changes none."""
_WITH_UNION = {
    Desk.SAFETY: (Role.SAFETY_OFFICER,),
    Desk.UNION: (Role.UNION_REPRESENTATIVE,),
    Desk.BOTH: (Role.SAFETY_OFFICER, Role.UNION_REPRESENTATIVE),
    Desk.HEAD: (Role.HEAD,),
}
_WITHOUT = {
    Desk.SAFETY: (Role.SAFETY_OFFICER,),
    Desk.UNION: (Role.HEAD,),
    Desk.BOTH: (Role.SAFETY_OFFICER,),
    Desk.HEAD: (Role.HEAD,),
}
"""Also where the last representative has left: nothing may wait for nobody."""


def offered_desks(*, union: bool) -> tuple[Desk, ...]:
    """Return what the form offers, the default first."""
    if union:
        return (Desk.BOTH, Desk.UNION, Desk.HEAD)
    return (Desk.SAFETY, Desk.HEAD)


def receiving_roles(desk: Desk, about: About, *, union: bool) -> tuple[Role, ...]:
    """Return the roles that receive, never one that the report is about."""
    if about is About.HEAD:
        return (Role.UNION_REPRESENTATIVE if union else Role.SAFETY_OFFICER, Role.AUDITOR)
    if about is About.SAFETY:
        by_union = union and desk is not Desk.HEAD
        return (Role.UNION_REPRESENTATIVE if by_union else Role.HEAD,)
    return (_WITH_UNION if union else _WITHOUT)[desk]


MEANT = {
    About.LEADER: LEADERS,
    About.SAFETY: frozenset({Role.SAFETY_OFFICER, Role.SAFETY_MANAGER}),
    About.HEAD: frozenset({Role.HEAD}),
}
"""Whose eyes a report about somebody is kept from, besides routing it elsewhere."""


def is_about(about: About, roles: Iterable[Role]) -> bool:
    """Say whether a report may be about a holder of these roles."""
    return not MEANT.get(about, frozenset()).isdisjoint(roles)


def routes_to(role: Role, *, union: bool) -> Iterable[tuple[Desk, About]]:
    """Return every pair of desk and subject that `role` receives."""
    return [
        (desk, about)
        for desk in Desk
        for about in About
        if role in receiving_roles(desk, about, union=union)
    ]


def hidden_from(desk: Desk, about: About, *, union: bool) -> frozenset[Role]:
    """Return the roles that do not see the case of such a report, unless assigned to it.

    A case about the safety officer is open to the head, who has to run it, unless the reporter
    wanted the union alone.
    """
    if desk in OPEN_DESKS and about is About.NONE:
        return frozenset()
    if desk in OPEN_DESKS and about is About.LEADER:
        return LEADERS
    hidden = CASE_READERS - set(receiving_roles(desk, about, union=union))
    if about is About.SAFETY and desk is not Desk.UNION:
        return hidden - {Role.HEAD}
    return hidden


def is_veiled(
    desk: Desk, about: About, urgency: Urgency, roles: Collection[Role], *, union: bool
) -> bool:
    """Say whether the watch screen of somebody with these roles tells only that there is one.

    An emergency shows where it is, whoever is meant to read it: lives come first.
    """
    if urgency is Urgency.EMERGENCY or (desk in OPEN_DESKS and about in {About.NONE, About.LEADER}):
        return False
    return not set(receiving_roles(desk, about, union=union)).intersection(roles)


def is_kept_from(desk: Desk, about: About, roles: Collection[Role], *, union: bool) -> bool:
    """Say whether somebody with these roles must not hear that such a report exists."""
    hidden = hidden_from(desk, about, union=union)
    return bool(hidden.intersection(roles)) and not (CASE_READERS - hidden).intersection(roles)
