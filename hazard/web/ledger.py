"""The hazard ledger as inspectors know it: a page, a paper to sign, a spreadsheet."""

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Blueprint, Response, request, url_for

from hazard.access.permissions import Permission
from hazard.cases.terms import CaseState
from hazard.core import clock
from hazard.core.calendar import add_months
from hazard.core.errors import HazardError, NotFound, Refused
from hazard.core.tasks import TaskKind, ask
from hazard.core.words import N_, Sentence
from hazard.core.workbooks import XLSX, write_book
from hazard.people.queries import list_units, unit_names
from hazard.policy.exports import note_export
from hazard.policy.queries import policy_on
from hazard.policy.words import StatutoryLevel
from hazard.statistics.books import (
    LONG,
    Ledger,
    ledger_paper,
    ledger_sheet,
    read_ledger,
    scope_asked,
    scope_in_words,
    usual_scope,
)
from hazard.statistics.columns import cells, shown_to
from hazard.statistics.ledger import Scope, add_up, count_rows, list_rows, rates_of
from hazard.statistics.sheets import shown, totals_of
from hazard.web.doorway import actor, house, language, person_id, reading, requires, write
from hazard.web.forms import whole
from hazard.web.replies import download, on_refusal, page
from hazard.web.tasks import watch

bp = Blueprint("ledger", __name__, url_prefix="/ledger")

PAGE = 100
FORMS = {"pdf": "application/pdf", "xlsx": XLSX}


@bp.get("")
@requires(Permission.LEDGER_READ)
def show() -> Response:
    on_refusal(lambda error: _page(usual_scope(clock.today()), error))
    return _page(scope_asked(request.args, clock.today()))


@bp.get("/file.<form>")
@requires(Permission.LEDGER_READ)
def file(form: str) -> Response:
    if form not in FORMS:
        raise NotFound
    scope = scope_asked(request.args, clock.today())
    if count_rows(reading(), actor(), scope) > LONG:
        raise Refused(Sentence(N_("This ledger is long. Ask for it on its page and wait a moment")))
    with write() as work:
        note_export(work, "ledger", form=form, **scope_in_words(scope))
    ledger = read_ledger(reading(), actor(), scope, clock.now())
    return download(_laid_out(ledger, form), FORMS[form], f"ledger-{scope.until:%Y%m%d}.{form}")


@bp.post("/task")
@requires(Permission.LEDGER_READ)
def ask_for_file() -> Response:
    words = {"form": "pdf", **request.form.to_dict()}
    body = scope_in_words(scope_asked(words, clock.today()))
    form = words["form"] if words["form"] in FORMS else "pdf"
    with write() as work:
        note_export(work, "ledger", form=form, **body)
        asked = {**body, "form": form, "paper": words.get("paper", "")}
        task_id = ask(work.session, TaskKind.LEDGER, asked, person_id(), clock.now()).id
    return watch(task_id)


def _laid_out(ledger: Ledger, form: str) -> bytes:
    if form == "xlsx":
        return write_book([ledger_sheet(ledger)], ledger.read_at, language())
    paper = ledger_paper(ledger, large=request.args.get("paper") != "a4")
    return house().typesetter.pdf(paper, language())


def _page(scope: Scope, error: HazardError | None = None) -> Response:
    session, who, today = reading(), actor(), clock.today()
    number = max(whole(request.args.get("page", "")) or 1, 1)
    skip = (number - 1) * PAGE
    count = count_rows(session, who, scope)
    rows = list(list_rows(session, who, scope, clock.now(), skip=skip, limit=PAGE))
    kept = scope_in_words(scope)
    columns = shown_to(policy_on(session, today).policy.extras)
    names = unit_names(session)
    return page(
        "ledger/index.html", scope=scope, kept=kept, error=error, columns=columns,
        typed=request.args if error else kept,
        lines=[
            (row, tuple(zip(columns, map(shown, cells(row, columns)), strict=True)))
            for row in rows
        ],
        count=count, long=count > LONG, periods=_periods(kept),
        totals=totals_of(add_up(session, who, scope, clock.now())),
        rates=() if count > LONG else rates_of(session, who, scope, today),
        units=[(unit.path, names[unit.id]) for unit in list_units(session, today)],
        levels=list(StatutoryLevel), states=list(CaseState),
        may_keep=who.may(Permission.LEDGER_KEEP), may_pack=who.may(Permission.PACK_MAKE),
        next_href=_at(kept, number + 1) if skip + PAGE < count else None,
        first_href=_at(kept, 1) if number > 1 else None,
    )  # fmt: skip


def _at(kept: dict[str, str], number: int) -> str:
    return _listed({**kept, "page": str(number)} if number > 1 else kept)


def _listed(words: Mapping[str, str]) -> str:
    return f"{url_for('ledger.show')}?{urlencode(words)}"


def _periods(kept: dict[str, str]) -> list[tuple[Sentence, str, bool]]:
    """Return the periods people ask for, each with its address and whether it is shown."""
    today = clock.today()
    year, month = today.replace(month=1, day=1), today.replace(day=1)
    quarter = month.replace(month=3 * ((today.month - 1) // 3) + 1)
    last = add_months(year, -12)
    found = (
        (Sentence(N_("This month")), month, today),
        (Sentence(N_("This quarter")), quarter, today),
        (Sentence(N_("This year")), year, today),
        (Sentence(N_("Last year")), last, last.replace(month=12, day=31)),
    )
    shown = (kept["from"], kept["until"])
    return [
        (words, _listed({**kept, "from": f"{a}", "until": f"{b}"}), shown == (f"{a}", f"{b}"))
        for words, a, b in found
    ]  # fmt: skip
