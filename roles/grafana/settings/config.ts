/** `config:` of Grafana, in its own form: inline, or a file. */
import { defined } from '../../../src/diagnostic/defined.ts'
import { type Context, displayPath, type ReadFile } from '../../../src/inventory/context.ts'
import { decode } from '../../../src/inventory/text/parsed-file.ts'
import { at } from '../../../src/inventory/text/place.ts'
import { conceal, range, source, withoutLine } from '../../../src/inventory/text/source-text.ts'
import { namedFile } from '../../../src/inventory/upstream/upstream.ts'
import { grafanaProblem } from '../messages.ts'
import { checkIni, type PlaceOf } from './checked-ini.ts'
import { iniValue, parseIni } from './ini.ts'
import { checkReferences, type Surroundings } from './ini-references.ts'

export interface GrafanaConfig {
  /** The user's own, as written. */
  readonly text: string
  /** It was read from outside the inventory's directory. */
  readonly outside?: true
  /** There is an admin who logs in; else all that come are viewers. */
  readonly hasAdmin: boolean
  readonly hasSecretKey: boolean
  /** Its database is on a server, which several Grafanas share. */
  readonly sharesDatabase: boolean
}

interface ConfigText extends Surroundings {
  readonly config?: string | null | undefined
}

/** A path has one line. */
export function isInline(config: string): boolean {
  return config.includes('\n')
}

export function buildConfig(said: ConfigText, context: Context): GrafanaConfig {
  const { text, placeOf, outside } = textOf(said, context)
  const ini = parseIni(text)
  checkIni(ini, placeOf, context.problems)
  checkReferences(ini, said, placeOf, context.problems)
  const type = iniValue(ini, 'database', 'type') ?? 'sqlite3'
  const url = iniValue(ini, 'database', 'url')
  return {
    text,
    ...defined({ outside }),
    hasAdmin: iniValue(ini, 'security', 'admin_password') !== undefined,
    hasSecretKey: iniValue(ini, 'security', 'secret_key') !== undefined,
    sharesDatabase: url === undefined ? type !== 'sqlite3' : !url.startsWith('sqlite'),
  }
}

interface PlacedText {
  readonly text: string
  readonly outside?: true
  readonly placeOf: PlaceOf
}

function textOf(said: ConfigText, context: Context): PlacedText {
  const { config } = said
  if (config != null && isInline(config)) {
    const { source: place } = at(said, 'config')
    // Written on one line, that line may hold a password.
    const where = place ? { source: withoutLine(place) } : {}
    return { text: config, placeOf: line => ({ where, at: ` in line ${line} of it` }) }
  }
  const file = config == null ? undefined : namedFile(said, 'config', config, context)
  return file ? textOfFile(file, said, context) : nothing
}

const nothing: PlacedText = { text: '', placeOf: () => ({ where: {}, at: '' }) }

function textOfFile(file: ReadFile, said: ConfigText, context: Context): PlacedText {
  const shown = displayPath(file.path, context)
  const text = decode(file.bytes)
  if (text === undefined) {
    context.problems.push(grafanaProblem.notText(at(said, 'config'), shown))
    return nothing
  }
  const from = source(shown, text, file.outside)
  // Any of its lines may hold a password.
  conceal(from)
  return {
    text,
    ...(file.outside ? { outside: true } : {}),
    placeOf: line => {
      const start = from.lineStarts[line - 1] ?? 0
      return { where: { source: range({ source: from, start, end: start }) }, at: '' }
    },
  }
}
