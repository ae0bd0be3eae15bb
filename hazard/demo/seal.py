"""The seal of the demo plant: 王建华 and 刘桂兰 keep a half each, 李秀英 has the payout passphrase.

Their sheets lie as files beside the demo's data, so that a name can be opened for a try.
"""

from hazard.audit.work import Work, writing
from hazard.core.clock import day_of
from hazard.demo.plant import Plant
from hazard.policy.queries import get_plant
from hazard.rewards import sealed
from hazard.rewards.models import Settlement
from hazard.sealing import keeping, payouts
from hazard.sealing.sheets import GuardianSheet
from hazard.sealing.terms import Group

KEEPERS = {Group.SAFETY: ("0002", "王建华"), Group.UNION: ("0005", "刘桂兰")}
PASSPHRASES = {Group.SAFETY: "演示 雨伞 铁轨 豆浆", Group.UNION: "演示 木梯 海带 风筝"}
PAYOUT = "演示 灯笼 秤砣 芝麻"


def make(plant: Plant) -> None:
    """Make the key, keep both sheets as files, and set the payout passphrase."""
    pair = keeping.draw_pair(PASSPHRASES)
    folder = plant.house.settings.instance / "sheets"
    folder.mkdir(parents=True, exist_ok=True)
    with writing(plant.house.database, plant.actor("0002")) as work:
        holders = {group: plant.people[number] for group, (number, _) in KEEPERS.items()}
        keeping.adopt_pair(work, pair, holders, instead_of="")
        for group, (_, name) in KEEPERS.items():
            sheet = pair.sheets[group]
            keeping.mark_kept(work, sheet.number)
            paper = GuardianSheet(
                printed_at=work.now, company=get_plant(work.session).name, name=name,
                made_on=day_of(work.now), sheet=sheet, printed_by=name,
            )  # fmt: skip
            text = f"# {PASSPHRASES[group]}\n{paper.as_file()}"
            (folder / f"{group.value}.txt").write_text(text, "utf-8")
    key = payouts.draw_key(PAYOUT)
    with writing(plant.house.database, plant.actor("0003")) as work:
        payouts.adopt_key(work, key)


def opened(work: Work, run: Settlement) -> dict[int, str]:
    """Open the sealed payees of a sheet, as finance does with the passphrase."""
    needed = sealed.keys_needed(work.session, run)
    if not needed:
        return {}
    keys = payouts.unlock_keys(work.session, needed, PAYOUT)
    sealed.note_opening(work, run, len(needed))
    return sealed.open_payees(work.session, run, keys)
