# shellcheck shell=dash disable=SC2034,SC2154 # lock.ts sets lock, uptime and life, and goes by what is set here.
# Opening a pipe or a device could wait for ever, and what a link leads to is somebody else's.
plain() {
  [ ! -L "$lock" ] && { [ ! -e "$lock" ] || [ -f "$lock" ]; } || { echo "$lock is there, but is no file" >&2; exit 1; }
}
# Sets named to the run that the file names, and run to it if its lock has not become free, else to nothing. A last line
# that was cut off is no line, and what makes no sense is free: it could not be renewed either.
look() {
  run= named= up= renewed= since= who= pid= from= command=
  while IFS= read -r line; do
    case $line in
      run=*) named=${line#*=} ;;
      renewed=*) renewed=${line#*=} ;;
      since=*) since=${line#*=} ;;
      who=*) who=${line#*=} ;;
      pid=*) pid=${line#*=} ;;
      from=*) from=${line#*=} ;;
      command=*) command=${line#*=} ;;
    esac
  done <"$lock"
  read -r up _ <"$uptime"; up=${up%%.*}
  # A leading zero would make it octal, and too many digits no number at all.
  case $renewed in '' | 0?* | *[!0-9]* | ?????????????*) ;;
    *) [ "$up" -ge "$renewed" ] && [ $((up - renewed)) -le "$life" ] && run=$named ;;
  esac
}
# File descriptor 9 is the lock's.
turn() {
  flock -w 10 9 || { echo "$lock could not be locked within 10 s because another process holds flock(1) on it" >&2; exit 1; }
  look
  case $up in '' | *[!0-9]*) echo "$uptime tells no time" >&2; exit 1 ;; esac
}
write() { printf '%s\n' "run=$run" "renewed=$up" "since=$since" "who=$who" "pid=$pid" "from=$from" "command=$command" >"$lock"; }
tell() { printf '%s\n' "run=$run" "since=$since" "now=$(date +%s)" "who=$who" "pid=$pid" "from=$from" "command=$command"; }
