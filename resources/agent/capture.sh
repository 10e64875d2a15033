# Catches what Package Center writes: hard links made by polling. Runs as root on the NAS under any POSIX sh.
#
# The protocol is docs/capture-protocol.md. Three processes: this one polls and links and never writes to the network; the reader takes
# the orders; the reporter lists what was caught and tells the PC. They talk through small files in the first volume's state/ folder.
# No here-documents: bash writes those to /tmp.
#
# Variables are set through eval and IFS is a newline, ls is read by awk, and -ef is probed: hence
# shellcheck shell=sh disable=SC2012,SC2016,SC2034,SC2086,SC2154,SC2317,SC3013

umask 077
set +e
cd / || exit 3
trap '' HUP PIPE
LC_ALL=C
PATH=${PATH:+$PATH:}/usr/bin:/bin:/usr/sbin:/sbin
export LC_ALL PATH
tab=$(printf '\t')
nl='
'
IFS=$nl
exec 3<&0 </dev/null

session='' root='' adopt='' ttl=1800 gone_after=60 idle_after=60 stable=2000 low_space=524288000 detach_most=1048576
names='' logs='' parents='' wanted='' scratches='' count=0
copier='' copied=0 early_copies='' upheavals=0

# ---------------------------------------------------------------- setup

say() {
    printf '%s\n' "$*"
}

fail() {
    say "FAIL$tab$1$tab$2"
    exit 3
}

uptime_now() {
    read -r up rest </proc/uptime
    up=${up%% *}
    seconds=${up%.*}
}

# add_place "kind pattern [!unless] [?holds]": writes the piece of code that looks for this place, grouped by the folder above it.
add_place() {
    case $1 in *[!]A-Za-z0-9_.@?*!/[\ -]*) return ;; esac
    kind=${1%% *}
    pattern=${1#* }
    extras=
    case $pattern in *' '*) extras=${pattern#* }; pattern=${pattern%% *} ;; esac
    unless='' holds=''
    case $extras in
        '!'*) unless=${extras#!}; unless=${unless%% *} ;;
        '?'*) holds=${extras#\?}; holds=${holds%% *} ;;
    esac
    case $pattern in */*) parent=${pattern%/*} ;; *) parent=. ;; esac
    test_code="[ -e \"\$found\" ]"
    [ -z "$unless" ] || test_code="$test_code && case \${found##*/} in $unless) false ;; esac"
    [ -z "$holds" ] || test_code="$test_code && [ -e \"\$found/$holds\" ]"
    [ -n "$unless$holds" ] || wanted="$wanted$pattern | $pattern/* | "
    piece="for found in $pattern; do $test_code && see $kind \"\$found\" && set -- \"\$@\" \"\$found\"; done"
    number=0
    known=
    for other in $parents; do
        number=$((number + 1))
        [ "$other" != "$parent" ] || { known=$number; break; }
    done
    if [ -z "$known" ]; then
        parents="$parents$parent$nl"
        known=$((number + 1))
    fi
    eval "group_$known=\${group_$known-}\$nl\$piece"
}

read_setup() {
    while IFS= read -r line <&3; do
        value=${line#* }
        case $line in
            GO) return 0 ;;
            'SESSION '*) session=$value ;;
            'ROOT '*) root=${value%/} ;;
            'TTL '*) ttl=$value ;;
            'GONE '*) gone_after=$value ;;
            'IDLE '*) idle_after=$value ;;
            'STABLE '*) stable=$value ;;
            'LOWSPACE '*) low_space=$value ;;
            'DETACH '*) detach_most=$value ;;
            'ADOPT '*) adopt=$value ;;
            'VOLUME '*) names="$names$value$nl" ;;
            'LOG '*) logs="$logs$value$nl" ;;
            'PLACE '*) set -f; add_place "$value"; set +f ;;
        esac
    done
    return 1
}

# make_scan: one function from the pieces, so that a round of looking costs no process at all.
make_scan() {
    body=
    number=0
    set -f
    for parent in $parents; do
        number=$((number + 1))
        eval "piece=\$group_$number"
        body="$body${nl}set --$piece${nl}[ \$# = 0 ] || link_group $number '$parent' \"\$@\""
    done
    set +f
    eval "scan_places() {$body${nl}}"
    eval "is_wanted() { case \$1 in ${wanted}-) return 0 ;; esac; return 1; }"
}

# file_size PATH: sets size (empty when there is no file).
file_size() {
    size=$(ls -ln -- "$1" 2>/dev/null | awk 'NR == 1 { print $5 }')
}

# each_volume COMMAND...: runs it once for every volume, with name, scratch, folder, tree and previous of that volume.
each_volume() {
    volume=0
    while [ $volume -lt $count ]; do
        volume=$((volume + 1))
        eval "name=\$name_$volume scratch=\$scratch_$volume folder=\$folder_$volume previous=\$previous_$volume"
        tree=$folder/tree
        "$@"
    done
}

say_folder() {
    say "FOLDER$tab$name$tab$folder"
}

say_ready() {
    say "READY${tab}1$tab$session${tab}sh$tab$method$tab$$"
}

# adopt_folder: whether an agent that has ended left its folder to us; then we go on in it.
adopt_folder() {
    [ -n "$adopt" ] && [ -d "$folder" ] && [ ! -L "$folder" ] && grep -qx "session=$session" "$folder/marker" || return
    rm -rf "$folder/state"
    printf '%s\n' "$marker" >"$folder/marker.new" && mv "$folder/marker.new" "$folder/marker" && mkdir "$folder/state"
}

new_folder() {
    mkdir "$new/tree" "$new/state" && printf '%s\n' "$marker" >"$new/marker" &&
        ln "$new/marker" "$new/state/probe" 2>/dev/null && mv "$new" "$folder" && rm -f "$folder/state/probe"
}

# each_log COMMAND: runs it once for every log, with log and log_number set.
each_log() {
    log_number=0
    for log in $logs; do
        log_number=$((log_number + 1))
        $1
    done
}

# begin_log: remembers how long the log is, or was when the capture began.
begin_log() {
    size=
    for name in ${adopt:+$names}; do
        size=$(sed -n "s,^log=$log:\([0-9]*\)$,\1,p" "$root$name/@tmp/spkcap-$session/marker" 2>/dev/null)
        [ -z "$size" ] || break
    done
    [ -n "$size" ] || file_size "$root$log"
    eval "log_begin_$log_number=${size:-0}"
    marker="$marker${nl}log=$log:${size:-0}"
}

# rewind_log: from now on everything since the capture began is new.
rewind_log() {
    eval "offset_$log_number=\$log_begin_$log_number"
}

make_folders() {
    marker="spkcap 1${nl}session=$session${nl}started=$(date +%s)${nl}pid=$$${nl}engine=sh"
    each_log begin_log
    for name in $names; do
        scratch=$root$name/@tmp
        folder=$scratch/spkcap-$session
        case $name in /volume[0-9] | /volume[0-9][0-9] | /volume[0-9][0-9][0-9]) ;; *) scratch=- ;; esac
        new=$folder.new
        # Under a name that says whose it is, until the marker is in it: nothing can be left that nobody knows.
        if adopt_folder; then
            :
        elif [ ! -d "$scratch" ] || [ -L "$scratch" ] || [ -e "$folder" ] || ! mkdir "$new" 2>/dev/null; then
            say "ERR${tab}volume$tab$name: there is no usable @tmp folder"
            continue
        elif ! new_folder; then
            say "ERR${tab}volume$tab$name: no hard links there"
            continue
        fi
        scratches="$scratches$scratch/$nl"
        count=$((count + 1))
        eval "name_$count=\$name scratch_$count=\$scratch folder_$count=\$folder previous_$count="
    done
    each_volume say_folder
    [ "$count" -gt 0 ] || fail volumes 'no volume could be used'
    state=$folder_1/state
}

# probe_tools: how to link a whole tree, how to sleep a little, what find and cp can do.
probe_tools() {
    mkdir "$state/probe1" "$state/probe2"
    : >"$state/probe1/file"
    if cp -al --backup=numbered "$state/probe1" "$state/probe2/" 2>/dev/null && [ -e "$state/probe2/probe1/file" ]; then
        method=cp-backup
    elif rm -rf "$state/probe2/probe1"; cp -al "$state/probe1" "$state/probe2/" 2>/dev/null &&
        [ "$state/probe1/file" -ef "$state/probe2/probe1/file" ]; then
        method=cp-link
    else
        method='ln'
    fi
    bulk=
    if [ $method = cp-backup ] && (cd "$state" && mkdir probe3 &&
        find probe1 -type f -links 2 -size -10c -print0 | xargs -0 cp -p --parents -t probe3 &&
        cp -al --remove-destination probe3/. probe2/ && [ -e probe3/probe1/file ]) 2>/dev/null; then
        bulk=yes
    fi
    links=
    ! find "$state" -links +1 >/dev/null 2>&1 || links=yes
    rm -rf "$state/probe1" "$state/probe2" "$state/probe3"
    if sleep 0.01 2>/dev/null; then
        set_naps sleep 0.02 0.04 0.1 0.25
    elif usleep 10000 2>/dev/null; then
        set_naps usleep 20000 40000 100000 250000
    else
        set_naps sleep 0 1 1 1
    fi
}

set_naps() {
    nap=$1 hot_nap=$2 warm_nap=$3 idle_nap=$4 report_nap=$5
}

# ---------------------------------------------------------------- polling and linking

# see KIND PATH: notes that a place exists; false when it shall not be linked.
see() {
    present="$present$2$nl"
    case $1 in
        install) phase=installing detail=$2 rank=3 ;;
        wizard | info) [ $rank -gt 2 ] || { phase=unpacking detail=$2 rank=2; } ;;
        download | upload) [ $rank -gt 1 ] || { phase=downloading detail=$2 rank=1; } ;;
    esac
    [ -z "$low" ] || [ "$1" = download ] || [ "$1" = upload ]
}

# retire PATH: what was caught there before gets the next number behind its name; it may live on as an installed package.
retire() {
    settle_copier
    number=1
    while [ -e "$tree/$1.~$number~" ]; do
        number=$((number + 1))
    done
    mv "$tree/$1" "$tree/$1.~$number~"
    for copies in $early_copies; do
        [ ! -e "$folder/state/early.$copies/$1" ] ||
            mv "$folder/state/early.$copies/$1" "$folder/state/early.$copies/$1.~$number~"
    done
    detached=$nl
    start_detaching "$1.~$number~"
}

# keep_apart PATH: true when the place is the one we know; else retires what carries its name.
keep_apart() {
    [ -e "$tree/$1" ] || return 0
    case $adopt$nl$previous in
        yes* | *"$nl$1$nl"*) ;;
        *) retire "$1"; return 0 ;;
    esac
    if [ -d "$1" ]; then
        for known in "$1"/INFO "$1"/package.tgz "$1"/@SYNOPKG_DOWNLOAD_*; do
            if [ -e "$known" ] && [ -e "$tree/$known" ] && [ ! "$known" -ef "$tree/$known" ]; then
                retire "$1"
                return 0
            fi
        done
    elif [ ! "$1" -ef "$tree/$1" ]; then
        retire "$1"
    fi
}

# installed PLACE: when Package Center has moved the unpacked payload away, it is the live package from now on.
installed() {
    [ ! -e "$1/package" ] && [ -d "$tree/$1/package" ] || return
    case $detached in *"$nl$tree/$1$nl"*) return ;; esac
    detached="$detached$tree/$1$nl"
    start_detaching "$1/package"
}

start_detaching() {
    [ "$detach_most" = 0 ] || [ ! -e "$tree/$1" ] || {
        settle_copier
        upheavals=$((upheavals + 1))
        copying=$((copying + 1))
        detach "$1" $copying &
        detaching="$detaching$!$nl"
    }
}

# link_group NUMBER PARENT PATH...: links these places with everything below them; skips a known set in rounds without linking.
link_group() {
    group=${volume}_$1
    above=$2
    shift 2
    eval "last_items=\${items_$group-}"
    [ -n "$linking" ] || [ "$last_items" != "$*" ] || return
    eval "items_$group=\$*"
    [ -d "$tree/$above" ] || mkdir -p "$tree/$above"
    for item in "$@"; do
        keep_apart "$item"
        installed "$item"
    done
    case $method in
        cp-backup) cp -al --backup=numbered -- "$@" "$tree/$above/" ;;
        cp-link) cp -al -- "$@" "$tree/$above/" ;;
        *) link_singly "$@" ;;
    esac 2>/dev/null
}

# link_singly PATH...: for a cp that makes no links; ln takes one folder at a time and refuses what is there already.
link_singly() {
    find "$@" -type d | while IFS= read -r one; do
        [ -d "$tree/$one" ] || mkdir -p "$tree/$one"
        ln -- "$one"/* "$one"/.[!.]* "$tree/$one/"
    done
    for one in "$@"; do
        [ -d "$one" ] || [ -e "$tree/$one" ] || ln -- "$one" "$tree/$one"
    done
}

# detach PATH NUMBER: its place is gone, so its files may live on as the installed package: copies small ones off the live inode.
detach() {
    cd "$tree" && [ -e "$1" ] || return
    take_early "$1"
    gone=./$1
    if [ -n "$bulk" ]; then
        copies=$folder/state/copies.$2.$seconds
        mkdir -p "$copies"
        find "$gone" -type f -links +1 -size -"$detach_most"c -print0 | xargs -0 cp -p --parents -t "$copies" &&
            cp -al --remove-destination "$copies"/. ./
        rm -rf "$copies"
    elif [ -n "$links" ]; then
        find "$gone" -type f -links +1 -size -"$detach_most"c | head -n 1000 | while IFS= read -r one; do
            cp -p "$one" "$one.~new~" && mv -f "$one.~new~" "$one"
        done
    fi
} >/dev/null 2>&1

# The payload's small files are copied before the package can be installed and change them: those that stood still between two
# listings, by the copier, into state/early.<number>/. Its copies count if no place has left meanwhile; they take the place of
# the links once their place is gone (before that, linking would find a strange file under a known name).

# start_copier: of one volume at a time.
start_copier() {
    [ -z "$copier" ] && [ "$detach_most" != 0 ] && [ ! -e "$state/low" ] && [ -e "$folder/state/early.list" ] || return
    copied=$((copied + 1)) known_upheavals=$upheavals
    copy_early &
    copier=$!
}

copy_early() {
    mv "$folder/state/early.list" "$folder/state/early.taken" && mkdir "$folder/state/early.$copied" && cd "$tree" || exit
    tr '\n' '\0' <"$folder/state/early.taken" |
        xargs -0 sh -c 'tar -cf - "$@" | tar -xpf - -C "$0"' "$folder/state/early.$copied"
} >/dev/null 2>&1

# settle_copier: what the copier that has ended made counts, or is forgotten and made again.
settle_copier() {
    [ -n "$copier" ] && ! alive "$copier" || return
    wait "$copier"
    copier=
    if [ "$upheavals" = "$known_upheavals" ]; then
        early_copies="$early_copies$copied$nl"
    else
        (each_volume forget_early)
    fi
}

forget_early() {
    rm -rf "$folder/state/early.$copied" "$folder/state/early.known"
}

# take_early PATH: puts the copies of what is below PATH in the place of its links.
take_early() {
    for copies in $early_copies; do
        made=$folder/state/early.$copies/$1
        [ -d "$made" ] || continue
        case $method in
            'ln') (cd "$made" && find . -type f | while IFS= read -r one; do mv -f "$one" "$tree/$1/$one"; done) ;;
            *) cp -lRf "$made/." "$tree/$1/" ;;
        esac
        rm -rf "$made"
    done
} >/dev/null 2>&1

# take_all_early: at the end no linking comes after it.
take_all_early() {
    [ -z "$copier" ] || wait "$copier"
    settle_copier
    each_volume take_early .
}

# left: places that were there in the last round and are not now.
left() {
    set -f
    for item in $previous; do
        case $nl$present in *"$nl$item$nl"*) continue ;; esac
        start_detaching "$item"
    done
    set +f
}

# give_up: lets go of the unpacked payload, so that what DSM has deleted is really free again.
give_up() {
    [ -z "$copier" ] || wait "$copier"
    rm -rf "$folder/state"/early.[0-9]*
    find "$tree" -type f \( -path '*/package/*' -o -name package.tgz \) -exec rm -f {} +
    mkdir "$folder/state/full/seen/gone"
}

look() {
    present=
    cd "$scratch" || return
    [ "$low" ] && mkdir "$folder/state/full/seen" && give_up
    scan_places
    if [ "$present" != "$previous" ]; then
        hot_until=$((seconds + 3))
        left
        eval "previous_$volume=\$present"
    fi
    [ -z "$present" ] || busy=yes
}

# round: one look at every volume. Sets busy when something is in the watched places.
round() {
    busy='' phase=waiting detail='' rank=0 low=''
    [ ! -e "$state/low" ] || low=yes
    each_volume look
    if [ "$phase$detail" != "$told_phase" ]; then
        told_phase=$phase$detail
        printf '%s\n' "$phase$tab$detail" >>"$state/phase"
    fi
}

# ---------------------------------------------------------------- orders

hear() {
    uptime_now
    printf '%s\n' "$seconds" >"$state/heard"
}

read_orders() {
    while IFS= read -r line <&3; do
        [ -e "/proc/$$/exe" ] || exit
        hear
        [ "$line" != STOP ] || : >"$state/stop"
    done
    hear
    : >"$state/hung-up"
    [ -e "$state/attach" ] || : >"$state/eof"
}

# ---------------------------------------------------------------- reports

list_program='
function esc(text,   i, c, out) {
    if (text !~ /[\\\t\r]/) return text
    out = ""
    for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        out = out (c == "\\" ? "\\\\" : c == "\t" ? "\\t" : c == "\r" ? "\\r" : c)
    }
    return out
}
function is_package(path) {
    return path ~ /(^|\/)(@download\/[^\/]*|download\.[^\/]*)\/@SYNOPKG_DOWNLOAD_[^\/]*$/ || path ~ /^upload_tmp\.[^\/]*$/
}
BEGIN {
    while ((getline line < seen) > 0) old[line] = 1
    while ((getline line < packages) > 0) {
        split(line, part, "\t")
        size_of[part[1]] = part[2]; since[part[1]] = part[3]; state_of[part[1]] = part[4]
        inode_of[part[1]] = part[5]
    }
    changed = 0; fresh = 0; files = 0; bytes = 0; folder = ""; copies = 0; copied = 0
    while ((getline line < known) > 0) {
        early[line] = 1
        split(line, part, " ")
        copied += part[2]
    }
    close(known)
}
/^\.(\/.*)?:$/ { folder = substr($0, 3, length($0) - 3); if (folder != "") folder = folder "/"; next }
$2 !~ /^-/ { next }
{
    inode = $1; links = $3; size = $6; name = $0
    if (!sub(/^ *[0-9]+ +[^ ]+ +[0-9]+ +[0-9]+ +[0-9]+ +[0-9]+ +[^ ]+ +[^ ]+ +[^ ]+ /, "", name)) next
    if (name ~ /\.~new~$/) next
    path = esc(folder name)
    files++; bytes += size
    line = path "\t" size
    print line > (seen ".new")
    if (!(line in old)) { changed++; if (!(path in since)) fresh++; print "FILE\t" volume "\t" line "\t" inode }
    if (links > 1 && size > 0 && size <= most && line in old && path == folder name && path ~ /\/package\//) {
        line = inode " " size " " path
        if (!(line in early) && copies < 2000 && copied + size < 268435456) {
            copies++; copied += size
            print line >> known
            print "./" path > (list ".new")
        }
    }
    if (!is_package(path)) next
    if (size_of[path] != size || inode_of[path] != inode) since[path] = now
    state = now - since[path] < stable / 1000 ? "growing" : links < 2 ? "released" : size == 0 ? "growing" : "stable"
    if (state != state_of[path] || size != size_of[path]) print "SPK\t" volume "\t" path "\t" size "\t" state
    print path "\t" size "\t" since[path] "\t" state "\t" inode > (packages ".new")
}
END { printf "%d %.0f %d %d\n", files, bytes, changed, fresh > totals }
'

# list_volume: FILE and SPK lines for what is new in one tree.
list_volume() {
    cd "$tree" || return
    own=$folder/state
    most=$early_most
    [ ! -e "$own/early.list" ] || most=0
    rmdir "$own/full/seen/gone" &&
        say "ERR${tab}space$tab$name is all but full: the unpacked files were let go"
    ls -lniRA . 2>/dev/null | awk -v seen="$own/seen" -v packages="$own/packages" -v totals="$own/totals" -v now="$up" \
        -v stable="$stable" -v volume="$name" -v most="$most" -v known="$own/early.known" -v list="$own/early.list" \
        "$list_program"
    for listing in seen packages early.list; do
        [ ! -e "$own/$listing.new" ] || mv "$own/$listing.new" "$own/$listing"
    done
    IFS=' ' read -r files bytes changes fresh <"$own/totals" || return
    all_files=$((all_files + files))
    all_bytes=$((all_bytes + bytes))
    [ "$changes" = 0 ] || printf '%s\n' "$seconds" >"$state/caught"
    [ "$fresh" = 0 ] || printf '%s\n' "$seconds" >"$state/fresh"
}

report_volumes() {
    all_files=0 all_bytes=0
    each_volume list_volume
    printf '%s\n' "$all_files$tab$all_bytes" >"$state/sum"
}

report_phase() {
    while IFS= read -r line <&4; do
        say "PHASE$tab$line"
        is_quiet=
        case $line in waiting*) is_quiet=yes ;; esac
    done
}

# rescue DESCRIPTOR TARGET: copies a file that is still open in a process, until it is closed there.
rescue() {
    exec 5<"$1" || return
    while cat <&5 >>"$2" && [ "$1" -ef /proc/self/fd/5 ] && [ ! -e "$state/ending" ] && [ -d "$state" ]; do
        $nap $warm_nap
    done
    cat <&5 >>"$2"
}

# rescue_open: what was deleted while a process has it open has no name to link.
rescue_open() {
    set -f
    for item in $(set +f; ls -l /proc/[0-9]*/fd | awk '
        /^\/proc\/.*:$/ { folder = substr($0, 1, length($0) - 1) }
        / \(deleted\)$/ && (at = index($0, " -> ")) {
            path = substr($0, at + 4, length($0) - at - 13); $0 = substr($0, 1, at - 1)
            print folder "/" $NF "\t" path
        }'); do
        number=0
        for scratch in $scratches; do
            number=$((number + 1))
            case $item in *"$tab$scratch"*) rescue_one "${item%%"$tab"*}" "${item#*"$tab$scratch"}" ;; esac
        done
    done
    set +f
}

# rescue_one DESCRIPTOR PATH: on volume number.
rescue_one() {
    is_wanted "$2" || return
    inode=$(ls -lniL "$1" | awk '$2 ~ /^-/ && $3 == 0 { print $1 }')
    case $inode$nl$rescued in $nl* | *"$nl$number.$inode$nl"*) return ;; esac
    [ ! -e "$state/low" ] || case $2 in *@SYNOPKG_DOWNLOAD_* | upload_tmp.*) ;; *) return ;; esac
    rescued="$rescued$number.$inode$nl"
    eval "target=\$folder_$number/tree/\$2"
    copy=$target
    turn=0
    while [ -e "$copy" ]; do
        turn=$((turn + 1))
        copy=$target.~$turn~
    done
    mkdir -p "${target%/*}"
    rescue "$1" "$copy" &
    rescuers="$rescuers$!$nl"
}

finish_rescues() {
    rescue_open
    for job in $rescuers; do
        wait "$job"
    done
    kill "$measurer" 2>/dev/null
}

# attach: from now on write to the file that a PC which has come back reads, and tell everything again.
attach() {
    [ -e "$state/attach" ] && read -r name <"$state/attach" && [ "$name" != "$attached" ] || return
    case $name in report.[0-9a-f]*) ;; *) return ;; esac
    attached=$name
    exec >>"$state/$name" 4<"$state/phase"
    each_volume say_folder
    say_ready
    each_volume forget_told
    each_log rewind_log
}

forget_told() {
    rm -f "$folder/state/seen" "$folder/state/packages"
}

# new_log_lines: LOG lines for what one log has got since the last look.
new_log_lines() {
    eval "offset=\$offset_$log_number"
    file_size "$root$log"
    [ -n "$size" ] && [ "$size" != "$offset" ] || return
    [ "$size" -ge "$offset" ] || offset=0
    data=$(tail -c +$((offset + 1)) "$root$log" 2>/dev/null; echo x)
    data=${data%x}
    case $data in *"$nl"*) data=${data%"$nl"*}$nl ;; *) data= ;; esac
    eval "offset_$log_number=$((offset + ${#data}))"
    case $log in */messages) wanted='pkg|\.spk' ;; *) wanted=. ;; esac
    printf '%s' "$data" | awk -v log_name="$log" -v wanted="$wanted" '
        $0 !~ wanted { next }
        { gsub(/\r/, ""); gsub(/\t/, " "); gsub(/\\/, "/"); print "LOG\t" log_name "\t" substr($0, 1, 4096) }'
}

# free_space PATH: in bytes. A df without a path would look at all mounts; BusyBox's looks at some even with one.
free_space() {
    space=$(stat -f -c '%a %S' "$1" 2>/dev/null)
    case $space in
        [0-9]*' '[0-9]*) echo $((${space% *} * ${space#* })) ;;
        *) df -P "$1" 2>/dev/null | awk 'NR == 2 { printf "%.0f", $4 * 1024 }' ;;
    esac
}

measure_volume() {
    here=$(free_space "$folder")
    [ "$here" ] || return
    if [ "$here" -lt "$low_space" ]; then
        mkdir "$state/low" && say "LOW$tab$name$tab$here"
        # Whoever links lets go, too: beside a round on its way everything would be linked again.
        [ "$here" -ge $((low_space / 4)) ] || mkdir "$folder/state/full"
    fi
    [ "$free" ] && [ "$free" -le "$here" ] || free=$here
}

# measure_space: the smallest free space of our volumes. Runs beside the reports, which must not wait for a mount that hangs.
measure_space() {
    free=
    each_volume measure_volume
    [ "${free:-0}" -lt "$low_space" ] || rmdir "$state/low"
    printf '%s\n' "${free:-0}" >"$state/free.new" && mv "$state/free.new" "$state/free"
    : >"$state/measured"
}

start_measuring() {
    rm -f "$state/measured"
    measure_space &
    measurer=$!
}

report_once() {
    uptime_now
    report_phase
    report_volumes
    each_log new_log_lines
    # The first tick comes as soon as the free space is known.
    [ -n "$told" ] || [ ! -e "$state/free" ] || ticked=0
    if [ $((seconds - ticked)) -ge 2 ]; then
        ticked=$seconds told=0
        [ $((rounds % 3)) != 0 ] || [ ! -e "$state/measured" ] || start_measuring
        [ -n "$is_quiet" ] || rescue_open
        rounds=$((rounds + 1))
        number_in "$state/free" 0
        say "TICK$tab$((seconds - begun))$tab$all_files$tab$all_bytes$tab$result"
    fi
}

# report: tells the PC, once a second, until the main process ends. A network that stalls stops only this process.
report() {
    ticked=$((seconds + 2)) told='' rounds=1 is_quiet='' rescued=$nl attached='' rescuers=''
    exec 3<&- 4<"$state/phase"
    start_measuring
    rescue_open
    while [ -e "/proc/$$/exe" ]; do
        ending=
        [ ! -e "$state/ending" ] || ending=yes
        attach
        [ -z "$ending" ] || finish_rescues
        report_once
        [ -z "$ending" ] || break
        turn=${told:-3}
        while [ $turn -lt 4 ] && [ ! -e "$state/ending" ]; do
            $nap $report_nap
            turn=$((turn + 1))
            [ $report_nap != 1 ] || turn=4
        done
    done
    : >"$state/reported"
}

# ---------------------------------------------------------------- life

# number_in FILE DEFAULT: sets result to the number that another process wrote.
number_in() {
    result=
    [ ! -e "$1" ] || read -r result <"$1"
    case $result in '' | *[!0-9]*) result=$2 ;; esac
}

# alive PID: whether our child does its work; one that has ended stays in the list, but runs no program.
alive() {
    [ -e "/proc/$1/exe" ]
}

start_reporter() {
    report &
    reporter=$!
}

start_reader() {
    (exec >/dev/null; read_orders) &
    reader=$!
}

# each_second: sets reason when the agent shall end.
each_second() {
    alive "$reporter" || start_reporter
    alive "$reader" || [ -e "$state/hung-up" ] || start_reader
    number_in "$state/caught" $begun
    caught=$result
    number_in "$state/fresh" 0
    [ $((seconds - result)) -gt 3 ] || hot_until=$((seconds + 2))
    settle_copier
    each_volume start_copier
    [ $((seconds - begun)) -le "$ttl" ] || reason=ttl
    number_in "$state/heard" $begun
    if [ -e "$state/eof" ] || [ $((seconds - result)) -gt "$gone_after" ]; then
        [ $caught -gt $result ] || caught=$result
        [ $((seconds - caught)) -le "$idle_after" ] || reason=gone
    fi
}

poll() {
    reason='' last_second=0 turn=0
    while [ -z "$reason" ]; do
        uptime_now
        round
        if [ "$seconds" != "$last_second" ]; then
            last_second=$seconds
            each_second
        fi
        turn=$(((turn + 1) % 6))
        linking=yes
        if [ -z "$busy" ]; then
            $nap $idle_nap
        elif [ "$seconds" -lt $hot_until ]; then
            $nap $hot_nap
        else
            $nap $warm_nap
            [ $turn = 0 ] || linking=
        fi
        [ ! -e "$state/stop" ] || reason=stop
    done
    linking=yes
    round
}

# finish: waits for the copies and the last report, but never for a network that is gone.
finish() {
    set -f
    for job in $detaching; do
        wait "$job"
    done
    set +f
    take_all_early
    : >"$state/ending"
    turn=0
    while [ ! -e "$state/reported" ] && [ $turn -lt 200 ] && alive "$reporter"; do
        $nap $warm_nap
        turn=$((turn + 1))
        [ "$nap$warm_nap" != sleep1 ] || turn=$((turn + 9))
    done
    [ -e "$state/reported" ] || kill "$reporter" 2>/dev/null
    kill "$reader" 2>/dev/null
    wait
    [ ! -e "$state/sum" ] || IFS= read -r sum <"$state/sum"
    if [ -e "$state/attach" ] && read -r name <"$state/attach"; then
        exec >>"$state/$name"
    fi
    say "DONE$tab${sum:-0${tab}0}$tab$reason"
    : >"$state/ended"
}

read_setup || exit 0
case $session in *[!0-9a-f]* | '') fail setup 'the session is not eight hexadecimal digits' ;; esac
case ${#session}$parents in 8?*) ;; *) fail setup 'the orders before GO are not complete' ;; esac
make_folders
uptime_now
begun=$seconds
probe_tools
make_scan
each_log rewind_log
exec 2>/dev/null
early_most=262144
[ "$detach_most" -ge $early_most ] || early_most=$detach_most
start_reader
# The first round comes before READY: everything is watched then.
low='' told_phase='' hot_until=0 detaching='' detached=$nl copying=0 linking=yes
round
adopt=
say_ready
start_reporter
poll
finish
exit 0
