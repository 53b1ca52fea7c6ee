/** What a store says below `objstore`, as the reader of inventories gives it. */
import { buildObjstore, type Objstore } from '../../../roles/objstore/settings.ts'
import type { Problem } from '../../../src/diagnostic/problem.ts'
import type { Context, FileAnswer } from '../../../src/inventory/context.ts'
import { source } from '../../../src/inventory/text/source-text.ts'
import { parseYaml } from '../../../src/inventory/yaml/yaml.ts'
import { unmark } from '../../inventory/harness.ts'

export interface Said {
  readonly objstore: Objstore | undefined
  readonly problems: Problem[]
  readonly secrets: ReadonlySet<string>
}

interface Options {
  readonly hosts?: readonly string[]
  readonly required?: boolean
  readonly outside?: boolean
}

/** @param text the file that `objstore:` names */
export function readObjstore(text: string, options: Options = {}): Said {
  const { hosts = ['st-a'], required = false, outside = false } = options
  const file = { path: '/site/objstore.yml', bytes: Buffer.from(text), outside }
  const files = new Map<string, FileAnswer>([['read /site/objstore.yml', { files: [file] }]])
  return built('objstore: objstore.yml', files, { hosts, required })
}

/** @param text what stands inline, `objstore` included */
export function inlineObjstore(text: string): Said {
  return built(text, new Map(), { hosts: ['st-a'], required: true })
}

function built(
  text: string,
  files: Context['files'],
  uses: { hosts: readonly string[]; required: boolean },
): Said {
  const from = source('inventory.yml', text)
  const parsed = parseYaml(from)
  const problems: Problem[] = [...parsed.problems]
  const secrets = new Set<string>()
  const context = {
    ...{ file: 'inventory.yml', directory: '/site', home: undefined, source: from },
    ...{ problems, secrets, files },
  }
  const said = (parsed.value ?? {}) as { objstore?: string }
  const of = 'storage.cortex of cell "eu"'
  const objstore = buildObjstore(said, { of, ...uses }, context as unknown as Context)
  return { objstore, problems, secrets }
}

/** Where problems are, and where `§` says that they are expected. */
export function placesOf(marked: string, options: Options = {}) {
  const { text, places } = unmark(marked)
  const { problems } = readObjstore(text, options)
  const seen = problems.map(({ source: of }) => ({ line: of?.line, column: of?.column }))
  return { problems, seen, expected: places }
}
