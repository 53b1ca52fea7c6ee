# shellcheck shell=dash
# The way to a path, for scripts that work as root: functions that look at every directory on it and stand in the
# last one before anything is done there. A directory is closed where only root can change which names it holds:
# it is root's, and no other user may write to it (a sticky one counts, since each name in it is looked at too). What lies
# below closed directories only cannot be exchanged between the look and the deed, so names are given relative to the
# directory that the shell stands in. Below a directory of the service's own user, that user does the work, not root.
# taken: directories between bars that count as closed, since the change will take them first.
service= uid= gid= own= taken= inside= reached= sure=
serve() {
  service=$1 uid= gid= own=
  [ -z "$1" ] || { uid=$(id -u "$1" 2>/dev/null) && gid=$(id -g "$1" 2>/dev/null) && [ "$uid" != 0 ]; } || uid=
  # Its unit runs with the group of its name, which need not be its primary one, and may not be there yet.
  if [ -n "$uid" ] && own=$(getent group "$1"); then own=${own%:*}; own=${own##*:} gid=${own##*:}; fi
}
as() { setpriv --reuid "$uid" --regid "$gid" --clear-groups -- "$@" </dev/null 8>&- 9>&-; }
# GID: no user but root is in the group. Root's own group is asked too: RHEL has accounts of other users in it.
roots_group() {
  members=$(getent group "$1") || return 1
  case ${members##*:} in '' | root) ;; *) return 1 ;; esac
  ! getent passwd | cut -d : -f 3,4 | grep -v '^0:' | grep -q ":$1$"
}
# UID GID MODE PATH
closed() {
  [ "$1" = 0 ] || { case $taken in *"|$4|"*) return 0 ;; esac; return 1; }
  [ $((0$3 & 022)) = 0 ] || [ $((0$3 & 01000)) != 0 ] && return 0
  case $taken in *"|$4|"*) return 0 ;; esac
  [ $((0$3 & 02)) = 0 ] && roots_group "$2" || return 1
  # Where there is an access list, the group's bits are only its mask.
  case $(ls -ld -- "$4/") in ??????????+*) return 1 ;; esac
}
# UID GID MODE
of_service() {
  [ -n "$uid" ] || return 1
  [ "$1" = "$uid" ] || { [ "$1" = 0 ] && [ "$2" = "$own" ] && [ $((0$3 & 02)) = 0 ]; }
}
refuse() { fault=$1 at=$2 who=$3; return 1; }
# DIR: sets by (root or service), and for root (directories that were found closed are in sure, since they stay so): real, the directory without links; lacks, what of it is not there; u g m of real.
walk() {
  left=$1 real= lacks= by=root hops=0 u= g= m=
  while :; do
    while :; do case $left in /*) left=${left#/} ;; ./*) left=${left#./} ;; *) break ;; esac; done
    [ "$left" != . ] || left=
    known_closed=no
    case $sure in *"|$real/|"*) [ -z "$left" ] || known_closed=yes ;; esac
    if [ $known_closed = no ]; then
      [ -d "$real/" ] || [ ! -e "$real" ] || { refuse kind "$real" ''; return 1; }
      facts=$(stat -c '%u %g %a' -- "$real/" 2>/dev/null) || { refuse moved "$real/" ''; return 1; }
      u=${facts%% *} m=${facts##* } facts=${facts#* }; g=${facts%% *}
      [ -n "$left" ] || return 0
      if ! closed "$u" "$g" "$m" "$real"; then
        if of_service "$u" "$g" "$m"; then by=service; return 0; fi
        bar
        return 1
      fi
      sure="$sure|$real/|"
    fi
    name=${left%%/*} left=${left#"${left%%/*}"}
    if [ "$name" = .. ]; then real=${real%/*}
    elif [ -L "$real/$name" ]; then
      hops=$((hops + 1))
      facts=$(stat -c '%u %U' -- "$real/$name") && link=$(readlink -- "$real/$name") || { refuse moved "$real/$name" ''; return 1; }
      [ "${facts%% *}" = 0 ] && [ $hops -le 20 ] || { refuse link "$real/$name" "${facts#* }"; return 1; }
      case $link in /*) real= ;; esac
      left=$link/$left
    elif [ ! -e "$real/$name" ]; then lacks=$name$left; return 0
    else real=$real/$name; fi
  done
}
# Says whose the directory is to which walk came.
bar() {
  if [ "$u" != 0 ]; then refuse other "$real" "$(stat -c %U -- "$real/")"
  elif [ $((0$m & 02)) != 0 ]; then refuse open "$real" everybody
  else refuse open "$real" "group $(stat -c %G -- "$real/")"; fi
}
# DIR, which may not be there yet.
may_enter() { walk "$1" && if [ $by = service ]; then refuse other "$real" "$service"; elif [ -z "$lacks" ]; then reach "$1"; fi; }
# DIR ./NAME
may_remove() { walk "$1" && { [ $by = service ] || [ -n "$lacks" ] || of_service "$u" "$g" "$m" || reach "$1"; }; }
# To where walk ended; what it is called there proves that no link led elsewhere meanwhile.
stand() { inside=; cd -P -- "$real/." 2>/dev/null && [ "$(pwd -P)" = "${real:-/}" ] || refuse moved "$real" ''; }
explain() {
  case $fault in
    other) echo "$1 is not touched: $at belongs to $who" ;;
    open) echo "$1 is not touched: $who may write to $at" ;;
    link) echo "$1 is not touched: $at is a link of $who" ;;
    kind) echo "$1 is not touched: $at is not a directory" ;;
    leaf) echo "$1 is not touched: it lies in a directory of $service and belongs to $who" ;;
    foreign) echo "$1 is not touched: it belongs to $who and holds nothing of the program" ;;
    *) echo "$1 is not touched: $at changed meanwhile" ;;
  esac >&2
}
reach() {
  walk "$1" || return 1
  [ $by = root ] || { refuse other "$1" "$service"; return 1; }
  [ -z "$lacks" ] || { refuse kind "$real/$lacks" ''; return 1; }
  closed "$u" "$g" "$m" "$real" || bar
}
enter() {
  if [ -n "$inside" ] && [ "$1" = "$inside" ]; then cd -P -- "$reached" && return 0; fi
  reach "$1" && stand || { explain "$1"; return 1; }
  inside=$1 reached=${real:-/}
}
# DIR: made where it is not there, as root's own.
make_way() {
  walk "$1" && [ $by = root ] && stand || { explain "$1"; return 1; }
  while [ -n "$lacks" ]; do
    name=${lacks%%/*}
    case $lacks in */*) lacks=${lacks#*/} ;; *) lacks= ;; esac
    case $name in '' | .) continue ;; esac
    real=$real/$name
    # Another script of promha's may make it at the same moment.
    (umask 022; mkdir -- "./$name" 2>/dev/null) || [ -d "./$name" ] || { echo "$real could not be made" >&2; return 1; }
    stand && [ -O . ] || { refuse moved "$real" ''; explain "$1"; return 1; }
  done
}
# DIR ./NAME COMMAND…
within() {
  walk "$1" || { explain "$1"; return 1; }
  [ -z "$lacks" ] || return 0
  dir=$1 leaf=$2
  shift 2
  if [ $by = root ]; then
    if closed "$u" "$g" "$m" "$real"; then stand && "$@" "$leaf"; return; fi
    of_service "$u" "$g" "$m" || { reach "$dir" || explain "$dir"; return 1; }
  fi
  said=$(as sh -c 'cd -P -- "$1" && shift && exec "$@"' sh "$dir" "$@" "$leaf" 2>&1) || { [ -z "$said" ] || echo "$said" >&2; return 1; }
}
# Reads names: true where there is none, or one of the patterns.
holds() {
  some=
  while IFS= read -r name; do
    case $name in lost+found | .snapshot | .zfs) continue ;; esac
    some=1
    # shellcheck disable=SC2254 # It is a pattern.
    for pattern; do case $name in $pattern) return 0 ;; esac; done
  done
  [ -z "$some" ]
}
# 10 000 names of a directory of somebody else's are looked at: one of configs or data has some hundreds.
# PATH OWNER known|new PATTERN…: stands in the directory where root is to work in it.
fits() {
  wanted=$1 owner=$2 known=$3
  shift 3
  walk "$wanted" || return 1
  if [ $by = service ]; then
    [ "$owner" = "$service" ] || { refuse other "$real" "$service"; return 1; }
    as sh -c '{ [ ! -e "$1" ] && [ ! -L "$1" ]; } || { [ -d "$1" ] && [ -O "$1" ]; }' sh "$wanted" 2>/dev/null || refuse leaf "$wanted" 'another user'
    return
  fi
  [ -z "$lacks" ] || return 0
  stand || return 1
  [ "$known" = new ] || return 0
  if [ "$u" = "${uid:--}" ] || { [ "$owner" = root ] && [ "$u" = 0 ]; }; then return 0; fi
  ls -AU | head -n 10000 | holds "$@" || refuse foreign "$wanted" "$(stat -c %U .)"
}
# PATH OWNER GROUP MODE NOTE known|new PATTERN…
take_over() {
  path=$1 whose=$2 group=$3 mode=$4 note=$5
  shift 5
  fits "$path" "$whose" "$@" || { explain "$path"; return 1; }
  if [ $by = service ]; then
    before=$(as sh -c '[ -d "$1" ] && cd -P -- "$1" && stat -c "%g %a" .' sh "$path" 2>/dev/null) || before=
    case $before in *[!0-9\ ]* | *\ *\ * | *\ *[89]*) ;; [0-9]*\ [0-7]*) echo "$uid:$before" >"$note"; sync -- "$note" 2>/dev/null || sync ;; esac
    said=$(as sh -c 'umask 022; mkdir -p -- "$1" && cd -P -- "$1" && [ -O . ] && { [ "$(stat -c %G .)" = "$3" ] || chgrp -- "$3" .; } && chmod "$2" .' sh "$path" "$mode" "$group" 2>&1) || { echo "${said:-$path could not be made by $service}" >&2; return 1; }
    return 0
  fi
  if [ -n "$lacks" ]; then make_way "$path" || return 1
  else stat -c '%u:%g %a' . >"$note" && { sync -- "$note" 2>/dev/null || sync; } || return 1; fi
  open=no; [ "$u" = 0 ] && [ $((0$m & 022)) = 0 ] || open=yes
  sure=
  chown -- "$whose:$group" . && chmod -- "$mode" . && label "$(pwd -P)" || return 1
  # A user who could write there may have left names that promha itself is about to use.
  if [ "$whose" = root ] && [ $open = yes ] && [ $((0$mode & 022)) = 0 ]; then
    for each in ./.promha-new.* ./.promha-old.*; do rm -rf -- "$each" || return 1; done
  fi
}
# PATH NOTE: gives a directory back the owner and mode that were noted.
give_back() {
  [ -f "$2" ] && read -r whose mode <"$2" || return 0
  give_owner "$1" "$whose" "$mode"
}
# PATH UID:GID MODE; the service's user can give a directory to the groups that it is in.
give_owner() {
  walk "$1" && [ -z "$lacks" ] || { explain "$1"; return 1; }
  if [ $by = service ]; then
    setpriv --reuid "$uid" --regid "$gid" --init-groups -- sh -c 'cd -P -- "$1" && [ -O . ] && { chgrp -- "$3" . || :; } && chmod "$2" .' sh "$1" "$3" "${2#*:}" </dev/null >/dev/null 2>&1 8>&- 9>&-
    return
  fi
  sure=
  stand && chown -- "$2" . && chmod -- "$3" .
}
# SOURCE ./NAME: a fresh file that no name leads elsewhere.
lay() { rm -rf -- "$2" && (set -C; cat -- "$1" >"$2"); }
# [-R] PATH: restores the SELinux label, without which systemd may not run it. Succeeds if SELinux is off.
label() { ! command -v restorecon >/dev/null 2>&1 || restorecon "$@"; }
