#!/bin/sh
# Traces the upgrade wizard and writes its page.

# shellcheck source=/dev/null
. "$(dirname "$0")/trace"

trace Upgrade Wizard

cat >"$SYNOPKG_TEMP_LOGFILE" <<JSON
[
    {
        "step_title": "SPK Tracer",
        "items": [
            {
                "type": "textfield",
                "desc": "This upgrade leads from version ${SYNOPKG_OLD_PKGVER:-unknown} to $SYNOPKG_PKGVER.",
                "subitems": [
                    {
                        "key": "tracer_text",
                        "desc": "Text",
                        "defaultValue": "Hello again"
                    }
                ]
            }
        ]
    }
]
JSON
exit 0
