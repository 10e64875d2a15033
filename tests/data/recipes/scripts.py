"""Packages for the scripts rules: for each rule one that fails and one that passes."""

from __future__ import annotations

from tests.data.recipes.spk import Case, case, script, spk


def postinst(body: str, dsm: int = 7, shell: str = "#!/bin/sh\n") -> bytes:
    """A package whose postinst has this body."""
    return spk(dsm, files={"scripts/postinst": script(body, shell)})


def start_stop_status(branches: str, **info: str) -> bytes:
    """A package whose start-stop-status has these branches."""
    body = f'case "$1" in\n{branches}esac\nexit 0\n'
    return spk(info=info, files={"scripts/start-stop-status": script(body)})


CASES: dict[str, Case] = {
    "S001": case(spk(files={"scripts/preupgrade": None})),
    "S002": case(spk(files={"scripts/preinst": None})),
    "S003": case(spk(files={"scripts/postinst": script("exit 0\r\n")})),
    "S004": case(postinst("exit 0\n", shell="")),
    "S005": case(spk(modes={"scripts/postinst": 0o644})),
    "S006": case(
        start_stop_status("start) exit 0 ;;\nstop | prest*) exit 0 ;;\n", ctl_stop="yes"), spk(info={"ctl_stop": "yes"})
    ),
    "S007": case(start_stop_status("start | stop | status) exit 0 ;;\n*) exit 1 ;;\n")),
    "S008": case(start_stop_status("start | stop | prest*) exit 0 ;;\nstatus) exit 7 ;;\n")),
    "S009": case(postinst("sudo true\nexit 0\n")),
    "S010": case(postinst('echo "$wizard_answer"\nexit 0\n')),
    "S011": case(
        spk(files={"scripts/postuninst": script('rm -rf "$SYNOPKG_PKGVAR"\nexit 0\n')}),
        spk(
            files={
                "scripts/postuninst": script(
                    '[ "$SYNOPKG_PKG_STATUS" = UPGRADE ] || rm -rf "$SYNOPKG_PKGVAR"\nexit 0\n'
                )
            }
        ),
    ),
    "S012": case(postinst("rm -rf $SYNOPKG_PKGDEST/old\nexit 0\n")),
    "S013": case(postinst('cp /var/packages/other/target/list "$SYNOPKG_PKGDEST"\nexit 0\n')),
    "S014": case(
        postinst('touch "$SYNOPKG_PKGVAR/new"\nexit 0\n', 6),
        postinst('touch "${SYNOPKG_PKGVAR:-$SYNOPKG_PKGDEST/var}/new"\nexit 0\n', 6),
    ),
    "S015": case(postinst("[[ -e /tmp/sample ]] && rm /tmp/sample\nexit 0\n", 6), spk(6)),
    "S016": case(postinst("if true; then\n    exit 0\n")),
    "S017": case(postinst("synoservice --status\nexit 0\n")),
    "S018": case(spk(files={"scripts/helper": script()})),
    "S019": case(postinst('echo "The password is $DB_PASSWORD"\nexit 0\n')),
    "S020": case(postinst('cd "$SYNOPKG_PKGDEST"\nrm -f old\nexit 0\n')),
    "S021": case(postinst("exit 0\n", shell="\ufeff#!/bin/sh\n")),
    "S022": case(postinst("if [ $SYNOPKG_PKG_STATUS = UPGRADE ]; then\n    exit 0\nfi\nexit 0\n")),
    "S023": case(postinst('cp "$SYNOPKG_PKGDEST/bin/tool" /usr/bin/tool\nexit 0\n')),
    "S024": case(postinst("[ -e /tmp/sample ] && rm /tmp/sample\n")),
    "S025": case(postinst("synosystemctl restart apache-web\nexit 0\n")),
    "S026": case(spk(files={"scripts/preinst": None, "scripts/preinst.sh": script()})),
}
