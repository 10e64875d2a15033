"""The page that runs a script: made by the desktop editor, built, put on DSM 6 and 7, and used by people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.pages.conftest import Go, Place
from tests.integration.pages.dsm import ADMINISTRATOR, PACKAGE_USER, USER
from tests.integration.pages.packages import with_entry, write

if TYPE_CHECKING:
    from tests.integration.pages.browser import Browser

pytestmark = pytest.mark.integration

TITLE = "Tidy <up> & more"
FOLDER = "tidy-up-more"
URL = f"/webman/3rdparty/demo/{FOLDER}/index.html"
CGI = f"/webman/3rdparty/demo/{FOLDER}/run.cgi"
REFUSALS = [("", "Log in to DSM first."), (USER, "Only administrators may run this.")]
TAB, ENTER, HOME = "\ue004", "\ue007", "\ue011"
"""Keys, as WebDriver names them."""
GATE = 'gate() { until [ -e "/tmp/$1" ]; do sleep 0.02; done; }\n'
"""A script with this waits until the test opens a gate."""


def installed(place: Place, script: str) -> Place:
    """The NAS with a package whose page runs `script`."""
    package = with_entry(place.dsm.version, "script", TITLE, place.folder / "demo")
    write(package, {f"package/ui/{FOLDER}/script.sh": f"#!/bin/sh\n{script}"})
    place.install(package)
    return place


def open_gate(place: Place, name: str) -> None:
    place.dsm.write(f"/tmp/{name}", "")


def starts(nas: Place) -> int:
    """How often a script was started by a button."""
    return sum("start=1" in address for address in nas.server.answered)


def is_running(nas: Place, words: str) -> bool:
    """Whether a command with these words runs on the NAS."""
    return any(words in line for line in nas.dsm.nas.processes().values())


def run_to_its_end(nas: Place) -> str:
    """Press Run; what the page says at the end."""
    before = starts(nas)
    nas.browser.button("Run").click()
    nas.browser.wait(lambda: starts(nas) > before and not nas.browser.found("#run[aria-disabled]"))
    return nas.browser.text("#state")


def ask(browser: Browser, query: str, method: str = "GET", **headers: str) -> tuple[int, str]:
    """Ask the CGI program from a page of DSM, in another way than its button does; status and text."""
    code = """const [address, method, headers, done] = arguments;
    fetch(address, {method, headers}).then((reply) => reply.text().then((text) => done([reply.status, text])));"""
    browser.driver.set_script_timeout(30)
    status, text = browser.driver.execute_async_script(code, f"{CGI}?{query}", method, headers)
    return int(status), str(text)


# Running


@pytest.mark.parametrize("version", [6, 7])
def test_each_line_appears_as_it_comes(place: Go, browser: Browser, version: int) -> None:
    nas = installed(place(version), GATE + 'echo "I am $(id -u)"\ngate one\nprintf "half "\ngate two\necho line\n')
    nas.open_window(TITLE)
    assert browser.text("h1") == TITLE
    browser.wait_text("#state", "Not run yet.")
    browser.picture(f"script-{version}-before")
    assert browser.found("#stop:not([hidden])") is None
    browser.button("Run").click()
    me = PACKAGE_USER if version == 7 else 0
    browser.wait(lambda: browser.text("#output") == f"I am {me}\n")
    assert browser.text("#state").startswith("Running. Started ")
    open_gate(nas, "one")
    browser.wait(lambda: browser.text("#output") == f"I am {me}\nhalf ")
    browser.picture(f"script-{version}-running")
    open_gate(nas, "two")
    browser.wait_text("#state", "Done.")
    assert browser.text("#output") == f"I am {me}\nhalf line\n"
    assert browser.found("#stop:not([hidden])") is None
    browser.picture(f"script-{version}-done")


def test_the_script_that_comes_with_the_page(place: Go, browser: Browser) -> None:
    nas = place(7)
    nas.install(with_entry(7, "script", TITLE, nas.folder / "demo"))
    nas.open_window(TITLE)
    assert run_to_its_end(nas).startswith("Done.")
    lines = browser.text("#output").splitlines()
    assert lines[0].endswith(", as sc-package.")
    assert lines[1:] == ["Step 1 …", "Step 2 …", "Step 3 …", "Done."]


def test_a_script_that_fails_says_so_with_its_errors(place: Go, browser: Browser) -> None:
    nas = installed(place(7), "echo first\ncat /nowhere\nexit 3\n")
    nas.open_window(TITLE)
    assert run_to_its_end(nas).startswith("Ended with code 3. Started ")
    assert "first\ncat: /nowhere: No such file" in browser.text("#output")
    browser.picture("script-failed")
    for dark in (False, True):
        browser.turn_dark(dark=dark)
        assert browser.poor_contrasts() == []


def test_a_script_that_cannot_start_says_why(place: Go, browser: Browser) -> None:
    nas = installed(place(6), "")
    nas.dsm.write(f"/volume1/@appstore/demo/ui/{FOLDER}/script.sh", "#!/bin/nowhere\n")
    nas.open_window(TITLE)
    assert run_to_its_end(nas).startswith("Ended with code 12")
    assert "script.sh" in browser.text("#output")


def test_output_is_text_whatever_it_holds(place: Go, browser: Browser) -> None:
    """Markup stays text, a letter in two halves becomes one, and bytes that are no letters do no harm."""
    script = "printf '<script>document.title=1</script> <b>&amp; &lt;\\n'\nprintf 'gr\\303'\ngate one\n"
    nas = installed(place(7), GATE + script + "printf '\\274n \\360\\237\\230\\200 \\377.\\n'\n")
    nas.open_window(TITLE)
    browser.button("Run").click()
    browser.wait_text("#output", "gr")
    open_gate(nas, "one")
    browser.wait_text("#state", "Done.")
    assert browser.text("#output") == "<script>document.title=1</script> <b>&amp; &lt;\ngrün 😀 \ufffd.\n"
    assert browser.all("#output script, #output b") == []
    assert browser.script("return document.title") == TITLE


def test_a_script_that_prints_nothing(place: Go, browser: Browser) -> None:
    nas = installed(place(7), GATE + "gate one\n")
    nas.open_window(TITLE)
    empty = "return getComputedStyle(document.getElementById('output'), '::before').content"
    browser.wait(lambda: "Press Run" in str(browser.script(empty)))
    browser.button("Run").click()
    browser.wait(lambda: "Nothing printed yet." in str(browser.script(empty)))
    open_gate(nas, "one")
    browser.wait(lambda: "The script printed nothing." in str(browser.script(empty)))


# Much output


def test_the_newest_line_is_in_view_unless_somebody_reads_further_up(place: Go, browser: Browser) -> None:
    nas = installed(place(7), GATE + "seq 1 500\ngate one\nseq 501 600\ngate two\nseq 601 700\n")
    nas.open_window(TITLE)
    place_of = "const o = document.getElementById('output'); return o.scrollHeight - o.clientHeight - o.scrollTop"
    browser.button("Run").click()
    browser.wait_text("#output", "\n500\n")
    assert float(str(browser.script(place_of))) < 2
    browser.script("document.getElementById('output').scrollTop = 50")
    open_gate(nas, "one")
    browser.wait_text("#output", "\n600\n")
    assert browser.script("return document.getElementById('output').scrollTop") == 50
    browser.script("document.getElementById('output').scrollTop = 1000000")
    open_gate(nas, "two")
    browser.wait_text("#output", "\n700\n")
    assert float(str(browser.script(place_of))) < 2


def test_of_very_much_output_the_end_is_shown(place: Go, browser: Browser) -> None:
    many, names = "seq -f 'Line %.0f grün' 1 30000", ("one", "two", "three")
    nas = installed(place(7), GATE + "".join(f"{many}\necho {name}\ngate {name}\n" for name in names))
    nas.open_window(TITLE)
    browser.button("Run").click()
    for name in names:
        browser.wait_text("#output", f"\n{name}\n")
        open_gate(nas, name)
    browser.wait_text("#state", "Done.")
    assert 900_000 < len(browser.text("#output")) < 1_100_000
    assert browser.found("#gap:not([hidden])")
    nas.open_window(TITLE)
    browser.wait_text("#state", "Done.")
    text = browser.text("#output")
    assert text.startswith("Line "), "a whole line comes first"
    assert text.endswith("Line 30000 grün\nthree\n")
    assert 490_000 < len(text.encode()) <= 500_000
    copied = browser.script(
        "getSelection().selectAllChildren(document.querySelector('pre')); return getSelection() + ''"
    )
    assert str(copied).rstrip("\n") == text.rstrip("\n"), "people copy what they see"
    assert browser.text("#gap") == "Only the last part is shown."
    assert browser.found("#gap:not([hidden])")


# Again, elsewhere, and no more


def test_a_page_that_is_opened_again_goes_on_with_the_run(place: Go, browser: Browser) -> None:
    nas = installed(place(7), GATE + "echo $$ >> /tmp/runs\necho one\ngate one\necho two\n")
    nas.open_window(TITLE)
    browser.button("Run").click()
    browser.wait_text("#output", "one\n")
    nas.open_window(TITLE)
    browser.wait_text("#state", "Running.")
    assert browser.text("#output") == "one\n"
    assert browser.found("#run[aria-disabled=true]")
    browser.script("document.getElementById('run').click()")
    ask(browser, "start=1", "POST", **{"X-Requested-With": "run"})
    open_gate(nas, "one")
    browser.wait_text("#state", "Done.")
    assert browser.text("#output") == "one\ntwo\n"
    assert len(nas.dsm.path("/tmp/runs").read_text(encoding="utf-8").split()) == 1


def test_a_second_run_begins_with_an_empty_page(place: Go, browser: Browser) -> None:
    nas = installed(place(7), '[ -e /tmp/second ] && echo again && exit 1\necho "once"\n')
    nas.open_window(TITLE)
    assert run_to_its_end(nas).startswith("Done.")
    assert browser.text("#output") == "once\n"
    open_gate(nas, "second")
    assert run_to_its_end(nas).startswith("Ended with code 1.")
    assert browser.text("#output") == "again\n"
    left = nas.dsm.path(f"/volume1/@appdata/demo/run-{FOLDER}")
    assert sorted(file.name for file in left.iterdir()) == ["2.output", "2.pid", "2.status"]


@pytest.mark.parametrize("version", [6, 7])
def test_stop_ends_the_script_and_all_that_it_started(place: Go, browser: Browser, version: int) -> None:
    nas = installed(place(version), "echo on\n( sleep 1000 & sleep 1001 ) | cat\n")
    nas.open_window(TITLE)
    browser.button("Run").click()
    browser.wait(lambda: all(is_running(nas, sleep) for sleep in ("sleep 1000", "sleep 1001")))
    browser.button("Stop").click()
    browser.wait_text("#state", "Stopped. Started ")
    assert browser.found("#stop:not([hidden])") is None
    assert browser.text("#output").startswith("on\n")
    browser.wait(lambda: not is_running(nas, "sleep 100"))
    browser.picture(f"script-{version}-stopped")


def test_a_stubborn_script_ends_when_it_is_stopped_again(place: Go, browser: Browser) -> None:
    nas = installed(place(7), "trap 'echo no' TERM\necho ready\nwhile :; do sleep 0.05; done\n")
    nas.open_window(TITLE)
    browser.button("Run").click()
    browser.wait_text("#output", "ready\n")
    browser.button("Stop").click()
    browser.wait_text("#output", "no\n")
    assert browser.text("#state") == "Stopping…"
    browser.button("Stop now").click()
    browser.wait_text("#state", "Stopped.")
    browser.wait(lambda: not is_running(nas, "script.sh"))


def test_a_run_that_a_power_cut_ended_is_told_and_can_be_repeated(place: Go, browser: Browser) -> None:
    nas = installed(place(6), "echo here\n[ -e /tmp/second ] || sleep 1000\n")
    nas.open_window(TITLE)
    browser.button("Run").click()
    browser.wait_text("#output", "here")
    _since, pid, _moment = nas.dsm.path(f"/tmp/demo-0/run-{FOLDER}/1.pid").read_text(encoding="utf-8").split()
    nas.dsm.run("/bin/kill", "-KILL", pid)
    browser.wait_text("#state", "It did not come to its end.")
    open_gate(nas, "second")
    assert run_to_its_end(nas).startswith("Done.")


@pytest.mark.parametrize("trouble", ["is_away", "is_starting"])
def test_a_nas_that_goes_away_for_a_while(place: Go, browser: Browser, trouble: str) -> None:
    nas = installed(place(7), GATE + "echo one\ngate one\necho two\n")
    browser.expected += ["net::ERR_EMPTY_RESPONSE", "502"]
    nas.open_window(TITLE)
    browser.button("Run").click()
    browser.wait_text("#output", "one")
    setattr(nas.server, trouble, True)
    browser.wait_text("#state", "The NAS does not answer. Trying again…")
    browser.picture("script-away")
    open_gate(nas, "one")
    setattr(nas.server, trouble, False)
    browser.wait_text("#state", "Done.")
    assert browser.text("#output") == "one\ntwo\n"


# Who may


@pytest.mark.parametrize("version", [6, 7])
@pytest.mark.parametrize(("user", "said"), REFUSALS, ids=["nobody", "user"])
def test_others_are_refused(place: Go, browser: Browser, version: int, user: str, said: str) -> None:
    nas = installed(place(version), "touch /tmp/ran\n")
    browser.expected += ["403"]
    session = nas.dsm.log_in(user) if user else "none"
    browser.open(nas.address("/webman/index.cgi"), session)
    assert browser.all("nav button") == [], "the icon is for administrators"
    browser.open(nas.address(URL), session)
    browser.wait_text("#state", said)
    browser.button("Run").click()
    browser.picture(f"script-refused-{user}")
    for query, method in (("from=0", "GET"), ("start=1", "POST"), ("stop=1", "POST")):
        status, text = ask(browser, query, method, **{"X-Requested-With": "run"})
        assert (status, text) == (403, f"{said}\n")
    assert not nas.dsm.path("/tmp/ran").exists()


def test_requests_that_the_button_did_not_send_start_nothing(place: Go, browser: Browser) -> None:
    nas = installed(place(7), "touch /tmp/ran\n")
    browser.expected += ["405"]
    nas.open_window(TITLE)
    for query in ("start=1", "stop=1"):
        assert ask(browser, query, "POST")[0] == 405
        assert ask(browser, query, **{"X-Requested-With": "run"})[0] == 405
    # A page of another site, whose form the browser sends with the cookie of DSM.
    browser.open(nas.address("/webman/index.cgi").replace("127.0.0.1", "localhost"))
    form = f'<form method="post" action="{nas.address(CGI)}?start=1"></form>'
    browser.script("document.body.innerHTML = arguments[0]; document.forms[0].submit()", form)
    browser.wait(lambda: browser.driver.current_url.startswith(nas.address(CGI)))
    browser.wait_text("body", "Use the button.")
    assert not nas.dsm.path("/tmp/ran").exists()


@pytest.mark.parametrize("version", [6, 7])
def test_dsm_may_want_its_token(place: Go, browser: Browser, version: int) -> None:
    """In a window of DSM the page hands it on; in a tab of its own, the program asks DSM for it."""
    nas = installed(place(version), "echo ran\n")
    nas.dsm.protect()
    nas.open_window(TITLE)
    assert run_to_its_end(nas).startswith("Done.")
    asked = [address for address in nas.server.answered if address.startswith(CGI)]
    assert asked
    assert all("&SynoToken=T%2F" in address for address in asked)
    session = nas.dsm.log_in(ADMINISTRATOR)
    browser.open(nas.address(URL), session)
    browser.wait_text("#state", "Done.")
    assert run_to_its_end(nas).startswith("Done.")
    browser.expected += ["403"]
    browser.open(nas.address(URL), nas.dsm.log_in(USER))
    browser.wait_text("#state", "Only administrators may run this.")


# How it looks and sounds


def test_it_can_be_read_in_the_dark_and_in_a_narrow_window(place: Go, browser: Browser) -> None:
    nas = installed(place(7), GATE + f"echo {'long' * 100}\ngate one\n")
    nas.open_desktop()
    browser.open(nas.address(URL))
    for step in ("before", "running"):
        if step == "running":
            browser.button("Run").click()
            browser.wait_text("#output", "long")
        for dark in (False, True):
            browser.turn_dark(dark=dark)
            assert browser.poor_contrasts() == []
            browser.resize(800, 500)
            browser.picture(f"script-{step}-{'dark' if dark else 'light'}")
            browser.resize(320, 400)
            assert not browser.is_too_wide()
            browser.picture(f"script-{step}-{'dark' if dark else 'light'}-narrow")
    background = browser.script("return getComputedStyle(document.body).backgroundColor")
    assert background != "rgb(255, 255, 255)"
    assert all(button.rect["height"] >= 24 for button in browser.all("button"))


def test_it_works_by_keyboard_and_speaks(place: Go, browser: Browser) -> None:
    nas = installed(place(7), GATE + "seq 1 200\ngate one\n")
    nas.open_desktop()
    browser.open(nas.address(URL))
    browser.wait_text("#state", "Not run yet.")
    assert [browser.all(one)[0].aria_role for one in ("#state", "#output")] == ["status", "log"]
    browser.press(TAB)
    assert (browser.focused.aria_role, browser.focused.accessible_name) == ("button", "Run")
    browser.press(TAB)
    assert (browser.focused.aria_role, browser.focused.accessible_name) == ("log", "Output")
    browser.go_back()
    browser.press(ENTER)
    browser.wait_text("#output", "\n200\n")
    assert browser.focused.accessible_name == "Run", "the focus stays"
    browser.go_back()
    assert browser.focused.accessible_name == "Stop"
    browser.press(" ")
    browser.wait_text("#state", "Stopped.")
    assert browser.focused.accessible_name == "Run", "the focus goes where it can be used"
    browser.press(TAB, HOME)
    browser.wait(lambda: browser.script("return document.getElementById('output').scrollTop") == 0)


@pytest.mark.parametrize(
    ("language", "button", "state"), [("de-DE", "Ausführen", "Fertig."), ("fr-CH", "Exécuter", "Terminé.")]
)
def test_it_speaks_the_language_of_the_browser(
    place: Go, browser: Browser, language: str, button: str, state: str
) -> None:
    nas = installed(place(7), "echo ran\n")
    nas.open_desktop()
    browser.speak(language)
    browser.open(nas.address(URL))
    browser.button(button).click()
    browser.wait_text("#state", state)
    assert browser.script("return document.documentElement.lang") == language[:2]
    browser.picture(f"script-{language}")
