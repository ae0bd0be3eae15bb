"""The map of a report: its states and the steps between them (decisions 3). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from hazard.access.permissions import Permission
from hazard.reports.terms import ReportState


class ReportStep(StrEnum):
    """A move of a report. The value is the past tense used in events."""

    ACCEPT = "accepted"
    REFUSE = "refused"
    ASK = "asked"
    ANSWER = "answered"
    TRANSFER = "transferred"
    WITHDRAW = "withdrawn"
    REOPEN = "appealed"
    COME_BACK = "came_back"


@dataclass(frozen=True, slots=True)
class Path:
    """From any of `sources` to `target`; `permission` None means the reporter takes it."""

    sources: frozenset[ReportState]
    target: ReportState
    permission: Permission | None


_WAITING = frozenset({ReportState.SUBMITTED, ReportState.RETURNED})
_RECEIVE = Permission.REPORT_RECEIVE

PATHS: Mapping[ReportStep, Path] = {
    ReportStep.ACCEPT: Path(_WAITING, ReportState.ACCEPTED, _RECEIVE),
    ReportStep.REFUSE: Path(_WAITING, ReportState.REFUSED, _RECEIVE),
    ReportStep.ASK: Path(frozenset({ReportState.SUBMITTED}), ReportState.RETURNED, _RECEIVE),
    ReportStep.ANSWER: Path(frozenset({ReportState.RETURNED}), ReportState.SUBMITTED, None),
    ReportStep.TRANSFER: Path(_WAITING, ReportState.TRANSFERRED, _RECEIVE),
    ReportStep.WITHDRAW: Path(_WAITING | {ReportState.ACCEPTED}, ReportState.WITHDRAWN, None),
    ReportStep.COME_BACK: Path(
        frozenset({ReportState.TRANSFERRED}), ReportState.SUBMITTED, _RECEIVE
    ),
    ReportStep.REOPEN: Path(frozenset({ReportState.REFUSED}), ReportState.SUBMITTED, None),
}

FINAL = frozenset({ReportState.WITHDRAWN})
