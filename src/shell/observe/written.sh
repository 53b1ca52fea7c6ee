# shellcheck shell=dash
# way PATH looks at each part of the path. Below the first directory whose names somebody other than root may
# change, a link or a thing that is no plain file and no directory could lead root anywhere: fault and at say so.
# sure is yes if only root can change the way to the last part, and roots if the same is true of what lies in it.
way() {
  at= left=$1 roots=yes sure=yes fault= hops=0
  while [ -n "$left" ]; do
    name=${left%%/*}
    case $left in */*) left=${left#*/} ;; *) left= ;; esac
    case $name in '' | .) continue ;; esac
    sure=$roots
    if [ "$name" = .. ]; then
      [ $roots = yes ] || { fault=link at=$at/..; return; }
      at=${at%/*}; continue
    fi
    next=$at/$name
    if [ -L "$next" ]; then
      hops=$((hops + 1)) link=$(readlink -- "$next") || link=
      [ $roots = yes ] && [ -n "$link" ] && [ $hops -le 20 ] || { fault=link at=$next; return; }
      case $link in /*) at= ;; esac
      left=$link${left:+/$left}; continue
    fi
    [ -e "$next" ] || return
    at=$next
    if [ -d "$at" ]; then
      facts=$(stat -c '%u %a' -- "$at" 2>/dev/null) || facts='1 0'
      [ "${facts%% *}" = 0 ] && [ $((0${facts#* } & 022)) = 0 ] || roots=no
    elif [ $roots = no ] && [ ! -f "$at" ] || [ -n "$left" ]; then fault=kind; return; fi
  done
}

# written USER DIR FILE prints FAULT OWNER SURE AT FILE if the user cannot write the file, or the directory is
# somebody else's. AT is in base64. As systemd does, the user is tried with all of its groups.
written() {
  way "$3"
  [ -n "$fault" ] || way "$2"
  if [ -n "$fault" ]; then
    printf '%s - no %s %s\n' "$fault" "$(printf %s "$at" | head -c 4096 | base64 -w0)" "$3"
    return
  fi
  owner=-
  if [ ! -d "$2" ]; then fault=missing
  else
    owner=$(stat -L -c %U -- "$2")
    case $owner in root | "$1") ;; *) fault=other ;; esac
  fi
  uid=$(id -u "$1" 2>/dev/null) && gid=$(id -g "$1" 2>/dev/null) || fault=no-user
  if [ -z "$fault" ]; then
    target=$2
    [ ! -e "$3" ] || target=$3
    setpriv --reuid "$uid" --regid "$gid" --init-groups -- test -w "$target" </dev/null 2>/dev/null && return
    fault=closed
    [ ! -e "$3" ] || { fault='file'; owner=$(stat -c %U -- "$3"); }
  fi
  printf '%s %s %s - %s\n' "$fault" "$owner" "$sure" "$3"
}
