/**
 * The stamp and manifest of one component as its file on the host, `state/COMPONENT`: one line of `key=value`, then a
 * line for each thing that promha owns. Values are percent-encoded, so that none holds a space or a line end.
 */
import { loadedWords } from '../../roles/component.ts'
import type { Health } from '../resource/model.ts'
import type { Owned, Stamp } from '../resource/observed.ts'
import { mostOwned } from './bounds.ts'

const kinds: ReadonlySet<string> = new Set<Owned['kind']>([
  'file',
  'program',
  'unit',
  'user',
  'group',
  'directory',
  'data',
  'package',
])

/** The text of the file, its last line end included. */
export function renderRecord(stamp: Stamp): string {
  const owned = stamp.owned.map(
    ({ kind, name, found }) => `${found ? 'found' : 'made'} ${kind} ${word(name)}`,
  )
  return `${[recordHeader(stamp), ...owned].join('\n')}\n`
}

/** The first line of {@link renderRecord}, which a generation's listing begins with too; without a line end. */
export function recordHeader(stamp: Stamp): string {
  const { restart, reload, all, time, run, generation, cell, version, unit, health, undone } = stamp
  const values: Readonly<Record<string, string | number>> = {
    restart,
    reload,
    all,
    time,
    run,
    generation,
    cell,
    version,
    unit,
  }
  return [
    ...Object.entries(values).map(([key, value]) => `${key}=${word(String(value))}`),
    ...(health ? [`health=${renderHealth(health)}`] : []),
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
export function parseRecord(lines: readonly string[]): Stamp | undefined {
  const [header = '', ...rest] = lines
  try {
    return parse(header, rest)
  } catch {
    // Not percent-encoded as it should be.
    return undefined
  }
}

function parse(header: string, rest: readonly string[]): Stamp | undefined {
  const values = new Map(header.split(' ').map(pair => splitOnce(pair, '=')))
  const value = (key: string) => decodeURIComponent(values.get(key) ?? '')
  const [time, generation] = [Number(value('time')), Number(value('generation'))]
  const whole = ['restart', 'reload', 'all', 'time', 'run', 'generation', 'cell', 'version', 'unit']
  if (whole.some(key => !values.has(key))) return undefined
  if (!isTime(time) || !Number.isSafeInteger(generation) || rest.length > mostOwned) return undefined
  const owned: Owned[] = []
  for (const line of rest) {
    const [origin = '', kind = '', name] = line.split(' ')
    if (!['made', 'found'].includes(origin) || !kinds.has(kind) || !name) return undefined
    owned.push({ kind: kind as Owned['kind'], name: decodeURIComponent(name), found: origin === 'found' })
  }
  const health = parseHealth(values.get('health'))
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
  const [loaded, address, port, readyPath] = (text ?? '').split(',')
  if (!isLoaded(loaded)) return undefined
  if (address === undefined || readyPath === undefined || !/^\d{1,5}$/.test(port ?? '')) return undefined
  return {
    loaded,
    address: decodeURIComponent(address),
    port: Number(port),
    readyPath: decodeURIComponent(readyPath),
  }
}

function isLoaded(text: string | undefined): text is Health['loaded'] {
  return loadedWords.some(word => word === text)
}

function splitOnce(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}
