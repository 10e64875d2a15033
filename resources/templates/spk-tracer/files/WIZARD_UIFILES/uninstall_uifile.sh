#!/bin/sh
# Traces the removal wizard and writes its page.

# shellcheck source=/dev/null
. "$(dirname "$0")/trace"

trace Uninstallation Wizard

cat >"$SYNOPKG_TEMP_LOGFILE" <<JSON
[
    {
        "step_title": "SPK Tracer",
        "items": [
            {
                "type": "multiselect",
                "desc": "The log is in ${trace_log:?}.",
                "subitems": [
                    {
                        "key": "tracer_remove_log",
                        "desc": "Delete the log as well",
                        "defaultValue": false
                    }
                ]
            }
        ]
    }
]
JSON
exit 0
