#!/bin/sh
# Runs script.sh of this folder for administrators of the NAS, and tells what it has printed so far.
#   POST ?start=1    begins, unless it runs already
#   GET  ?from=N&run=NUMBER   first line: never, or the number of the run and "running", "ended CODE" or "broken"
#                             (its process is gone without a code); then its output from byte N on, or all of it where
#                             it comes from another run

refuse() {
    printf 'Status: %s\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\n' "$1" "$2"
    exit 0
}

here=$(cd "$(dirname "$0")" && pwd) || refuse "500 Error" "The folder of this page is gone."

# DSM runs this program for everybody who knows its address: only DSM itself can say who is calling.
user=$(/usr/syno/synoman/webman/modules/authenticate.cgi 2>/dev/null)
[ -n "$user" ] || refuse "403 Forbidden" "Log in to DSM first."
case " $(id -Gn "$user" 2>/dev/null) " in
    *" administrators "*) ;;
    *) refuse "403 Forbidden" "Only administrators may run this." ;;
esac

# The package's own folder for data on DSM 7; before, a folder that only its user may open.
data="/var/packages/@@package@@/var"
if [ ! -w "$data" ]; then
    data="${TMPDIR:-/tmp}/@@package@@-$(id -u)"
    mkdir -m 700 "$data" 2>/dev/null
fi
state="$data/run-$(basename "$here")"
mkdir -m 700 "$state" 2>/dev/null
[ -n "$(find "$data" -prune -type d -user "$(id -u)" 2>/dev/null)" ] && [ -d "$state" ] ||
    refuse "500 Error" "There is no folder to keep the output in."

# "busy" is there while the script runs; its number is known a moment later.
is_running() {
    [ -d "$state/busy" ] && { [ ! -f "$state/pid" ] || kill -0 "$(cat "$state/pid")" 2>/dev/null; }
}

begin() {
    is_running && return
    rm -f "$state/pid"
    rmdir "$state/busy" 2>/dev/null
    mkdir "$state/busy" 2>/dev/null || return # somebody else was faster
    rm -f "$state/status"
    : > "$state/output"
    echo "$(date +%s)$$" > "$state/number"
    (
        "$here/script.sh" > "$state/output" 2>&1
        echo "$?" > "$state/status"
        rmdir "$state/busy"
    ) < /dev/null > /dev/null 2>&1 &
    echo "$!" > "$state/pid"
}

case "$QUERY_STRING" in
    start=1*)
        # Another page can make a browser send a request, but not one with this header.
        [ "$REQUEST_METHOD" = POST ] && [ "$HTTP_X_REQUESTED_WITH" = run ] || refuse "405 Not Allowed" "Use the button."
        begin
        from=0 run=
        ;;
    *)
        from=${QUERY_STRING#from=}
        from=${from%%&*}
        run=${QUERY_STRING#*run=}
        run=${run%%&*}
        ;;
esac
number=$(cat "$state/number" 2>/dev/null)
[ "$run" = "$number" ] || from=0
case "$from" in
    '' | *[!0-9]*) from=0 ;;
esac

printf 'Content-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\n\r\n'
if is_running; then
    echo "$number running"
elif [ -f "$state/status" ]; then
    echo "$number ended $(cat "$state/status")"
elif [ -n "$number" ]; then
    echo "$number broken"
else
    echo never
fi
[ -f "$state/output" ] && tail -c "+$((from + 1))" "$state/output"
exit 0
