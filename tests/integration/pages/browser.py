"""A real Chromium without a window: what a person does with a page and sees of it, and what the browser tells."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from selenium.common.exceptions import NoAlertPresentException
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

CHROMIUM, DRIVER = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")
_SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
    "--lang=en-US",
    "--window-size=1200,800",
)
_CONTRAST = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")
_T = TypeVar("_T")


class Browser:
    """One browser for many tests; `reset` makes it as new. `expected` are parts of messages that a test provokes."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver
        self.expected: list[str] = []

    # What a person does

    def open(self, address: str, session: str = "") -> None:
        """Go to a page, logged in to DSM by a session's cookie."""
        if session:
            self.log_in(address, session)
        self.driver.get(address)

    def log_in(self, address: str, session: str) -> None:
        """Have the cookie of a session; none for an empty one."""
        self._tell("Network.clearBrowserCookies")
        if session:
            self._tell("Network.setCookie", name="id", value=session, url=address, httpOnly=True)

    def enter_frame(self, title: str) -> None:
        """Look into the window of the DSM desktop that has this title."""
        self.driver.switch_to.default_content()
        self.driver.switch_to.frame(self.wait(lambda: self.found(f'iframe[title="{title}"]')))
        self.wait(lambda: self.script("return document.readyState") == "complete")

    def click(self, selector: str) -> None:
        """Click on a thing once it is there."""
        self.wait(lambda: self.found(selector)).click()

    def button(self, text: str) -> WebElement:
        """The button or link with this text that is to be seen; waits for it."""
        return self.wait(lambda: self._button(text))

    def _button(self, text: str) -> WebElement | None:
        found = self.driver.find_elements(By.CSS_SELECTOR, "button, a")
        return next((one for one in found if one.is_displayed() and one.accessible_name == text), None)

    def button_with(self, text: str) -> WebElement:
        """The button that has this in its text; waits for it."""
        return self.wait(lambda: next((one for one in self.all("button") if text in one.text), None))

    def question(self) -> str:
        """What the page asks in a box of the browser; waits for it."""
        return self.wait(self._question)

    def _question(self) -> str | None:
        try:
            return self.driver.switch_to.alert.text
        except NoAlertPresentException:
            return None

    def reply(self, *, yes: bool) -> None:
        """Answer it."""
        box = self.driver.switch_to.alert
        box.accept() if yes else box.dismiss()

    def press(self, *keys: str) -> None:
        """Press keys, whatever has the focus."""
        ActionChains(self.driver, duration=0).send_keys(*keys).perform()

    def go_back(self) -> None:
        """Press Shift+Tab."""
        ActionChains(self.driver, duration=0).key_down(Keys.SHIFT).send_keys(Keys.TAB).key_up(Keys.SHIFT).perform()

    @property
    def focused(self) -> WebElement:
        """What has the focus."""
        return self.driver.switch_to.active_element

    # What a person sees

    def found(self, selector: str) -> WebElement | None:
        """The first such thing."""
        return next(iter(self.driver.find_elements(By.CSS_SELECTOR, selector)), None)

    def all(self, selector: str) -> list[WebElement]:
        """All such things."""
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def text(self, selector: str) -> str:
        """The text of a thing as it is in the page, with its spaces; nothing where there is no such thing."""
        return str(self.script("return (document.querySelector(arguments[0]) || {}).textContent || ''", selector))

    def wait(self, condition: Callable[[], _T | None], seconds: float = 60.0) -> _T:
        """What `condition` gives as soon as it gives something."""
        deadline = time.monotonic() + seconds
        while not (value := condition()):
            assert time.monotonic() < deadline, f"never came; the page says: {self.text('body')[-2000:]}"
            time.sleep(0.02)  # looked at again, not relied on
        return value

    def wait_text(self, selector: str, text: str) -> None:
        """Return as soon as a thing has this in its text."""
        code = "return (document.querySelector(arguments[0]) || {textContent: ''}).textContent.includes(arguments[1])"
        self.wait(lambda: self.script(code, selector, text))

    def poor_contrasts(self) -> list[str]:
        """Texts that are hard to read, with their contrast."""
        found = self.script(_CONTRAST)
        assert isinstance(found, list)
        return [str(one) for one in found]

    def is_too_wide(self) -> bool:
        """Whether one would have to scroll sideways."""
        return bool(self.script("return document.documentElement.scrollWidth > innerWidth"))

    def script(self, text: str, *words: object) -> object:
        """What JavaScript in the page gives."""
        return self.driver.execute_script(text, *words)

    # How the page is looked at

    def turn_dark(self, *, dark: bool = True) -> None:
        """Have the system's dark colours, or the light ones."""
        value = "dark" if dark else "light"
        self._tell("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": value}])

    def resize(self, width: int, height: int) -> None:
        """Have a window of this size, in CSS pixels."""
        self._tell("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def speak(self, language: str) -> None:
        """Be the browser of somebody who reads `language`, such as de-DE; from the next page on."""
        agent = self.script("return navigator.userAgent")
        self._tell("Emulation.setUserAgentOverride", userAgent=agent, acceptLanguage=language)

    def save_downloads(self, folder: Path) -> None:
        """Save files there without a question."""
        self._tell("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))

    def picture(self, name: str) -> None:
        """Save what is to be seen below the folder SPK_PAGE_PICTURES, for people who want to look at the pages."""
        folder = os.environ.get("SPK_PAGE_PICTURES")
        if folder:
            (Path(folder) / f"{name}.png").write_bytes(self.driver.get_screenshot_as_png())

    # What the browser tells

    def complaints(self) -> list[str]:
        """What it wrote to its console since the last time, without what a test expects."""
        said = [str(line["message"]) for line in self.driver.get_log("browser")]  # type: ignore[no-untyped-call]  # see script
        return [line for line in said if not any(part in line for part in self.expected)]

    def hosts(self) -> set[str]:
        """Where it sent requests to since the last time."""
        lines = self.driver.get_log("performance")  # type: ignore[no-untyped-call]  # see script
        messages = [json.loads(line["message"])["message"] for line in lines]
        sent = [one["params"]["request"]["url"] for one in messages if one["method"] == "Network.requestWillBeSent"]
        return {urlsplit(url).netloc for url in sent if not url.startswith(("data:", "about:"))}

    def reset(self) -> None:
        """Be as new: one empty page, no cookies, light colours, the usual size."""
        self.driver.switch_to.default_content()
        first, *others = self.driver.window_handles
        for other in others:
            self.driver.switch_to.window(other)
            self.driver.close()
        self.driver.switch_to.window(first)
        self.driver.get("about:blank")
        self._tell("Network.clearBrowserCookies")
        self._tell("Emulation.clearDeviceMetricsOverride")
        self._tell("Emulation.setUserAgentOverride", userAgent="")
        self.turn_dark(dark=False)
        self.expected.clear()
        self.complaints()
        self.hosts()

    def _tell(self, command: str, **words: object) -> None:
        self.driver.execute_cdp_cmd(command, words)


@contextmanager
def running_browser(folder: Path) -> Iterator[Browser]:
    """Chromium with all its files below `folder`."""
    options = ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for switch in (*_SWITCHES, f"--user-data-dir={folder / 'profile'}"):
        options.add_argument(switch)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    own = {"HOME": str(folder), "TMPDIR": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_CACHE_HOME": str(folder)}
    driver = Chrome(options=options, service=Service(str(DRIVER), env={**os.environ, **own}))
    try:
        yield Browser(driver)
    finally:
        driver.quit()
