"""The county's own blank ledger: sent in once, its headings matched, filled in for any period."""

from pathlib import PurePosixPath

from flask import Blueprint, Response, flash, request, url_for

from hazard.access.permissions import Permission
from hazard.core import chance, clock
from hazard.core.errors import HazardError, Unclear
from hazard.core.templates import MOST_ROWS, Filling, Form, Heads, fill_in, heads_of, open_form
from hazard.core.words import N_, Sentence, Term, say
from hazard.core.workbooks import XLSX
from hazard.policy.exports import note_export
from hazard.policy.ledger_templates import (
    Layout,
    Target,
    add_template,
    drop_template,
    get_template,
    layout_of,
    list_templates,
    set_layout,
)
from hazard.statistics.books import Ledger, read_ledger, scope_asked, scope_in_words, usual_scope
from hazard.statistics.columns import BY_KEY, LEDGER
from hazard.statistics.headings import DATE_FORMATS, in_ten_thousands, propose
from hazard.web.doorway import (
    actor,
    house,
    language,
    reading,
    requires,
    takes,
    write,
)
from hazard.web.forms import Filled, chosen_files, needed_number, text, word
from hazard.web.replies import download, look_at, on_refusal, page

bp = Blueprint("ledger_templates", __name__, url_prefix="/ledger/templates")

FOLDER = "templates"
FIXED = "="
"""Chosen instead of a column: the same words in every row."""


class DateStyle(Term):
    """How the template wants its days."""

    DASHED = "dashed", N_("As 2026-11-22")
    SLASHED = "slashed", N_("As 2026/11/22")
    CHINESE = "chinese", N_("In Chinese characters")
    DOTTED = "dotted", N_("As 2026.11.22")


@bp.get("")
@requires(Permission.LEDGER_KEEP)
def index() -> Response:
    return _index()


@bp.post("")
@requires(Permission.LEDGER_KEEP)
@takes(megabytes=3)
def add() -> Response:
    on_refusal(_index)
    sent = chosen_files("file")
    if not sent:
        raise Unclear(Sentence(N_("Please choose a file")), field="file")
    form = open_form(sent[0].read())
    stem = PurePosixPath((sent[0].filename or "").replace("\\", "/")).stem
    name = "".join(filter(str.isprintable, stem))
    layout = _proposed(form, name[:60] or say(Sentence(N_("Hazard ledger")), language()))
    key = f"{FOLDER}/{chance.token().lower()}.xlsx"
    house().files.put(key, form.xlsx, clock.now())
    with write() as work:
        template_id = add_template(work, key, layout, was_old=form.was_old).id
    return look_at(url_for(".show", template_id=template_id))


@bp.get("/<int:template_id>")
@requires(Permission.LEDGER_KEEP)
def show(template_id: int) -> Response:
    return _page(template_id)


@bp.post("/<int:template_id>")
@requires(Permission.LEDGER_KEEP)
def save(template_id: int) -> Response:
    on_refusal(lambda error: _page(template_id, error))
    layout = _typed(template_id)
    with write() as work:
        set_layout(work, template_id, layout)
    flash(say(Sentence(N_("Saved")), language()), "good")
    return look_at(url_for(".show", template_id=template_id))


@bp.post("/<int:template_id>/removal")
@requires(Permission.LEDGER_KEEP)
def remove(template_id: int) -> Response:
    with write() as work:
        key = drop_template(work, template_id)
    house().files.delete(key)
    return look_at(url_for(".index"))


@bp.get("/<int:template_id>/filled.xlsx")
@requires(Permission.LEDGER_KEEP)
def filled(template_id: int) -> Response:
    on_refusal(lambda error: _page(template_id, error))
    scope = scope_asked(request.args, clock.today())
    with write() as work:
        note_export(work, "ledger", form="template", **scope_in_words(scope))
    template = get_template(reading(), template_id)
    ledger = read_ledger(reading(), actor(), scope, clock.now())
    blank = house().files.get(template.file_key)
    body = fill_in(blank, _filling(layout_of(template), ledger, blank), language())
    return download(body, XLSX, f"ledger-{template_id}-{scope.until:%Y%m%d}.xlsx")


def _filling(layout: Layout, ledger: Ledger, blank: bytes) -> Filling:
    columns = {
        at: [BY_KEY[target.column].read(row) if target.column in BY_KEY else target.fixed
             for row in ledger.rows]
        for at, target in layout.targets.items()
    }  # fmt: skip
    names = heads_of(blank, layout.sheet, layout.head_row).names
    tens = frozenset(at for at, name in enumerate(names) if in_ten_thousands(name))
    days = DATE_FORMATS[layout.date_style]
    return Filling(layout.sheet, layout.first_row, columns, days, tens)


def _proposed(form: Form, name: str) -> Layout:
    """Return the layout of the sheet whose headings are known best, the first of several."""
    found = [(sheet, heads, propose(heads.names)) for sheet, heads in _headed(form)]
    if not found:
        raise Unclear(
            Sentence(N_("There is no row of headings in it. Send in the blank template itself")),
            field="file",
        )
    sheet, heads, known = max(found, key=lambda each: len(each[2]))
    targets = {at: Target(column=key) for at, key in known.items()}
    return Layout(name, sheet, heads.row, heads.first, DateStyle.DASHED.value, targets)


def _headed(form: Form) -> list[tuple[str, Heads]]:
    """Return the sheets that have a row of headings, with it."""
    read = [(sheet, heads_of(form.xlsx, sheet)) for sheet in form.sheets]
    return [(sheet, heads) for sheet, heads in read if any(heads.names)]


def _typed(template_id: int) -> Layout:
    template = get_template(reading(), template_id)
    sheet, head_row = text("sheet"), needed_number("head_row")
    form = open_form(house().files.get(template.file_key))
    if sheet not in form.sheets:
        raise Unclear(Sentence(N_("Please choose one of these")), field="sheet")
    if not 1 <= head_row <= MOST_ROWS:
        raise Unclear(Sentence(N_("There is no such row")), field="head_row")
    moved = (sheet, head_row) != (template.sheet, template.head_row)
    heads = heads_of(form.xlsx, sheet, head_row)
    targets = (
        {at: Target(column=key) for at, key in propose(heads.names).items()}
        if moved
        else _targets(len(heads.names))
    )
    first = heads.first if moved else needed_number("first_row")
    if first > MOST_ROWS:
        raise Unclear(Sentence(N_("There is no such row")), field="first_row")
    style = word("date_style", DateStyle).value
    return Layout(text("name"), sheet, head_row, first, style, targets)


def _targets(count: int) -> dict[int, Target]:
    found = {}
    for at in range(count):
        chosen, fixed = text(f"column_{at}"), text(f"fixed_{at}")
        if chosen in BY_KEY:
            found[at] = Target(column=chosen)
        elif chosen == FIXED and fixed:
            found[at] = Target(fixed=fixed[:200])
    return found


def _index(error: HazardError | None = None) -> Response:
    return page(
        "ledger/templates.html", templates=list_templates(reading()), form=Filled(None, error)
    )


def _page(template_id: int, error: HazardError | None = None) -> Response:
    template = get_template(reading(), template_id)
    layout = layout_of(template)
    blank = house().files.get(template.file_key)
    heads = heads_of(blank, layout.sheet, layout.head_row)
    proposed: dict[str, object] = {
        "name": layout.name, "sheet": layout.sheet, "head_row": layout.head_row,
        "first_row": layout.first_row, "date_style": layout.date_style,
        **scope_in_words(usual_scope(clock.today())),
    }  # fmt: skip
    for at, target in layout.targets.items():
        proposed[f"column_{at}"] = target.column or FIXED
        proposed[f"fixed_{at}"] = target.fixed
    return page(
        "ledger/template.html", template=template, form=Filled(proposed, error),
        sheets=[(name, name) for name in open_form(blank).sheets],
        heads=[(at, name) for at, name in enumerate(heads.names) if name],
        columns=[(each.key, each.column.heading) for each in LEDGER], styles=list(DateStyle),
        fixed=FIXED, matched=len(layout.targets), locked=heads.locked,
    )  # fmt: skip
