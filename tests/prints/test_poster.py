"""The poster of words.md 4.1, printed and read again."""

from dataclasses import replace
from datetime import date, datetime

import pytest
import zxingcpp

from hazard.core.clock import CHINA
from hazard.core.money import Money, yuan
from hazard.core.typeset import Typesetter
from hazard.core.words import N_, Sentence
from hazard.places.sheets import (
    PosterCategory,
    PosterContact,
    PosterPrice,
    PosterSheet,
    short_amount,
)
from tests.prints.reading import Page, Print, code_width, photographed, squeezed

URL = "http://192.168.1.20:8000/p/7K3M9QXT"
KINDS = ("person", "equipment", "environment", "management")
FIGURES = (20, 50, 200, 1000, 3000)

EAST_GATE = PosterSheet(
    printed_at=datetime(2026, 11, 23, 9, tzinfo=CHINA),
    place="机加工车间·东门",
    number="A07",
    url=URL,
    short_address=URL,
    wifi_ssid="兴盛-安全",
    wifi_password="anquan2026",
    phone="8888",
    mailbox="食堂门口",
    categories=tuple(
        PosterCategory(kind=kind, title=f"第{place}类", examples=(f"{place}甲", f"{place}乙"))
        for place, kind in enumerate(KINDS)
    ),
    prices=tuple(
        PosterPrice(label=f"档{place}", amount=yuan(figure)) for place, figure in enumerate(FIGURES)
    ),
    paid_day=15,
    no_penalty=True,
    emergency_phone="6119",
    desk=PosterContact(title="安全部", name="王建国", phone="0571-87654321"),
    union=PosterContact(title="工会", name="朱䶮", phone="13800000000"),
    company="兴盛机械有限公司",
    issued=date(2026, 11, 1),
    table_version=3,
)
LONG = replace(
    EAST_GATE,
    place="第二联合厂房三层热处理与表面处理车间·北侧物料通道卷帘门外墙（靠近危化品暂存间）",
    url="https://anquan.xingsheng-jixie.example.com.cn/p/7K3M9QXT",
    short_address="https://anquan.xingsheng-jixie.example.com.cn/p/7K3M9QXT",
    wifi_ssid="XingSheng-Safety-Report-2026",
    wifi_password="a" * 63,
    mailbox="机加工车间东门更衣室墙上",
    desk=PosterContact(title="安全生产与环境保护部", name="艾尼瓦尔·吐尔逊江", phone="0571-1"),
    company="杭州兴盛精密机械制造股份有限公司第二分公司",
    address="浙江省杭州市萧山区工业园区兴盛路188号",
    postcode="311200",
    fax="0571-87654322",
    email="anquan@xingsheng-jixie.example.com.cn",
    categories=tuple(
        replace(box, examples=("焊接作业没有办动火票就开工", "外包队伍没有培训没有交底"))
        for box in EAST_GATE.categories
    ),
)


def printed(typesetter: Typesetter, sheet: PosterSheet) -> Page:
    paper = Print(typesetter.pdf(sheet))
    assert len(paper) == 1
    return paper.page(1)


def test_a_poster_says_all_that_is_mandatory(typesetter: Typesetter) -> None:
    page = printed(typesetter, EAST_GATE)
    assert page.shows("机加工车间·东门", "A07", "安全部王建国", "0571-87654321", "6119/119/120")
    assert page.shows("食堂门口", "123501235112345", "工会朱䶮", "兴盛机械有限公司")
    assert page.shows(Sentence(N_("Edition %(month)s/%(year)s"), year=2026, month=11))
    assert page.shows(Sentence(N_("Reward table no. %(version)s"), version=3))


def test_a_poster_shows_one_figure_a_level_and_two_examples_a_kind(typesetter: Typesetter) -> None:
    page = printed(typesetter, EAST_GATE)
    for place, figure in enumerate(FIGURES):
        assert page.shows(f"档{place}{figure}")
    for place in range(4):
        assert page.shows(f"第{place}类{place}甲{place}乙")


def test_a_plant_that_pays_other_posts_more_prints_that_figure_too(typesetter: Typesetter) -> None:
    prices = tuple(replace(price, elsewhere=yuan(777)) for price in EAST_GATE.prices)
    page = printed(typesetter, replace(EAST_GATE, prices=prices))
    assert page.shows(Sentence(N_("Other posts %(amount)s yuan"), amount="777"))
    assert not printed(typesetter, EAST_GATE).shows("777")


def test_the_code_is_ninety_millimetres_wide_and_level_q(typesetter: Typesetter) -> None:
    (code,) = printed(typesetter, EAST_GATE).codes()
    assert code.text == URL
    assert code.ec_level == "Q"
    assert code_width(code) == pytest.approx(90, abs=0.4)


@pytest.mark.parametrize("sheet", [EAST_GATE, LONG])
def test_a_bad_photograph_of_the_print_still_opens_the_form(
    typesetter: Typesetter, sheet: PosterSheet
) -> None:
    photo = photographed(printed(typesetter, sheet).picture)
    assert [code.text for code in zxingcpp.read_barcodes(photo)] == [sheet.url]


@pytest.mark.parametrize("sheet", [EAST_GATE, LONG])
def test_nothing_stands_within_six_millimetres_of_the_edge(
    typesetter: Typesetter, sheet: PosterSheet
) -> None:
    assert printed(typesetter, sheet).margin() >= 6


def test_the_bands_stand_where_the_design_puts_them(typesetter: Typesetter) -> None:
    page = printed(typesetter, EAST_GATE)
    assert "机加工车间·东门" in page.text_in(12, 45, 160, 57)
    assert "anquan2026" in page.text_in(114, 60, 198, 150)
    assert "8888" in page.text_in(12, 150, 198, 160)
    assert "3甲" in squeezed(page.text_in(12, 160, 198, 200))
    assert "3000" in page.text_in(12, 203, 198, 231)
    assert "13800000000" in page.text_in(12, 233, 198, 249)
    assert "6119" in page.text_in(12, 251, 198, 265)
    assert "兴盛机械有限公司" in page.text_in(12, 268, 198, 286)


def test_a_long_name_of_a_place_is_printed_whole(typesetter: Typesetter) -> None:
    page = printed(typesetter, LONG)
    assert page.shows(LONG.place, LONG.short_address, "艾尼瓦尔·吐尔逊江", "a" * 63)
    assert page.shows("311200", "0571-87654322", "anquan@xingsheng-jixie.example.com.cn")
    assert "第二分公司" in page.text_in(12, 268, 198, 286.5)


def test_what_the_plant_does_not_have_is_not_promised(typesetter: Typesetter) -> None:
    bare = replace(
        EAST_GATE, wifi_ssid=None, wifi_password=None, phone=None, union=None, no_penalty=False
    )
    page = printed(typesetter, bare)
    assert not page.shows("Wi-Fi")
    assert not page.shows("8888")
    assert not page.shows("朱䶮")
    assert page.shows(
        Sentence(N_("Cannot scan? Put a note into the box (%(box)s)"), box="食堂门口")
    )
    assert page.shows(Sentence(N_("Anybody makes you suffer for it? Call 12351")))
    assert not page.shows(
        Sentence(N_("Reports are about things, not people: a first ordinary breach is not fined"))
    )


def test_without_a_box_only_the_phone_is_offered(typesetter: Typesetter) -> None:
    page = printed(typesetter, replace(EAST_GATE, mailbox=None))
    assert page.shows(Sentence(N_("Cannot scan? Call %(phone)s"), phone="8888"))
    assert not page.shows("食堂门口")


def test_an_open_network_prints_no_password(typesetter: Typesetter) -> None:
    page = printed(typesetter, replace(EAST_GATE, wifi_password=None))
    assert page.shows("兴盛-安全")
    assert not page.shows(Sentence(N_("Password %(password)s"), password="anquan2026"))


def test_figures_are_printed_without_needless_zeros() -> None:
    assert [short_amount(Money(fen)) for fen in (2000, 300000, 1250, 5)] == [
        "20",
        "3000",
        "12.50",
        "0.05",
    ]
