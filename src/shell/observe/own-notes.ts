/** The part of the probe that reads promha's own notes on a host: of whatever component, wanted or not. */
import { grouped } from '../../diagnostic/grouped.ts'
import type { Component } from '../../inventory/model.ts'
import type { Observed, StateRecord, Unfinished } from '../../resource/observed.ts'
import { marks, pushName, stagingDirectory } from '../change/staging.ts'
import { parseRecord } from '../record/record.ts'
import { mostNames } from '../syntax/bounds.ts'
import { atMost, begin } from '../syntax/frame.ts'
import { home, recordDirectory } from '../syntax/layout.ts'
import { variables } from '../syntax/quote.ts'

/** Sections `records`, `unfinished` and `backups`, for {@link parseNotes}; with the functions of `probe.sh`. */
export function notesQuestion(nonce: string): readonly string[] {
  const places = { state: recordDirectory, staging: stagingDirectory, backup: `${home}/backup` }
  return [
    variables({ ...places, push: pushName, touched: marks.touched }),
    ...['records', 'unfinished', 'backups'].flatMap(name => [begin(nonce, name), name]),
  ]
}

type Notes = Pick<Observed, 'records' | 'damaged' | 'misnamed' | 'unfinished' | 'backups'>

export function parseNotes(lines: (section: string) => readonly string[]): Notes {
  return {
    ...parseRecords(lines('records')),
    unfinished: atMost(mostNames, 'unfinished changes', lines('unfinished').flatMap(parseUnfinished)),
    ...backupsIn(lines('backups')),
  }
}

/** Each line stands behind its file's path; what is no whole record is damaged. */
function parseRecords(lines: readonly string[]): Pick<Observed, 'records' | 'damaged' | 'misnamed'> {
  const found = lines.flatMap(line => {
    const [, component, text = ''] = /^[^:]*\/([a-z_][a-z0-9_]*):(.*)$/.exec(line) ?? []
    return component === undefined ? [] : [{ component, text }]
  })
  const records = grouped(found, ({ component }) => component)
  atMost(mostNames, 'components', [...records.keys()])
  const read = [...records].map(([component, record]) => ({
    component,
    stamp: parseRecord(record.map(({ text }) => text)),
  }))
  const whole = read.flatMap(({ component, stamp }) =>
    stamp ? [[component as Component, stamp] as const] : [],
  )
  const misnamed = whole.filter(([component, { unit }]) => !isUnitOf(unit, component))
  return {
    records: new Map(whole.map(([component, stamp]) => [component, withOwnUnit(component, stamp)])),
    damaged: read.filter(({ stamp }) => !stamp).map(({ component }) => component),
    ...(misnamed.length > 0
      ? { misnamed: new Map(misnamed.map(([component, { unit }]) => [component, unit])) }
      : {}),
  }
}

/** A stamp that was meddled with must not make promha stop a unit that is not its own. */
function withOwnUnit(component: Component, stamp: StateRecord): StateRecord {
  return isUnitOf(stamp.unit, component) ? stamp : { ...stamp, unit: '' }
}

/** Whether promha gives a unit of that name to the component, in this release or another. */
function isUnitOf(unit: string, component: Component): boolean {
  return ['', `${component}.service`, `promha-${component}.service`].includes(unit)
}

function backupsIn(lines: readonly string[]): Pick<Observed, 'backups'> {
  const backups = lines.filter(name => /^[a-z_][a-z0-9_]*$/.test(name))
  return backups.length > 0 ? { backups: atMost(mostNames, 'backups', backups) } : {}
}

function parseUnfinished(line: string): Unfinished[] {
  const match = /^(\S+) (touched|untouched)$/.exec(line)
  return match?.[1] ? [{ name: match[1], touched: match[2] === 'touched' }] : []
}
