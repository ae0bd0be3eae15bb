"""What the ledger says of one hazard besides its level, mended after grading."""

from typing import TYPE_CHECKING

from flask import Blueprint, Response, flash, url_for

from hazard.access.permissions import Permission
from hazard.cases.classing import reclass
from hazard.cases.queries import get_case, hold_case
from hazard.core.errors import HazardError
from hazard.core.words import N_, Sentence, say
from hazard.web.doorway import actor, language, reading, requires, write
from hazard.web.forms import Filled
from hazard.web.grades import classing_choices, classing_from_form, classing_proposed
from hazard.web.replies import look_at, on_refusal, page

if TYPE_CHECKING:
    from hazard.cases.models import Case

bp = Blueprint("classing", __name__, url_prefix="/cases")


@bp.get("/<number>/classing")
@requires(Permission.CASE_GRADE)
def show(number: str) -> Response:
    return _page(get_case(reading(), actor(), number))


@bp.post("/<number>/classing")
@requires(Permission.CASE_GRADE)
def save(number: str) -> Response:
    case = get_case(reading(), actor(), number)
    on_refusal(lambda error: _page(case, error))
    given = classing_from_form()
    with write() as work:
        reclass(work, hold_case(work, number), given)
    flash(say(Sentence(N_("Saved")), language()), "good")
    return look_at(url_for("cases.show", number=number))


def _page(case: "Case", error: HazardError | None = None) -> Response:
    return page(
        "cases/classing.html", case=case, form=Filled(classing_proposed(case.classing), error),
        **classing_choices(),
    )  # fmt: skip
