"""What stands around every page: the plant's name, who is logged in, the menu."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import get_flashed_messages, request

from hazard.access.permissions import Permission
from hazard.core.words import N_, Sentence
from hazard.notices.outbox import count_unread
from hazard.policy.queries import find_plant
from hazard.web.doorway import REPORTING, actor, house, language, reading

P = Permission

TODAY, HAZARDS, PAPERS = N_("Today"), N_("Hazards"), N_("Papers")
MONEY, SETUP = N_("Money"), N_("Set-up")

MENU: tuple[tuple[str, str, str, Permission, str], ...] = (
    ("/morning", N_("Morning"), TODAY, P.MORNING_READ, "sun"),
    ("/desk", N_("Desk"), TODAY, P.WORK, "desk"),
    ("/inbox", N_("Notices"), TODAY, P.WORK, "inbox"),
    ("/mine", N_("My reports"), TODAY, P.WORK, "mine"),
    ("/checklist", N_("Shift checklist"), TODAY, P.CHECKLIST_USE, "management"),
    ("/duty", N_("Duty roster"), TODAY, P.WORK, ""),
    ("/watch", N_("Watch screen"), TODAY, P.WATCH_USE, "watch"),
    ("/cases", N_("Hazards"), HAZARDS, P.WORK, "environment"),
    ("/reports", N_("Reports"), HAZARDS, P.REPORT_RECEIVE, "reports"),
    ("/register", N_("Key in a report"), HAZARDS, P.REPORT_REGISTER, ""),
    ("/echo", N_("Weekly echo"), HAZARDS, P.WORK, ""),
    ("/rewards", N_("Rewards"), MONEY, P.AWARD_READ, ""),
    ("/settlements", N_("Settlements"), MONEY, P.SETTLEMENT_READ, "money"),
    ("/rewards/claims", N_("Pay against the code"), MONEY, P.SETTLEMENT_PAY, "claim"),
    ("/budgets", N_("Budget"), MONEY, P.AWARD_READ, ""),
    ("/ledger", N_("Hazard ledger"), PAPERS, P.LEDGER_READ, ""),
    ("/statistics", N_("Statistics"), PAPERS, P.LEDGER_READ, ""),
    ("/pack", N_("Inspection pack"), PAPERS, P.PACK_MAKE, ""),
    ("/posters", N_("Posters"), PAPERS, P.POSTERS_KEEP, ""),
    ("/slips", N_("Paper slips"), PAPERS, P.POSTERS_KEEP, ""),
    ("/people", N_("People"), SETUP, P.PEOPLE_READ, "person"),
    ("/units", N_("Units"), SETUP, P.PEOPLE_KEEP, ""),
    ("/places", N_("Places"), SETUP, P.PLACES_KEEP, ""),
    ("/settings", N_("Settings"), SETUP, P.PLANT_KEEP, "settings"),
    ("/settings/sealing", N_("Sealing names"), SETUP, P.SEALING_KEEP, ""),
    ("/audit", N_("Trail"), SETUP, P.AUDIT_READ, ""),
)
"""Address, words, group, who sees it, and the drawing of those that may stand in the bar."""

BARS: tuple[tuple[Permission, tuple[str, ...]], ...] = (
    (P.MORNING_READ, ("/morning", "/desk", "/cases", "/inbox")),
    (P.REPORT_RECEIVE, ("/desk", "/reports", "/cases", "/inbox")),
    (P.SETTLEMENT_PAY, ("/desk", "/settlements", "/rewards/claims", "/inbox")),
    (P.CHECKLIST_USE, ("/desk", "/checklist", "/cases", "/inbox")),
    (P.CASE_READ, ("/desk", "/cases", "/inbox")),
    (P.PLANT_KEEP, ("/desk", "/people", "/settings", "/inbox")),
    (P.WATCH_USE, ("/desk", "/watch", "/inbox")),
    (P.WORK, ("/desk", "/mine", "/inbox")),
)
"""What stands at the foot of a phone, by the first of these a person may do."""

FEW = 12
"""Up to so many entries no group of the menu is folded."""


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the menu."""

    href: str
    label: Sentence
    current: bool
    count: int
    group: str
    drawing: str


@dataclass(frozen=True, slots=True)
class Group:
    """Entries of the menu that belong together."""

    label: Sentence
    unfolded: bool
    items: tuple[Item, ...]


def frame() -> dict[str, object]:
    """Return what the layouts need; the reporter's road shows no person and no menu."""
    spoken = "zh-CN" if language() == "zh" else "en"
    plant = find_plant(reading())  # whatever the page says, it says in the plant's words
    if request.blueprint in REPORTING or actor().person_id is None:
        return {"lang": spoken}
    return {
        "lang": spoken,
        "plant": plant.name if plant else "",
        "person": actor().name,
        **_menu(),
        "plain_http": not house().settings.secure_cookies and not _is_loopback(),
        "messages": get_flashed_messages(with_categories=True),
    }


def _menu() -> dict[str, object]:
    items = list(_items())
    return {"nav": _groups(items), "bar": _bar({item.href: item for item in items})}


def _items() -> Iterator[Item]:
    me = actor()
    unread = count_unread(reading(), me.person_id or 0)
    allowed = [entry for entry in MENU if me.may(entry[3])]
    here = _current([href for href, *_ in allowed])
    for href, label, group, _, drawing in allowed:
        count = unread if href == "/inbox" else 0
        yield Item(href, Sentence(label), href == here, count, group, drawing)


def _groups(items: list[Item]) -> list[Group]:
    """Return the menu: what is done daily unfolded, the rest when it is short or one is in it."""
    return [
        Group(Sentence(name), _is_unfolded(name, held, len(items)), held)
        for name, held in (
            (name, tuple(each for each in items if each.group == name))
            for name in (TODAY, HAZARDS, MONEY, PAPERS, SETUP)
        )
        if held
    ]


def _is_unfolded(name: str, held: tuple[Item, ...], total: int) -> bool:
    return total <= FEW or name in {TODAY, HAZARDS} or any(item.current for item in held)


def _bar(items: dict[str, Item]) -> list[Item]:
    wanted = next((hrefs for permission, hrefs in BARS if actor().may(permission)), ())
    return [items[href] for href in wanted if href in items]


def _current(addresses: list[str]) -> str:
    """Return the entry whose page this is: the longest address the path begins with."""
    fitting = [href for href in addresses if f"{request.path}/".startswith(f"{href}/")]
    return max(fitting, key=len, default="")


def _is_loopback() -> bool:
    return request.host.split(":")[0] in {"127.0.0.1", "localhost"}
