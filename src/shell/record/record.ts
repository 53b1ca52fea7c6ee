/** The stamp and manifest of a component, `state/COMPONENT`: a line of `key=value`, then one for each owned thing, percent-encoded. */
import { loadedWords } from '../../../roles/component.ts'
import { ownedKinds } from '../../resource/kind/kinds.ts'
import type { Health } from '../../resource/model.ts'
import type { Owned, StateRecord } from '../../resource/observed.ts'
import { mostOwned } from '../syntax/bounds.ts'
import { parsePorts, renderPorts } from './ports.ts'

/** The text of the file, its last line end included. */
export function renderRecord(stamp: StateRecord): string {
  const owned = stamp.owned.map(
    ({ kind, name, found }) => `${found ? 'found' : 'made'} ${kind} ${word(name)}`,
  )
  return `${[recordHeader(stamp), ...owned].join('\n')}\n`
}

/** Of the first line, those that are always there. */
const keys = ['restart', 'reload', 'all', 'time', 'run', 'generation', 'cell', 'version', 'unit'] as const

/** The first line of {@link renderRecord}, which a generation's listing begins with too; without a line end. */
export function recordHeader(stamp: StateRecord): string {
  const { health, ports, undone } = stamp
  return [
    ...keys.map(key => `${key}=${word(String(stamp[key]))}`),
    ...(health ? [`health=${renderHealth(health)}`] : []),
    ...(ports ? [`ports=${renderPorts(ports)}`] : []),
    ...(undone === undefined ? [] : [`undone=${undone}`]),
  ].join(' ')
}

function renderHealth({ loaded, address, port, readyPath }: Health): string {
  return [loaded, word(address), port, word(readyPath)].join(',')
}

/** encodeURIComponent encodes what separates here: spaces, commas, equals signs and line ends. */
function word(text: string): string {
  return encodeURIComponent(text)
}

/** Undefined where the lines are no whole record. */
export function parseRecord(lines: readonly string[]): StateRecord | undefined {
  const [header = '', ...rest] = lines
  try {
    return parse(header, rest)
  } catch {
    // Not percent-encoded as it should be.
    return undefined
  }
}

function parse(header: string, rest: readonly string[]): StateRecord | undefined {
  const values = new Map(header.split(' ').map(pair => splitOnce(pair, '=')))
  const value = (key: string) => decodeURIComponent(values.get(key) ?? '')
  const [time, generation] = [Number(value('time')), Number(value('generation'))]
  if (keys.some(key => !values.has(key))) return undefined
  if (!isTime(time) || !Number.isSafeInteger(generation) || rest.length > mostOwned) return undefined
  const owned: Owned[] = []
  for (const line of rest) {
    const [origin = '', kind = '', name] = line.split(' ')
    if (!['made', 'found'].includes(origin) || !Object.hasOwn(ownedKinds, kind) || !name) return undefined
    owned.push({ kind: kind as Owned['kind'], name: decodeURIComponent(name), found: origin === 'found' })
  }
  const health = parseHealth(values.get('health'))
  const ports = parsePorts(values.get('ports'))
  const undone = values.get('undone')
  return {
    restart: value('restart'),
    reload: value('reload'),
    all: value('all'),
    time,
    run: value('run'),
    generation,
    cell: value('cell'),
    version: value('version'),
    unit: value('unit'),
    ...(health ? { health } : {}),
    ...(ports ? { ports } : {}),
    ...(undone === undefined || !/^\d+$/.test(undone) || !isTime(Number(undone))
      ? {}
      : { undone: Number(undone) }),
    owned,
  }
}

/** Whole seconds since the epoch, of which a date can be made. */
function isTime(seconds: number): boolean {
  return Number.isSafeInteger(seconds) && Math.abs(seconds) <= 8.64e12
}

function parseHealth(text: string | undefined): Health | undefined {
  const [said, address, port, readyPath] = (text ?? '').split(',')
  const loaded = loadedWords.find(word => word === said)
  if (loaded === undefined) return undefined
  if (address === undefined || readyPath === undefined || !/^\d{1,5}$/.test(port ?? '')) return undefined
  return {
    loaded,
    address: decodeURIComponent(address),
    port: Number(port),
    readyPath: decodeURIComponent(readyPath),
  }
}

function splitOnce(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}
