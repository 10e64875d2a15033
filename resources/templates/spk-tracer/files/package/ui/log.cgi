#!/bin/sh
# Gives the log of the tracer to administrators of the NAS.
#   GET              the log as text
#   GET  ?download   the same as a file to save
#   POST ?clear      empties the log
# Behind it "&SynoToken=…" may follow: DSM wants this token where it protects against requests of other sites.

refuse() {
    printf 'Status: %s\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\n' "$1" "$2"
    exit 0
}

here=$(cd "$(dirname "$0")" && pwd -P) || refuse "500 Error" "The folder of this page is gone."

# DSM runs this program for everybody who knows its address: only DSM itself can say who is calling.
# A request without its token is asked for again with the one that DSM gives this session: a page of another site can
# make a browser ask, but neither read the answer nor send the header that emptying the log wants.
auth=/usr/syno/synoman/webman/modules/authenticate.cgi
user=$(REQUEST_METHOD=GET $auth 2>/dev/null)
if [ -z "$user" ]; then
    token=$(REQUEST_METHOD=GET /usr/syno/synoman/webman/login.cgi 2>/dev/null |
        sed -n 's/.*"SynoToken" *: *"\([^"]*\)".*/\1/p')
    user=$(REQUEST_METHOD=GET QUERY_STRING="SynoToken=$token" HTTP_X_SYNO_TOKEN=$token $auth 2>/dev/null)
fi
[ -n "$user" ] || refuse "403 Forbidden" "Log in to DSM first."
case " $(id -Gn "$user" 2>/dev/null) " in
*" administrators "*) ;;
*) refuse "403 Forbidden" "Only administrators may read the log." ;;
esac

# shellcheck source=/dev/null
. "$here/../lib/trace"
file=$(trace_file) || refuse "500 Error" "There is a link in place of ${trace_log:?}."

what=${QUERY_STRING%%&*}

if [ "$what" = clear ]; then
    # Another page can make a browser send a request, but not one with this header.
    if [ "$REQUEST_METHOD" != POST ] || [ "$HTTP_X_REQUESTED_WITH" != tracer ]; then
        refuse "405 Not Allowed" "Use the button."
    fi
    : >"$file" || refuse "500 Error" "The log cannot be emptied."
fi

printf 'Content-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n'
if [ "$what" = download ]; then
    printf 'Content-Disposition: attachment; filename="%s"\r\n' @@package@@.log
fi
printf '\r\n'
[ -f "$file" ] && cat "$file"
exit 0
