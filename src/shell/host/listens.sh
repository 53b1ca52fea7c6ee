# shellcheck shell=dash
# listens UNIT prints the TCP ports at which processes of the unit's control group listen, each once. No ss: a minimal
# server may lack it.
listens() {
  # shellcheck disable=SC2012 # The names are the kernel's.
  held=$(grep -Els "/$1(/|\$)" /proc/[0-9]*/cgroup | head -n 100 | while read -r file; do
    ls -l "${file%/cgroup}/fd/" 2>/dev/null
  done | sed -n 's/.*socket:\[\([0-9]*\)\]$/\1/p' | head -n 5000)
  # shellcheck disable=SC2034 # The kernel's columns.
  grep -h ': [0-9A-F]*:[0-9A-F]* [0-9A-F]*:0000 0A ' /proc/net/tcp /proc/net/tcp6 2>/dev/null | while read -r sl from to st tx tr retr uid tmo inode rest; do
    case " $held " in *[!0-9]"$inode"[!0-9]*) echo $((0x${from##*:})) ;; esac
  done | sort -nu | head -n 20
}
