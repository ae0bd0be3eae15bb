"""The map of a case: its states, the steps between them, and who takes them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from hazard.access.permissions import Permission
from hazard.cases.terms import CaseState, Part


class Step(StrEnum):
    """A move of a case. The value is the past tense used in events."""

    ASSIGN_VERIFIERS = "verifiers_assigned"
    FIND = "found"
    DISAGREE = "verdicts_differed"
    CONFIRM = "confirmed"
    NOT_CONFIRM = "not_confirmed"
    GRADE = "graded"
    GRADE_FIXED = "graded_fixed"
    QUICK = "quickly_handled"
    CONFIRM_PLAN = "quickly_confirmed"
    CONFIRM_FIXED = "quickly_closed"
    SIGN_PLAN = "signed_confirmed"
    SIGN_FIXED = "signed_closed"
    DENY = "signature_denied"
    SET_OWNER = "owner_set"
    HAND_ON = "handed_on"
    SUBMIT_PLAN = "plan_submitted"
    PLAN_IN_FORCE = "plan_made"
    APPROVE_PLAN = "plan_approved"
    RETURN_PLAN = "plan_returned"
    PROGRESS = "measure_done"
    COMPLETE = "completed"
    FAIL = "check_failed"
    FAIL_FIXED = "fix_failed"
    CHECK_GOOD = "check_passed"
    CLOSE = "closed"
    INFORM = "reporter_informed"
    ARCHIVE = "archived"
    REOPEN = "reopened"
    REOPEN_PLAN = "reopened_to_plan"
    VERIFY_AGAIN = "reopened_to_verify"
    MERGE = "merged_away"


@dataclass(frozen=True, slots=True)
class Holder:
    """Whoever holds the permission over the case's unit."""

    permission: Permission


@dataclass(frozen=True, slots=True)
class Assigned:
    """Whoever is assigned this part in the case now."""

    part: Part


@dataclass(frozen=True, slots=True)
class Anyone:
    """Any employee; separation of duty narrows it."""


@dataclass(frozen=True, slots=True)
class TheSystem:
    """Only a job."""


Who = Holder | Assigned | Anyone | TheSystem


@dataclass(frozen=True, slots=True)
class Path:
    """From any of `sources` to `target`, for any of `who`."""

    sources: frozenset[CaseState]
    target: CaseState
    who: tuple[Who, ...]


_S = CaseState
_ASSIGN = Holder(Permission.CASE_ASSIGN)
_GRADE = Holder(Permission.CASE_GRADE)
_VERIFIER = Assigned(Part.VERIFIER)
_OWNER = Assigned(Part.OWNER)
_CHECK = (Holder(Permission.CASE_CHECK), Assigned(Part.CHECKER))


def _path(sources: CaseState | tuple[CaseState, ...], target: CaseState, *who: Who) -> Path:
    start = (sources,) if isinstance(sources, CaseState) else sources
    return Path(frozenset(start), target, who)


PATHS: Mapping[Step, Path] = {
    Step.ASSIGN_VERIFIERS: _path((_S.ACCEPTED, _S.VERIFYING, _S.VERIFIED), _S.VERIFYING, _ASSIGN),
    Step.FIND: _path(_S.VERIFYING, _S.VERIFYING, _VERIFIER),
    Step.DISAGREE: _path(_S.VERIFYING, _S.VERIFYING, _VERIFIER),
    Step.CONFIRM: _path(_S.VERIFYING, _S.VERIFIED, _VERIFIER),
    Step.NOT_CONFIRM: _path(_S.VERIFYING, _S.UNCONFIRMED, _VERIFIER),
    Step.GRADE: _path(_S.VERIFIED, _S.PLANNING, _GRADE),
    Step.GRADE_FIXED: _path(_S.VERIFIED, _S.SUBMITTED_FOR_CHECK, _GRADE),
    Step.QUICK: _path(_S.ACCEPTED, _S.VERIFYING, _GRADE),
    Step.CONFIRM_PLAN: _path(_S.VERIFYING, _S.PLANNING, _VERIFIER),
    Step.CONFIRM_FIXED: _path(_S.VERIFYING, _S.CLOSED, _VERIFIER),
    Step.SIGN_PLAN: _path(_S.VERIFYING, _S.PLANNING, _GRADE),
    Step.SIGN_FIXED: _path(_S.VERIFYING, _S.CLOSED, _GRADE),
    Step.DENY: _path((_S.PLANNING, _S.CLOSED), _S.VERIFYING, Anyone()),
    Step.SET_OWNER: _path((_S.PLANNING, _S.RECTIFYING), _S.PLANNING, _ASSIGN),
    Step.HAND_ON: _path(
        (_S.PLANNING, _S.RECTIFYING), _S.PLANNING, _ASSIGN, Holder(Permission.PLAN_APPROVE)
    ),
    Step.SUBMIT_PLAN: _path(_S.PLANNING, _S.PLAN_SUBMITTED, _OWNER, _ASSIGN),
    Step.PLAN_IN_FORCE: _path(_S.PLANNING, _S.RECTIFYING, _OWNER, _ASSIGN),
    Step.APPROVE_PLAN: _path(_S.PLAN_SUBMITTED, _S.RECTIFYING, Anyone()),
    Step.RETURN_PLAN: _path(_S.PLAN_SUBMITTED, _S.PLANNING, Anyone()),
    Step.PROGRESS: _path(_S.RECTIFYING, _S.RECTIFYING, _OWNER, Holder(Permission.CHECKLIST_USE)),
    Step.COMPLETE: _path(_S.RECTIFYING, _S.SUBMITTED_FOR_CHECK, _OWNER),
    Step.FAIL: _path(_S.SUBMITTED_FOR_CHECK, _S.RECTIFYING, *_CHECK),
    Step.FAIL_FIXED: _path(_S.SUBMITTED_FOR_CHECK, _S.PLANNING, *_CHECK),
    Step.CHECK_GOOD: _path(_S.SUBMITTED_FOR_CHECK, _S.SUBMITTED_FOR_CHECK, *_CHECK),
    Step.CLOSE: _path(_S.SUBMITTED_FOR_CHECK, _S.CLOSED, *_CHECK, Holder(Permission.CASE_READ)),
    Step.INFORM: _path(_S.CLOSED, _S.CLOSED, Holder(Permission.CASE_INFORM)),
    Step.MERGE: _path((_S.ACCEPTED, _S.VERIFYING, _S.VERIFIED, _S.PLANNING), _S.ARCHIVED, _ASSIGN),
    Step.ARCHIVE: _path((_S.CLOSED, _S.UNCONFIRMED), _S.ARCHIVED, TheSystem()),
    Step.REOPEN: _path((_S.CLOSED, _S.ARCHIVED), _S.RECTIFYING, _ASSIGN),
    Step.REOPEN_PLAN: _path((_S.CLOSED, _S.ARCHIVED), _S.PLANNING, _ASSIGN),
    Step.VERIFY_AGAIN: _path((_S.UNCONFIRMED, _S.ARCHIVED), _S.VERIFYING, _ASSIGN),
}
"""Separation of duty (decisions 12) is asked besides, by `cases.hands`."""
