/** What systemd and the journal know of a service that does not come up. */
import { readUnit } from '../../resource/unit-state.ts'
import { mostPorts } from '../syntax/bounds.ts'
import { begin, type Sections } from '../syntax/frame.ts'
import { command } from '../syntax/quote.ts'
import { type Script, script } from '../syntax/script.ts'
import { staticShell } from '../syntax/static.ts'

export interface Diagnosis {
  readonly active: string
  readonly restarts: number
  /** The program's own lines. */
  readonly journal: readonly string[]
  /** systemd's Result: `success`, `exit-code`, `start-limit-hit`, … */
  readonly result: string
  /** systemd's lines about the unit, each once. */
  readonly manager: readonly string[]
  /** TCP ports at which its own processes listen. */
  readonly listens: readonly number[]
}

/** The last lines of each origin, not older than `since` in seconds since the epoch; `noted`: the shell variable `since` has it. */
export interface JournalRange {
  readonly lines: number
  readonly since?: number | 'noted'
}

/** Lines of the journal that a message shows, of the program and of systemd each. */
export const journalLines = 12

/** @param range absent: a quick look, without the journal and the ports */
export function diagnoseScript(unit: string, range?: JournalRange): Script<Diagnosis> {
  const ports = [staticShell('host/listens.sh'), command('listens', unit)]
  const lines = (nonce: string) => [
    ...diagnoseLines(nonce, unit, range ?? { lines: 0 }),
    ...(range ? [begin(nonce, 'listens'), ...ports] : []),
  ]
  return script({ name: 'diagnosis', lines, parse: found => diagnosisIn(found), timeout: 20_000 })
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

export function diagnosisIn(found: Sections, of = ''): Diagnosis {
  const properties = new Map(
    (found.get(`state${of}`) ?? []).map(line => {
      const at = line.indexOf('=')
      return [line.slice(0, at), line.slice(at + 1)]
    }),
  )
  const { active, result } = readUnit(properties)
  const own = found.get(`journal${of}`) ?? []
  const manager = [...new Set(found.get(`manager${of}`) ?? [])]
  return {
    active,
    result,
    restarts: Number(properties.get('NRestarts') || 0),
    journal: own.filter(line => !manager.includes(line)),
    manager,
    listens: portsIn(found.get('listens') ?? []),
  }
}

function portsIn(lines: readonly string[]): readonly number[] {
  const ports = lines.filter(line => /^\d{1,5}$/.test(line)).map(Number)
  return [...new Set(ports)].filter(port => port >= 1 && port <= 65_535).slice(0, mostPorts)
}
