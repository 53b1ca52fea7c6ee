/** How a host's own package manager is called, and what keeps it from starting services meanwhile: shell shared by all that calls it. */
import { home, installingMark, packageNotes } from './layout.ts'
import { command, quote } from './quote.ts'

export type Manager = 'apt' | 'dnf'

/** Where packages wait that promha brings to a host which can fetch none. */
export const repository = `${home}/repository`

/** Held by the promha that works with packages; of this boot only. */
export const packageLock = '/run/promha-packages.lock'

const work = `${home}/packaging`
const policy = '/usr/sbin/policy-rc.d'
/** In the text of promha's own policy, to know it by. */
const policySign = '# promha: '
/** What is being done: in the environment of promha's own package manager, thus of all that it starts, and nowhere else. */
const purpose = 'PROMHA_PACKAGING'

/** Seconds to wait for another package manager: unattended upgrades can take minutes. */
const patience = 300

/**
 * Sets the working directory, which is empty but for `log`, the output of the last call of `manager`. `told` prints of
 * that what says why it failed; `has` and `there` ask whether a package is installed, and whether any of it is; `files`
 * lists what it has; `quietly` calls what runs packages' own scripts.
 */
export function atWork(manager: Manager, doing: 'install' | 'remove'): readonly string[] {
  return [
    `exec 7>${packageLock}; flock -w ${patience} 7 || { echo ${quote(`${packageLock} is held by another run of promha`)} >&2; exit 1; }`,
    `${command('rm', '-rf', work)}; ${command('mkdir', '-p', work, packageNotes)}; cd ${quote(work)} || exit 1; : >log`,
    `options=; doing=${doing}`,
    ...(manager === 'apt' ? [aptFunctions, quietFunctions, completing] : [dnfFunctions]),
  ]
}

/** The end of {@link atWork}. */
export const workDone = `cd /; ${command('rm', '-rf', work)}`

/**
 * Never asks, keeps config files that somebody changed, removes nothing, takes no recommended packages; waits for others'
 * locks, but not for servers that do not answer. Its output is a file, so that a connection that ends does not cut it off.
 * dpkg has an entry also for what was removed and left its config.
 */
const aptFunctions = `manager() {
  ${purpose}=$doing DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 APT_LISTCHANGES_FRONTEND=none apt-get -q -y \\
    -o DPkg::Lock::Timeout=${patience} -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \\
    -o Acquire::Retries=0 -o Acquire::http::Timeout=15 -o Acquire::https::Timeout=15 \\
    -o APT::Install-Recommends=false -o APT::Get::Remove=false $options "$@" </dev/null >log 2>&1 7>&-
}
told() { grep -aE '^(E|W|Err|dpkg)[: ]|^ +[a-z0-9].* : |No space left' log | tail -n 15 | grep . || tail -n 15 log; }
state() { dpkg-query -W -f='\${db:Status-Status}' -- "$1" 2>/dev/null; }
has() { [ "$(state "$1")" = installed ]; }
there() { case $(state "$1") in '' | not-installed | config-files) return 1 ;; esac; }
files() { dpkg -L "$1"; }`

/**
 * Asked for no removal either, but what a package says that it replaces gives way to it. There no service starts by being
 * installed.
 */
const dnfFunctions = `manager() { dnf -q -y --setopt=install_weak_deps=False --setopt=timeout=15 --setopt=retries=1 $options "$@" </dev/null >log 2>&1 7>&-; }
told() { tail -n 15 log; }
has() { rpm -q -- "$1" >/dev/null 2>&1; }
there() { has "$1"; }
files() { rpm -ql -- "$1"; }
quietly() { "$@"; }`

/**
 * No service starts by itself that a package would start, where it is promha that called the package manager. Others at work
 * with packages meanwhile, for which apt waits, are let through, and what a killed run leaves behind forbids nothing. On
 * removal only somebody's own unit is meant that bears the name of one of the package's: the package's scripts would stop it.
 * At no moment is a policy of the host's own out of force.
 */
const quietFunctions = `hush() {
  { cat >${policy}.new <<'EOF' && chmod 0755 ${policy}.new && aside && mv -fT ${policy}.new ${policy}; } 2>>log || { rm -f ${policy}.new; echo 'E: ${policy} cannot be written' >>log; return 1; }
#!/bin/sh
${policySign}no service starts by itself that promha installs with a package; without effect for all others.
case $${purpose} in
  install) exit 101 ;;
  remove) [ ! -f "/etc/systemd/system/\${1%.service}.service" ] || exit 101 ;;
esac
[ ! -x ${policy}.promha ] || exec ${policy}.promha "$@"
EOF
}
any() { [ -e "$1" ] || [ -L "$1" ]; }
foreign() { any ${policy} && ! grep -qs '^${policySign}' ${policy}; }
aside() { ! foreign || cp -aT --remove-destination ${policy} ${policy}.promha; }
unhush() {
  if foreign; then rm -f ${policy}.promha
  elif any ${policy}.promha; then mv -fT ${policy}.promha ${policy}
  else rm -f ${policy}; fi
}
quietly() { hush || return; "$@"; set -- $?; unhush; return "$1"; }`

/** What promha was installing when it was cut off is for promha to put right; if that fails, apt says why. */
const completing = `configure() { ${purpose}=install DEBIAN_FRONTEND=noninteractive dpkg --force-confdef --force-confold --configure -a </dev/null >log 2>&1 7>&-; }
for each in ${quote(installingMark(''))}*; do [ ! -e "$each" ] || { quietly configure; break; }; done`

/**
 * `units` prints `enabled UNIT` and `active UNIT` of each that is; the mark of a package holds those before its
 * installation. `disable`: the package's own services neither start at boot nor run, but those that did before, for promha
 * has units of its own for it. They run only where somebody else has completed an installation that was cut off.
 */
export const unitFunctions = `units() {
  systemctl list-unit-files --no-legend --state=enabled >listed 7>&- && sed 's/ .*//; s/^/enabled /' listed &&
    systemctl list-units --plain --no-legend --state=active,activating,reloading,deactivating >listed 7>&- && sed 's/ .*//; s/^/active /' listed
}
disable() {
  mark=${quote(installingMark(''))}"$1"; code=0
  units >now 2>>log || { echo 'E: systemd does not tell its units' >>log; return 1; }
  files "$1" | sed -n 's:^\\(/usr\\)\\{0,1\\}/lib/systemd/system/\\([^/@]*\\.\\(service\\|socket\\|timer\\|path\\)\\)$:enabled \\2:p' | sort -u | grep -xFf now | grep -vxFf "$mark" >off
  while read -r word unit; do
    stop=--now; ! grep -qxF -e "active $unit" "$mark" || stop=
    systemctl disable --quiet $stop -- "$unit" </dev/null >said 2>&1 7>&- || { echo "E: $unit could not be disabled: $(tr '\\n' ' ' <said)" >>log; code=1; }
  done <off
  return $code
}`
