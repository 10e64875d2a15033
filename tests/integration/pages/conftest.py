"""Fixtures: one browser and one NAS of each DSM for all tests of a worker, empty at the start of each test."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from spkcore.package.project import Package
from tests.integration.nasbench.nas import Options, running_nas
from tests.integration.pages.dsm import ADMINISTRATOR, Dsm
from tests.integration.pages.packages import built
from tests.integration.pages.webserver import WebServer, serving

if TYPE_CHECKING:
    from tests.integration.pages.browser import Browser


@dataclass
class Place:
    """A NAS with its web server, and a browser in front of it."""

    dsm: Dsm
    server: WebServer
    browser: Browser
    folder: Path

    def install(self, package: Package) -> str:
        """Build the package and put it on the NAS; its name."""
        return self.dsm.install(built(package, self.folder))

    def address(self, path: str) -> str:
        """Where the browser finds a path."""
        return self.server.address + path

    def open_desktop(self, user: str = ADMINISTRATOR) -> str:
        """Log in to DSM and see its desktop; the cookie of the session."""
        session = self.dsm.log_in(user)
        self.browser.open(self.address("/webman/index.cgi"), session)
        return session

    def open_window(self, title: str, user: str = ADMINISTRATOR) -> None:
        """Log in to DSM, click on an icon and look into its window."""
        self.open_desktop(user)
        self.browser.button(title).click()
        self.browser.enter_frame(title)


KINDS = {6: Options(dsm=6, bash=True, python=False), 7: Options(dsm=7)}
"""The shell of DSM 6 is bash."""
Nas = Callable[[int], tuple[Dsm, WebServer]]
Go = Callable[[int], Place]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser; its files go with it."""
    for program in (Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")):
        if not program.exists():
            pytest.skip(f"the pages need {program}")
    from tests.integration.pages.browser import running_browser  # selenium is not there under Wine

    with ExitStack() as stack:
        folder = tempfile.TemporaryDirectory(prefix="spk-pages-", ignore_cleanup_errors=True)
        yield stack.enter_context(running_browser(Path(stack.enter_context(folder))))


@pytest.fixture(scope="session")
def nas_of(bench_allowed: None) -> Iterator[Nas]:
    """Starts the NAS of a DSM when it is first wanted."""
    known: dict[int, tuple[Dsm, WebServer]] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="spk-pages-nas-")))

        def start(version: int) -> tuple[Dsm, WebServer]:
            if version not in known:
                nas = stack.enter_context(running_nas(folder / str(version), KINDS[version]))
                dsm = Dsm(nas, version)
                known[version] = dsm, stack.enter_context(serving(dsm))
            return known[version]

        yield start


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """The browser, as new. After the test its console is empty, and it spoke with nobody but the NAS."""
    chromium.reset()
    yield chromium
    complaints, hosts = chromium.complaints(), chromium.hosts()
    assert complaints == []
    assert {host.partition(":")[0] for host in hosts} <= {"127.0.0.1", "localhost"}


@pytest.fixture
def place(nas_of: Nas, browser: Browser, tmp_path: Path) -> Iterator[Go]:
    """Goes to an empty NAS of DSM 6 or 7, and leaves it empty."""
    used: list[Place] = []

    def go(version: int) -> Place:
        dsm, server = nas_of(version)
        server.answered.clear()
        used.append(Place(dsm, server, browser, tmp_path))
        return used[0]

    yield go
    for one in used:
        browser.driver.switch_to.default_content()
        browser.driver.get("about:blank")  # so that no page asks any more
        one.server.is_away = one.server.is_starting = False
        one.dsm.reset()
