# shellcheck shell=dash disable=SC2154 # atWork sets what is not set here.
# Asked for no removal either, but what a package says that it replaces gives way to it. No service starts by being
# installed.
# shellcheck disable=SC2086 # Several options, or none.
manager() { dnf -q -y --setopt=install_weak_deps=False --setopt=timeout=15 --setopt=retries=1 $options "$@" </dev/null >log 2>&1 7>&-; }
told() { tail -n 15 log; }
has() { rpm -q -- "$1" >/dev/null 2>&1; }
there() { has "$1"; }
files() { rpm -ql -- "$1"; }
quietly() { "$@"; }
# rpm itself refuses what something else needs; what it refuses once may go once another has gone.
purge() {
  echo "$1" >gone; has "$1" || return 0
  rpm -e -- "$1" >log 2>&1 || return 1
  again=yes
  while [ $again = yes ]; do
    again=no
    while read -r one; do
      if ! grep -qxF -e "$one" gone && has "$one" && rpm -e -- "$one" >/dev/null 2>&1; then echo "$one" >>gone; again=yes; fi
    done <"$notes/$1"
  done
}
