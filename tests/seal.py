"""The seal of the plant: 王建华 and 刘桂兰 keep a half each, 李秀英 has a payout passphrase."""

from dataclasses import dataclass

from hazard.access.permissions import Role
from hazard.people.keeping import add_person, grant_role
from hazard.people.queries import find_by_number, root_unit
from hazard.sealing import keeping, payouts
from hazard.sealing.halves import Half, Sheet, unlock
from hazard.sealing.queries import current_key
from hazard.sealing.terms import Group
from tests.company import Company

PASSPHRASES = {Group.SAFETY: "雨伞 铁轨 豆浆 邮票 1", Group.UNION: "木梯 海带 风筝 算盘 2"}
PAYOUT = "灯笼 秤砣 芝麻 台阶 3"


@dataclass(frozen=True)
class Sealed:
    """The sheets, and who keeps them."""

    sheets: dict[Group, Sheet]
    union: int

    def half(self, group: Group) -> Half:
        """Unlock the half of a side."""
        return unlock(self.sheets[group].text, PASSPHRASES[group])

    @property
    def halves(self) -> tuple[Half, Half]:
        """Unlock both."""
        return self.half(Group.SAFETY), self.half(Group.UNION)


def represent(company: Company) -> int:
    """Let 刘桂兰 represent the workers of the whole plant; from now on there is a union desk."""
    with company.work_as() as work:
        root = root_unit(work.session)
        known = find_by_number(work.session, "0005")
        if known is not None:
            return known.id
        person = add_person(work, "0005", "刘桂兰", root)
        grant_role(work, person, Role.UNION_REPRESENTATIVE, root)
        return person.id


def make_seal(company: Company, union: int | None = None, *, payout: bool = True) -> Sealed:
    """Make a pair, keep both sheets, and give finance its payout key."""
    union = union or represent(company)
    pair = keeping.draw_pair(PASSPHRASES)
    holders = {Group.SAFETY: company.safety, Group.UNION: union}
    with company.work_as(company.safety) as work:
        before = current_key(work.session)
        keeping.adopt_pair(work, pair, holders, instead_of=before.number if before else "")
        for sheet in pair.sheets.values():
            keeping.mark_kept(work, sheet.number)
    if payout:
        key = payouts.draw_key(PAYOUT)
        with company.work_as(company.finance) as work:
            payouts.adopt_key(work, key)
    return Sealed(dict(pair.sheets), union)
