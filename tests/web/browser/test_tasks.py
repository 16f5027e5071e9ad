"""The fifteen tasks of docs/tasks.md, done in the page as a person does them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from browsers import need_browser, opened

import khabar

need_browser()

Open = Callable[..., Any]
DOCUMENT = Path(__file__).parents[3] / "docs" / "tasks.md"


def asked(page: Any) -> dict[str, list[str]]:
    """What the page's address asks for."""
    return parse_qs(urlsplit(page.url).query)


def titles(page: Any) -> list[str]:
    return [each.strip() for each in page.locator("ol.hits .title").all_inner_texts()]


def count(page: Any) -> int:
    """The number of results that the page tells."""
    said = page.locator("#found-count").get_attribute("data-count") or ""
    words = {"مقال واحد": 1, "مقالان": 2, "لا مقالات": 0}
    number = re.search(r"[\d,]+", said)
    return int(number[0].replace(",", "")) if number else words[said.strip()]


def submit(page: Any) -> None:
    """Press Enter in a form and wait for the page that it opens."""
    with opened(page):
        page.keyboard.press("Enter")


def search(page: Any, query: str) -> None:
    """Type a query and wait for its results."""
    page.locator("#q").fill(query)
    submit(page)


def downloaded(page: Any, link: Any) -> str:
    with page.expect_download() as waiting:
        link.click()
    return Path(waiting.value.path()).read_text(encoding="utf-8-sig")


def test_every_task_is_here() -> None:
    tasks = re.findall(r"^## (\d+)\. ", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(number) for number in tasks] == list(range(1, 16))
    for number in tasks:
        assert any(name.startswith(f"test_{int(number):02}_") for name in globals()), number


def test_01_find_an_article_by_a_few_words(open_page: Open) -> None:
    page = open_page()
    box = page.locator("#q")
    box.press_sequentially("تلاميذ المدارس في البرد", delay=5)
    # As one types, without a key to end it.
    page.locator("ol.hits li:first-child .title", has_text="في قرية أم العصافير").wait_for()
    page.wait_for_url("**%D8%A7%D9%84%D8%A8%D8%B1%D8%AF")
    assert titles(page)[0].startswith("في قرية أم العصافير")
    assert page.evaluate("document.activeElement.id") == "q"
    page.locator("#live", has_text="النتائج").wait_for(state="attached")
    marks = page.locator("ol.hits li").first.locator("mark")
    assert marks.count() > 1
    assert page.locator(".legend mark").count() >= 1
    page.reload()
    assert titles(page)[0].startswith("في قرية أم العصافير")
    search(page, "riyadh")
    with opened(page):
        page.locator(".suggestion a").first.click()
    page.wait_for_url(re.compile("q="))
    assert count(page) > 0


def test_02_who_reported_it_first(open_page: Open) -> None:
    page = open_page("/?q=جسر النهر")
    page.locator("details.options summary").click()
    page.locator("select[name=group]").select_option("story")
    page.locator("details.story").first.wait_for()
    assert asked(page)["group"] == ["story"]
    story = page.locator("details.story").first
    story.locator("summary").click()
    tellings = story.locator("li").all_inner_texts()
    assert "صحيفة النهر" in tellings[0] and "الأول" in tellings[0]
    assert "وكالة الوادي" in tellings[1]


def test_03_all_of_one_source_in_a_month(open_page: Open, served: khabar.Index) -> None:
    page = open_page("/")
    with opened(page):
        page.locator(".facet a", has_text="الخليج اليومي").click()
    page.wait_for_url("**source=**")
    months = page.locator("#facet-month ~ ul a")
    month = months.first.inner_text()
    with opened(page):
        months.first.click()
    page.wait_for_url("**since=**")
    there = served.search(source="الخليج اليومي", since=month, until=month, sort="newest")
    assert count(page) == there.total > 0
    assert page.locator(".conditions li").count() == 3
    with opened(page):
        page.locator(".conditions a", has_text="الخليج").click()
    page.wait_for_url(lambda address: "source" not in address)
    assert asked(page).keys() == {"since", "until"}


def test_04_a_name_in_all_its_spellings(open_page: Open, served: khabar.Index) -> None:
    page = open_page("/")
    search(page, "عبدالله حامد")
    assert count(page) == served.search("عبدالله حامد").total
    why = page.locator("details.why").first
    why.locator("summary").click()
    assert "عبد الله" in why.inner_text() or "عبدالله" in why.inner_text()
    with opened(page):
        why.locator("a").first.click()
    page.wait_for_url("**/why?**")
    assert page.locator("tbody tr").count() >= 1


def test_05_the_exact_words(open_page: Open) -> None:
    page = open_page("/build")
    page.locator("input[name=phrase]").fill("وقف إطلاق النار")
    page.locator(".built code", has_text='"وقف إطلاق النار"').wait_for()
    with opened(page):
        page.locator("#built button").click()
    page.wait_for_url("**/?q=**")
    assert count(page) == 2


def test_06_narrow_a_large_topic(open_page: Open) -> None:
    page = open_page("/?q=في&sort=newest")
    everything = count(page)
    facet = page.locator(".facet li", has_text="وكالة المغارب").first
    told = int(facet.locator(".number").inner_text())
    with opened(page):
        facet.locator("a").click()
    page.wait_for_url("**source=**")
    assert count(page) == told < everything
    # The other values are still there to choose from.
    assert page.locator(".facet a", has_text="الخليج اليومي").count() == 1
    with opened(page):
        page.locator(".facet .chosen a").first.click()
    page.wait_for_url(lambda address: "source" not in address)
    assert count(page) == everything


def test_07_when_a_topic_was_in_the_news(open_page: Open) -> None:
    page = open_page("/")
    bars = page.locator(".chart a[data-first]")
    first, last = bars.first, bars.last
    frame = page.locator(".chart svg").bounding_box()
    page.locator(".chart svg").scroll_into_view_if_needed()
    frame = page.locator(".chart svg").bounding_box()
    bounds = first.get_attribute("data-first"), last.get_attribute("data-last")
    page.mouse.move(frame["x"] + 2, frame["y"] + 40)
    page.mouse.down()
    page.mouse.move(frame["x"] + frame["width"] / 2, frame["y"] + 40, steps=4)
    page.mouse.move(frame["x"] + frame["width"] - 2, frame["y"] + 40, steps=4)
    page.mouse.up()
    page.wait_for_url("**since=**")
    assert (asked(page)["since"][0], asked(page)["until"][0]) == bounds
    # The same by keyboard alone: two bars, from the last one to the left.
    page.goto("/")
    page.locator(".chart a[tabindex='0']").focus()
    page.keyboard.press("Shift+ArrowLeft")
    page.locator("#live:not(:empty)").wait_for(state="attached")
    with opened(page):
        page.keyboard.press("Enter")
    page.wait_for_url("**since=**")
    assert asked(page)["until"][0] == bounds[1] > asked(page)["since"][0]


def test_08_why_an_article_was_found(open_page: Open) -> None:
    page = open_page("/?q=أسعار النفط")
    why = page.locator("li.hit").first.locator("details.why")
    why.locator("summary").press("Enter")
    told = why.inner_text()
    assert "أسعار" in told and "%" in told
    assert why.locator("meter").count() >= 2
    assert why.locator("mark").count() >= 2


def test_09_read_one_result_after_the_other_by_keyboard(open_page: Open) -> None:
    page = open_page("/help")
    page.keyboard.press("/")
    page.wait_for_url(re.compile(r"/$"))
    page.keyboard.type("هدنة")
    # In a field a key is a letter: «j» and «/» are written.
    page.keyboard.type(" j/")
    assert page.locator("#q").input_value() == "هدنة j/"
    page.locator("#q").fill("هدنة")
    submit(page)
    assert "?q=" in page.url
    wanted = titles(page)
    page.locator("#q").evaluate("element => element.blur()")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    with opened(page):
        page.keyboard.press("Enter")
    page.wait_for_url("**/article/**")
    assert page.locator("article h1").inner_text() == wanted[0]
    assert page.locator("article mark").count() >= 1
    with opened(page):
        page.keyboard.press("n")
    page.wait_for_url("**at=2")
    assert page.locator("article h1").inner_text() == wanted[1]
    with opened(page):
        page.locator(".place .up").click()
    page.wait_for_url("**/?q=**")
    assert titles(page) == wanted


def test_10_what_else_belongs_to_it(open_page: Open) -> None:
    page = open_page("/?q=جسر النهر")
    with opened(page):
        page.locator("a.go").first.click()
    page.wait_for_url("**/article/**")
    # The copy of the story stands apart from what is only related.
    assert page.locator("#story-heading ~ ol a").count() == 1
    assert "صحيفة النهر" in page.locator("#story-heading ~ p").inner_text()
    page.goto("/?q=هدنة الهضاب")
    with opened(page):
        page.locator("li.hit").first.locator("a", has_text="مقالات مشابهة").click()
    page.wait_for_url("**/related/**")
    assert page.locator("li.hit").count() >= 1
    assert "كلمات مشتركة" in page.locator("li.hit").first.inner_text()


def test_11_a_list_of_citations(open_page: Open, served: khabar.Index) -> None:
    page = open_page("/?q=النفط")
    ris = downloaded(page, page.locator(".formats a", has_text=re.compile("^RIS$")))
    assert ris.count("TY  - NEWS") == ris.count("ER  - ") == served.search("النفط", match="all").total
    items = json.loads(downloaded(page, page.locator(".formats a", has_text="CSL-JSON")))
    assert items[0]["type"] == "article-newspaper"
    with opened(page):
        page.locator("a.go").first.click()
    page.wait_for_url("**/article/**")
    assert page.locator("h1").inner_text() in page.locator("#citation").inner_text()
    one = downloaded(page, page.locator(".formats a", has_text=re.compile("^RIS$")))
    assert one.count("TY  - NEWS") == 1


def test_12_all_results_in_a_spreadsheet(open_page: Open, served: khabar.Index) -> None:
    page = open_page("/?q=في&sort=newest")
    table = downloaded(page, page.locator(".formats a", has_text="CSV"))
    rows = list(csv.DictReader(io.StringIO(table)))
    # All of them, not the page of ten.
    assert len(rows) == served.search("في", sort="newest").total > 10
    assert rows[0]["rank"] == "1" and rows[0]["title"]


def test_13_follow_a_topic(open_page: Open, served: khabar.Index) -> None:
    page = open_page("/?q=النفط")
    assert page.locator("link[type='application/atom+xml']").count() == 1
    page.locator("form.save input[name=name]").fill("نفط المنطقة")
    with opened(page):
        page.locator("form.save button").click()
    page.wait_for_url("**/alerts")
    alert = page.locator("section.alert", has_text="نفط المنطقة")
    assert "لا جديد" in alert.inner_text()
    served.add(
        khabar.Article("new-oil", "النفط يرتفع في آخر التعاملات", "ارتفع النفط اليوم.", "وكالة الوادي")
    )
    page.reload()
    assert "مقال جديد واحد" in alert.inner_text()
    with opened(page):
        alert.locator("button", has_text="علّمه مقروءًا").click()
    page.wait_for_url("**/alerts")
    assert "لا جديد" in page.locator("section.alert", has_text="نفط المنطقة").inner_text()
    with opened(page):
        page.locator("section.alert", has_text="نفط المنطقة").locator("button", has_text="أزل").click()
    page.wait_for_url("**/alerts")
    assert page.locator("section.alert").count() == 0
    served.remove("new-oil")


def test_14_a_shortlist_with_notes(open_page: Open) -> None:
    page = open_page("/?q=هدنة")
    title = titles(page)[0]
    page.locator("#q").evaluate("element => element.blur()")
    page.keyboard.press("j")
    page.keyboard.press("s")
    page.locator("li.hit.here button[aria-pressed=true]").wait_for()
    with opened(page):
        page.keyboard.press("Enter")
    page.wait_for_url("**/article/**")
    assert page.locator("form.star button").get_attribute("aria-pressed") == "true"
    page.locator("textarea[name=text]").fill("يُتصل بالمراسل\nقبل <b>الخميس</b>")
    with opened(page):
        page.locator("button", has_text="احفظ الملاحظة").click()
    page.locator("input[name=name]").fill("ملف الهدنة")
    with opened(page):
        page.get_by_role("button", name="أضف", exact=True).click()
    page.goto("/desk")
    text = page.locator("main").inner_text()
    assert text.count(title) == 3
    assert "قبل <b>الخميس</b>" in text and "ملف الهدنة" in text
    lines = downloaded(page, page.locator("a[href^='/desk/export?format=jsonl']")).splitlines()
    assert {json.loads(line)["kind"] for line in lines} >= {"star", "note", "list", "entry"}
    with opened(page):
        page.locator("button", has_text="أزل النجمة").first.click()
    assert page.locator("#stars-heading ~ ul li").count() == 0


def test_15_a_list_of_names(open_page: Open, tmp_path: Path) -> None:
    page = open_page("/lists")
    page.locator("textarea[name=names]").fill("طارق الهاشل\nاسم لا وجود له\nعبدالله بوحليقة")
    page.locator("button[value=page]").click()
    page.locator("tbody tr").first.wait_for()
    rows = page.locator("tbody tr").all_inner_texts()
    assert len(rows) == 3
    assert re.search(r"\b0\b", rows[1]) and not re.search(r"\b0\b", rows[0])
    table = downloaded(page, page.locator("button[value=csv]"))
    assert len(list(csv.DictReader(io.StringIO(table)))) == 3
    file = tmp_path / "names.csv"
    file.write_text("الاسم,المنصب\nطارق الهاشل,أمين\n", encoding="utf-8")
    page.goto("/lists")
    page.locator("input[type=file]").set_input_files(file)
    page.locator("button[value=page]").click()
    page.locator("tbody tr").first.wait_for()
    assert page.locator("tbody tr").count() == 1
