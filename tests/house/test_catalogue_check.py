"""What `manage.py catalogue` collects, and what it will not let pass."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

import manage

MARKED = (
    'raise Refused(Sentence(N_("Too late by %(days)s days"), days=3))\nOPEN = "open", N_("Open")\n'
)
TEMPLATE = '{% if late %}<p>{{ _("Due %(day)s", day=day) }}</p>{% endif %}{{ plain("Unmarked") }}'


def test_marks_in_code_and_templates_are_collected(tmp_path: Path) -> None:
    (tmp_path / "hazard").mkdir()
    (tmp_path / "hazard" / "late.py").write_text(MARKED)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "_late.html").write_text(TEMPLATE)

    found = {message.id for message in manage.extract_messages(tmp_path) if message.id}

    assert found == {"Too late by %(days)s days", "Open", "Due %(day)s"}


@pytest.mark.parametrize(
    ("english", "chinese", "trouble"),
    [
        ("Due %(day)s", "%(day)s到期", ""),
        ("Open", "", "has no Chinese"),
        ("Due %(day)s", "到期", "has other placeholders in Chinese"),
        ("Due %(day)s", "%(date)s到期", "has other placeholders in Chinese"),
        ("Half", "50%", "holds a lone %; write %%"),
        ("Half", "50%%", ""),
    ],
)
def test_chinese_that_would_fail_in_front_of_a_reader_is_complained_about(
    english: str, chinese: str, trouble: str
) -> None:
    marked, catalogue = Catalog(fuzzy=False), Catalog(fuzzy=False)
    marked.add(english)
    catalogue.add(english, chinese)

    expected = [f"{english!r} {trouble}"] if trouble else []
    assert list(manage.catalogue_complaints(marked, catalogue)) == expected


def test_a_guessed_translation_does_not_pass() -> None:
    marked, catalogue = Catalog(fuzzy=False), Catalog(fuzzy=False)
    marked.add("Open")
    catalogue.add("Open", "打开", flags=["fuzzy"])

    assert list(manage.catalogue_complaints(marked, catalogue)) == ["'Open' is marked fuzzy"]


def test_updating_keeps_what_is_translated_and_writes_the_same_file_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "messages.po"
    monkeypatch.setattr(manage, "CATALOGUE", path)
    path.write_text(f'{manage.CATALOGUE_HEADER}msgid "Open"\nmsgstr "待办"\n', encoding="utf-8")
    marked = Catalog(fuzzy=False)
    marked.add("Open")
    marked.add("Closed")

    manage.update_catalogue(marked)
    first = path.read_text(encoding="utf-8")
    manage.update_catalogue(marked)

    assert 'msgid "Closed"\nmsgstr ""' in first
    assert 'msgid "Open"\nmsgstr "待办"' in first
    assert "Date" not in first
    assert path.read_text(encoding="utf-8") == first
