"""Long work: asked for, watched, its result fetched by who asked."""

from pathlib import PurePosixPath

from flask import Blueprint, Response, request, url_for

from hazard.access.permissions import Permission
from hazard.core import clock
from hazard.core.errors import NotFound, Refused
from hazard.core.tasks import TaskKind, TaskState, ask, get_task
from hazard.core.words import N_, Sentence
from hazard.core.workbooks import XLSX
from hazard.places.posters import need_printable
from hazard.places.queries import list_printable
from hazard.places.terms import PosterType
from hazard.web.doorway import actor, house, person_id, reading, requires, write
from hazard.web.forms import word
from hazard.web.posters import first_cell
from hazard.web.replies import download, is_htmx, look_at, page

bp = Blueprint("tasks", __name__, url_prefix="/tasks")

MIMETYPES = {
    ".pdf": "application/pdf",
    ".xlsx": XLSX,
    ".zip": "application/zip",
}


@bp.post("/posters")
@requires(Permission.POSTERS_KEEP)
def posters() -> Response:
    need_printable(reading(), house().settings, untested=house().demo)
    wanted = word("type", PosterType).value if request.form.get("type") else ""
    if not list_printable(reading(), actor(), wanted):
        raise Refused(Sentence(N_("There is no poster yet. Make one for a place first")))
    return _asked(TaskKind.POSTERS, type=wanted, cell=first_cell())


@bp.get("/<int:task_id>")
@requires(Permission.WORK)
def show(task_id: int) -> Response:
    task = get_task(reading(), task_id, person_id())
    return page(
        "tasks/_progress.html" if is_htmx() else "tasks/show.html",
        task=task,
        kind=TaskKind(task.kind),
        kept=task.state is TaskState.DONE and house().files.has(task.result_key),
    )


@bp.get("/<int:task_id>/result")
@requires(Permission.WORK)
def result(task_id: int) -> Response:
    task = get_task(reading(), task_id, person_id())
    if task.state is not TaskState.DONE:
        raise NotFound
    suffix = PurePosixPath(task.result_key).suffix
    body = house().files.get(task.result_key)
    return download(body, MIMETYPES[suffix], f"{task.kind}-{task.id}{suffix}")


def _asked(kind: TaskKind, **body: object) -> Response:
    with write() as work:
        task_id = ask(work.session, kind, body, person_id(), clock.now()).id
    return watch(task_id)


def watch(task_id: int) -> Response:
    """Send the browser to the page where long work is watched."""
    return look_at(url_for("tasks.show", task_id=task_id))
