# shellcheck shell=bash
# Tries each ADDRESS PORT of its arguments. The time counts from when a try has begun, which a busy host may put
# off for longer than that. A try that has run out of it is silent only where the kernel lets it sleep (S), so that it
# does wait for an answer; one that waits for the processor may have its answer already.
# 0.3 seconds for a connection within one network; a firewall that drops lets it time out, and the whole run waits with
# it. A lost packet is sent again after a second only, so that a little longer would see no more.
attempt() {
  word=untried
  {
    if read -r pid; then
      read -r -t 0.3 word
      if [ $? -gt 128 ]; then
        read -r _ _ state _ <"/proc/$pid/stat"
        if [ "$state" = S ]; then word=silent; else word=untried; fi
        kill -KILL "$pid"
      fi
    fi
  } < <(echo "$BASHPID"; if : <>"/dev/tcp/$1/$2"; then echo open; else echo refused; fi)
  echo "$1 $2 $word"
}
exec 2>/dev/null
while [ $# -gt 1 ]; do attempt "$1" "$2" & shift 2; done
wait
