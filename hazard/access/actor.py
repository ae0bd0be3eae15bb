"""The one who acts: a plain value, detached from the database."""

from dataclasses import dataclass

from hazard.access.permissions import ROLE_PERMISSIONS, Permission, Role
from hazard.core.errors import NotAllowed
from hazard.core.words import N_, Sentence


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held over the unit at `unit_path` (such as "/1/4/") and all below it."""

    role: Role
    unit_path: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is acting. `person_id` is None for the system and for unnamed reporters."""

    person_id: int | None
    name: str
    grants: tuple[Grant, ...] = ()

    def paths(self, permission: Permission) -> tuple[str, ...]:
        """Return the unit paths under which the actor holds `permission`."""
        if permission is Permission.WORK:
            return ("/",) if self.person_id is not None else ()
        return tuple(g.unit_path for g in self.grants if permission in ROLE_PERMISSIONS[g.role])

    def may(self, permission: Permission, unit_path: str | None = None) -> bool:
        """Say whether the actor holds `permission` there, or anywhere if no unit is given."""
        paths = self.paths(permission)
        return bool(paths) if unit_path is None else bool(paths) and unit_path.startswith(paths)

    def holds(self, role: Role, unit_path: str) -> bool:
        """Say whether the actor holds `role` over the unit at `unit_path`."""
        return any(g.role is role and unit_path.startswith(g.unit_path) for g in self.grants)

    def need(self, permission: Permission, unit_path: str | None = None) -> None:
        """Raise `NotAllowed`, naming who could, unless the actor may."""
        if not self.may(permission, unit_path):
            raise not_allowed(permission)


def not_allowed(permission: Permission) -> NotAllowed:
    """Return the refusal that names the roles that could."""
    holders = tuple(role for role, held in ROLE_PERMISSIONS.items() if permission in held)
    return NotAllowed(Sentence(N_("You may not do this. %(who)s can"), who=holders))


REPORTER = Actor(None, "reporter")
"""A reporter the trail must not name."""
SYSTEM = Actor(None, "system")
