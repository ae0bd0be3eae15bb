"""Preprinted paper slips: asked for in batches, fetched once by whoever asked."""

from flask import Blueprint, Response, flash, url_for

from hazard.access.permissions import Permission
from hazard.core import boxes, clock
from hazard.core.errors import HazardError, NotFound, Refused
from hazard.core.tasks import Task, TaskKind, TaskState, ask, get_task
from hazard.core.words import N_, Sentence, say
from hazard.reports import slips
from hazard.web.doorway import house, language, person_id, reading, requires, write
from hazard.web.forms import Filled, needed_number
from hazard.web.replies import download, is_htmx, look_at, on_refusal, page
from hazard.web.sealed import SealedCookie

bp = Blueprint("slips", __name__, url_prefix="/slips")
KEY = SealedCookie("slips", "/slips")
"""Carries the one key that opens the batch under way; the server keeps none."""


class KeyGone(Refused):
    """The browser that asked no longer holds the key: nobody can open the file."""

    def __init__(self) -> None:
        super().__init__(
            Sentence(N_("More than 15 minutes have passed: this batch can no longer be opened"))
        )


@bp.get("")
@requires(Permission.POSTERS_KEEP)
def index() -> Response:
    return _list()


@bp.post("")
@requires(Permission.POSTERS_KEEP)
def ask_for() -> Response:
    on_refusal(_list)
    count = needed_number("count")
    private, public = boxes.new_pair()
    with write() as work:
        batch_id = slips.open_batch(work, count).id
        body = {"batch": batch_id, "key": public.hex()}
        task = ask(work.session, TaskKind.SLIPS, body, person_id(), clock.now())
        slips.follow_by(work, batch_id, task.id)
    answer = look_at(url_for(".show", batch_id=batch_id))
    KEY.put(answer, f"{batch_id} {private.hex()}")
    return answer


@bp.get("/<int:batch_id>")
@requires(Permission.POSTERS_KEEP)
def show(batch_id: int) -> Response:
    return _show(batch_id)


@bp.post("/<int:batch_id>/sheet")
@requires(Permission.POSTERS_KEEP)
def fetch(batch_id: int) -> Response:
    on_refusal(lambda error: _show(batch_id, error))
    task = _task(batch_id)
    private = _key_of(batch_id)
    if task.state is not TaskState.DONE:
        raise NotFound
    if private is None:
        raise KeyGone
    place = task.result_key
    pdf = boxes.open_box(private, house().files.get(place), slips.box_info(batch_id))
    with write() as work:
        slips.mark_fetched(work, batch_id)
    house().files.delete(place)
    answer = download(pdf, "application/pdf", f"slips-{batch_id}.pdf", save=True)
    KEY.end(answer)
    return answer


@bp.post("/<int:batch_id>/voiding")
@requires(Permission.POSTERS_KEEP)
def void(batch_id: int) -> Response:
    with write() as work:
        slips.void_batch(work, batch_id)
    flash(say(Sentence(N_("The unused slips of this batch are worthless now")), language()), "good")
    return look_at(url_for(".index"))


def _list(error: HazardError | None = None) -> Response:
    return page(
        "slips/list.html",
        form=Filled({"count": 20}, error),
        batches=slips.list_batches(reading()),
        most=slips.MOST,
        me=person_id(),
    )


def _show(batch_id: int, error: HazardError | None = None) -> Response:
    batch = slips.get_batch(reading(), batch_id)
    task = _task(batch_id)
    fragment = is_htmx() and error is None
    return page(
        "slips/_progress.html" if fragment else "slips/show.html",
        batch=batch,
        task=task,
        openable=task.state is TaskState.DONE and _key_of(batch_id) is not None,
        error=error.sentence if error else None,
    )


def _task(batch_id: int) -> Task:
    """Return the long work behind the batch, for whoever asked for it; or `NotFound`."""
    return get_task(reading(), slips.get_batch(reading(), batch_id).task_id or 0, person_id())


def _key_of(batch_id: int) -> bytes | None:
    """Return the key this browser carries for the batch, or None."""
    carried, _, key = (KEY.read() or "").partition(" ")
    return bytes.fromhex(key) if carried == str(batch_id) else None
