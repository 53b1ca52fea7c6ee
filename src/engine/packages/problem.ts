/** What a package manager's refusal means. */
import type { Problem } from '../../diagnostic/problem.ts'
import { packagesProblem } from './messages.ts'

export function atPackages([first = '']: readonly string[], host: string) {
  return { host, resource: `package:${first}` }
}

const fixNamed = 'Fix what the message names, then run the command again.'

/** What the package manager's words mean, and those of promha's own script around it, and what helps. */
const known: readonly (readonly [RegExp, string, string])[] = [
  [/could not be disabled|systemd does not tell/, 'its own services could not be switched off', fixNamed],
  [
    /dpkg was interrupted/,
    'an earlier installation there was interrupted',
    'Run `dpkg --configure -a` on the host, then run the command again.',
  ],
  [
    /is held by another run|Could not get lock|Unable to acquire the dpkg|Unable to lock/,
    'another package manager is running there',
    'Run the command again once it has ended.',
  ],
  [
    /No space left on device|enough free space|Disk quota/,
    'the disk is full',
    'Free some disk space, then run the command again.',
  ],
  [
    /fix-broken|held broken packages/,
    'its packages are not in order',
    'Run `apt-get --fix-broken install` on the host and follow what it says, then run the command again.',
  ],
  [
    /needs to be reinstalled/,
    'it is no more than half unpacked there',
    'Run `dpkg --purge --force-remove-reinstreq PACKAGE` on the host for the package that the message names, then run the command again.',
  ],
  [/cannot be written/, 'a file that is needed for it cannot be written', fixNamed],
  [
    /Remove is disabled|need to be removed|packages will be REMOVED/,
    'other packages would have to be removed for it',
    'Install it by hand if these packages may be removed, then run the command again.',
  ],
]

/** `why`: the package manager's own lines; `otherwise`: what helps if promha does not know them. */
function refusalOf(why: string, otherwise: string) {
  const [, seen = 'the package manager refused', remedy = otherwise] =
    known.find(([pattern]) => pattern.test(why)) ?? []
  return { seen, why, remedy }
}

export function installProblem(names: readonly string[], host: string, why: string): Problem {
  const otherwise = 'Fix what the message names, or install it by hand, then run the command again.'
  return packagesProblem.notInstalled(atPackages(names, host), names, refusalOf(why, otherwise))
}

export function removalProblem(names: readonly string[], host: string, why: string): Problem {
  return packagesProblem.notRemoved(atPackages(names, host), names, refusalOf(why, fixNamed))
}
