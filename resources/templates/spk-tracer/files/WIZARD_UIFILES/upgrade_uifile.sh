#!/bin/sh
# Traces the upgrade wizard and writes its pages: it knows the old version and the new one.

# shellcheck source=/dev/null
. "$(dirname "$0")/trace"

trace Upgrade Wizard

# say ENGLISH GERMAN FRENCH: the text in the language of the user, ready for JSON.
say() {
    trace_text "$1" "$2" "$3" | trace_json
}

old=${SYNOPKG_OLD_PKGVER:-?}
cat >"$SYNOPKG_TEMP_LOGFILE" <<JSON
[
    {
        "step_title": "$(say 'Your answers' 'Ihre Antworten' 'Vos réponses')",
        "items": [
            {
                "type": "textfield",
                "desc": "$(say "This upgrade leads from version $old to $SYNOPKG_PKGVER." "Diese Aktualisierung führt von Version $old zu $SYNOPKG_PKGVER." "Cette mise à jour mène de la version $old à $SYNOPKG_PKGVER.")",
                "subitems": [
                    {
                        "key": "tracer_text",
                        "desc": "$(say 'Text' 'Text' 'Texte')",
                        "defaultValue": "$(say 'Hello again' 'Nochmals hallo' 'Re-bonjour')"
                    }
                ]
            }
        ]
    },
$(trace_page)
]
JSON
exit 0
