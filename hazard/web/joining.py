"""A report and an earlier hazard side by side, and joining them in two steps."""

from flask import Response, flash, url_for

from hazard.cases.joining import Joining, is_joinable
from hazard.cases.queries import find_case, get_case, hold_case
from hazard.cases.terms import ReportPart
from hazard.core.errors import HazardError, NotFound, Unclear
from hazard.core.words import N_, Sentence, say
from hazard.reports.queries import get_report, hold_report, list_photos
from hazard.rewards import reassessing
from hazard.web.doorway import actor, language, reading, write
from hazard.web.forms import Filled, text, ticked, word
from hazard.web.replies import look_at, on_refusal, page

PARTS = tuple(part for part in ReportPart if part is not ReportPart.FIRST)


def join(number: str, case: str) -> Response:
    """Join in two steps: first the two side by side, then the deed with its comparison note."""
    on_refusal(lambda error: compared(number, case, error))
    if not ticked("confirmed"):
        return compared(number, case)
    part = Joining(word("part", ReportPart), text("note"), ticked("first"))
    with write() as work:
        report = hold_report(work, number)
        reassessing.join_case(work, report, hold_case(work, case), part)
    done = Sentence(N_("Added to the earlier one; the reporter was told"))
    flash(say(done, language()), "good")
    return look_at(url_for("cases.show", number=case))


def case_typed(typed: str, field: str = "case") -> str:
    """Return the number of a hazard somebody typed or picked; raises `Unclear` for none."""
    number = typed.strip().partition(" ")[0].upper()
    case = find_case(reading(), actor(), number)
    if case is None:
        raise Unclear(Sentence(N_("There is no hazard of this number")), field=field)
    return case.number


def compared(number: str, case_number: str, error: HazardError | None = None) -> Response:
    """Answer with report and earlier hazard side by side."""
    report = get_report(reading(), actor(), number)
    case = get_case(reading(), actor(), case_number)
    first_report = case.first.report
    readable = _readable(first_report.number)
    part = ReportPart.JOINT if report.same_as == case.number else ReportPart.DUPLICATE
    return page(
        "reports/joining.html", report=report, case=case, first=first_report, readable=readable,
        joinable=is_joinable(case, report), came_before=report.id < first_report.id, parts=PARTS,
        pictures=[photo.public_id for photo in list_photos(reading(), [report.id])],
        theirs=[photo.public_id for photo in list_photos(reading(), [first_report.id])]
        if readable else [],
        form=Filled({"part": part}, error),
    )  # fmt: skip


def _readable(number: str) -> bool:
    try:
        get_report(reading(), actor(), number)
    except NotFound:
        return False
    return True
