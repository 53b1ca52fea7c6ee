/** What systemd and the journal know of a service that does not come up. */
import { begin, preamble, sections } from './frame.ts'
import { command } from './quote.ts'

export interface Diagnosis {
  readonly active: string
  readonly restarts: number
  /** The program's own lines. */
  readonly journal: readonly string[]
  /** systemd's lines about the unit, each once. */
  readonly manager: readonly string[]
}

/** Which lines of the journal are read: the last so many of each origin, not older than `since` (seconds since the epoch). */
export interface JournalRange {
  readonly lines: number
  readonly since?: number
}

/** Whether what systemd says of a unit means that it runs: one that is started again and again is `activating`. */
export function isUp(active: string): boolean {
  return ['active', 'reloading', 'refreshing'].includes(active)
}

export function diagnoseScript(nonce: string, unit: string, range: JournalRange = { lines: 0 }): string {
  return [
    preamble,
    begin(nonce, 'state'),
    command('systemctl', 'show', '-p', 'ActiveState,NRestarts', '--', unit),
    begin(nonce, 'journal'),
    ...(range.lines > 0 ? journal(nonce, unit, range) : []),
  ].join('\n')
}

/** Apart, since a unit that is started again and again has systemd say more than the program, and the other way round. */
function journal(nonce: string, unit: string, { lines, since = 0 }: JournalRange): readonly string[] {
  const after = since > 0 ? ['--since', `@${Math.floor(since)}`] : []
  const read = (...match: readonly string[]) =>
    `${command('journalctl', '-n', String(lines), '--no-pager', '-q', '-o', 'cat', ...after, ...match)} 2>&1`
  return [
    read(`_SYSTEMD_UNIT=${unit}`),
    begin(nonce, 'manager'),
    // What fails before the program begins is told by a child of systemd that is in no unit, or in this one.
    read(`UNIT=${unit}`, '_UID=0'),
  ]
}

export function parseDiagnosis(nonce: string, output: string): Diagnosis {
  const found = sections(nonce, output)
  const property = (name: string) =>
    found
      .get('state')
      ?.find(line => line.startsWith(`${name}=`))
      ?.slice(name.length + 1) ?? ''
  const own = found.get('journal') ?? []
  const manager = [...new Set(found.get('manager') ?? [])]
  return {
    // A word; a host may say anything.
    active: property('ActiveState').slice(0, 40),
    restarts: Number(property('NRestarts') || 0),
    journal: own.filter(line => !manager.includes(line)),
    manager,
  }
}
