#!/bin/sh
# Traces the installation wizard and writes its pages: a script may fill in what it finds on the NAS.

# shellcheck source=/dev/null
. "$(dirname "$0")/trace"

trace Installation Wizard

who=$(id -un 2>/dev/null || id -u)
cat >"$SYNOPKG_TEMP_LOGFILE" <<JSON
[
    {
        "step_title": "SPK Tracer",
        "items": [
            {
                "desc": "This page was made by a script that ran as $who on DSM $SYNOPKG_DSM_VERSION_MAJOR.$SYNOPKG_DSM_VERSION_MINOR. Your answers become variables of the scripts; find them in ${trace_log:?}."
            },
            {
                "type": "textfield",
                "desc": "A text",
                "subitems": [
                    {
                        "key": "tracer_text",
                        "desc": "Text",
                        "defaultValue": "Hello"
                    }
                ]
            },
            {
                "type": "singleselect",
                "desc": "One of these",
                "subitems": [
                    {
                        "key": "tracer_first",
                        "desc": "The first",
                        "defaultValue": true
                    },
                    {
                        "key": "tracer_second",
                        "desc": "The second",
                        "defaultValue": false
                    }
                ]
            },
            {
                "type": "multiselect",
                "desc": "Any of these",
                "subitems": [
                    {
                        "key": "tracer_tick",
                        "desc": "A tick",
                        "defaultValue": true
                    }
                ]
            }
        ]
    }
]
JSON
exit 0
