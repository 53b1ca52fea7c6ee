/** What systemd and the journal know of a service that does not come up. */
import { begin, preamble, sections } from './frame.ts'
import { command } from './quote.ts'

export interface Diagnosis {
  readonly active: string
  readonly restarts: number
  readonly journal: readonly string[]
}

/** Whether what systemd says of a unit means that it runs: one that is started again and again is `activating`. */
export function isUp(active: string): boolean {
  return ['active', 'reloading', 'refreshing'].includes(active)
}

export function diagnoseScript(nonce: string, unit: string, lines: number): string {
  return [
    preamble,
    begin(nonce, 'state'),
    command('systemctl', 'show', '-p', 'ActiveState,NRestarts', '--', unit),
    begin(nonce, 'journal'),
    lines > 0 ? journal(unit, lines) : ':',
  ].join('\n')
}

/** The program's own lines, which say why; systemd's about it only where it has none. */
function journal(unit: string, lines: number): string {
  const read = (...match: readonly string[]) =>
    `${command('journalctl', '-n', String(lines), '--no-pager', '-q', '-o', 'cat', ...match)} 2>&1`
  return `own=$(${read(`_SYSTEMD_UNIT=${unit}`)}); if [ -n "$own" ]; then printf '%s\\n' "$own"; else ${read('-u', unit)}; fi`
}

export function parseDiagnosis(nonce: string, output: string): Diagnosis {
  const found = sections(nonce, output)
  const property = (name: string) =>
    found
      .get('state')
      ?.find(line => line.startsWith(`${name}=`))
      ?.slice(name.length + 1) ?? ''
  return {
    // A word; a host may say anything.
    active: property('ActiveState').slice(0, 40),
    restarts: Number(property('NRestarts') || 0),
    journal: found.get('journal') ?? [],
  }
}
