/** What is said where packages could not be installed or removed on a host. */
import { error, type Problem, warning } from '../diagnostic/problem.ts'
import type { InstallRequest } from '../shell/package-install.ts'

type Names = Pick<InstallRequest, 'names'>

function of({ names }: Names, host: string) {
  return { host, resource: `package:${names[0] ?? ''}` }
}

const list = ({ names }: Names) => names.join(', ')

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

/** `why`: the package manager's own lines. */
export function installProblem(request: Names, host: string, why: string): Problem {
  const [, seen, remedy] = known.find(([pattern]) => pattern.test(why)) ?? [
    undefined,
    'the package manager refused',
    'Fix what the message names, or install it by hand, then run the command again.',
  ]
  return error(`${list(request)} could not be installed: ${seen}`, {
    ...of(request, host),
    detail: why,
    remedy,
  })
}

export function noManager(names: readonly string[], host: string): Problem {
  return error(`${names.join(', ')} cannot be installed: no package manager is known there`, {
    ...of({ names }, host),
    detail: 'expected: apt-get with dpkg, or dnf with rpm\nseen: neither',
    remedy: 'Install it by hand, then run the command again.',
  })
}

/** Packages are brought to Debian and what is made of it only. */
export function cannotBeBrought(request: Names, host: string, why: string): Problem {
  return error(`${list(request)} could not be installed: the host's own package sources do not bring it`, {
    ...of(request, host),
    detail: why,
    remedy:
      'give the host package sources that it reaches and that carry it, or install it by hand: promha brings packages to Debian hosts only',
  })
}

/** Neither by the host nor from here. `cause`: why not from here. */
export function notBrought(request: Names, host: string, why: string, cause: Problem): Problem {
  return error(`${list(request)} could not be installed: ${cause.summary}`, {
    ...of(request, host),
    detail: [cause.detail ?? '', `The host's own package sources do not bring it either:\n${why}`]
      .filter(text => text !== '')
      .join('\n'),
    remedy: `give the host package sources that carry it; or, for promha to bring it: ${cause.remedy ?? ''}`,
  })
}

export function cutOffInstalling(request: Names, host: string): Problem {
  return error(`the connection ended while ${list(request)} was being installed`, {
    ...of(request, host),
    detail: 'The host goes on with it by itself.',
    remedy: 'Run the command again once the host can be reached.',
  })
}

export function lockLostInstalling(request: Names, host: string): Problem {
  return error(`${list(request)} was not installed: the lock of the host was lost`, {
    ...of(request, host),
    remedy: 'Check whether another run is active or the host was rebooted, then run the command again.',
  })
}

export function removalProblem(request: Names, host: string, why: string): Problem {
  const [, seen, remedy] = known.find(([pattern]) => pattern.test(why)) ?? [
    undefined,
    'the package manager refused',
    fixNamed,
  ]
  return error(`${list(request)}, which promha installed, could not be removed: ${seen}`, {
    ...of(request, host),
    detail: why,
    remedy,
  })
}

/** Nothing says how far the removal came. `why`: what ended it. */
export function cutOffRemoving(
  request: Names,
  host: string,
  why: string,
  remedy = 'Check whether another run is active, then run the command again.',
): Problem {
  return error(`${list(request)} could not be removed: ${why}`, {
    ...of(request, host),
    detail: 'What is left of it is still taken for promha’s: the next run removes it.',
    remedy,
  })
}

/** Packages of runs that were cut off, if there are any: none is known by name. */
export function noRemoval(host: string, why: string): Problem {
  return error('packages that promha installed and that are no longer needed could not be removed', {
    host,
    detail: why,
    remedy: 'Run the command again once no package manager is running there.',
  })
}

export function notYetRemoved(request: Names, host: string): Problem {
  return warning(`${list(request)} was not removed: the run ended before its turn`, {
    ...of(request, host),
    detail: 'It is still taken for promha’s.',
    remedy: 'Run the command again to remove it.',
  })
}
