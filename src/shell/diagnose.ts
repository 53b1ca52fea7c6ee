/** What systemd and the journal know of a service that does not come up. */
import { begin, preamble, sections } from './frame.ts'
import { command } from './quote.ts'

export interface Diagnosis {
  readonly active: string
  readonly restarts: number
  /** The program's own lines. */
  readonly journal: readonly string[]
  /** systemd's Result: `success`, `exit-code`, `start-limit-hit`, … */
  readonly result: string
  /** systemd's lines about the unit, each once. */
  readonly manager: readonly string[]
}

/**
 * Which lines of the journal are read: the last so many of each origin, not older than `since` (seconds since the epoch).
 * `noted`: the shell variable `since` holds them.
 */
export interface JournalRange {
  readonly lines: number
  readonly since?: number | 'noted'
}

/** Lines of the journal that a message shows, of the program and of systemd each. */
export const journalLines = 12

/** Whether what systemd says of a unit means that it runs: one that is started again and again is `activating`. */
export function isUp(active: string): boolean {
  return ['active', 'reloading', 'refreshing'].includes(active)
}

export function diagnoseScript(nonce: string, unit: string, range: JournalRange = { lines: 0 }): string {
  return [preamble, ...diagnoseLines(nonce, unit, range)].join('\n')
}

/** For a script of its own; `of` stands behind the names of the sections. */
export function diagnoseLines(nonce: string, unit: string, range: JournalRange, of = ''): readonly string[] {
  return [
    begin(nonce, `state${of}`),
    command('systemctl', 'show', '-p', 'ActiveState,NRestarts,Result', '--', unit),
    begin(nonce, `journal${of}`),
    ...(range.lines > 0 ? journal(nonce, unit, range, of) : []),
  ]
}

/** Apart, since a unit that is started again and again has systemd say more than the program, and the other way round. */
function journal(
  nonce: string,
  unit: string,
  { lines, since = 0 }: JournalRange,
  of: string,
): readonly string[] {
  const after = since === 'noted' ? ' --since "@$since"' : since > 0 ? ` --since @${Math.floor(since)}` : ''
  // With --since, the -n of journalctl means the first lines.
  const read = (...match: readonly string[]) =>
    `${command('journalctl', '--no-pager', '-q', '-o', 'cat')}${after || ` -n ${lines}`} ${command(...match)} 2>&1 | tail -n ${lines}`
  return [
    read(`_SYSTEMD_UNIT=${unit}`),
    begin(nonce, `manager${of}`),
    // What fails before the program begins is told by a child of systemd that is in no unit, or in this one.
    read(`UNIT=${unit}`, '_UID=0'),
  ]
}

export function parseDiagnosis(nonce: string, output: string): Diagnosis {
  return diagnosisIn(sections(nonce, output))
}

export function diagnosisIn(found: ReadonlyMap<string, readonly string[]>, of = ''): Diagnosis {
  const property = (name: string) =>
    found
      .get(`state${of}`)
      ?.find(line => line.startsWith(`${name}=`))
      ?.slice(name.length + 1) ?? ''
  const own = found.get(`journal${of}`) ?? []
  const manager = [...new Set(found.get(`manager${of}`) ?? [])]
  return {
    // A word; a host may say anything.
    active: property('ActiveState').slice(0, 40),
    result: property('Result').slice(0, 40),
    restarts: Number(property('NRestarts') || 0),
    journal: own.filter(line => !manager.includes(line)),
    manager,
  }
}
