# shellcheck shell=dash disable=SC2154 # runningScript sets what is not set here.
# Processes whose program's name begins with $program and whose first argument is $word, as lines of PID and unit.
# A line of a user's own process tells no more than these two, and there are at most $most of them.
found=0
for p in /proc/[0-9]*; do
  [ "$found" -lt "$most" ] || break
  { read -r name <"$p/comm"; } 2>/dev/null || continue
  case $name in "$program"*) ;; *) continue ;; esac
  first=$(head -c 4096 "$p/cmdline" 2>/dev/null | tr '\0\n' '\n ' | sed -n 2p)
  [ "$first" = "$word" ] || continue
  unit=$(sed -n 's,^\(0:\|[0-9]*:name=systemd\):.*/\([A-Za-z0-9_.@-]*\.\(service\|scope\)\).*,\2,p' "$p/cgroup" 2>/dev/null | head -n 1 | cut -b 1-100)
  echo "${p#/proc/} ${unit:--}"
  found=$((found + 1))
done
