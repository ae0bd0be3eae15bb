"""The words of sealing. Pure."""

from collections.abc import Mapping

from hazard.access.permissions import Role
from hazard.core.words import N_, Term


class Group(Term):
    """The two sides that keep one half of the key each (decisions 20)."""

    SAFETY = "safety", N_("Safety side")
    UNION = "union", N_("Workers' side")

    @property
    def other(self) -> "Group":
        """Return the other side."""
        return Group.UNION if self is Group.SAFETY else Group.SAFETY


ROLES: Mapping[Group, tuple[Role, ...]] = {
    Group.SAFETY: (Role.SAFETY_OFFICER, Role.SAFETY_MANAGER),
    Group.UNION: (Role.UNION_REPRESENTATIVE,),
}
"""Who may be a guardian of each side."""
