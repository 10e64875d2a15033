#!/bin/sh
# Traces the installation wizard and writes its pages: a script may fill in what it finds on the NAS.

# shellcheck source=/dev/null
. "$(dirname "$0")/trace"

trace Installation Wizard

# say ENGLISH GERMAN FRENCH: the text in the language of the user, ready for JSON.
say() {
    trace_text "$1" "$2" "$3" | trace_json
}

cat >"$SYNOPKG_TEMP_LOGFILE" <<JSON
[
    {
        "step_title": "$(say 'Your answers' 'Ihre Antworten' 'Vos réponses')",
        "items": [
            {
                "desc": "$(say "A script that ran as $(trace_user) made this page. Your answers become variables of the scripts; find them in ${trace_log:?}." "Diese Seite hat ein Skript geschrieben, das als $(trace_user) lief. Ihre Antworten werden Variablen der Skripte; sie stehen in ${trace_log:?}." "Cette page est écrite par un script exécuté en tant que $(trace_user). Vos réponses deviennent des variables des scripts ; elles sont dans ${trace_log:?}.")"
            },
            {
                "type": "textfield",
                "desc": "$(say 'A text' 'Ein Text' 'Un texte')",
                "subitems": [
                    {
                        "key": "tracer_text",
                        "desc": "$(say 'Text' 'Text' 'Texte')",
                        "defaultValue": "$(say 'Hello' 'Hallo' 'Bonjour')"
                    }
                ]
            },
            {
                "type": "password",
                "desc": "$(say 'A password; it is not written down' 'Ein Passwort; es wird nicht aufgeschrieben' 'Un mot de passe ; il ne sera pas noté')",
                "subitems": [
                    {
                        "key": "tracer_password",
                        "desc": "$(say 'Password' 'Passwort' 'Mot de passe')"
                    }
                ]
            },
            {
                "type": "singleselect",
                "desc": "$(say 'One of these' 'Eines davon' 'Un seul choix')",
                "subitems": [
                    {
                        "key": "tracer_first",
                        "desc": "$(say 'The first' 'Das erste' 'Le premier')",
                        "defaultValue": true
                    },
                    {
                        "key": "tracer_second",
                        "desc": "$(say 'The second' 'Das zweite' 'Le second')",
                        "defaultValue": false
                    }
                ]
            },
            {
                "type": "multiselect",
                "desc": "$(say 'Any of these' 'Beliebig viele' 'Plusieurs choix')",
                "subitems": [
                    {
                        "key": "tracer_tick",
                        "desc": "$(say 'A tick' 'Ein Haken' 'Une coche')",
                        "defaultValue": true
                    }
                ]
            },
            {
                "type": "combobox",
                "desc": "$(say 'A list' 'Eine Liste' 'Une liste')",
                "subitems": [
                    {
                        "key": "tracer_choice",
                        "desc": "$(say 'Choice' 'Auswahl' 'Choix')",
                        "defaultValue": "one",
                        "editable": false,
                        "mode": "local",
                        "valueField": "value",
                        "displayField": "shown",
                        "store": {
                            "xtype": "arraystore",
                            "fields": ["value", "shown"],
                            "data": [["one", "1"], ["two", "2"]]
                        }
                    }
                ]
            }
        ]
    },
$(trace_page)
]
JSON
exit 0
