# shellcheck shell=dash disable=SC2034,SC2094,SC2154 # atWork sets what is not set here; asked holds the names.
some() { while read -r one; do ! there "$one" || return 0; done <"$1"; return 1; }
# What is not there after all leaves no mark, and no note unless some of what was to come with it is. What is only half
# there keeps both, for it is promha's.
tidy() {
  while read -r name; do
    there "$name" || rm -f "$installing$name"
    [ ! -f "$notes/$name" ] || some "$notes/$name" || rm -f "$notes/$name"
  done <asked
}
# Sets half: what was being unpacked when dpkg was cut off is no more than a name: only if it is asked for does apt take
# it once more.
half_unpacked() {
  half=$(while read -r name; do echo "$name"; cat "$notes/$name" 2>/dev/null; done <asked | sort -u |
    while read -r one; do [ "$(state "$one")" != half-installed ] || echo "$one"; done)
  [ -z "$half" ] || options=--reinstall
}
# A note holds its package and all that came with it, others that were asked for left out. What is not new was left half
# done by somebody else, or noted already. Until its own services are off a package does not count as installed: the mark
# is there, and holds the units as they were before.
put() { cp "$1" "$notes/.new" && mv -fT "$notes/.new" "$2"; }
refused() { echo "E: $notes cannot be written" >>log; failed; }
note() {
  while read -r name; do
    grep -qxF -e "$name" new || continue
    { echo "$name"; cat "$notes/$name" 2>/dev/null; grep -vxFf asked new; } | sort -u >noted
    put noted "$notes/$name" 2>>log || refused
  done <asked
}
begun() {
  units >before 2>>log || { echo "E: systemd does not tell its units" >>log; failed; }
  while read -r name; do [ -e "$installing$name" ] || put before "$installing$name" 2>>log || refused; done <asked
}
# Prints `enabled UNIT` and `active UNIT` of each that is; the mark of a package holds those before its installation.
units() {
  systemctl list-unit-files --no-legend --state=enabled >listed 7>&- && sed 's/ .*//; s/^/enabled /' listed &&
    systemctl list-units --plain --no-legend --state=active,activating,reloading,deactivating >listed 7>&- && sed 's/ .*//; s/^/active /' listed
}
# The package's own services neither start at boot nor run, but those that did before, for promha has units of its own for
# it. They run only if somebody else has completed an installation that was cut off.
disable() {
  mark=$installing$1; code=0
  units >now 2>>log || { echo 'E: systemd does not tell its units' >>log; return 1; }
  files "$1" | sed -n 's:^\(/usr\)\{0,1\}/lib/systemd/system/\([^/@]*\.\(service\|socket\|timer\|path\)\)$:enabled \2:p' | sort -u | grep -xFf now | grep -vxFf "$mark" >off
  # shellcheck disable=SC2086 # A word, or none.
  while read -r _ unit; do
    stop=--now; ! grep -qxF -e "active $unit" "$mark" || stop=
    systemctl disable --quiet $stop -- "$unit" </dev/null >said 2>&1 7>&- || { echo "E: $unit could not be disabled: $(tr '\n' ' ' <said)" >>log; code=1; }
  done <off
  return $code
}
