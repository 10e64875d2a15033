"""Pages that only show something: of the templates, of the desktop editor and of the help editor."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.integration.pages.conftest import Go, Place
from tests.integration.pages.packages import from_template, with_entry, with_help

if TYPE_CHECKING:
    from tests.integration.pages.browser import Browser

pytestmark = pytest.mark.integration

NAME = "Tom & <Jerry> 'n' co"
WORDS = "A <b>bold</b> & long description. " + "Long" * 100


def page_of_the_desktop_editor(place: Place) -> str:
    place.install(with_entry(place.dsm.version, "page", NAME, place.folder / "demo"))
    return "/webman/3rdparty/demo/tom-jerry-n-co/index.html"


def web_application(place: Place) -> str:
    name = place.install(from_template("web-application", place.folder / "app", display_name=NAME, description=WORDS))
    return f"/webman/3rdparty/{name}/index.html"


def web_site(place: Place) -> str:
    """Web Station shows a copy of the folder web."""
    name = place.install(from_template("web-site", place.folder / "site", display_name=NAME, description=WORDS))
    place.dsm.shown["/site/"] = f"/volume1/@appstore/{name}/web"
    return "/site/"


def service(place: Place) -> str:
    """The page of the service, shown by another server than its own."""
    name = place.install(from_template("service", place.folder / "service", display_name=NAME, description=WORDS))
    place.dsm.shown["/www/"] = f"/volume1/@appstore/{name}/www"
    return "/www/"


def help_page(place: Place) -> str:
    place.install(with_help(place.folder / "help", "tom_and_co.html"))
    return "/webman/3rdparty/demo/help/enu/tom_and_co.html"


PAGES = {
    page_of_the_desktop_editor: NAME,
    web_application: NAME,
    web_site: NAME,
    service: f"{NAME} is running",
    help_page: "Tom and co",
}


@pytest.mark.parametrize(("page", "heading"), PAGES.items(), ids=[page.__name__ for page in PAGES])
def test_the_page_shows_its_texts_and_can_be_read(
    place: Go, browser: Browser, page: Callable[[Place], str], heading: str
) -> None:
    nas = place(7)
    browser.open(nas.address(page(nas)))
    assert browser.text("h1") == heading
    assert str(browser.script("return document.title")) in heading
    assert browser.script("return document.documentElement.lang") == "en"
    if page in {web_application, web_site, service}:
        assert WORDS in browser.text("body"), "text stays text"
    assert browser.script("return [...document.images].every((one) => one.naturalWidth > 0)")
    for dark in (False, True):
        browser.turn_dark(dark=dark)
        assert browser.poor_contrasts() == []
        browser.resize(800, 500)
        browser.picture(f"{page.__name__}-{'dark' if dark else 'light'}")
        browser.resize(320, 480)
        assert not browser.is_too_wide()
    browser.picture(f"{page.__name__}-narrow")


@pytest.mark.parametrize("version", [6, 7])
def test_an_entry_opens_its_page_in_a_tab(place: Go, browser: Browser, version: int) -> None:
    nas = place(version)
    page_of_the_desktop_editor(nas)
    nas.open_desktop()
    browser.button(NAME).click()
    browser.wait(lambda: len(browser.driver.window_handles) == 2)
    browser.driver.switch_to.window(browser.driver.window_handles[1])
    browser.wait(lambda: browser.text("h1") == NAME)


def test_the_service_serves_its_page_and_tells_that_it_lives(place: Go, browser: Browser) -> None:
    nas = place(7)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    package = from_template("service", nas.folder / "service", display_name=NAME, port=str(port))
    name = nas.install(package)
    places = {"SYNOPKG_PKGDEST": f"/volume1/@appstore/{name}", "SYNOPKG_PKGVAR": f"/volume1/@appdata/{name}"}
    nas.dsm.run(f"/var/packages/{name}/scripts/start-stop-status", "start", user=nas.dsm.package_user, env=places)
    browser.expected += ["favicon.ico"]
    browser.open(f"http://127.0.0.1:{port}/")
    assert browser.text("h1") == f"{NAME} is running"
    browser.open(f"http://127.0.0.1:{port}/health")
    assert '"state": "running"' in browser.text("body")
