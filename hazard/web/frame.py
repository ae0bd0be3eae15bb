"""What stands around every page: the plant's name, who is logged in, the menu."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import get_flashed_messages, request

from hazard.access.permissions import Permission
from hazard.core.words import N_, Sentence
from hazard.notices.outbox import count_unread
from hazard.policy.queries import find_plant
from hazard.web.doorway import REPORTING, actor, house, language, reading

MENU: tuple[tuple[str, str, Permission, str], ...] = (
    ("/morning", N_("Morning"), Permission.MORNING_READ, ""),
    ("/desk", N_("Desk"), Permission.WORK, ""),
    ("/cases", N_("Hazards"), Permission.WORK, ""),
    ("/checklist", N_("Shift checklist"), Permission.CHECKLIST_USE, ""),
    ("/closings", N_("Weekly closing list"), Permission.CASE_COSIGN, ""),
    ("/reports", N_("Reports"), Permission.REPORT_RECEIVE, ""),
    ("/register", N_("Key in a report"), Permission.REPORT_REGISTER, ""),
    ("/echo", N_("Weekly echo"), Permission.WORK, ""),
    ("/duty", N_("Duty roster"), Permission.WORK, ""),
    ("/ledger", N_("Hazard ledger"), Permission.LEDGER_READ, ""),
    ("/watch", N_("Watch screen"), Permission.WATCH_USE, ""),
    ("/pack", N_("Inspection pack"), Permission.PACK_MAKE, ""),
    ("/inbox", N_("Notices"), Permission.WORK, ""),
    ("/mine", N_("My reports"), Permission.WORK, ""),
    ("/rewards", N_("Rewards"), Permission.AWARD_READ, N_("Money")),
    ("/settlements", N_("Settlements"), Permission.SETTLEMENT_READ, N_("Money")),
    ("/budgets", N_("Budget"), Permission.AWARD_READ, N_("Money")),
    ("/rewards/claims", N_("Pay against the code"), Permission.SETTLEMENT_PAY, N_("Money")),
    ("/people", N_("People"), Permission.PEOPLE_READ, N_("Set-up")),
    ("/units", N_("Units"), Permission.PEOPLE_KEEP, N_("Set-up")),
    ("/places", N_("Places"), Permission.PLACES_KEEP, N_("Set-up")),
    ("/posters", N_("Posters"), Permission.POSTERS_KEEP, N_("Set-up")),
    ("/slips", N_("Paper slips"), Permission.POSTERS_KEEP, N_("Set-up")),
    ("/settings", N_("Settings"), Permission.PLANT_KEEP, N_("Set-up")),
    ("/settings/sealing", N_("Sealing names"), Permission.SEALING_KEEP, N_("Set-up")),
    ("/audit", N_("Trail"), Permission.AUDIT_READ, N_("Set-up")),
)


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the menu."""

    href: str
    label: Sentence
    current: bool
    count: int
    group: Sentence | None


def frame() -> dict[str, object]:
    """Return what the layouts need; the reporter's road shows no person and no menu."""
    spoken = "zh-CN" if language() == "zh" else "en"
    if request.blueprint in REPORTING or actor().person_id is None:
        return {"lang": spoken}
    plant = find_plant(reading())
    return {
        "lang": spoken,
        "plant": plant.name if plant else "",
        "person": actor().name,
        "nav": list(_items()),
        "plain_http": not house().settings.secure_cookies and not _is_loopback(),
        "messages": get_flashed_messages(with_categories=True),
    }


def _items() -> Iterator[Item]:
    unread = count_unread(reading(), actor().person_id or 0)
    here = _current()
    for href, label, permission, group in MENU:
        if not actor().may(permission):
            continue
        current = href == here
        count = unread if href == "/inbox" else 0
        yield Item(href, Sentence(label), current, count, Sentence(group) if group else None)


def _current() -> str:
    """Return the entry whose page this is: the longest address the path begins with."""
    fitting = [
        href
        for href, _, permission, _ in MENU
        if actor().may(permission) and f"{request.path}/".startswith(f"{href}/")
    ]
    return max(fitting, key=len, default="")


def _is_loopback() -> bool:
    return request.host.split(":")[0] in {"127.0.0.1", "localhost"}
