"""Noting in the trail that records left the house."""

from hazard.audit.work import Work
from hazard.policy.queries import get_plant


def note_export(work: Work, what: str, **facts: object) -> None:
    """Record who took out what, such as "ledger" or "pack"; facts hold no person."""
    work.record("exported", get_plant(work.session), what=what, **facts)
