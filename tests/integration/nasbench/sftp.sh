#!/bin/sh
# The SFTP subsystem as DSM has it: its root shows the shared folders of the user and nothing else, umask 000.
# sshd starts it through sudo. sftp-server is started in a root that still holds its libraries; once it runs, they
# are unmounted, and only then the client's requests are let through.
if [ "${1-}" != --inside ]; then
    exec unshare --mount --propagation private sh "$0" --inside
fi
set -eu
PATH=/usr/bin:/usr/sbin
. /etc/bench.conf
uid=$SUDO_UID gid=$SUDO_GID user=$SUDO_USER
root=/run/sftp
mount -t tmpfs -o mode=0755 tmpfs $root
for share in $SFTP_SHARES; do
    mkdir "$root/$share"
    mount --bind "/volume1/$share" "$root/$share"
done
mkdir $root/home $root/.lib $root/etc $root/dev
mount --bind "/volume1/homes/$user" $root/home
mount --bind /usr/lib $root/.lib
mount --bind /etc $root/etc
mount --bind /dev $root/dev
pipes=$(mktemp -d /run/bench.XXXXXX)
mkfifo "$pipes/log" "$pipes/go"

exec 3<&0
{
    read -r _ <"$pipes/go"
    exec cat <&3
} | chroot --userspec="$uid:$gid" --groups="$(id -G "$user" | tr ' ' ',')" $root \
    "/.lib/$LOADER" --library-path "/.lib/$LIBRARIES" /.lib/openssh/sftp-server -e -l INFO -u 000 2>"$pipes/log" &
exec 4<"$pipes/log"
read -r _ <&4
umount -l $root/.lib $root/etc $root/dev
rmdir $root/.lib $root/etc $root/dev
mount -o remount,ro $root
echo >"$pipes/go"
cat <&4 >/dev/null
wait
rm -r "$pipes"
