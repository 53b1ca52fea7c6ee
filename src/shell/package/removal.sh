# shellcheck shell=dash disable=SC2154 # removalLines sets what is not set here; apt.sh or dnf.sh has the other functions.
# PACKAGE COMPONENT: another component has it.
owned() {
  for f in "$records"/*; do [ "$f" != "$records/$2" ] && grep -qsx "\(made\|found\) package $1" "$f" && return 0; done
  return 1
}
# PACKAGE COMPONENT. A manifest of nothing but its first line is of no use.
forget() {
  f=$records/$2; [ -f "$f" ] || return 0
  grep -vx "made package $1" "$f" >"$f.new"
  if [ "$(grep -c . "$f.new")" -gt 1 ]; then mv -f "$f.new" "$f"; else rm -f "$f" "$f.new"; fi
}
# What stays of it may be what another one needs, and goes with that.
inherit() {
  grep -vxFf gone "$notes/$1" >left
  for other in "$notes"/*; do [ "$other" = "$notes/$1" ] || { cat "$other" left | sort -u >merged && cp merged "$other"; }; done
}
leave() {
  [ -f "$notes/$1" ] || { rm -f "$installing$1"; return 0; }
  purge "$1" || { echo "$nonce unremoved $1"; told; return 1; }
  inherit "$1"; rm -f "$notes/$1" "$installing$1"
}
