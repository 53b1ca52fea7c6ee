/** The words of the problems whose topic is `packages`: what the package manager of a host did not do. */
import { messages, type Problem } from '../../diagnostic/problem.ts'

type Names = readonly string[]

const list = (names: Names) => names.join(', ')
const it = ({ length }: Names) => (length === 1 ? 'it' : 'them')
const was = ({ length }: Names) => (length === 1 ? 'was' : 'were')
const wasIt = ({ length }: Names) => (length === 1 ? 'It was' : 'They were')

function orSources(names: Names, remedy: string | undefined): string {
  const sources = `the host package sources that carry ${it(names)}`
  return remedy === undefined
    ? `Give ${sources}, then run the command again.`
    : `${remedy} Or give ${sources}.`
}

interface Refusal {
  readonly seen: string
  /** The package manager's own lines. */
  readonly why: string
  readonly remedy: string
}

export const packagesProblem = messages('packages', {
  notInstalled: (names: Names, { seen, why, remedy }: Refusal) => ({
    summary: `${list(names)} could not be installed: ${seen}`,
    detail: why,
    remedy,
  }),
  noManager: (names: Names) => ({
    summary: `${list(names)} cannot be installed: no package manager is known there`,
    detail: 'expected: apt-get with dpkg, or dnf with rpm\nseen: neither',
    remedy: `Install ${it(names)} by hand, then run the command again.`,
  }),
  notInSources: (names: Names, why: string) => ({
    summary: `${list(names)} could not be installed: the host's own package sources do not bring ${it(names)}`,
    detail: why,
    remedy: `Give the host package sources that it reaches and that carry ${it(names)}, or install ${it(names)} by hand: promha brings packages to Debian hosts only.`,
  }),
  notBrought: (names: Names, why: string, { summary, detail, remedy }: Problem) => ({
    summary: `${list(names)} could not be installed: ${summary}`,
    detail: [detail ?? '', `The host's own package sources do not bring ${it(names)} either:\n${why}`]
      .filter(text => text !== '')
      .join('\n'),
    remedy: orSources(names, remedy),
  }),
  installCutOff: (names: Names) => ({
    summary: `the connection ended while ${list(names)} ${was(names)} being installed`,
    detail: 'The host continues with the installation on its own.',
    remedy: 'Run the command again once the host can be reached.',
  }),
  lockLost: (names: Names) => ({
    summary: `${list(names)} ${was(names)} not installed: the lock of the host was lost`,
    remedy: 'Check whether another run is active or the host was rebooted, then run the command again.',
  }),
  stayInstalled: (names: Names, component: string) => ({
    severity: 'warning',
    summary: `${list(names)} ${names.length === 1 ? 'stays' : 'stay'} installed`,
    detail: `${wasIt(names)} installed for ${component}, of which everything else was put back.`,
    remedy: `Fix what failed, then run the command again. If you no longer want ${it(names)}, \`promha destroy\` removes ${it(names)} too.`,
  }),
  notRemoved: (names: Names, { seen, why, remedy }: Refusal) => ({
    summary: `${list(names)}, which promha installed, could not be removed: ${seen}`,
    detail: why,
    remedy,
  }),
  removalCutOff: (
    names: Names,
    why: string,
    remedy = 'Check whether another run is active, then run the command again.',
  ) => ({
    summary: `${list(names)} could not be removed: ${why}`,
    detail: `The next run removes what is left of ${it(names)}.`,
    remedy,
  }),
  noRemoval: (why: string) => ({
    summary: 'packages that promha installed and that are no longer needed could not be removed',
    detail: why,
    remedy: 'Run the command again once no package manager is running there.',
  }),
  notYetRemoved: (names: Names) => ({
    severity: 'warning',
    summary: `${list(names)} ${was(names)} not removed because the run ended first`,
    detail: `${wasIt(names)} installed by promha.`,
    remedy: `Run the command again to remove ${it(names)}.`,
  }),
  stillNeeded: (name: string, needing: Names) => ({
    severity: 'warning',
    summary: `${name} was not removed because other packages depend on it`,
    detail: list(needing),
    remedy: 'Remove it by hand if you no longer want it: promha does not manage it any more.',
  }),
})
