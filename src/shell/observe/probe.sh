# shellcheck shell=dash disable=SC2154 # The probe sets known, units and the places.
# Few processes: each costs a host about 2 ms.
# Machine, whether this is root (only root owns what root owns: one process less than `id`), uptime, time, manager.
host() {
  uname -m; if [ -O / ]; then echo root; else echo other; fi
  read -r up _ </proc/uptime; echo "$up"; date +%s.%N
  if [ -d /run/systemd/system ]; then echo systemd; else cat /proc/1/comm; fi
}
# Whether anything is mounted at or below /home or /root. A host that runs containers has hundreds of mounts.
homes() {
  grep -Eqs '^[^ ]* /(home|root)[/ ]' /proc/self/mounts
  case $? in 0) echo mounted ;; 1) echo none ;; esac
}
# PATH…: of files only, since a pipe or a device, or a link to one, would be read for ever.
hashes() {
  for each; do shift; [ ! -f "$each" ] || set -- "$@" "$each"; done
  [ $# = 0 ] || sha256sum -- "$@" 2>/dev/null
}
of_program() { [ -f "$1" ] && hash=$(sha256sum <"$1"); }
of_tree() { [ -d "$1" ] && [ ! -L "$1" ] && hash=$(tree_hash "$1"); }
nl='
'
# of_program|of_tree: of each identity that it reads the hash, whether it was remembered in known, and the path.
remembered() {
  while IFS= read -r line; do
    path=${line#* * * * }
    case $nl$known$nl in
      *" $line$nl"*) before=$nl$known$nl; before=${before%%" $line$nl"*}; hash="${before##*"$nl"} remembered" ;;
      *) "$1" "$path" || continue; hash="${hash%% *} hashed" ;;
    esac
    printf '%s %s\n' "$hash" "$path"
  done
}
# MOST: of the drop-ins in units, the settings that promha's own units have too, none that may be secret; no process
# if there is none.
drop_ins() {
  most=$1; set --; set -f
  # shellcheck disable=SC2086 # Paths that systemd has parted.
  while IFS= read -r line; do case $line in DropInPaths=?*) set -- "$@" ${line#DropInPaths=} ;; esac; done <<END
$units
END
  set +f
  [ $# != 0 ] || return 0
  grep -EHos '^[[:space:]]*(User|Group|DynamicUser)[[:space:]]*=[[:space:]]*[A-Za-z0-9._-]*.?' -- "$@"
  grep -EHos '^[[:space:]]*Environment[[:space:]]*=.*\bREPLICA=[A-Za-z0-9._-]*' -- "$@" | sed -E 's/=.*\bREPLICA=/=/'
  # Split into words and joined by single blanks, as the other side does with its own.
  grep -EHs '^[[:space:]]*ExecStart[[:space:]]*=' -- "$@" | head -n "$most" | while IFS= read -r line; do
    set -f; hash=
    # shellcheck disable=SC2086
    set -- ${line#*=}
    [ $# = 0 ] || hash=$(printf %s "$*" | sha256sum)
    echo "${line%%=*}=${hash%% *}"
  done
}
# promha's own notes, by no process but one. A file that a crash of the host emptied has no line that would be found.
records() {
  grep -as '' "$state"/* /dev/null
  for f in "$state"/*; do if [ -f "$f" ] && [ ! -s "$f" ]; then echo "$f:"; fi; done
}
# What earlier runs left in staging, NAME touched|untouched.
unfinished() {
  for d in "$staging"/*; do
    if [ "${d##*/}" = "$push" ]; then for f in "$d"/*; do if [ -e "$f" ]; then echo "$push untouched"; break; fi; done
    elif [ -e "$d/$touched" ]; then echo "${d##*/} touched"
    elif [ -e "$d" ]; then echo "${d##*/} untouched"; fi
  done
}
# Components with a backup.
backups() { for d in "$backup"/*; do [ ! -d "$d" ] || echo "${d##*/}"; done; }
