#!/bin/sh
# Mounts the bench's root file system and becomes its sshd. Runs in mount and process namespaces of its own,
# so that everything ends and is unmounted with the process.
# Arguments: ROOT VOLUME_TYPE HIDE_PYTHON OTHER_SHARE BUSYBOX BASH VOLUMES
set -eu
root=$1 volume=$2 hide_python=$3 other_share=$4 busybox=$5 bash=$6 volumes=$7

# A root that is a mount of its own, so that sftp.sh can have namespaces below it.
mount --bind "$root" "$root"
for folder in /usr/*/; do
    name=$(basename "$folder")
    [ -L "/usr/$name" ] && continue
    mkdir -p "$root/usr/$name"
    mount --bind "/usr/$name" "$root/usr/$name"
    mount -o remount,bind,ro "$root/usr/$name"
done
if [ "$hide_python" = yes ]; then
    for program in "$root"/usr/bin/python*; do
        mount --bind "$root/etc/nothing" "$program"
    done
fi

if [ "$busybox" = yes ]; then
    for name in dash awk mawk cat chmod chown cp df find grep head ln ls md5sum mkdir mv od rm sed sleep sort stat tail tar tr wc xargs; do
        program=$(readlink -f "/usr/bin/$name") || continue
        [ ! -f "$program" ] || mount --bind "$(command -v busybox)" "$root$program"
    done
fi

if [ "$bash" = yes ]; then
    mount --bind "$(command -v bash)" "$root/usr/bin/dash"
fi

mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=0755 tmpfs "$root/dev"
mknod -m 666 "$root/dev/null" c 1 3
mknod -m 666 "$root/dev/zero" c 1 5
mknod -m 666 "$root/dev/random" c 1 8
mknod -m 666 "$root/dev/urandom" c 1 9
mount -t tmpfs -o mode=0755 tmpfs "$root/run"
mkdir -p "$root/run/sshd" "$root/run/sudo" "$root/run/sftp"
mount -t tmpfs -o mode=1777,noexec tmpfs "$root/tmp"

# A volume is a file system of type ext4 or btrfs; where the host has another one, a file holds it.
number=0
while [ "$number" -lt "$volumes" ]; do
    number=$((number + 1))
    if [ "$volume" = loop ]; then
        mount -o loop "$root.volume$number.img" "$root/volume$number"
    else
        mount --bind "$root.volume$number" "$root/volume$number"
    fi
    mkdir -m 1777 -p "$root/volume$number/@tmp"
    chmod 1777 "$root/volume$number/@tmp"
done
cp -a "$root/etc/skeleton/." "$root/volume1/"
# Shared folders are btrfs subvolumes on DSM: hard links do not cross into them. Nor do they into a bind mount.
for share in public photo homes; do
    mount --bind "$root/volume1/$share" "$root/volume1/$share"
done
if [ "$other_share" = yes ]; then
    mount -t tmpfs -o mode=0777 tmpfs "$root/volume1/public"
fi

exec chroot "$root" /usr/sbin/sshd -D -e -f /etc/ssh/sshd_config
