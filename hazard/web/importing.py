"""A list from a file: template, dry run, deed, undo; people and places have the same five pages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, url_for

from hazard.access.permissions import Permission
from hazard.audit.work import Work
from hazard.core import clock, listing
from hazard.core.errors import HazardError
from hazard.core.tabular import Column, read_table
from hazard.core.words import N_, Sentence, say
from hazard.core.workbooks import XLSX
from hazard.people.imports import ImportKind, find_last, undo_last
from hazard.people.queries import unit_names
from hazard.web.doorway import language, reading, requires, takes, write
from hazard.web.forms import Filled
from hazard.web.replies import download, look_at, on_refusal, page
from hazard.web.uploads import MEGABYTES, forget_upload, kept_upload, take_upload


@dataclass(frozen=True, slots=True)
class Imported:
    """One kind of list; `name` is that of its blueprint and of the folder of its templates."""

    name: str
    kind: ImportKind
    needs: Permission
    title: str
    """Of the file to fill in."""
    heading: str
    promise: str
    """What a list changes, and what it leaves."""
    same: str
    """Said of a list that changes nothing."""
    columns: Sequence[Column]
    example: Mapping[str, str]
    notes: Sequence[Sentence]
    read: Callable[..., Any]
    """Takes session, lines and day; returns the draft."""
    apply: Callable[[Work, Any], None]
    written: str
    """What is said of `new` and `changed` once the list stands."""


def add_import_pages(bp: Blueprint, imported: Imported) -> None:
    """Give the blueprint the pages that take such a list."""

    def page_of(error: HazardError | None = None) -> Response:
        return page(
            "importing/upload.html", form=Filled({}, error), columns=imported.columns,
            last=find_last(reading(), imported.kind), title=Sentence(imported.heading),
            promise=Sentence(imported.promise), stem=bp.url_prefix,
        )  # fmt: skip

    @bp.get("/import")
    @requires(imported.needs)
    def upload() -> Response:
        return page_of()

    @bp.post("/import")
    @requires(imported.needs)
    @takes(MEGABYTES)
    def check_upload() -> Response:
        on_refusal(page_of)
        key, content = take_upload()
        lines = read_table(content, imported.columns)
        draft = imported.read(reading(), lines, clock.today())
        return page(
            f"{imported.name}/draft.html", draft=draft, key=key, names=unit_names(reading()),
            same=Sentence(imported.same), stem=bp.url_prefix,
        )  # fmt: skip

    @bp.post("/import/apply")
    @requires(imported.needs)
    def apply_upload() -> Response:
        on_refusal(page_of)
        key, content = kept_upload()
        lines = read_table(content, imported.columns)
        with write() as work:
            draft = imported.read(work.session, lines, clock.today())
            imported.apply(work, draft)
        forget_upload(key)
        done = Sentence(imported.written, new=len(draft.added), changed=len(draft.changed))
        flash(say(done, language()), "good")
        return look_at(url_for(".index"))

    @bp.get("/import/template.xlsx")
    @requires(imported.needs)
    def template() -> Response:
        title = Sentence(imported.title)
        book = listing.template(
            title, imported.columns, imported.example, imported.notes, language()
        )
        return download(book, XLSX, f"{imported.name}.xlsx")

    @bp.post("/import/undo")
    @requires(imported.needs)
    def undo() -> Response:
        on_refusal(page_of)
        with write() as work:
            undo_last(work, imported.kind)
        flash(say(Sentence(N_("The list is taken back")), language()), "good")
        return look_at(url_for(".upload"))
