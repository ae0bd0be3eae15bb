"""The seal: making the key, its guardians and their sheets; and finance's payout passphrase."""

from flask import Blueprint, Response, flash, request, url_for

from hazard.access.permissions import Permission
from hazard.cases.choices import Choice, employees
from hazard.core import clock
from hazard.core.errors import HazardError, NotFound
from hazard.core.words import N_, Sentence, say
from hazard.people.logins import try_password, wrong_password
from hazard.people.queries import get_person
from hazard.policy.queries import get_plant, policy_on
from hazard.policy.words import Identity
from hazard.sealing import halves, keeping, payouts
from hazard.sealing.queries import candidates, current_payout_key, find_guardian, view_seal
from hazard.sealing.sheets import GuardianSheet
from hazard.sealing.terms import Group
from hazard.web.doorway import (
    actor,
    confirm_password,
    house,
    language,
    need_right,
    reading,
    requires,
    write,
)
from hazard.web.forms import Filled, beside, chosen_files, needed_number, text
from hazard.web.replies import download, look_at, on_refusal, page

bp = Blueprint("sealing", __name__)

SHEET_BYTES = 20_000


@bp.get("/settings/sealing")
@requires(Permission.SEALING_KEEP)
def show() -> Response:
    return _page()


@bp.post("/settings/sealing")
@requires(Permission.SEALING_KEEP)
def make() -> Response:
    on_refusal(lambda error: _page(error, "make"))
    holders = {group: needed_number(f"person_{group.value}") for group in Group}
    passphrases = {group: _new_passphrase(group.value) for group in Group}
    for group, person_id in holders.items():
        _need_present(person_id, f"login_{group.value}")
    pair = keeping.draw_pair(passphrases)
    with write() as work:
        keeping.adopt_pair(work, pair, holders, instead_of=text("instead_of"))
    return _sheets([pair.sheets[group] for group in Group])


@bp.post("/settings/sealing/guardians")
@requires(Permission.SEALING_KEEP)
def add() -> Response:
    on_refusal(lambda error: _page(error, "add"))
    person_id = needed_number("person")
    passphrase = _new_passphrase("new")
    half = unlocked("own")
    _need_present(person_id, "login")
    sheet = keeping.copy_half(half, passphrase)
    with write() as work:
        keeping.add_guardian(work, half, sheet, person_id)
    return _sheets([sheet])


@bp.post("/settings/sealing/end")
@requires(Permission.SEALING_KEEP)
def end() -> Response:
    on_refusal(lambda error: _page(error, "end"))
    confirm_password()
    with write() as work:
        keeping.end_guardian(work, needed_number("guardian"))
    flash(say(Sentence(N_("This sheet is not accepted any more")), language()), "good")
    return look_at(url_for(".show"))


@bp.post("/settings/sealing/sheet")
@requires(Permission.SEALING_KEEP)
def sheet() -> Response:
    paper = _paper()
    body = house().typesetter.pdf(paper, language())
    return download(body, "application/pdf", f"seal-{paper.sheet.number}.pdf")


@bp.post("/settings/sealing/file")
@requires(Permission.SEALING_KEEP)
def file() -> Response:
    paper = _paper()
    name = f"seal-{paper.sheet.number}.txt"
    return download(paper.as_file().encode(), "text/plain", name, save=True)


@bp.get("/settings/payout-key")
@requires(Permission.SETTLEMENT_PAY)
def payout() -> Response:
    return _payout_page()


@bp.post("/settings/payout-key")
@requires(Permission.SETTLEMENT_PAY)
def make_payout() -> Response:
    on_refusal(_payout_page)
    passphrase = _new_passphrase("payout")
    confirm_password()
    key = payouts.draw_key(passphrase)
    with write() as work:
        payouts.adopt_key(work, key)
    flash(
        say(Sentence(N_("The passphrase is set; keep it where you keep the seal")), language()),
        "good",
    )
    return look_at(url_for(".payout"))


def unlocked(name: str) -> halves.Half:
    """Return the half of a sheet: file `sheet_…` or text `text_…`, with `passphrase_…`; slow."""
    sent = chosen_files(f"sheet_{name}")
    typed = sent[0].read(SHEET_BYTES).decode(errors="replace") if sent else text(f"text_{name}")
    try:
        return halves.unlock(typed, request.form.get(f"passphrase_{name}", ""))
    except halves.NotASheet as error:
        error.field = f"text_{name}"
        raise
    except halves.WrongPassphrase as error:
        error.field = f"passphrase_{name}"
        raise


def _new_passphrase(name: str) -> str:
    passphrase = request.form.get(f"passphrase_{name}", "")
    again = request.form.get(f"again_{name}", "")
    halves.need_passphrase(passphrase, again, f"passphrase_{name}")
    return passphrase


def _need_present(person_id: int, field: str) -> None:
    """Ask the login password of a guardian: both sit here and each types the own (slow)."""
    number = get_person(reading(), person_id).employee_no
    attempt = try_password(
        reading(), number, request.form.get(field, ""), request.remote_addr or "", clock.now()
    )
    with beside(field):
        need_right(attempt, wrong_password())


def _page(error: HazardError | None = None, part: str = "") -> Response:
    today = clock.today()
    people = {
        group: employees(reading(), today, candidates(reading(), group, today)) for group in Group
    }
    return page(
        "settings/sealing.html",
        seal=view_seal(reading(), today),
        groups=list(Group),
        people=people,
        form=Filled({"person_safety": _first(people[Group.SAFETY]),
                     "person_union": _first(people[Group.UNION])}, error),
        part=part,
        offered=Identity.CONFIDENTIAL in policy_on(reading(), today).policy.identities,
        payout_key=current_payout_key(reading()) is not None,
        least=halves.LEAST,
    )  # fmt: skip


def _first(choices: list[Choice]) -> object:
    return choices[0][0] if choices else ""


def _sheets(sheets: list[halves.Sheet]) -> Response:
    """Show new sheets; they are nowhere but on this page."""
    keepers = {each.number: find_guardian(reading(), each.number) for each in sheets}
    names = {number: keeper.person.name for number, keeper in keepers.items() if keeper}
    return page("settings/sealing_sheets.html", sheets=sheets, names=names)


def _paper() -> GuardianSheet:
    """Return the sheet that the form brings back, which from now on counts as kept."""
    shown = halves.read(text("sheet"))
    if find_guardian(reading(), shown.number) is None:
        raise NotFound
    with write() as work:
        guardian = keeping.mark_kept(work, shown.number)
        return GuardianSheet(
            printed_at=work.now, company=get_plant(work.session).name,
            name=guardian.person.name, made_on=clock.day_of(guardian.made_at), sheet=shown,
            printed_by=actor().name,
        )  # fmt: skip


def _payout_page(error: HazardError | None = None) -> Response:
    key = current_payout_key(reading())
    return page(
        "settings/payout_key.html",
        made_on=clock.day_of(key.made_at) if key else None,
        form=Filled(error=error),
        least=halves.LEAST,
    )
