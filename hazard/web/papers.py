"""The papers of a settlement: sheets, workbooks, prints that count, scans of what was signed."""

import base64

from flask import Blueprint, Response, flash, request, url_for

from hazard.access.permissions import Permission
from hazard.core import clock
from hazard.core.calendar import Month
from hazard.core.errors import Unclear
from hazard.core.images import Picture
from hazard.core.pdfs import is_pdf, need_plain_pdf
from hazard.core.words import N_, Sentence, say
from hazard.core.workbooks import XLSX
from hazard.rewards import scans
from hazard.rewards.printing import count_print, export_payroll, view_sheet
from hazard.rewards.reconciling import Tie, reconcile, tie_lines
from hazard.rewards.settlement import get_run, hold_run, run_number
from hazard.rewards.sheets import RewardSheet
from hazard.rewards.terms import ScanKind, Version
from hazard.rewards.workbooks import payroll_of, workbook_of
from hazard.web.doorway import (
    actor,
    house,
    language,
    need_photo_room,
    reading,
    requires,
    takes,
    write,
)
from hazard.web.forms import Filled, beside, chosen_files, word
from hazard.web.replies import download, look_at, on_refusal, page
from hazard.web.settlements import opened_payees, show_run

bp = Blueprint("papers", __name__, url_prefix="/settlements/<month>")

SCANS_MB = 80


@bp.get("/sheet.pdf")
@requires(Permission.WORK)
def first_pdf(month: str) -> Response:
    return _pdf(_sheet(month, 1))


@bp.get("/sheet.xlsx")
@requires(Permission.WORK)
def first_xlsx(month: str) -> Response:
    return _xlsx(_sheet(month, 1))


@bp.get("/<int:run>/sheet.pdf")
@requires(Permission.WORK)
def pdf(month: str, run: int) -> Response:
    return _pdf(_sheet(month, run))


@bp.get("/<int:run>/sheet.xlsx")
@requires(Permission.WORK)
def xlsx(month: str, run: int) -> Response:
    return _xlsx(_sheet(month, run))


@bp.get("/<int:run>/sheet")
@requires(Permission.WORK)
def sheet(month: str, run: int) -> Response:
    paper, version = _sheet(month, run), _version(request.args.get("version"))
    pages = house().typesetter.pages(paper, language())
    return page(
        "settlements/sheet.html", month=Month.parse(month), run=run, version=version,
        pictures=[base64.b64encode(svg).decode() for svg in pages], number=paper.run_number,
        portrait=version is Version.BOARD, mark=paper.mark(),
    )  # fmt: skip


@bp.post("/<int:run>/prints")
@requires(Permission.SETTLEMENT_READ)
def print_(month: str, run: int) -> Response:
    wanted, version = Month.parse(month), word("version", Version)
    on_refusal(lambda error: show_run(wanted, run, Filled(error=error)))
    with write() as work:
        count_print(work, hold_run(work, wanted, run), version)
    return look_at(url_for(".pdf", month=month, run=run, version=version.value))


@bp.post("/<int:run>/payroll")
@requires(Permission.SETTLEMENT_NAMES)
def payroll(month: str, run: int) -> Response:
    wanted = Month.parse(month)
    on_refusal(lambda error: show_run(wanted, run, Filled(error=error)))
    opened = opened_payees(get_run(reading(), wanted, run))
    with write() as work:
        paper = export_payroll(work, hold_run(work, wanted, run), opened)
    return download(payroll_of(paper, language()), XLSX, f"{paper.run_number}-payroll.xlsx")


@bp.post("/<int:run>/scans")
@takes(megabytes=SCANS_MB)
@requires(Permission.SETTLEMENT_READ)
def attach(month: str, run: int) -> Response:
    wanted = Month.parse(month)
    on_refusal(lambda error: show_run(wanted, run, Filled(error=error)))
    version = word("version", Version)
    scans.need_keeper(actor(), version)
    need_photo_room()
    pages = _sent_pages()
    scans.store(house().files, pages, clock.now())
    with write() as work:
        scans.attach(work, hold_run(work, wanted, run), version, pages)
    flash(say(Sentence(N_("Attached: %(n)s"), n=len(pages)), language()), "good")
    return look_at(url_for("settlements.show", month=month, run=run))


@bp.get("/<int:run>/scans/<scan>")
@requires(Permission.SETTLEMENT_READ)
def scan(month: str, run: int, scan: str) -> Response:
    found = get_run(reading(), Month.parse(month), run)
    key, as_pdf = scans.find_file(reading(), actor(), found, scan)
    kind, name = ("application/pdf", "scan.pdf") if as_pdf else ("image/jpeg", "scan.jpg")
    response = download(house().files.get(key), kind, name, save=as_pdf)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.post("/<int:run>/scans/<scan>/removal")
@requires(Permission.SETTLEMENT_READ)
def remove(month: str, run: int, scan: str) -> Response:
    wanted = Month.parse(month)
    on_refusal(lambda error: show_run(wanted, run, Filled(error=error)))
    with write() as work:
        lost = scans.remove(work, hold_run(work, wanted, run), scan)
    if lost:
        house().files.delete(lost)
    flash(say(Sentence(N_("Taken away; the trail keeps that it was here")), language()), "good")
    return look_at(url_for("settlements.show", month=month, run=run))


@bp.get("/<int:run>/reconciliation")
@requires(Permission.SETTLEMENT_TIE)
def reconciliation(month: str, run: int) -> Response:
    return _reconciliation(month, run, ())


@bp.post("/<int:run>/reconciliation")
@requires(Permission.SETTLEMENT_TIE)
def tie(month: str, run: int) -> Response:
    with write() as work:
        ties = tie_lines(work, hold_run(work, Month.parse(month), run))
    return _reconciliation(month, run, ties)


def _reconciliation(month: str, run: int, ties: tuple[Tie, ...]) -> Response:
    wanted = Month.parse(month)
    found = get_run(reading(), wanted, run)
    return page(
        "settlements/reconciliation.html", month=wanted, run=run, number=run_number(found),
        shown=reconcile(reading(), actor(), found), ties=ties,
    )  # fmt: skip


def _sheet(month: str, run: int) -> RewardSheet:
    version = _version(request.args.get("version"))
    found = get_run(reading(), Month.parse(month), run)
    opened = opened_payees(found) if version is Version.FINANCE else {}
    return view_sheet(reading(), actor(), found, version, clock.now(), opened)


def _version(chosen: str | None) -> Version:
    chosen = Version.APPROVAL.value if chosen is None else chosen
    if chosen not in set(Version):
        raise Unclear(Sentence(N_("Please choose one of these")))
    return Version(chosen)


def _pdf(paper: RewardSheet) -> Response:
    body = house().typesetter.pdf(paper, language())
    return download(body, "application/pdf", f"{paper.run_number}-{paper.template}.pdf")


def _xlsx(paper: RewardSheet) -> Response:
    body = workbook_of(paper, language())
    return download(body, XLSX, f"{paper.run_number}-{paper.template}.xlsx", save=True)


def _sent_pages() -> list[scans.Page]:
    """Return the files of the form: pictures developed, PDFs looked through and kept."""
    return [_page(sent.read()) for sent in chosen_files("scan")]


def _page(content: bytes) -> scans.Page:
    if is_pdf(content):
        need_plain_pdf(content, field="scan")
        return scans.Page(ScanKind.PDF, content)
    return scans.Page(ScanKind.PICTURE, _developed(content).jpeg)


def _developed(content: bytes) -> Picture:
    with beside("scan"):
        return house().darkroom.develop(content)
