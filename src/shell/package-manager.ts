/** How a host's own package manager is called, and what keeps it from starting services meanwhile: shell shared by all that calls it. */
import { home, installingMark, packageNotes } from './layout.ts'
import { command, quote } from './quote.ts'

export type Manager = 'apt' | 'dnf'

/** Where packages wait that promha brings to a host which can fetch none. */
export const repository = `${home}/repository`

/** Held by whoever of promha is at work with packages; of this boot only. */
export const packageLock = '/run/promha-packages.lock'

const work = `${home}/packaging`
const policy = '/usr/sbin/policy-rc.d'
/** In the text of promha's own policy, to know it by. */
const policySign = '# promha: '

/** Seconds to wait for another package manager: unattended upgrades can take minutes. */
const patience = 300

/**
 * Sets the working directory, which is empty but for `log`, the output of the last call of `manager`. `told` prints of
 * that what says why it failed.
 */
export function atWork(manager: Manager): readonly string[] {
  return [
    `exec 7>${packageLock}; flock -w ${patience} 7 || { echo ${quote(`${packageLock} is held by another run of promha`)} >&2; exit 1; }`,
    `${command('rm', '-rf', work)}; ${command('mkdir', '-p', work, packageNotes)}; cd ${quote(work)} || exit 1; : >log`,
    'options=',
    manager === 'apt' ? aptFunctions : dnfFunctions,
  ]
}

/** The end of {@link atWork}. */
export const workDone = `cd /; ${command('rm', '-rf', work)}`

/**
 * Never asks, keeps config files that somebody changed, removes nothing, takes no recommended packages; waits for others'
 * locks, but not for servers that do not answer. Its output is a file, so that a connection that ends does not cut it off.
 */
const aptFunctions = `manager() {
  DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 APT_LISTCHANGES_FRONTEND=none apt-get -q -y \\
    -o DPkg::Lock::Timeout=${patience} -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \\
    -o Acquire::Retries=0 -o Acquire::http::Timeout=15 -o Acquire::https::Timeout=15 \\
    -o APT::Install-Recommends=false -o APT::Get::Remove=false $options "$@" </dev/null >log 2>&1 7>&-
}
told() { grep -aE '^(E|W|Err|dpkg)[: ]|^ +[a-z0-9].* : |No space left' log | tail -n 15 | grep . || tail -n 15 log; }
has() { [ "$(dpkg-query -W -f='\${db:Status-Status}' -- "$1" 2>/dev/null)" = installed ]; }
files() { dpkg -L "$1"; }`

const dnfFunctions = `manager() { dnf -q -y --setopt=install_weak_deps=False --setopt=timeout=15 --setopt=retries=1 $options "$@" </dev/null >log 2>&1 7>&-; }
told() { tail -n 15 log; }
has() { rpm -q -- "$1" >/dev/null 2>&1; }
files() { rpm -ql -- "$1"; }`

/**
 * Services that a package would start by itself do not start between `hush` and `unhush`. Where that is cut off, what is left
 * behind lets everything start again, since the lock is free then. `which`: a test of the unit $1, where not all are meant.
 */
export function quietFunctions(which = 'true'): string {
  return `hush() {
  cat >${policy}.new <<'EOF' && chmod 0755 ${policy}.new || { rm -f ${policy}.new; echo 'E: ${policy} cannot be written' >>log; return 1; }
#!/bin/sh
${policySign}no service starts by itself while promha installs a package; without effect once it has ended.
flock -n ${packageLock} true || ! ${which} || exit 101
[ ! -x ${policy}.promha ] || exec ${policy}.promha "$@"
EOF
  if { [ -e ${policy} ] || [ -L ${policy} ]; } && ! grep -qs '^${policySign}' ${policy}; then mv -fT ${policy} ${policy}.promha || return 1; fi
  mv -fT ${policy}.new ${policy}
}
unhush() { ${unhush().join('; ')}; }`
}

/** Somebody's own unit that bears the name of one of the package's: the package's scripts would stop it. */
export const somebodysUnit = '[ -f "/etc/systemd/system/${1%.service}.service" ]'

/** The policy is as it was before; nothing where it is not promha's. */
export function unhush(): readonly string[] {
  return [
    `! grep -qs '^${policySign}' ${policy} || rm -f ${policy}`,
    `[ -e ${policy} ] || [ ! -e ${policy}.promha ] || mv -fT ${policy}.promha ${policy}`,
  ]
}

/** The package's own services do not start at boot either, but those that did before: promha has units of its own for it. */
export const disableFunction = `disable() {
  files "$1" | sed -n 's:^\\(/usr\\)\\{0,1\\}/lib/systemd/system/\\([^/@]*\\.\\(service\\|socket\\|timer\\|path\\)\\)$:\\2:p' | sort -u |
    while read -r unit; do grep -qsxF -e "$unit" ${quote(installingMark(''))}"$1" || systemctl disable --quiet -- "$unit" >/dev/null 2>&1 7>&-; done
}`
