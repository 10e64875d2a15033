#!/bin/sh
# Prints who is logged in, as DSM's program does: it answers GET only, and wants the token where sessions are protected.
[ "$REQUEST_METHOD" = GET ] || exit 1
session=$(printf '%s' "$HTTP_COOKIE" | sed -n 's/.*id=\([a-z0-9]*\).*/\1/p')
[ -n "$session" ] || exit 1
read -r user token < "/run/sessions/$session" || exit 1
if [ -e /run/sessions/protected ]; then
    query=$(printf '%s' "$QUERY_STRING" | sed 's,%2F,/,g')
    case "&$query&" in
        *"&SynoToken=$token&"*) ;;
        *) exit 1 ;;
    esac
fi
echo "$user"
