# shellcheck shell=dash disable=SC2154 # atWork sets what is not set here.
# Never asks, keeps config files that somebody changed, removes nothing, takes no recommended packages; waits for
# others' locks, but not for servers that do not answer. Its output is a file, so that a connection that ends does not
# cut it off.
# shellcheck disable=SC2086 # Several options, or none.
manager() {
  PROMHA_PACKAGING=$doing DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 APT_LISTCHANGES_FRONTEND=none apt-get -q -y \
    -o DPkg::Lock::Timeout="$patience" -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \
    -o Acquire::Retries=0 -o Acquire::http::Timeout=15 -o Acquire::https::Timeout=15 \
    -o APT::Install-Recommends=false -o APT::Get::Remove=false $options "$@" </dev/null >log 2>&1 7>&-
}
told() { grep -aE '^(E|W|Err|dpkg)[: ]|^ +[a-z0-9].* : |No space left' log | tail -n 15 | grep . || tail -n 15 log; }
# dpkg has an entry also for what was removed and left its config.
state() { dpkg-query -W -f='${db:Status-Status}' -- "$1" 2>/dev/null; }
has() { [ "$(state "$1")" = installed ]; }
there() { case $(state "$1") in '' | not-installed | config-files) return 1 ;; esac; }
files() { dpkg -L "$1"; }
# No service starts by itself that a package would start, if it is promha that called the package manager. Others that
# install packages meanwhile, for which apt waits, are let through, and what a killed run leaves behind forbids nothing. On
# removal only somebody's own unit is meant that bears the name of one of the package's: the package's scripts would stop
# it. At no moment is a policy of the host's own out of force.
hush() {
  { printf '%s\n' "$policy_text" >"$policy.new" && chmod 0755 "$policy.new" && aside && mv -fT "$policy.new" "$policy"; } 2>>log ||
    { rm -f "$policy.new"; echo "E: $policy cannot be written" >>log; return 1; }
}
any() { [ -e "$1" ] || [ -L "$1" ]; }
foreign() { any "$policy" && ! grep -qs "^$policy_sign" "$policy"; }
aside() { ! foreign || cp -aT --remove-destination "$policy" "$policy.promha"; }
unhush() {
  if foreign; then rm -f "$policy.promha"
  elif any "$policy.promha"; then mv -fT "$policy.promha" "$policy"
  else rm -f "$policy"; fi
}
quietly() { hush || return; "$@"; set -- $?; unhush; return "$1"; }
# PACKAGE: only what came with it, and of that what nothing else needs, which gone lists then. What was configured before
# stays configured; the config of the rest goes, also if an earlier run came no further than to remove it.
# shellcheck disable=SC2046 # One word a package.
purge() {
  options='-o APT::Get::Remove=true'
  echo "$1" >gone
  if there "$1"; then
    manager -s --auto-remove purge -- "$1" || return 1
    sed -n 's/^\(Purg\|Remv\) \([^ ]*\) .*/\2/p' log | grep -xFf "$notes/$1" | grep -vxF -e "$1" >>gone
    manager -s purge -- $(cat gone) || return 1
    sed -n 's/^\(Purg\|Remv\) \([^ ]*\) .*/\2/p' log | grep -vxFf gone >others
    if [ -s others ]; then cp "$notes/$1" gone; echo "$nonce kept $1"; cat others; return 0; fi
    verb=purge; ! grep -qsxFf gone "$configured" || verb=remove
    quietly manager $verb -- $(cat gone) || return 1
  fi
  # apt knows what was brought only as long as dpkg does.
  while read -r one; do
    [ "$(state "$one")" != config-files ] || grep -qsxF -e "$one" "$configured" || echo "$one"
  done <"$notes/$1" >rest
  [ ! -s rest ] || quietly manager purge -- $(cat rest)
}
# What promha was installing when it was cut off is for promha to put right; if that fails, apt says why.
configure() { PROMHA_PACKAGING=install DEBIAN_FRONTEND=noninteractive dpkg --force-confdef --force-confold --configure -a </dev/null >log 2>&1 7>&-; }
for each in "$installing"*; do [ ! -e "$each" ] || { quietly configure; break; }; done
