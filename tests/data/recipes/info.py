"""Packages for the info rules: for each rule one that fails and one that passes."""

from __future__ import annotations

import hashlib
import io
import tarfile
from typing import cast

from tests.data.recipes.spk import Bytes, Case, case, elf, script, spk

PLAIN = """package="sample"
version="1.0-0001"
os_min_ver="7.0-40000"
displayname="Sample"
description="A small package that shows one thing."
arch="noarch"
maintainer="Jane Doe"
ctl_stop="no"
"""
WIZARD = """[{"step_title": "Folder", "items": [{"type": "textfield", "desc": "Where?",
  "subitems": [{"key": "wizard_folder", "desc": "Folder"}]}]}]
"""


def info(dsm: int = 7, **values: str | None) -> bytes:
    """The sound package with these values of INFO."""
    return spk(dsm, info=values)


def raw(old: Bytes = "", new: Bytes = "", more: Bytes = "", start: Bytes = "") -> bytes:
    """The sound package with a text of INFO replaced, and further text at its start or end."""
    text = PLAIN.encode().replace(_bytes(old), _bytes(new)) if old else PLAIN.encode()
    return spk(raw_info=_bytes(start) + text + _bytes(more))


def served(**values: str) -> bytes:
    """The sound package as a package source wants it: with the computed keys."""
    computed = {"checksum": checksum(), "extractsize": "4"}
    return spk(info=computed | values)


def checksum() -> str:
    """The MD5 of the sound package's payload."""
    with tarfile.open(fileobj=io.BytesIO(spk())) as tar:
        payload = cast("io.BufferedReader", tar.extractfile("package.tgz")).read()
    return hashlib.md5(payload, usedforsecurity=False).hexdigest()


def with_wizard(body: str) -> bytes:
    """A package that may be installed in the background, with a wizard and this postinst."""
    files = {"WIZARD_UIFILES/install_uifile": WIZARD, "scripts/postinst": script(body)}
    return spk(info={"silent_install": "yes"}, files=files)


def _bytes(text: Bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text


CASES: dict[str, Case] = {
    "I001": case(info(version="")),
    "I002": case(info(description=None)),
    "I003": case(info(package="my:sample"), info(package="my-sample")),
    "I004": case(served(package="Sample.js_v1"), served()),
    "I005": case(info(version="1.0b-0001")),
    "I006": case(info(version="1.0")),
    "I007": case(info(version="1.0-202611221630"), info(version="1.0-20261122")),
    "I008": case(info(6), dsm="7.2"),
    "I009": case(info(os_min_ver="7.1"), info(os_min_ver="7.1-42661")),
    "I010": case(served(os_min_ver="7.2.1-69057"), served(os_min_ver="7.2-69057")),
    "I011": case(info(os_min_ver="7.2-64570", os_max_ver="7.1-42661"), info(os_max_ver="7.2-79999")),
    "I012": case(info(firmware="7.1-42661"), info(firmware="7.0-40000")),
    "I013": case(info(firmware="7.0-40000", startable="no", thirdparty="yes", ctl_stop=None)),
    "I014": case(info(startable="yes"), info(startable="no")),
    "I015": case(info(offline_install="TRUE", support_move="0"), info(offline_install="yes", support_move="no")),
    "I016": case(raw('arch="noarch"', "arch = noarch", "beta='no'\n"), raw(more='beta="no"\n')),
    "I017": case(raw('maintainer="Jane Doe"', 'maintainer="Jane\nDoe"\nbeta="no')),
    "I018": case(raw(more='helpurl="https://example.org/\\"a"b"\n'), raw(more='helpurl="https://example.org/\'a"\n')),
    "I019": case(info(distributor="Doe $ Sons"), info(distributor="Doe & Sons")),
    "I020": case(raw(more='description_fre="Écrit avec Windows"\n'.encode("cp1252"))),
    "I021": case(info(description_rus="????? ??? ????"), info(description_rus="Что? Это???")),
    "I022": case(raw(start="\ufeff")),
    "I023": case(raw("\n", "\r\n")),
    "I024": case(raw(more='support_url="https://example.org/a"\nsupport_url="https://example.org/b"\n')),
    "I025": case(info(install_dep_package="WebStation"), info(install_dep_packages="WebStation")),
    "I026": case(info(description_deu="Ein kleines Paket."), info(description_ger="Ein kleines Paket.")),
    "I027": case(
        info(displayname=None, displayname_enu="Sample", displayname_ger="Muster"), info(displayname_ger="Muster")
    ),
    "I028": case(spk(info={"displayname": None}), served()),
    "I029": case(info(checksum="0" * 32), served()),
    "I030": case(info(extractsize="4"), served()),
    "I031": case(info(extractsize=str(64 << 20)), info(extractsize="64")),
    "I032": case(info(checksum=checksum()), served()),
    "I033": case(info(arch="pentium"), info(arch="x86_64")),
    "I034": case(info(arch="aarch64", exclude_arch="x64"), info(arch="armv8")),
    "I035": case(info(6, arch="armv8"), info(6, arch="rtd1296 armada37xx")),
    "I036": case(spk(payload={"bin/program": elf(62)})),
    "I037": case(
        spk(info={"arch": "rtd1296"}, payload={"bin/program": elf(62)}),
        spk(info={"arch": "rtd1296"}, payload={"bin/program": elf(183)}),
    ),
    "I038": case(
        info(install_dep_packages="WebStation=>3.0, PHP8.2"), info(install_dep_packages="WebStation>=3.0: PHP8.2")
    ),
    "I039": case(
        info(start_dep_services="ssh network.target", ctl_stop="yes"),
        info(start_dep_services="pgsql-adapter.service network.target"),
    ),
    "I040": case(
        info(instuninst_restart_services="cron nginx"),
        info(instuninst_restart_services="crond.service pkgctl-WebStation"),
    ),
    "I041": case(info(startstop_restart_services="nginx.service"), info(instuninst_restart_services="nginx.service")),
    "I042": case(info(adminport="65536"), info(adminport="65535")),
    "I043": case(info(adminport="5000"), info(adminport="5000", checkport="no")),
    "I044": case(info(adminurl="admin"), info(adminurl="admin", adminport="8080")),
    "I045": case(info(beta="yes"), info(beta="yes", report_url="https://example.org")),
    "I046": case(
        info(beta="yes", report_url="https://example.org", support_center="yes"),
        info(beta="yes", report_url="https://example.org"),
    ),
    "I047": case(info(maintainer_url="http://example.org"), info(maintainer_url="https://example.org")),
    "I048": case(with_wizard('mkdir -p "$wizard_folder"\n'), with_wizard('mkdir -p "${wizard_folder:-/tmp/x}"\n')),
    "I049": case(info(maintainer="MyCompany", description="A tool.")),
    "I050": case(info(auto_upgrade_from="1.0-0001"), info(auto_upgrade_from="1.0-0001", silent_upgrade="yes")),
    "I051": case(info(install_type="root"), info(install_type="system")),
    "I052": case(info(6, dsmapppage="main"), info(dsmapppage="main")),
    "I053": case(info(description="A long text. " * 90), info(description="A long text. " * 70)),
    "I054": case(
        info(description_ger="Ein Werkzeug für Ärzte".encode().decode("cp1252")), info(description_ger="Für „Spaß“")
    ),
    "I055": case(raw(more="# nothing\n"), served()),
    "I056": case(info(os_max_ver="newest")),
    "I057": case(info(os_min_ver="7.2-64570"), info(), dsm="7.1"),
    "I058": case(info(auto_upgrade_from="first", silent_upgrade="yes")),
    "I059": case(info(support_url="www.example.org"), info(support_url="https://www.example.org")),
    "I060": case(info(adminprotocol="ftp", adminport="8021"), info(adminprotocol="https", adminport="8021")),
    "I061": case(info(model="DS918+"), info(model="synology_apollolake_918+")),
    "I062": case(info(dsmuidir="ui app:ui2"), info()),
    "I063": case(info(create_time="yesterday", toolkit_version="six"), info(create_time="20261122-16:30:00")),
    "I064": case(info(package_icon="not an icon!"), info()),
}
