"""Rewards: proposing one, the head's list of decisions, what waits and what is paid."""

from flask import Blueprint, Response, flash, request, url_for

from hazard.access.permissions import Permission
from hazard.cases.queries import get_case, hold_case
from hazard.core import clock
from hazard.core.errors import Unclear
from hazard.core.words import N_, Sentence, Term, say
from hazard.people.logins import try_password, wrong_password
from hazard.people.passwords import is_right
from hazard.policy.queries import policy_on
from hazard.reports.queries import get_by_id, hold_by_id, list_located
from hazard.reports.receipts import WrongCode, read_code
from hazard.rewards import awards, payout
from hazard.rewards.cancelling import cancel
from hazard.rewards.queries import PAGE, count_awards, list_awards, list_awards_of, view_claim
from hazard.rewards.terms import UNDONE, AwardState, open_again
from hazard.web.cases import afterwards
from hazard.web.doorway import (
    actor,
    confirm_password,
    language,
    need_right,
    reading,
    requires,
    write,
)
from hazard.web.forms import Filled, beside, needed_number, numbers, text, ticked, whole, word
from hazard.web.replies import look_at, on_refusal, page

bp = Blueprint("rewards", __name__)


class Tab(Term):
    """One view of the list of rewards."""

    PROPOSED = "proposed", N_("Proposed, to be decided")
    WAITING = "waiting", N_("Waiting for funds")
    APPROVED = "approved", N_("Approved")
    PAYABLE = "payable", N_("In the settlement")
    PAID = "paid", N_("Paid")
    REFUSED = "refused", N_("No reward")


STATES = {
    **{tab: (AwardState(tab.value),) for tab in Tab},
    Tab.REFUSED: UNDONE,
}


class Answer(Term):
    """What the head says to the ticked rewards."""

    APPROVE = "approve", N_("Approve")
    REFUSE = "refuse", N_("No reward")


@bp.get("/rewards")
@requires(Permission.AWARD_READ)
def index() -> Response:
    return _list(_tab(), Filled())


@bp.post("/rewards/decision")
@requires(Permission.AWARD_DECIDE)
def decide() -> Response:
    on_refusal(lambda error: _list(Tab.PROPOSED, Filled(error=error)))
    ids = numbers("award")
    answer = word("decision", Answer)
    decision = awards.Decision(approve=answer is Answer.APPROVE, note=text("note"))
    confirm_password()
    with write() as work:
        awards.decide(work, ids, decision, declared=ticked("declared"))
    flash(say(Sentence(N_("Decided: %(n)s"), n=len(ids)), language()), "good")
    return look_at(url_for("rewards.index"))


@bp.post("/rewards/cancellation")
@requires(Permission.AWARD_DECIDE)
def take_back() -> Response:
    tab = Tab.WAITING if text("tab") == Tab.WAITING else Tab.APPROVED
    on_refusal(lambda error: _list(tab, Filled(error=error)))
    award_id = needed_number("award")
    confirm_password()
    with write() as work:
        cancel(work, award_id, text("note"))
    flash(say(Sentence(N_("Taken back; the money is free again")), language()), "good")
    return look_at(url_for("rewards.index", state=tab.value))


@bp.get("/cases/<number>/award")
@requires(Permission.WORK)  # or named to propose: `need_proposer` decides
def proposal(number: str) -> Response:
    return _proposal(number, Filled())


@bp.post("/cases/<number>/award")
@requires(Permission.WORK)  # or named to propose: the verb decides
def propose(number: str) -> Response:
    on_refusal(lambda error: _proposal(number, Filled(error=error)))
    with write() as work:
        case = hold_case(work, number)
        awards.propose(
            work, case, out_of_post=ticked("out_of_post"), declared=ticked("declared"),
            reason=text("reason"),
        )  # fmt: skip
    flash(say(Sentence(N_("The reward is proposed and waits to be decided")), language()), "good")
    return look_at(afterwards(number))


@bp.get("/rewards/claims")
@requires(Permission.SETTLEMENT_PAY)
def claims() -> Response:
    return page("rewards/claims.html", form=Filled())


@bp.post("/rewards/claims")
@requires(Permission.SETTLEMENT_PAY)
def look_up() -> Response:
    on_refusal(lambda error: page("rewards/claims.html", form=Filled(error=error)))
    return _claim(_proved_report(), Filled())


@bp.post("/rewards/claims/payment")
@requires(Permission.SETTLEMENT_PAY)
def pay_claim() -> Response:
    on_refusal(lambda error: page("rewards/claims.html", form=Filled(error=error)))
    report_id = _proved_report()
    on_refusal(lambda error: _claim(report_id, Filled(error=error)))
    confirm_password()
    witness = payout.Witness(_proved_witness(), ticked("payer_declared") and ticked("declared"))
    with write() as work:
        amount = payout.redeem(work, hold_by_id(work, report_id), witness)
    flash(say(Sentence(N_("Paid: %(amount)s yuan"), amount=amount), language()), "good")
    return look_at(url_for("rewards.claims"))


def _tab() -> Tab:
    chosen = request.args.get("state", Tab.PROPOSED.value)
    if chosen not in set(Tab):
        raise Unclear(Sentence(N_("Please choose one of these")))
    return Tab(chosen)


def _list(tab: Tab, form: Filled) -> Response:
    session, who = reading(), actor()
    before = whole(request.args.get("before", ""))
    shown = list_awards(session, who, STATES[tab], clock.today(), before)
    counts = count_awards(session, who)
    return page(
        "rewards/index.html", tab=tab, awards=shown, form=form, answers=list(Answer),
        tabs=[(each, sum(counts[state] for state in STATES[each])) for each in Tab],
        next_before=shown[-1].id if len(shown) == PAGE else None,
        again=tab is Tab.REFUSED,
        can_decide=any(award.mine for award in shown),
    )  # fmt: skip


def _proposal(number: str, form: Filled) -> Response:
    session, today = reading(), clock.today()
    case = get_case(session, actor(), number)
    awards.need_proposer(actor(), case)
    rewards = policy_on(session, case.graded_on or today).policy.rewards
    proposed = list_awards_of(session, actor(), number, today)
    return page(
        "rewards/proposal.html", number=case.number, summary=case.short_description,
        level=case.reward_level, form=form, has_other_post=bool(rewards.out_of_post),
        lines=awards.lines_of(session, case, today, out_of_post=False),
        other_lines=awards.lines_of(session, case, today, out_of_post=True),
        awards=proposed, again=bool(open_again(proposed)),
    )  # fmt: skip


def _claim(report_id: int, form: Filled) -> Response:
    claim = view_claim(reading(), get_by_id(reading(), report_id))
    return page("rewards/claim.html", claim=claim, form=form)


def _proved_report() -> int:
    """Return the report whose number and code were shown; slow, so outside any work."""
    code = read_code(text("code"))
    number = text("number").upper()
    for report_id, secret_hash in list_located(reading(), code.locator):
        if is_right(secret_hash, code.secret) and get_by_id(reading(), report_id).number == number:
            return report_id
    raise WrongCode


def _proved_witness() -> int:
    """Return who signs as witness, by number and own password."""
    attempt = try_password(
        reading(), text("witness"), request.form.get("witness_password", ""),
        request.remote_addr or "", clock.now(),
    )  # fmt: skip
    with beside("witness_password"):
        return need_right(attempt, wrong_password())
