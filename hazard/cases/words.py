"""The words of cases, kept as pairs of letters so that search finds 扳手 among 100,000 cases.

The pairs are kept by the verbs that change the words; `report_id` 0 marks what everybody may
search, any other the own words of that report (decisions 37).
"""

from collections.abc import Iterable

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from hazard.cases.likeness import bigrams
from hazard.cases.models import Case, CaseWord
from hazard.reports.models import Report

FOR_ALL = 0


def index_case(session: Session, case: Case) -> None:
    """Keep number, place and short description as they are now."""
    texts = (case.number, case.place_name, case.short_description)
    _keep(session, case.id, FOR_ALL, texts)


def index_report(session: Session, case: Case, report: Report) -> None:
    """Keep number and own words of a report that belongs to the case."""
    _keep(session, case.id, report.id, (report.number, report.description, report.spot))


def _keep(session: Session, case_id: int, report_id: int, texts: Iterable[str]) -> None:
    session.flush()
    session.execute(
        delete(CaseWord).where(CaseWord.case_id == case_id, CaseWord.report_id == report_id)
    )
    grams = sorted({gram for text in texts for gram in bigrams(text) if len(gram) > 1})
    rows = [{"gram": gram, "case_id": case_id, "report_id": report_id} for gram in grams]
    if rows:
        session.execute(insert(CaseWord), rows)
