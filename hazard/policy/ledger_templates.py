"""Keeping the blank ledgers of others, and what goes into which of their columns."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazard.access.permissions import Permission
from hazard.audit.work import Work
from hazard.core.errors import NotFound, Unclear
from hazard.core.words import N_, Sentence
from hazard.policy.models import LedgerTemplate

MOST_NAME = 60


@dataclass(frozen=True, slots=True)
class Target:
    """What goes into one column of theirs: a column of ours, or the same words in every row."""

    column: str = ""
    fixed: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the headings of a template stand and what goes below each, by its index."""

    name: str
    sheet: str
    head_row: int
    first_row: int
    date_style: str
    targets: Mapping[int, Target]


def add_template(work: Work, file_key: str, layout: Layout, *, was_old: bool) -> LedgerTemplate:
    """Keep a template whose file is stored already; needs `ledger:keep`."""
    work.actor.need(Permission.LEDGER_KEEP)
    template = LedgerTemplate(
        file_key=file_key, was_old=was_old, made_by=work.actor.person_id, made_at=work.now
    )
    _lay_out(template, layout)
    work.session.add(template)
    work.session.flush()
    work.record("added", template)
    return template


def set_layout(work: Work, template_id: int, layout: Layout) -> None:
    """Change name, place of the headings and what goes where; needs `ledger:keep`."""
    work.actor.need(Permission.LEDGER_KEEP)
    template = get_template(work.session, template_id)
    _lay_out(template, layout)
    work.record("changed", template)


def drop_template(work: Work, template_id: int) -> str:
    """Forget a template; return the key of its file, to be deleted after the commit."""
    work.actor.need(Permission.LEDGER_KEEP)
    template = get_template(work.session, template_id)
    work.record("dropped", template)
    work.session.delete(template)
    return template.file_key


def list_templates(session: Session) -> list[LedgerTemplate]:
    """Return all templates by name."""
    by_name = select(LedgerTemplate).order_by(LedgerTemplate.name, LedgerTemplate.id)
    return list(session.scalars(by_name))


def get_template(session: Session, template_id: int) -> LedgerTemplate:
    """Return a template; raises `NotFound`."""
    template = session.get(LedgerTemplate, template_id)
    if template is None:
        raise NotFound
    return template


def layout_of(template: LedgerTemplate) -> Layout:
    """Return how a template is laid out."""
    stored: dict[str, dict[str, str]] = json.loads(template.columns_json)
    targets = {int(at): Target(**target) for at, target in stored.items()}
    return Layout(
        template.name, template.sheet, template.head_row, template.first_row,
        template.date_style, targets,
    )  # fmt: skip


def _lay_out(template: LedgerTemplate, layout: Layout) -> None:
    name = layout.name.strip()
    if not name or len(name) > MOST_NAME:
        raise Unclear(
            Sentence(N_("Please enter a name of at most %(n)s characters"), n=MOST_NAME),
            field="name",
        )
    if layout.first_row <= layout.head_row:
        raise Unclear(Sentence(N_("Filling in begins below the headings")), field="first_row")
    template.name, template.sheet = name, layout.sheet
    template.head_row, template.first_row = layout.head_row, layout.first_row
    template.date_style = layout.date_style
    stored = {
        str(at): {"column": target.column, "fixed": target.fixed}
        for at, target in layout.targets.items()
    }
    template.columns_json = json.dumps(stored, ensure_ascii=False)
