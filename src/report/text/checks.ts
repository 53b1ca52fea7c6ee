/** What verify found, as text: first who gives no answer and what still works, then what fails besides. */
import { defined } from '../../diagnostic/defined.ts'
import { indent } from '../../diagnostic/describe.ts'
import { listFirst } from '../../diagnostic/list-first.ts'
import { byCause, type FoundCause, type StillWorks } from '../../verify/causes.ts'
import type { Check } from '../../verify/model.ts'
import type { Style } from '../style.ts'
import { count, table } from '../words.ts'

/** Causes and cells that are told; a site in which more is away has one fault that is none of theirs. */
const most = 8

export interface ChecksTold {
  /** A line for each check, those that pass and those that wait for a cause included. */
  readonly all: boolean
  readonly style: Style
  /** By host, what to do about it instead of what its checks say; empty: that is told elsewhere. Absent: nothing else is known. */
  readonly remedies?: ReadonlyMap<string, string>
}

/** Blocks; none if there is nothing to tell. */
export function checksBlocks(
  checks: readonly Check[],
  { all, style, remedies = new Map() }: ChecksTold,
): readonly string[] {
  const { waiting, others, works, ...found } = byCause(checks)
  const causes = found.causes.map(cause => ({ ...cause, ...defined({ remedy: remedies.get(cause.target) }) }))
  const asking = others.filter(({ status }) => status === 'fail' || status === 'warn')
  const head = causes.length === 0 ? '' : causesText({ causes, waiting, works }, all, style)
  return [
    head,
    linesText(all ? checks : asking, { style, remedies: all ? new Set(others) : undefined }),
  ].filter(text => text !== '')
}

interface Causes {
  readonly causes: readonly FoundCause[]
  readonly waiting: readonly Check[]
  readonly works: readonly StillWorks[]
}

function causesText({ causes, waiting, works }: Causes, all: boolean, style: Style): string {
  const told = causes.slice(0, most).map(({ target, detail, remedy }) => {
    const lead = `${style.red('cause')}  ${style.bold(target)}  ${detail.replaceAll('\n', ' ')}`
    return remedy === undefined || remedy === '' ? lead : `${lead}\n${indent(`To do: ${remedy}`, 7)}`
  })
  const more = causes.length > most ? [indent(`and ${causes.length - most} more`, 7)] : []
  const see = all ? '' : '; -v lists them'
  const verb = waiting.length === 1 ? 'does' : 'do'
  const wait = indent(`${count(waiting.length, 'check')} ${verb} not pass because of that${see}`, 7)
  return [
    ...told,
    ...more,
    wait,
    ...works.slice(0, most).map(one => worksText(one, works.length, style)),
  ].join('\n')
}

/** `works  in eu: queries by mon-a; alerts by nobody; addresses 192.0.2.1 on mon-a` */
function worksText({ cell, offers }: StillWorks, cells: number, style: Style): string {
  const said = offers.map(({ what, by }) => {
    if (by.length === 0) return `${what}: not by anything that answers`
    const isAddress = by.every(one => one.includes(' on '))
    return isAddress ? `${what}: ${listFirst(by)}` : `${what}: by ${listFirst(by, 5, ' and ')}`
  })
  const any = offers.some(({ by }) => by.length > 0)
  const lead = any ? style.green('works') : style.red('works')
  return `${lead}  ${cells > 1 ? `in ${cell}: ` : ''}${said.join('; ')}`
}

interface LinesOptions {
  readonly style: Style
  /** Checks below which what to do is told. Absent: all that ask for it. */
  readonly remedies: ReadonlySet<Check> | undefined
}

/** A line a check, with what to do beneath one that asks for it; empty where there are none. */
function linesText(checks: readonly Check[], { style, remedies }: LinesOptions): string {
  if (checks.length === 0) return ''
  const paint = { pass: style.green, warn: style.yellow, fail: style.red, skip: style.dim }
  const rows = table(
    checks.map(({ status, id, target, detail }) => [status, id, target, detail.replaceAll('\n', ' ')]),
    (cell, row, column) => {
      const status = checks[row]?.status
      return column === 0 && status !== undefined ? paint[status](cell) : cell
    },
  ).split('\n')
  return checks
    .map((check, i) => {
      const asks = check.status === 'fail' || check.status === 'warn'
      const tells = asks && check.remedy !== undefined && (remedies?.has(check) ?? true)
      return tells ? `${rows[i]}\n${indent(`To do: ${check.remedy}`, 6)}` : rows[i]
    })
    .join('\n')
}
