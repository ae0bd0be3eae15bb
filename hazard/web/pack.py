"""What an inspector asks for: the checklist, the pack as one file, the rule, one case's file."""

from flask import Blueprint, Response, flash, request, url_for

from hazard.access.permissions import Permission
from hazard.cases.queries import get_case
from hazard.core import clock
from hazard.core.errors import HazardError
from hazard.core.tasks import TaskKind, ask
from hazard.core.words import N_, Sentence, say
from hazard.policy.exports import note_export
from hazard.policy.keeping import adopt_rule
from hazard.policy.queries import get_plant, policy_on
from hazard.statistics.books import scope_asked, scope_in_words, usual_scope
from hazard.statistics.dossier import dossier_paper, proposed_case, read_dossier
from hazard.statistics.inspection import checks
from hazard.statistics.pack import Desk, rule_paper
from hazard.web.doorway import actor, house, language, person_id, reading, requires, write
from hazard.web.forms import Filled, day, text
from hazard.web.joining import case_typed
from hazard.web.replies import download, look_at, on_refusal, page
from hazard.web.tasks import watch

bp = Blueprint("pack", __name__)


@bp.get("/pack")
@requires(Permission.PACK_MAKE)
def show() -> Response:
    return _page()


@bp.post("/pack")
@requires(Permission.PACK_MAKE)
def make() -> Response:
    on_refusal(_page)
    scope = scope_asked(request.form, clock.today())
    body = {**scope_in_words(scope), "case": case_typed(text("case")) if text("case") else ""}
    with write() as work:
        note_export(work, "pack", **body)
        task_id = ask(work.session, TaskKind.PACK, body, person_id(), clock.now()).id
    return watch(task_id)


@bp.get("/pack/rule.pdf")
@requires(Permission.PACK_MAKE)
def rule() -> Response:
    paper = rule_paper(reading(), clock.now(), actor().name)
    return download(house().typesetter.pdf(paper, language()), "application/pdf", "rule.pdf")


@bp.post("/pack/rule")
@requires(Permission.POLICY_KEEP)
def issue_rule() -> Response:
    on_refusal(_page)
    number, issued_on = text("rule_number"), day("rule_adopted_on") or clock.today()
    with write() as work:
        adopt_rule(work, number, issued_on)
    flash(say(Sentence(N_("The rule was issued")), language()), "good")
    return look_at(url_for(".show"))


@bp.get("/cases/<number>/file.pdf")
@requires(Permission.PACK_MAKE)
def case_file(number: str) -> Response:
    desk = Desk(house().settings, house().files, house().typesetter)
    get_case(reading(), actor(), number)
    with write() as work:
        note_export(work, "case_file", case=number)
    found = read_dossier(reading(), actor(), number)
    paper = dossier_paper(reading(), found, clock.now(), actor().name, desk.photo)
    body = desk.typesetter.pdf(paper, language())
    return download(body, "application/pdf", f"{number}.pdf")


def _page(error: HazardError | None = None) -> Response:
    session, today = reading(), clock.today()
    found = checks(session, actor(), house().settings, clock.now())
    plant, usual = get_plant(session), scope_in_words(usual_scope(today))
    proposed = {**usual, "rule_number": plant.rule_number, "rule_adopted_on": today.isoformat()}
    return page(
        "pack/show.html", checks=[(check, actor().may(check.needs)) for check in found],
        good=sum(check.good for check in found), issued=plant, case=proposed_case(session, actor()),
        form=Filled({**proposed, "case": ""}, error), versioned=policy_on(session, today),
        may_issue=actor().may(Permission.POLICY_KEEP),
    )  # fmt: skip
