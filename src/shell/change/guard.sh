# shellcheck shell=dash disable=SC2154 # guardText sets what is not set here.
cd "$home" || exit 1
# Sets silent to the seconds since promha was heard.
listen() {
  read -r now _ </proc/uptime; now=${now%%.*} heard=
  if [ -f "$lock" ]; then
    while IFS= read -r line; do
      case $line in renewed=*) heard=${line#renewed=}; heard=${heard%%.*} ;; esac
    done <"$lock"
  fi
  # The lock is of this boot: after another one, it counts from its own start.
  case $heard in '' | 0?* | *[!0-9]* | ?????????????*) heard=${began:=$now} ;; esac
  [ "$heard" -le "$now" ] || heard=${began:=$now}
  silent=$((now - heard))
}
# Stops what places, confirms or undoes, so that nothing begins between the look and the deed.
hold() { exec 8>"$placing" && flock 8; }
read -r began _ </proc/uptime; began=${began%%.*} pause=15
while :; do
  set -- "$staging"/*/"$touched"
  if [ ! -e "$1" ]; then
    hold
    set -- "$staging"/*/"$touched"
    [ -e "$1" ] || exit 0
    exec 8>&-
  fi
  listen
  if [ "$silent" -lt "$silence" ]; then
    # A look costs no process but this one.
    sleep 2
    continue
  fi
  hold
  listen
  failed=0
  if [ "$silent" -ge "$silence" ]; then
    for mark in "$staging"/*/"$touched"; do
      [ -e "$mark" ] || continue
      stage=${mark%/*}
      echo "undoing the change of ${stage##*/}, for promha was not heard for $silent s"
      if sh "$stage/$undo" guard held && [ ! -e "$mark" ]; then
        echo "${stage##*/} is as it was"
      else
        failed=1
        echo "${stage##*/} could not be put back; it is tried again in $pause s"
      fi
    done
  fi
  exec 8>&-
  if [ $failed = 1 ]; then
    sleep $pause
    pause=$((pause * 2 < 300 ? pause * 2 : 300))
  else
    pause=15
  fi
done
