"""What holds for the whole house, whoever adds a room."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, insert, text
from sqlalchemy.exc import DBAPIError

import hazard
from hazard.cases.states import PATHS as CASE_PATHS
from hazard.cases.states import Step
from hazard.cases.terms import CaseState
from hazard.core.db import Database
from hazard.core.words import Sentence, Term, say
from hazard.migrations.triggers import APPEND_ONLY
from hazard.reports.states import FINAL as REPORT_FINAL
from hazard.reports.states import PATHS as REPORT_PATHS
from hazard.reports.states import ReportStep
from hazard.reports.terms import ReportState
from hazard.tables import metadata

SOURCES = sorted(Path(hazard.__file__).parent.rglob("*.py"))
TEMPLATES = Path(hazard.__file__).parent.parent / "templates"
UNSEEN_PIECES = {"csrf", "marks", "problem", "small", "deed", "choices"}
"""Macros that draw nothing of their own."""
NEED_MORE = {"kept_photos", "sheet", "voices", "budget_bar"}
"""Shown where a refused form, two guardians, a recording or a budget is."""
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def _terms() -> Iterator[Term]:
    for found in pkgutil.walk_packages(hazard.__path__, "hazard."):
        if "migrations" not in found.name:
            importlib.import_module(found.name)
    kinds = list(Term.__subclasses__())
    for kind in kinds:
        yield from kind


def test_each_step_of_a_case_and_of_a_report_has_a_path() -> None:
    assert set(CASE_PATHS) == set(Step)
    assert set(REPORT_PATHS) == set(ReportStep)


def test_each_state_can_be_reached_and_left_unless_it_is_final() -> None:
    for paths, states, first, final in (
        (CASE_PATHS, CaseState, CaseState.ACCEPTED, frozenset()),
        (REPORT_PATHS, ReportState, ReportState.SUBMITTED, REPORT_FINAL),
    ):
        reached = {first} | {path.target for path in paths.values()}
        left = {s for path in paths.values() for s in path.sources}
        assert reached == set(states)
        assert left == set(states) - final


def test_each_term_has_a_chinese_label() -> None:
    unspoken = [repr(term) for term in _terms() if not CHINESE.search(say(term.label))]
    assert unspoken == []


def test_each_piece_of_a_page_has_its_example_on_the_design_page() -> None:
    design = (TEMPLATES / "design" / "show.html").read_text("utf-8")
    pieces = {
        name
        for macros in (TEMPLATES / "macros").glob("*.html")
        for name in re.findall(r"{% macro (\w+)", macros.read_text("utf-8"))
    }
    shown = {name for name in pieces if re.search(rf"[{{ ]{name}\(", design)}
    assert pieces - shown == UNSEEN_PIECES | NEED_MORE


@pytest.mark.parametrize("glue", [str, lambda s: f"{s}", lambda s: s + "!", lambda s: "!" + s])
def test_a_sentence_refuses_to_be_glued(glue: object) -> None:
    with pytest.raises(TypeError, match="say"):
        glue(Sentence("Received. Thank you"))  # type: ignore[operator]


def test_no_source_writes_chinese_for_people_outside_the_catalogue() -> None:
    """Docstrings may name the Chinese term; strings the product shows are msgids."""
    found = []
    for source in SOURCES:
        if source.parts[-2] == "demo" or source.name in ALLOWED_CHINESE:
            continue
        tree = ast.parse(source.read_text(encoding="utf-8"))
        quiet = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        found += [
            f"{source.name}:{node.lineno} {node.value}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in quiet
            and CHINESE.search(node.value)
        ]
    assert found == []


ALLOWED_CHINESE = {
    "words.py",  # how the language writes dates and lists
    "money.py",  # 人民币大写
    "duty_paste.py",  # headings people write into their own lists
    "tabular.py",  # the mark of an example row
    "headings.py",  # headings people write into their own templates
    "roster.py",  # headings people write into their own lists
    "trades.py",  # names of workshops are matched, not shown
    "likeness.py",  # how names are called and places numbered; matched, not shown
    "terms.py",  # surnames with a reading of their own
}


def test_the_append_only_tables_have_their_triggers(database: Database) -> None:
    with database.engine.connect() as connection:
        found = _triggers(connection)
    assert found == {f"{t}_no_{change}" for t in APPEND_ONLY for change in ("update", "delete")}


def test_an_event_cannot_be_changed_or_deleted(database: Database) -> None:
    event = metadata.tables["event"]
    row = {
        "seq": 1, "at": text("CURRENT_TIMESTAMP"), "actor_ref": "", "action": "x",
        "subject_kind": "case", "subject_id": 1, "body": "{}", "prev": "", "hash": "",
    }  # fmt: skip
    with database.engine.begin() as connection:
        connection.execute(insert(event).values(row))
    for statement in ("UPDATE event SET action = 'y'", "DELETE FROM event"):
        with pytest.raises(DBAPIError, match="append-only"), database.engine.begin() as connection:
            connection.execute(text(statement))


def test_the_migrated_tables_equal_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []


def _triggers(connection: Connection) -> set[str]:
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    return set(connection.scalars(text(query)))
