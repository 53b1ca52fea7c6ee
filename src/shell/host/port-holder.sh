# shellcheck shell=dash
# holder UNIT PROTOCOL PORT HEXPORT HEXADDRESSES prints UNIT PROTOCOL PORT PID OF NAME where a process that is not the
# unit's own holds the port: not one of its control group, nor its main process, for which systemd is asked only if the
# port is held, since that costs a host 8 ms. Where addresses are given (A|B, as the kernel writes them), one that has
# the port on others only does not count. State 0A is a listening TCP socket, 07 an unconnected UDP one. No ss: a minimal
# server may lack it.
# socket_of PORT KIND prints the active socket unit that listens there: systemd (pid 1) holds it open for that unit.
# unit_of PID prints the unit of the system's manager, the first name below its slices: what a container or a user's own
# manager runs is named after that, not after a unit of theirs.
unit_of() {
  sed -n 's,^\(0:\|[0-9]*:name=systemd\):\(/[^/]*\.slice\)*/\([^/][^/]*\).*,\3,p' "/proc/$1/cgroup" 2>/dev/null | head -n 1
}
socket_of() {
  systemctl show -p Id -p Listen -p ActiveState -- '*.socket' 2>/dev/null | {
    id= hit= active=
    while IFS= read -r line || [ -n "$id" ]; do
      case $line in
        '') if [ -n "$hit" ] && [ -n "$active" ]; then echo "$id"; break; fi; id= hit= active= ;;
        Id=*) id=${line#Id=} ;;
        ActiveState=active) active=1 ;;
        "Listen="*":$1 ($2)") hit=1 ;;
      esac
    done
  }
}
holder() {
  case $2 in tcp) state=0A kind=Stream ;; *) state=07 kind=Datagram ;; esac
  # shellcheck disable=SC2034 # The kernel's columns.
  grep -h ": [0-9A-F]*:$4 [0-9A-F]*:0000 $state " "/proc/net/$2" "/proc/net/${2}6" 2>/dev/null | while read -r sl from to st tx tr retr uid tmo inode rest; do
    if [ -n "$5" ]; then
      case ${from%:*} in
        00000000 | 00000000000000000000000000000000) ;;
        *) case "|$5|" in *"|${from%:*}|"*) ;; *) continue ;; esac ;;
      esac
    fi
    pid=0
    found=$(ls -l /proc/[0-9]*/fd 2>/dev/null | while read -r line; do
      case $line in
        /proc/*) p=${line#/proc/}; p=${p%%/*} ;;
        *"socket:[$inode]") echo "$p"; break ;;
      esac
    done)
    [ -n "$found" ] && pid=$found
    [ "$pid" != 0 ] && grep -qs "/$1\$" "/proc/$pid/cgroup" && continue
    [ "$pid" != 0 ] && [ "$pid" = "$(systemctl show -p MainPID --value -- "$1" 2>/dev/null)" ] && continue
    name=unknown
    of=
    if [ "$pid" = 1 ]; then read -r name </proc/1/comm; of=$(socket_of "$3" $kind)
    elif [ "$pid" != 0 ]; then read -r name <"/proc/$pid/comm" && of=$(unit_of "$pid")
    fi
    case $of in user@*) of= ;; *.service | *.socket) ;; *) of= ;; esac
    echo "$1 $2 $3 $pid ${of:--} $name"
    break
  done
}
