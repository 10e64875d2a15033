#!/bin/sh
# Tells the token of a session that is there, as DSM's program does.
[ "$REQUEST_METHOD" = GET ] || exit 1
printf 'Content-type: text/plain; charset="UTF-8"\r\n\r\n'
session=$(printf '%s' "$HTTP_COOKIE" | sed -n 's/.*id=\([a-z0-9]*\).*/\1/p')
if [ -n "$session" ] && read -r _ token < "/run/sessions/$session"; then
    printf '{\n   "SynoToken" : "%s",\n   "result" : "success",\n   "success" : true\n}\n' "$token"
else
    printf '{\n   "result" : "error",\n   "success" : false\n}\n'
fi
