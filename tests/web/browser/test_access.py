"""Everybody can use the pages: axe-core finds nothing serious on any of them, in both languages, in light and
dark; they work without JavaScript, on narrow screens, and with the keyboard."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from browsers import need_browser, opened

need_browser()

Open = Callable[..., Any]

PAGES = {
    "home": "/",
    "results": "/?q=جسر النهر&group=story",
    "conditions": "/?q=هدنة&source=الخليج اليومي&since=2023",
    "problems": "/?q=(النفط after:قريبا&since=junk",
    "nothing": "/?q=بطاريق القطب&match=all&since=2020",
    "article": "/article/gulf-01?q=النفط&at=1",
    "related": "/related/gulf-01",
    "values": "/values?field=source",
    "why": "/why?word=رئيس",
    "build": "/build?every=أسعار&none=غاز",
    "alerts": "/alerts",
    "desk": "/desk",
    "lists": "/lists",
    "quote": "/quote?text=السوق تحتاج إلى الصبر لا إلى المفاجآت",
    "help": "/help",
    "api": "/api",
    "no such page": "/nothing",
    "bad address": "/?qq=1",
}
#: All of WCAG 2.2 A and AA that can be tested by a machine, and what axe itself holds good practice.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Any, tags: list[str] | None = None, rules: list[str] | None = None) -> list[str]:
    """What axe finds, that is serious or critical."""
    from axe_playwright_python.base import AXE_FILE_PATH

    # Into the page by the debugger: its policy of content lets no script of others in.
    page.evaluate(AXE_FILE_PATH.read_text(encoding="utf-8"))
    wanted = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": tags or TAGS}
    found = page.evaluate(
        f"axe.run(document, {{runOnly: {json.dumps(wanted)}, resultTypes: ['violations']}})"
    )
    return [
        f"{each['id']}: {each['help']}: {node['html'][:200]}"
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"][:3]
    ]


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(open_page: Open, name: str, language: str) -> None:
    page = open_page(PAGES[name], language, color_scheme="light")
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    assert page.locator("h1").count() == 1
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, rules=["color-contrast"]) == []


@pytest.mark.parametrize("language", ["ar", "en"])
def test_nothing_is_wider_than_a_narrow_screen(open_page: Open, language: str) -> None:
    page = open_page("/", language, viewport={"width": 360, "height": 780})
    for path in PAGES.values():
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, path


def test_searching_and_reading_without_javascript(open_page: Open) -> None:
    page = open_page("/", java_script_enabled=False)
    page.locator("#q").fill("هدنة")
    with opened(page):
        page.locator("#search-form .box button").click()
    page.wait_for_url("**/?q=**")
    assert page.url.endswith("?q=%D9%87%D8%AF%D9%86%D8%A9")
    assert page.locator("li.hit").count() > 2
    page.locator("details.options summary").click()
    page.locator("select[name=sort]").select_option("newest")
    with opened(page):
        page.locator(".fields button").click()
    page.wait_for_url("**sort=newest")
    page.goto("/")
    with opened(page):
        page.locator(".chart a").first.click(force=True)
    page.wait_for_url("**since=**")
    page.goto("/?q=هدنة")
    with opened(page):
        page.locator("a.go").first.click()
    page.wait_for_url("**/article/**")
    assert page.locator("article mark").count() >= 1
    with opened(page):
        page.get_by_role("link", name="النتيجة التالية").click()
    page.wait_for_url("**at=2")
    with opened(page):
        page.locator("form.star button").click()
    page.wait_for_url("**/article/**")
    assert page.locator("form.star button").get_attribute("aria-pressed") == "true"
    with opened(page):
        page.locator("form.star button").click()
    page.wait_for_url("**/article/**")
    assert page.locator("form.star button").get_attribute("aria-pressed") == "false"


def test_completion_is_a_combobox(open_page: Open) -> None:
    page = open_page("/")
    box = page.locator("#q")
    # At once: a list for the first letters alone would be replaced while it is used.
    box.fill("النف")
    page.locator("#completions li").first.wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    box.press("ArrowDown")
    active = box.get_attribute("aria-activedescendant")
    option = page.locator(f"#{active}")
    assert option.get_attribute("aria-selected") == "true"
    assert violations(page) == []
    word = option.locator("bdi").inner_text()
    box.press("Enter")
    assert box.input_value() == f"{word} "
    assert page.evaluate("document.activeElement.id") == "q"
    box.fill(f"{word} اس")
    page.locator("#completions li").first.wait_for()
    box.press("Escape")
    assert box.get_attribute("aria-expanded") == "false"
    assert not page.locator("#completions").is_visible()


def test_the_first_tab_skips_the_menu(open_page: Open) -> None:
    page = open_page("/help")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"
    page.keyboard.press("Tab")
    inside = page.evaluate("document.querySelector('main').contains(document.activeElement)")
    assert inside


def test_keys_can_be_turned_off(open_page: Open) -> None:
    page = open_page("/help")
    page.locator("#keys-on").uncheck()
    page.goto("/?q=هدنة")
    page.keyboard.press("j")
    assert page.locator("li.hit.here").count() == 0
    page.goto("/help")
    page.locator("#keys-on").check()
    page.goto("/?q=هدنة")
    page.keyboard.press("j")
    assert page.locator("li.hit.here").count() == 1


def test_what_an_article_holds_is_only_text(open_page: Open) -> None:
    page = open_page("/?q=زرافة")
    assert page.locator("li.hit").count() == 1
    assert page.locator("li.hit script, li.hit img, li.hit b:not(details b), li.hit i").count() == 0
    assert "<script>" in page.locator("li.hit .title").inner_text()
    # An address that is none of the web is no link.
    assert page.locator("a[href^='javascript']").count() == 0
    with opened(page):
        page.locator("a.go").click()
    page.wait_for_url("**/article/**")
    assert page.title().startswith("<script>")
    assert page.locator("article img, article script, article b").count() == 0
    assert "\u202e" not in page.locator("article").inner_text()
    page.locator("form.star button").click()
    page.locator("button[aria-pressed=true]").wait_for()
    page.goto("/desk")
    assert page.locator("main script, main img").count() == 0
    with opened(page):
        page.locator("button", has_text="أزل النجمة").first.click()


def test_a_read_only_server_says_so_and_shows_no_forms(open_page: Open, read_only: str) -> None:
    page = open_page("/?q=هدنة", server=read_only)
    assert page.locator("form[method=post]").count() == 0
    assert "--read-only" in page.locator("footer").inner_text()
    page.goto("/article/gulf-01")
    assert page.locator("form[method=post]").count() == 0
    status = page.evaluate(
        "fetch('/desk/star', {method: 'POST', body: new URLSearchParams({id: 'gulf-01', on: '1'})})"
        ".then(answer => answer.status)"
    )
    assert status == 403


def test_the_language_is_kept(open_page: Open) -> None:
    page = open_page("/?q=هدنة", "en")
    with opened(page):
        page.locator(".tongue").click()
    page.wait_for_url("**lang=ar**")
    assert page.locator("html").get_attribute("lang") == "ar"
    assert page.locator("li.hit").count() > 2
    page.goto("/help")
    assert page.locator("html").get_attribute("lang") == "ar"
