"""服务器体检: five lamps for whoever keeps the plant, and the long look on demand."""

from flask import Blueprint, Response, flash, url_for

from hazard.access.permissions import Permission
from hazard.core import clock
from hazard.core.words import N_, Sentence, say
from hazard.statistics.checkup import Tone, examine, is_sound, list_runs, verify
from hazard.web.doorway import house, language, reading, requires
from hazard.web.replies import look_at, page

bp = Blueprint("checkup", __name__, url_prefix="/settings/checkup")


@bp.get("")
@requires(Permission.PLANT_KEEP)
def show() -> Response:
    lamps = examine(house(), reading())
    return page(
        "settings/checkup.html",
        lamps=lamps,
        good=sum(lamp.tone is Tone.GOOD for lamp in lamps),
        runs=list_runs(reading(), clock.now(), demo=house().demo),
        at=clock.now(),
    )


@bp.post("/verification")
@requires(Permission.PLANT_KEEP)
def look_closely() -> Response:
    sound, faults = is_sound(house()), verify(house())
    if not sound:
        words = N_("The database is damaged")
    elif faults:
        words = N_("Database or trail is not whole: see below")
    else:
        words = N_("Database and trail are whole")
    flash(say(Sentence(words), language()), "good" if sound and not faults else "bad")
    return look_at(url_for(".show"))
