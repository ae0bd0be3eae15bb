"""The strings people see are those of the words the plant's people chose (decisions 2)."""

import tomllib
from pathlib import Path

from babel.messages.pofile import read_po

from hazard.core.words import CATALOGUES

ROWS = tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))["row"]


def _catalogue() -> dict[str, str]:
    path = CATALOGUES / "zh" / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as source:
        return {str(m.id): str(m.string) for m in read_po(source) if m.id}


def test_each_chosen_string_the_product_uses_has_exactly_its_chinese() -> None:
    catalogue = _catalogue()
    wrong = {
        row["msgid"]: catalogue[row["msgid"]]
        for row in ROWS
        if row["msgid"] in catalogue and catalogue[row["msgid"]] != row["zh"]
    }
    assert wrong == {}


def test_a_chosen_string_is_used_or_marked_as_of_a_page_to_come() -> None:
    catalogue = _catalogue()
    unused = {row["msgid"] for row in ROWS if row["msgid"] not in catalogue}
    assert unused == {row["msgid"] for row in ROWS if row.get("later")}


def test_nobody_is_shouted_at_or_called_a_user() -> None:
    never = ("举报人", "用户", "工单", "流程", "节点", "token", "提交成功", "！", "!")
    bad = {words: string for string in _catalogue().values() for words in never if words in string}
    assert bad == {}
