"""The page of the tracer: made from its template, built, put on DSM 6 and 7, where it traces, and looked at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.integration.pages.conftest import Go, Place
from tests.integration.pages.dsm import ADMINISTRATOR, USER
from tests.integration.pages.packages import from_template

if TYPE_CHECKING:
    from tests.integration.pages.browser import Browser

pytestmark = pytest.mark.integration

TITLE = "Tracer & <Co>"
NAME = "SpkTracer"
URL = f"/webman/3rdparty/{NAME}/index.html"
EMPTY = "return getComputedStyle(document.getElementById('block'), '::before').content"
"""What stands in place of a step where there is none."""
TAB, ENTER = "\ue004", "\ue007"
"""Keys, as WebDriver names them."""


def installed(place: Place, *steps: str, **variables: str) -> Place:
    """The NAS with the tracer, whose scripts ran in this order."""
    template = "spk-tracer" if place.dsm.version == 7 else "spk-tracer-dsm6"
    name = place.install(from_template(template, place.folder / "tracer", display_name=TITLE))
    assert name == NAME
    known = {
        "SYNOPKG_PKGNAME": NAME,
        "SYNOPKG_PKGVER": "1.0",
        "SYNOPKG_PKGDEST": f"/volume1/@appstore/{NAME}",
        "SYNOPKG_PKGVAR": f"/volume1/@appdata/{NAME}" if place.dsm.version == 7 else "",
    }
    for step in steps:
        script, *words = step.split()
        program = f"/var/packages/{NAME}/scripts/{script}"
        place.dsm.run(program, *words, user=place.dsm.package_user, env=known | variables)
    return place


def log(nas: Place) -> Path:
    return nas.dsm.path(f"/tmp/{NAME}.log")


def titles(browser: Browser) -> list[str]:
    """The steps that are listed, without their time."""
    found = browser.script("return [...document.querySelectorAll('#steps button')].map((one) => one.firstChild.data)")
    assert isinstance(found, list)
    return found


def chosen(browser: Browser) -> str:
    """The title of the step that is shown in the list as chosen."""
    return browser.text("#steps [aria-current=true]").partition("\n")[0]


@pytest.mark.parametrize("version", [6, 7])
def test_the_steps_are_listed_and_shown(place: Go, browser: Browser, version: int) -> None:
    nas = installed(place(version), "preinst", "postinst", "start-stop-status start", SYNOPKG_ODD="<b>&amp;ü")
    nas.open_window(TITLE)
    browser.wait(lambda: titles(browser) == ["start", "postinst", "preinst"])
    assert browser.text("#note") == "3 / 3 steps"
    assert chosen(browser).startswith("start")
    browser.button_with("postinst").click()
    assert chosen(browser).startswith("postinst")
    assert "* postinst *" in browser.text("#block")
    assert 'SYNOPKG_ODD = "<b>&amp;ü"' in browser.text("#block"), "text stays text"
    assert browser.all("#block *") == []
    browser.picture(f"tracer-{version}")


def test_the_filter_finds_words_in_the_steps(place: Go, browser: Browser) -> None:
    nas = installed(place(7), "preinst", "postinst", "preuninst")
    nas.open_window(TITLE)
    browser.wait(lambda: len(titles(browser)) == 3)
    browser.click("#filter")
    browser.press("* POST")
    browser.wait(lambda: titles(browser) == ["postinst"])
    assert browser.text("#note") == "1 / 3 steps"
    browser.press(" nowhere")
    browser.wait(lambda: titles(browser) == [])
    assert browser.text("#block") == ""
    assert browser.script(EMPTY) == '"No step has these words."'


def test_refresh_shows_what_came_since(place: Go, browser: Browser) -> None:
    nas = installed(place(7))
    nas.open_window(TITLE)
    browser.wait_text("#note", "Nothing was written down yet.")
    assert "appears here" in str(browser.script(EMPTY))
    browser.picture("tracer-empty")
    program = f"/var/packages/{NAME}/scripts/postinst"
    nas.dsm.run(program, user=nas.dsm.package_user, env={"SYNOPKG_PKGDEST": "/tmp"})
    browser.button("Refresh").click()
    browser.wait(lambda: titles(browser) == ["postinst"])


def test_the_log_is_saved_as_a_file(place: Go, browser: Browser) -> None:
    nas = installed(place(7), "postinst")
    browser.save_downloads(nas.folder)
    nas.open_window(TITLE)
    browser.button("Download").click()
    saved = nas.folder / f"{NAME}.log"
    browser.wait(lambda: saved.exists() and saved.read_bytes() == log(nas).read_bytes())
    assert titles(browser) == ["postinst"], "the page stays"


@pytest.mark.parametrize("version", [6, 7])
def test_clear_asks_first(place: Go, browser: Browser, version: int) -> None:
    nas = installed(place(version), "postinst")
    nas.dsm.protect()
    nas.open_window(TITLE)
    browser.wait(lambda: titles(browser) == ["postinst"])
    browser.button("Clear").click()
    assert browser.question() == "Delete everything that was written down?"
    browser.reply(yes=False)
    assert titles(browser) == ["postinst"]
    assert log(nas).stat().st_size > 0
    browser.button("Clear").click()
    browser.question()
    browser.reply(yes=True)
    browser.wait_text("#note", "Nothing was written down yet.")
    assert titles(browser) == []
    assert log(nas).stat().st_size == 0


@pytest.mark.parametrize(
    ("user", "said"),
    [("", "Log in to DSM first."), (USER, "Only administrators may read the log.")],
    ids=["nobody", "user"],
)
def test_others_see_nothing(place: Go, browser: Browser, user: str, said: str) -> None:
    nas = installed(place(7), "postinst")
    browser.expected += ["403"]
    browser.open(nas.address(URL), nas.dsm.log_in(user) if user else "none")
    browser.wait_text("#note", said)
    browser.button("Clear").click()
    browser.question()
    browser.reply(yes=True)
    browser.button("Refresh").click()
    browser.wait(lambda: sum("log.cgi" in address for address in nas.server.answered) >= 3)
    assert (titles(browser), browser.text("#block"), browser.script(EMPTY)) == ([], "", '""')
    assert log(nas).stat().st_size > 0
    browser.picture("tracer-refused")


def test_a_tab_of_its_own_needs_no_token_of_the_desktop(place: Go, browser: Browser) -> None:
    nas = installed(place(7), "postinst")
    nas.dsm.protect()
    browser.open(nas.address(URL), nas.dsm.log_in(ADMINISTRATOR))
    browser.wait(lambda: titles(browser) == ["postinst"])


def test_a_nas_that_is_away_leaves_what_was_shown(place: Go, browser: Browser) -> None:
    nas = installed(place(7), "postinst")
    browser.expected += ["net::ERR_EMPTY_RESPONSE"]
    nas.open_window(TITLE)
    browser.wait(lambda: titles(browser) == ["postinst"])
    nas.server.is_away = True
    browser.button("Refresh").click()
    browser.wait_text("#note", "The NAS does not answer.")
    assert titles(browser) == ["postinst"]


def test_it_can_be_read_in_the_dark_and_in_a_narrow_window(place: Go, browser: Browser) -> None:
    nas = installed(place(7), "preinst", "postinst", SYNOPKG_LONG="long" * 300)
    nas.open_desktop()
    browser.open(nas.address(URL))
    browser.wait(lambda: len(titles(browser)) == 2)
    for dark in (False, True):
        browser.turn_dark(dark=dark)
        assert browser.poor_contrasts() == []
        browser.resize(1100, 700)
        browser.picture(f"tracer-{'dark' if dark else 'light'}")
        browser.resize(320, 500)
        assert not browser.is_too_wide()
        widths = [browser.all(one)[0].rect["width"] for one in ("nav", "#block")]
        assert min(widths) > 300, "one above the other"
        browser.picture(f"tracer-{'dark' if dark else 'light'}-narrow")
    assert browser.script("return getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"


def test_it_works_by_keyboard_and_speaks(place: Go, browser: Browser) -> None:
    nas = installed(place(7), "preinst", "postinst")
    nas.open_desktop()
    browser.open(nas.address(URL))
    browser.wait(lambda: len(titles(browser)) == 2)
    seen = []
    for _ in range(7):
        browser.press(TAB)
        seen.append((browser.focused.aria_role, browser.focused.accessible_name.partition(" ")[0]))
    roles = ["button", "link", "button", "searchbox", "button", "button", "region"]
    assert [role for role, _name in seen] == roles
    assert [name for _role, name in seen] == ["Refresh", "Download", "Clear", "Filter", "postinst", "preinst", "Step"]
    browser.go_back()
    browser.press(ENTER)
    assert chosen(browser).startswith("preinst")


@pytest.mark.parametrize(
    ("language", "button"), [("de-DE", "Aktualisieren"), ("fr-FR", "Actualiser"), ("ja", "Refresh")]
)
def test_it_speaks_the_language_of_the_browser(place: Go, browser: Browser, language: str, button: str) -> None:
    nas = installed(place(7))
    nas.open_desktop()
    browser.speak(language)
    browser.open(nas.address(URL))
    browser.button(button)
    assert browser.script("return document.documentElement.lang") == {"ja": "en"}.get(language, language[:2])
