"""Who sees a hazard that a report kept from somebody: the desk widens it."""

from flask import Blueprint, Response, flash, url_for

from hazard.access.permissions import Permission, Role
from hazard.cases.audience import widen
from hazard.cases.queries import hold_case
from hazard.core.words import N_, Sentence, say
from hazard.web.doorway import language, requires, write
from hazard.web.forms import word
from hazard.web.replies import look_at

bp = Blueprint("audience", __name__, url_prefix="/cases")


@bp.post("/<number>/audience")
@requires(Permission.REPORT_RECEIVE)
def show_to(number: str) -> Response:
    role = word("role", Role)
    with write() as work:
        widen(work, hold_case(work, number), [role])
    flash(say(Sentence(N_("%(who)s sees it now"), who=role), language()), "good")
    return look_at(url_for("cases.show", number=number))
