"""The one function that changes the state of a report."""

from hazard.audit.work import Work
from hazard.core.errors import Refused
from hazard.core.words import N_, Sentence
from hazard.reports.models import Report
from hazard.reports.states import PATHS, ReportStep


class ReportMoved(Refused):
    """The report does not stand where this step begins."""

    def __init__(self, report: Report) -> None:
        super().__init__(
            Sentence(
                N_("This report was dealt with a moment ago: %(state)s. Please look again"),
                state=report.state,
            )
        )


def take(work: Work, report: Report, step: ReportStep, **facts: object) -> None:
    """Move `report` along `step` and record it.

    Raises `NotAllowed` if the actor may not, `ReportMoved` if the state forbids it. A step of
    the reporter was proved by code or login before.
    """
    path = PATHS[step]
    if path.permission is not None:
        work.actor.need(path.permission, report.unit_path)
    if report.state not in path.sources:
        raise ReportMoved(report)
    report.state = path.target
    work.record(step, report, **facts)
