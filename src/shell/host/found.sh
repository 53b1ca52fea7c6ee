# shellcheck shell=dash disable=SC2154 # programsScript sets what is not set here.
# Units that exist, and programs that run in them, as root, as one of some users, or with a port of held.
enc() { head -c "$most_bytes" | base64 -w0; }
# Regular files only: a pipe or a device would be read without end.
text() { if [ -f "$2" ]; then echo "$1 $(enc <"$2")"; fi; }
process() {
  argv=$(enc 2>/dev/null <"/proc/$1/cmdline") && [ -n "$argv" ] || return 0
  echo "process $1"; [ "$(readlink "/proc/$1/ns/net")" != "$net" ] || echo ofhost; echo "argv $argv"
  echo "cwd $(readlink -n "/proc/$1/cwd" 2>/dev/null | enc)"; echo "group $(enc 2>/dev/null <"/proc/$1/cgroup")"
}
# What a masked unit was is in the file that the link hides.
next() {
  if [ -n "$masked" ]; then text fragment "/usr/lib/systemd/system/$id"; text environment "/etc/default/${id%.service}"; fi
  masked=; id=; echo next
}
# Reads what systemctl shows. A line without text ends what is said of one unit.
units() {
  masked=; id=
  while IFS= read -r line; do
    [ -n "$line" ] && echo "$line" || next
    case $line in
      Id=*) id=${line#*=} ;;
      LoadState=masked) masked=yes ;;
      FragmentPath=/*) text fragment "${line#*=}" ;;
      DropInPaths=/*) for f in ${line#*=}; do text dropin "$f"; done ;;
      EnvironmentFiles=/*) f=${line#*=}; text environment "${f% (*}" ;;
      MainPID=[1-9]*) process "${line#*=}" ;;
    esac
  done
  next
}
# counts PID: whether a program is one of those that are looked at. No process of the host's own but for a few of them.
counts() {
  case " $holders " in *" $1 "*) return 0 ;; esac
  while read -r line; do ! inside "$line" || return 0; done 2>/dev/null <"/proc/$1/cgroup"
  as=; while read -r key number _; do [ "$key" != Uid: ] || { as=$number; break; }; done 2>/dev/null <"/proc/$1/status"
  [ -n "$as" ] || return 1
  case " $uids " in *" $as "*) ;; *) return 1 ;; esac
  [ "$(readlink "/proc/$1/ns/net")" = "$net" ] && [ $looked -lt "$most_names" ] && looked=$((looked + 1))
}
# Names of programs, as the kernel cuts them at 15 characters.
processes() {
  for p in /proc/[0-9]*; do
    { read -r name <"$p/comm"; } 2>/dev/null || continue
    case $name in
      prometheus | prometheus-* | prometheus2 | alertmanager* | node_exporter* | node-exporter* | blackbox_export* | blackbox-export* | pushgateway*) counts "${p#/proc/}" && process "${p#/proc/}" ;;
    esac
  done
}
# shellcheck disable=SC2005,SC2046,SC2086,SC2116 # Joined by single blanks.
uids=$(echo 0 $uids) holders=$(echo $(printf '%s\n' "${held-}" | cut -d ' ' -f 4))
net=$(readlink /proc/self/ns/net) looked=0
