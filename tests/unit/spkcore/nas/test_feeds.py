"""Package URLs are found in lists, logs and any text, in any encoding, each once."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spkcore.base.errors import UnreadableError
from spkcore.nas.feeds import PackageUrl, as_csv, as_text, find_urls, find_urls_in_file, matching, merge, url_of
from spkcore.nas.sessionlog import SessionLog

A = "https://a.example/spk/Tool/1.2-3/Tool-x86_64-1.2-3.spk"
B = "http://b.example/get.php?spk=Other"
MD5 = "0123456789abcdef0123456789abcdef"
LIST = {
    "packages": [
        {"package": "Tool", "version": "1.2-3", "link": A, "md5": MD5, "size": 77, "thumbnail": ["https://x/y.png"]},
        {"package": "Other", "version": "2", "link": B, "size": "88", "md5": "no md5"},
    ],
    "keyrings": ["-----BEGIN"],
}
EXPECTED = (PackageUrl(A, "Tool", "1.2-3", MD5, 77, "list"), PackageUrl(B, "Other", "2", "", 88, "list"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1"])
def test_a_package_list_gives_every_field(encoding: str) -> None:
    assert find_urls(json.dumps(LIST, ensure_ascii=False).encode(encoding), "list") == EXPECTED


def test_a_list_that_is_cut_off_gives_its_whole_entries() -> None:
    data = json.dumps(LIST).encode()
    assert find_urls(data[: data.index(b"no md5")], "list") == EXPECTED[:1]


def test_lists_one_after_the_other_and_raw_line_breaks_in_strings_are_read() -> None:
    first = b'{"package": "Tool", "link": "%s", "desc": "two\nlines"}' % A.encode()
    assert [item.package for item in find_urls(first + b"\n" + json.dumps(LIST).encode())] == ["Tool", "Other"]


def test_the_local_web_api_names_the_package_id() -> None:
    assert find_urls(json.dumps({"id": "Tool", "link": B}).encode())[0].package == "Tool"


def test_log_lines_give_package_and_url() -> None:
    line = f"2026/01/02 03:04:05\tdownload Tool {B}&x=1 Begin download\n2026/01/02 03:04:06\tdownload Tool {B}&x=1 End"
    assert find_urls(line.encode(), "log") == (PackageUrl(f"{B}&x=1", "Tool", source="log"),)


@pytest.mark.parametrize(
    "text",
    [f"see {A}, please", f'<a href="{A}">', A.replace("/", "\\/"), f"({A})", f"\xfa\xfe broken \x00 {A}\n", A.upper()],
)
def test_urls_are_found_in_any_text(text: str) -> None:
    found = find_urls(text.encode("latin-1"))
    assert [item.url.lower() for item in found] == [A.lower()]


def test_a_url_of_the_official_server_tells_package_and_version() -> None:
    assert find_urls(A.encode()) == (PackageUrl(A, "Tool", "1.2-3"),)


@pytest.mark.parametrize("text", ["", "https://x.example/picture.png", "no url", "{", "[[[[", "http://[broken.spk"])
def test_other_texts_give_nothing(text: str) -> None:
    assert find_urls(text.encode()) == ()


def test_what_is_known_of_one_url_is_joined_at_its_first_place() -> None:
    joined = merge([PackageUrl(A), PackageUrl(B), PackageUrl(A, "Tool", md5=MD5)], "here")
    assert joined == (PackageUrl(A, "Tool", md5=MD5, source="here"), PackageUrl(B, source="here"))


def test_the_url_of_a_package_prefers_its_version_and_never_takes_another_one() -> None:
    urls = [PackageUrl("1", "Tool", "1"), PackageUrl("2", "Tool", "2"), PackageUrl("log", "Tool")]
    assert url_of(urls, "Tool", "1") == "1"
    assert url_of(urls, "Tool", "3") == "log"
    assert url_of(urls[:2], "Tool", "3") == ""
    assert url_of(urls, "Other", "1") == ""


def test_a_missing_file_is_explained(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="could not be read"):
        find_urls_in_file(tmp_path / "missing")


def test_a_file_is_the_source(tmp_path: Path) -> None:
    path = tmp_path / "synoserver.enu"
    path.write_text(json.dumps(LIST), encoding="utf-8")
    assert {item.source for item in find_urls_in_file(path)} == {"synoserver.enu"}


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_survived(data: bytes) -> None:
    find_urls(b'{"link": "' + data + b'"}')


def test_a_text_full_of_brackets_takes_no_time() -> None:
    assert find_urls(b"[" * 50_000 + A.encode()) == (PackageUrl(A, "Tool", "1.2-3"),)


URLS = (
    PackageUrl("https://x.example/a.spk", "Tool", "1.0", "0" * 32, 12, "list"),
    PackageUrl("https://x.example/b.spk", "=cmd()", "2", source="a, b"),
)


def test_a_table_for_a_spreadsheet_holds_no_formula() -> None:
    header, first, second, end = as_csv(URLS).split("\r\n")
    assert header == "package,version,size,md5,url,source"
    assert first == f"Tool,1.0,12,{'0' * 32},https://x.example/a.spk,list"
    assert second == '\'=cmd(),2,,,https://x.example/b.spk,"a, b"'
    assert end == ""


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://me:se%40cret@x.example:5001/a.spk?k=1", "https://•••@x.example:5001/a.spk?k=1"),
        ("https://me:se@cret@x.example/a.spk", "https://•••@x.example/a.spk"),
        ("http://secret@x.example/a.spk", "http://•••@x.example/a.spk"),
        ("https://x.example/@scope/a.spk", "https://x.example/@scope/a.spk"),
        ("https://x.example/a.spk?mail=a@b", "https://x.example/a.spk?mail=a@b"),
    ],
)
def test_passwords_in_addresses_are_kept_for_the_download_and_never_shown(url: str, shown: str) -> None:
    [item] = find_urls(f"see {url} there".encode())
    assert (item.url, item.shown) == (url, shown)
    assert shown in as_csv([item])
    assert shown in as_text([item])
    assert "cret" not in as_csv([item]) + as_text([item])
    assert matching([item], "cret") == ()
    log = SessionLog()
    log.add(f'synowebapi url="{url}" <{url}>')
    assert log.lines[0].endswith(f'synowebapi url="{shown}" <{shown}>')


def test_text_has_one_url_in_a_line() -> None:
    assert as_text(URLS).splitlines()[0].split("\t") == ["https://x.example/a.spk", "Tool", "1.0", "12", "0" * 32]


@pytest.mark.parametrize(("words", "count"), [("", 2), ("TOOL 1.0", 1), ("x.example", 2), ("tool b.spk", 0)])
def test_words_filter(words: str, count: int) -> None:
    assert len(matching(URLS, words)) == count


@pytest.mark.parametrize(
    ("url", "arch"),
    [
        ("https://x.example/spk/Tailscale/Tailscale-x86_64-1.78.1-700078001.spk", "x86_64"),
        ("https://x.example/git.v9.f20000%5Bapollolake-avoton%5D.spk?key=1", "apollolake avoton"),
        ("https://x.example/transmission_geminilake-7.1_3.spk", "geminilake"),
        ("http://[bad", ""),
    ],
)
def test_the_name_of_the_file_tells_the_arch(url: str, arch: str) -> None:
    assert PackageUrl(url).arch == arch


def test_what_is_no_address_is_left_out() -> None:
    assert find_urls(b'[{"package": "a", "link": "http://[bad"}, {"package": "b", "link": "https:///x.spk"}]') == ()


def test_what_a_list_says_is_plain_text_on_one_line() -> None:
    entry = {"package": " To\u001b[31m\nol\u202e ", "version": "1\n" + "9" * 400, "link": A}
    found = find_urls(json.dumps(entry).encode())
    assert [(item.package, len(item.version)) for item in found] == [("To [31m ol", 200)]
    assert as_text(found).count("\n") == 1


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("https://x.example/My Tool <1>.spk ", "https://x.example/My%20Tool%20%3C1%3E.spk"),
        ("file:///etc/passwd.spk", ""),
        ("ftp://x.example/a.spk", ""),
        ("//x.example/a.spk", ""),
        ("C:\\x.spk", ""),
    ],
)
def test_links_of_lists_become_addresses_or_nothing(link: str, url: str) -> None:
    found = find_urls(json.dumps({"package": "Tool", "link": link}).encode())
    assert [item.url for item in found if item.package] == [url] * bool(url)


def test_a_link_with_a_line_break_is_no_address() -> None:
    assert all("\n" not in item.url for item in find_urls(json.dumps({"package": "T", "link": f"{A}\nx"}).encode()))


def test_long_lists_that_are_cut_off_take_no_longer_than_whole_ones() -> None:
    entries = [{"package": f"p{n}", "link": f"https://x.example/{n}.spk", "desc": "x" * 300} for n in range(6_000)]
    data = json.dumps({"packages": entries}).encode()[:-100]
    started = time.process_time()
    assert sum(bool(item.package) for item in find_urls(data)) == 5_999
    assert len(find_urls(b"[" * 900 + data)) == 6_000
    assert time.process_time() - started < 4.0
