/** Do all members of a cell have the same config, on disk and in memory? */
import type { CheckVerdict } from '../answer/view.ts'
import type { Program } from '../ask/question.ts'
import type { ServiceFacts } from '../input.ts'

export type FactsOf = (program: Program) => ServiceFacts | undefined

const applyAgain = {
  remedy: 'Run apply: it puts the same config on all of them and reloads it.',
  afterFailure: '',
}

/** Times are the host's own clock on both sides; those of files and of Prometheus' answer may be whole seconds. */
export function notLoaded(
  program: Program,
  succeeded: boolean,
  loaded: number | undefined,
  changed: number | null | undefined,
): CheckVerdict | undefined {
  const { host, component } = program
  if (!succeeded) {
    return {
      status: 'fail',
      detail: `${component} on ${host} refused its config at the last reload and still runs the one before`,
      remedy: `\`journalctl -u ${component}\` on ${host} says why. Fix the config, then run \`promha apply\`.`,
    }
  }
  if (typeof changed !== 'number' || loaded === undefined || Math.floor(loaded) >= Math.floor(changed))
    return undefined
  return {
    status: 'fail',
    detail: `${component} on ${host} loaded its config ${Math.ceil(changed - loaded)} s before the files on disk last changed`,
    remedy: `Run apply, or reload it: systemctl reload ${component} on ${host}.`,
    afterFailure: `Reload it: systemctl reload ${component} on ${host}.`,
  }
}

/** @param running the configs in memory, in the order of the programs; `also` is told of those that are alike */
export function identical(
  programs: readonly Program[],
  facts: FactsOf,
  running: readonly string[],
  also: string,
): CheckVerdict {
  const hashes = programs.map(program => facts(program)?.configHash)
  for (const [index, { host }] of programs.entries()) {
    const hash = hashes[index]
    const first = programs[0]?.host
    if (hash === undefined) return { status: 'skip', detail: `what lies on the disk of ${host} is not known` }
    if (hash === null || hash !== hashes[0]) {
      const detail =
        hash === null ? `a config file is missing on ${host}` : `the files on ${first} and ${host} differ`
      return { status: 'fail', detail, ...applyAgain, settled: true }
    }
    // Only where they differ, since the lines themselves may hold what others must not read.
    const line = firstDifference(running[0] ?? '', running[index] ?? '')
    if (line > 0) {
      const detail = `the running configs of ${first} and ${host} differ from line ${line} on`
      return { status: 'fail', detail, ...applyAgain }
    }
  }
  const count =
    programs.length === 1 ? 'the only one' : `the same on ${programs.length} of ${programs.length}`
  return { status: 'pass', detail: `${count}, on disk and in memory${also}` }
}

/** The number of the first line in which two texts differ, from 1; 0 where they are equal. */
export function firstDifference(one: string, other: string): number {
  if (one === other) return 0
  const others = other.split('\n')
  const at = one.split('\n').findIndex((line, index) => line !== others[index])
  return at < 0 ? others.length : at + 1
}
