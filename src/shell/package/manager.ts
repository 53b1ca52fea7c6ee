/** How a host's own package manager is called, and what keeps it from starting services meanwhile: shell shared by all that calls it. */
import { configuredPackages, home, installingMark, packageNotes } from '../syntax/layout.ts'
import { command, quote, variables } from '../syntax/quote.ts'
import { staticShell } from '../syntax/static.ts'

export type Manager = 'apt' | 'dnf'

/** Where packages wait that promha brings to a host which can fetch none. */
export const repository = `${home}/repository`

/** Held by the promha that works with packages; of this boot only. */
export const packageLock = '/run/promha-packages.lock'

const work = `${home}/packaging`
const policy = '/usr/sbin/policy-rc.d'
/** In the text of promha's own policy, to know it by. */
const policySign = '# promha: '
/** What is being done is in the environment of promha's own package manager, thus of all that it starts, and nowhere else. */
const policyText = `#!/bin/sh
${policySign}no service starts by itself that promha installs with a package; without effect for all others.
case $PROMHA_PACKAGING in
  install) exit 101 ;;
  remove) [ ! -f "/etc/systemd/system/\${1%.service}.service" ] || exit 101 ;;
esac
[ ! -x ${policy}.promha ] || exec ${policy}.promha "$@"`

/** Seconds to wait for another package manager: unattended upgrades can take minutes. */
const patience = 300

/**
 * Sets the working directory, which is empty but for `log`, the output of the last call of `manager`. `told` prints of
 * that what says why it failed; `has` and `there` ask whether a package is installed, and whether any of it is; `files`
 * lists what it has; `quietly` calls what runs packages' own scripts; `purge` removes one that promha installed.
 */
export function atWork(manager: Manager, doing: 'install' | 'remove'): readonly string[] {
  const places = { notes: packageNotes, installing: installingMark(''), configured: configuredPackages }
  return [
    `exec 7>${packageLock}; flock -w ${patience} 7 || { echo ${quote(`${packageLock} is held by another run of promha`)} >&2; exit 1; }`,
    `${command('rm', '-rf', work)}; ${command('mkdir', '-p', work, packageNotes)}; cd ${quote(work)} || exit 1; : >log`,
    variables({ options: '', doing, patience, ...places }),
    variables({ policy, policy_sign: policySign, policy_text: policyText }),
    staticShell(`package/${manager}.sh`),
  ]
}

/** The end of {@link atWork}. */
export const workDone = `cd /; ${command('rm', '-rf', work)}`
