#!/bin/sh
# Traces the removal wizard and writes its pages: one question that postuninst obeys.

# shellcheck source=/dev/null
. "$(dirname "$0")/trace"

trace Uninstallation Wizard

# say ENGLISH GERMAN FRENCH: the text in the language of the user, ready for JSON.
say() {
    trace_text "$1" "$2" "$3" | trace_json
}

cat >"$SYNOPKG_TEMP_LOGFILE" <<JSON
[
    {
        "step_title": "$(say 'The log' 'Das Protokoll' 'Le journal')",
        "items": [
            {
                "type": "multiselect",
                "desc": "$(say "The log is in ${trace_log:?}." "Das Protokoll liegt in ${trace_log:?}." "Le journal se trouve dans ${trace_log:?}.")",
                "subitems": [
                    {
                        "key": "tracer_keep_log",
                        "desc": "$(say 'Keep the log' 'Das Protokoll behalten' 'Garder le journal')",
                        "defaultValue": true
                    }
                ]
            }
        ]
    },
$(trace_page)
]
JSON
exit 0
