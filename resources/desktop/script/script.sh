#!/bin/sh
# What the page runs. It runs as the user of the package: on DSM 7 it may write below the package's own folders only.

echo "Hello from $(uname -n), as $(id -un)."
for step in 1 2 3; do
    echo "Step $step …"
    sleep 1
done
echo "Done."
