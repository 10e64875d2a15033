#!/bin/sh
# Runs script.sh of this folder for administrators of the NAS, and tells what it has printed so far.
#   POST ?start=1&from=N&run=NUMBER   begins, unless it runs already
#   POST ?stop=1&from=N&run=NUMBER    asks the script and all that it started to end; asked again, it ends them
#   GET  ?from=N&run=NUMBER           only tells
# The answer begins with a line: "never", or
#   NUMBER STATE FROM SINCE CODE
# the number of the run, then running, ended, stopped or broken (its process is gone and left no code), the byte of the
# output at which the rest of the answer begins, the second at which the run began, and the code at its end.
# FROM is the N that was asked for, unless that was said of another run, or too much has come since then.

most=500000 # bytes in one answer
auth=/usr/syno/synoman/webman/modules/authenticate.cgi
login=/usr/syno/synoman/webman/login.cgi

refuse() {
    printf 'Status: %s\r\nContent-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\n\r\n%s\n' "$1" "$2"
    exit 0
}

here=$(cd "$(dirname "$0")" && pwd) || refuse "500 Error" "The folder of this page is gone."

# DSM runs this program for everybody who knows its address: only DSM itself can say who is calling. It answers GET only.
# A request without its token is asked for again with the one that DSM gives this session: a page of another site can
# make a browser ask, but neither read the answer nor send the header that starting and stopping want.
user=$(REQUEST_METHOD=GET "$auth" 2>/dev/null)
if [ -z "$user" ]; then
    token=$(REQUEST_METHOD=GET QUERY_STRING='' "$login" 2>/dev/null |
        sed -n 's/.*"SynoToken" *: *"\([^"]*\)".*/\1/p')
    user=$(REQUEST_METHOD=GET QUERY_STRING="SynoToken=$token" HTTP_X_SYNO_TOKEN="$token" "$auth" 2>/dev/null)
fi
[ -n "$user" ] || refuse "403 Forbidden" "Log in to DSM first."
case " $(id -Gn "$user" 2>/dev/null) " in
    *" administrators "*) ;;
    *) refuse "403 Forbidden" "Only administrators may run this." ;;
esac

# The package's own folder for data on DSM 7, which is a link; before, a folder that only its user may open.
data="/var/packages/@@package@@/var"
if [ ! -w "$data" ]; then
    data="${TMPDIR:-/tmp}/@@package@@-$(id -u)"
    mkdir -m 700 "$data" 2>/dev/null
    if [ -z "$(find "$data" -prune -type d -user "$(id -u)" 2>/dev/null)" ]; then
        refuse "500 Error" "Somebody else has the folder for the output."
    fi
fi
state="$data/run-$(basename "$here")"
mkdir -m 700 "$state" 2>/dev/null
[ -d "$state" ] || refuse "500 Error" "There is no folder to keep the output in."

# Each run has a number N: N.pid says since when, and who runs it, N.output is what it printed, N.status its code at the
# end, and N.stopped is there where somebody stopped it.
latest() {
    last=
    for file in "$state"/*.pid; do
        [ -f "$file" ] || continue
        file=${file##*/}
        [ "${file%.pid}" -lt "${last:-0}" ] || last=${file%.pid}
    done
    echo "$last"
}

# A living process is known by its id and the moment of its start: when it is gone, another one may get its id.
identity() {
    of=$1
    stat=$(cat "/proc/$of/stat" 2>/dev/null)
    # shellcheck disable=SC2086 # words are wanted: those behind the name, which may hold anything
    set -- ${stat##*) }
    [ "$#" -ge 20 ] && [ "$1" != Z ] && echo "$of ${20}"
}

is_running() {
    [ -n "$number" ] && [ ! -f "$state/$number.status" ] || return 1
    read -r since pid moment < "$state/$number.pid" && [ "$(identity "$pid")" = "$pid $moment" ]
}

begin() {
    is_running && return
    next=$((${number:-0} + 1)) now=$(date +%s)
    echo "$now $(identity "$$")" > "$state/claim.$$"
    ln "$state/claim.$$" "$state/$next.pid" 2>/dev/null
    is_mine=$?
    rm -f "$state/claim.$$"
    [ "$is_mine" = 0 ] || return # somebody else was faster
    : > "$state/$next.output"
    (
        "$here/script.sh" > "$state/$next.output" 2>&1
        echo "$?" > "$state/$next.code"
        mv "$state/$next.code" "$state/$next.status"
    ) < /dev/null > /dev/null 2>&1 &
    echo "$now $(identity "$!")" > "$state/$next.new"
    mv "$state/$next.new" "$state/$next.pid"
    [ -z "$number" ] || rm -f "$state/$number".*
}

# All processes that $1 started, and those that they started.
below() {
    pairs=$(cat /proc/[0-9]*/stat 2>/dev/null | sed -n 's/^\([0-9]*\) (.*) [A-Za-z] \([0-9]*\) .*/\1 \2/p')
    parents=$1
    while [ -n "$parents" ]; do
        parents=$(for parent in $parents; do echo "$pairs" | sed -n "s/^\([0-9]*\) $parent\$/\1/p"; done)
        echo "$parents"
    done
}

stop() {
    is_running || return
    signal=TERM
    [ ! -f "$state/$number.stopped" ] || signal=KILL
    : > "$state/$number.stopped"
    # shellcheck disable=SC2046 # a list of numbers
    kill -s "$signal" $(below "$pid") 2>/dev/null
}

from=${QUERY_STRING#*from=}
from=${from%%&*}
run=${QUERY_STRING#*run=}
run=${run%%&*}
number=$(latest)
case "$QUERY_STRING" in
    start=1* | stop=1*)
        # Another page can make a browser send a request, but not one with this header.
        if [ "$REQUEST_METHOD" != POST ] || [ "$HTTP_X_REQUESTED_WITH" != run ]; then
            refuse "405 Not Allowed" "Use the button."
        fi
        case "$QUERY_STRING" in
            start*) begin ;;
            *) stop ;;
        esac
        number=$(latest)
        ;;
esac
[ "$run" = "$number" ] || from=0
case "$from" in
    '' | 0* | *[!0-9]* | ????????????????*) from=0 ;;
esac

printf 'Content-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n\r\n'
if [ -z "$number" ]; then
    echo never
    exit 0
fi
# How it stands is asked before the output is read: of a run that has ended, all is told.
if is_running; then
    how=running code=
else
    how=broken code=$(cat "$state/$number.status" 2>/dev/null)
    [ -z "$code" ] || how=ended
    [ ! -f "$state/$number.stopped" ] || how=stopped
fi
size=$(wc -c < "$state/$number.output" 2>/dev/null)
[ "$((${size:-0} - from))" -le "$most" ] || from=$((size - most))
read -r since pid moment < "$state/$number.pid"
echo "$number $how $from $since $code"
[ ! -f "$state/$number.output" ] || tail -c "+$((from + 1))" "$state/$number.output"
exit 0
