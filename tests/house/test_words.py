"""The strings people see are those of the words the plant's people chose (decisions 2)."""

import re
import tomllib
from pathlib import Path

from babel.messages.pofile import read_po

from hazard.core.words import CATALOGUES

ROWS = tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))["row"]
TEMPLATES = Path(__file__).parent.parent.parent / "templates"
BUTTON = re.compile(r'''(?:submit\(|weui-btn[^>]*>(?:{{ icon\([^)]*\) }})?{{ )_\("([^"]+)"''')
LONGEST_BUTTON = 12
PICTURE = re.compile(r"[\U0001f300-\U0001faff\u2600-\u26ff]")


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


def test_no_row_of_the_chosen_words_is_forgotten() -> None:
    assert {row["n"] for row in ROWS} == {*range(1, 129), 3.7}


def test_a_chosen_string_is_used_or_marked_as_of_a_page_to_come() -> None:
    catalogue = _catalogue()
    unused = {row["msgid"] for row in ROWS if row["msgid"] not in catalogue}
    assert unused == {row["msgid"] for row in ROWS if row.get("later")}


def test_nobody_is_shouted_at_or_called_a_user() -> None:
    never = ("用户", "工单", "流程", "节点", "token", "提交成功", "！", "!")
    bad = {words: string for string in _catalogue().values() for words in never if words in string}
    assert bad == {}
    assert not [string for string in _catalogue().values() if PICTURE.search(string)]


def test_to_denounce_is_a_word_of_the_outside_number_alone() -> None:
    assert not [it for it in _catalogue().values() if "举报" in it.replace("12350 安全举报", "")]


def test_a_button_has_at_most_twelve_characters() -> None:
    catalogue = _catalogue()
    long = {
        msgid: words
        for template in TEMPLATES.rglob("*.html")
        for msgid in BUTTON.findall(template.read_text("utf-8"))
        if len(words := re.sub(r"%\(\w+\)s", "", catalogue[msgid])) > LONGEST_BUTTON
    }
    assert long == {}
