"""Packages for the archive rules: for each rule one that fails and one that passes."""

from __future__ import annotations

import tarfile

from tests.data.recipes.spk import Case, Member, added, case, changed, renamed, script, spk

_DSM5 = {"os_min_ver": None, "ctl_stop": None, "firmware": "5.0-4458"}
_SIGNATURE = Member("syno_signature.asc", b"-----BEGIN PGP SIGNATURE-----\n", mtime=1000)
_ALL_DOTTED = [
    "INFO", "PACKAGE_ICON.PNG", "PACKAGE_ICON_256.PNG", "conf", "conf/privilege", "scripts", "package.tgz",
    *(f"scripts/{name}" for name in ("preinst", "postinst", "preuninst", "postuninst", "preupgrade", "postupgrade")),
    "scripts/start-stop-status",
]  # fmt: skip


def _without_payload() -> bytes:
    return spk(rework=lambda members: [member for member in members if member.name != "package.tgz"])


CASES: dict[str, Case] = {
    "A001": case(spk(wrap="gzip")),
    "A002": case(spk(dsm=6, wrap="gzip"), spk(dsm=6)),
    "A003": case(spk(wrap="xz")),
    "A004": case(b"\x68\xad\xbe\xef" + bytes(60)),
    "A005": case(spk(rework=lambda members: [member for member in members if member.name != "INFO"]), by_hand=True),
    "A006": case(_without_payload(), by_hand=True),
    "A007": case(spk(rework=renamed({name: f"./{name}" for name in _ALL_DOTTED}))),
    "A008": case(
        spk(
            rework=lambda members: [
                *(member for member in members if not member.name.startswith("scripts")),
                Member("scripts", b"a tar inside the tar"),
            ]
        )
    ),
    "A009": case(spk(rework=changed("INFO", pax=(("comment", "made elsewhere"),)), format=tarfile.PAX_FORMAT)),
    "A010": case(spk(rework=changed("scripts/postinst", uid=1000, gid=1000))),
    "A011": case(spk(modes={"scripts/postinst": 0o777, "conf/privilege": 0o666})),
    "A012": case(spk(modes={"INFO": 0o100644, "package/bin/tool": 0o100755})),
    "A013": case(spk(files={"scripts/._postinst": b"junk", ".DS_Store": b"junk"}, payload={"Thumbs.db": b"junk"})),
    "A014": case(spk(rework=renamed({"PACKAGE_ICON.PNG": "PACKAGE_ICON.png"}))),
    "A015": case(spk(files={"CHANGELOG": "1.0: first\n"})),
    "A016": case(spk(rework=added(Member("scripts/postinst", b"#!/bin/sh\nexit 1\n", 0o755)))),
    "A017": case(spk(files={"scripts/preupgrade": None}, links={"scripts/preupgrade": "preinst"})),
    "A018": case(spk(dsm=6, info=_DSM5, compression="xz"), spk(dsm=6, info=_DSM5)),
    "A019": case(spk(rework=changed("package.tgz", data=b"\x1f\x8b\x08" + bytes(40)))),
    "A020": case(spk(rework_payload=added(Member("../outside", b"x")))),
    "A021": case(
        spk(links={"package/lib/tool": "/volume1/@appstore/sample/bin/tool"}),
        spk(links={"package/lib/tool": "../bin/tool", "package/lib/sh": "/bin/sh"}),
    ),
    "A022": case(spk(modes={"package/bin/tool": 0o777, "package/bin": 0o777})),
    "A023": case(spk(payload={"bin/\udcfcber": "x"}), spk(payload={"bin/uber": "x"})),
    "A024": case(spk(rework=added(_SIGNATURE))),
    "A025": case(
        spk(dsm=6, rework=added(_SIGNATURE, Member("CHANGELOG", b"", mtime=2000))),
        spk(dsm=6),
    ),
    "A026": case(spk(payload={"bin/Tool": script()})),
    "A027": case(spk(files={"scripts/preinst": None}, links={"scripts/preinst": "gone"})),
    "A028": case(spk(files={"conf/resource": b"{}" + b" " * (4 << 20)}, wrap="xz")),
    "A029": case(spk(rework_payload=added(Member("dev/null", type=tarfile.CHRTYPE)))),
}
