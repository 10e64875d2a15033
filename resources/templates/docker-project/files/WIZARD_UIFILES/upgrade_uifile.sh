#!/bin/sh
# Writes the page of the upgrade: that of the installation, with the answers that were given then. Without a page the
# answers would be empty, and conf/resource needs them.

HERE=$(dirname "$0")
VAR=${SYNOPKG_PKGVAR:-/var/packages/@@package@@/var}
PAGE=$HERE/install_uifile_$SYNOPKG_DSM_LANGUAGE
[ -f "$PAGE" ] || PAGE=$HERE/install_uifile

# Only what cannot break the page is taken over.
port=$(sed -n 's/^port=\([0-9]\{4,5\}\)$/\1/p' "$VAR/settings" 2>/dev/null)
share=$(sed -n 's/^share=\([A-Za-z0-9._-]\{1,\}\)$/\1/p' "$VAR/settings" 2>/dev/null)

# The value stands in the line behind its key and its label.
sed -e "/\"key\": \"app_port\"/,/\"defaultValue\"/s/\(\"defaultValue\": \)\"[^\"]*\"/\1\"${port:-@@port@@}\"/" \
    -e "/\"key\": \"app_share\"/,/\"defaultValue\"/s/\(\"defaultValue\": \)\"[^\"]*\"/\1\"${share:-@@slug@@}\"/" \
    "$PAGE" >"$SYNOPKG_TEMP_LOGFILE"
exit 0
