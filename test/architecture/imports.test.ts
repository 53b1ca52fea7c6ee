/** The rules of who may import whom, kept true by reading the import lines. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { root, sources } from './sources.ts'

interface Import {
  /** Relative to the project, with forward slashes. */
  readonly from: string
  /** A path relative to the project, a package's name, or `node:…`. */
  readonly to: string
  /** Gone once types are stripped. */
  readonly typeOnly: boolean
  /** Carried out by whoever needs it, and not when the file is loaded. */
  readonly lazy: boolean
}

const texts = sources()
const files = [...texts.keys()]
const imports = [...texts].flatMap(importsOf)

function importsOf([from, text]: readonly [string, string]): readonly Import[] {
  const statements = [...text.matchAll(/^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm)]
  const expressions = [...text.matchAll(/(typeof\s+)?\bimport\('([^']+)'\)/g)]
  const all = [
    ...statements.map(found => ({ found, lazy: false })),
    ...expressions.map(found => ({ found, lazy: true })),
  ]
  return all.map(({ found: [, type, to = ''], lazy }) => ({
    from,
    to: to.startsWith('.') ? relative(root, normalize(join(root, dirname(from), to))) : packageOf(to),
    typeOnly: type !== undefined,
    lazy,
  }))
}

/** `zod/v4/core` is of the package `zod`. */
function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

/** When the file itself is. */
const isLoaded = ({ typeOnly, lazy }: Import) => !typeOnly && !lazy

/** What promha knows of each component, and the list of them: the one part of `roles` that every room may read. */
const definitions = new Set(['roles/index.ts', 'roles/component.ts'])
for (const file of definitions)
  for (const found of imports)
    if (found.from === file && isLoaded(found) && found.to.startsWith('roles/')) definitions.add(found.to)

/** `src/inventory`, `roles`, `definitions` */
function room(path: string): string {
  if (definitions.has(path)) return 'definitions'
  // The words of shell, of which each kind of resource composes its own steps.
  if (path.startsWith('src/shell/syntax/')) return 'src/shell/syntax'
  return path.startsWith('roles/') ? 'roles' : path.split('/').slice(0, 2).join('/')
}

/** Every import that is carried out when `file` is loaded, the file's own included. */
function reached(file: string): readonly Import[] {
  const seen = new Set([file])
  const found: Import[] = []
  for (const at of seen) {
    for (const one of imports.filter(found => found.from === at && isLoaded(found))) {
      found.push(one)
      if (isOwn(one)) seen.add(one.to)
    }
  }
  return found
}

/** Groups of which each reaches every other one by such imports, in the order of their names. */
function circles(
  names: readonly string[],
  counts: (one: Import) => boolean,
  among: readonly Import[] = imports,
): readonly (readonly string[])[] {
  const next = new Map(
    names.map(name => [name, among.filter(one => one.from === name && counts(one)).map(({ to }) => to)]),
  )
  const reach = new Map(
    names.map(name => {
      const seen = new Set(next.get(name))
      for (const at of seen) for (const to of next.get(at) ?? []) seen.add(to)
      return [name, seen] as const
    }),
  )
  const groups = names.map(name =>
    names.filter(other => other !== name && reach.get(name)?.has(other) && reach.get(other)?.has(name)),
  )
  const whole = names.flatMap((name, index) => {
    const group = [name, ...(groups[index] ?? [])].sort()
    return group.length > 1 && group[0] === name ? [group] : []
  })
  return whole.sort(([a = ''], [b = '']) => (a < b ? -1 : 1))
}

/** What is known of a component points to its heavier halves, and loads none of them. */
const isFacet = (found: Import) => room(found.from) === 'definitions' && !isLoaded(found)
const isOwn = ({ to }: Import) => to.startsWith('src/') || to.startsWith('roles/')
const isPackage = (found: Import) =>
  !isOwn(found) && !found.to.startsWith('node:') && !found.to.endsWith('.json')
const told = (found: readonly Import[]) => found.map(({ from, to }) => `${from} imports ${to}`)

describe('architecture', () => {
  it('is read at all', () => {
    assert.ok(imports.filter(isOwn).length > 50)
    assert.ok(imports.some(({ from, to }) => from === 'src/cli/main.ts' && to === 'src/cli/program.ts'))
  })

  it('lets nobody import cli or report, but cli', () => {
    for (const [of, by] of [
      ['src/cli', ['src/cli']],
      ['src/report', ['src/report', 'src/cli']],
    ] as const) {
      const wrong = imports.filter(({ from, to }) => room(to) === of && !by.includes(room(from) as never))
      assert.deepEqual(told(wrong), [])
    }
  })

  it('keeps the machine out of what is pure, by no detour either', () => {
    const pure = [
      'src/inventory',
      'src/topology',
      'src/resource',
      'src/shell',
      'src/shell/syntax',
      'src/plan',
    ]
    const machine = /^node:(fs|net|tls|http|https|dgram|dns|child_process)(\/|$)/
    // What reads inventories and all that they name.
    const edge = /^src\/inventory\/(read\.ts|edge\/)/
    // The package's own text, which is the same at any time: where it lies, and the shell in it.
    const own = ['src/package-root.ts', 'src/shell/syntax/static.ts']
    const wrong = files
      .filter(file => pure.includes(room(file)) && !edge.test(file))
      .flatMap(file => reached(file).filter(found => machine.test(found.to) && !own.includes(found.from)))
    assert.deepEqual([...new Set(told(wrong))], [])
  })

  it('lets data flow to the right only', () => {
    const left = ['src/diagnostic', 'src/inventory', 'src/topology']
    const middle = ['src/resource', 'src/shell', 'src/shell/syntax', 'src/plan']
    const allowed: Readonly<Record<string, readonly string[]>> = {
      definitions: [...left, 'definitions'],
      'src/diagnostic': ['src/diagnostic'],
      'src/inventory': ['src/diagnostic', 'src/inventory', 'src/process', 'src/trust', 'definitions'],
      'src/topology': [...left, 'definitions'],
      'src/site': [...left, 'src/site'],
      'src/process': ['src/process'],
      'src/trust': ['src/diagnostic', 'src/process', 'src/trust', 'src/shell', 'src/shell/syntax'],
      'src/resource': [...left, 'src/resource', 'src/shell/syntax', 'definitions'],
      'src/shell': [...left, 'src/resource', 'src/shell', 'src/shell/syntax', 'definitions'],
      'src/shell/syntax': [...left, 'src/resource', 'src/shell/syntax', 'src/package-root.ts', 'definitions'],
      'src/plan': [...left, ...middle, 'definitions'],
    }
    const wrong = imports.filter(
      found =>
        isOwn(found) && !isFacet(found) && allowed[room(found.from)]?.includes(room(found.to)) === false,
    )
    assert.deepEqual(told(wrong), [])
  })

  it('has no circles', () => {
    assert.deepEqual(circles(files, isLoaded), [])
  })

  it('has no circles of types either, but for the registry of components', () => {
    // A definition speaks of what the inventory and the topology hold, and these look definitions up.
    const others = circles(files, () => true).filter(circle => !circle.includes('roles/component.ts'))
    assert.deepEqual(others, [])
  })

  it('has no circles of rooms', () => {
    const between = imports.map(one => ({ ...one, from: room(one.from), to: room(one.to) }))
    const rooms = [...new Set(files.map(room))].filter(name => name.startsWith('src/'))
    assert.deepEqual(
      circles(rooms, () => true, between),
      [],
    )
  })

  it('lets each package enter by one folder', () => {
    const entrances = new Map<string, Set<string>>()
    const places = new Map<string, Set<string>>()
    for (const { from, to } of imports.filter(isPackage)) {
      entrances.set(to, (entrances.get(to) ?? new Set()).add(room(from)))
      places.set(to, (places.get(to) ?? new Set()).add(from))
    }
    // YAML is read here and written there: one wrapper a folder.
    assert.equal(places.get('yaml')?.size, entrances.get('yaml')?.size, `${[...(places.get('yaml') ?? [])]}`)
    entrances.delete('yaml')
    for (const [name, folders] of entrances)
      assert.equal(folders.size, 1, `${name}: ${[...folders].join(', ')}`)
    const expected = { ssh2: 'src/ssh', 'ssh-config': 'src/ssh', zod: 'src/inventory', commander: 'src/cli' }
    const more = { execa: 'src/process', ejs: 'roles', listr2: 'src/report', 'tar-stream': 'src/artifact' }
    for (const [name, folder] of Object.entries({ ...expected, ...more })) {
      assert.deepEqual([...(entrances.get(name) ?? [])], [folder], name)
    }
  })

  it('lets one folder start programs', () => {
    const wrong = imports.filter(
      ({ from, to }) => to === 'node:child_process' && room(from) !== 'src/process',
    )
    assert.deepEqual(told(wrong), [])
  })

  it('lets only cli know exit codes', () => {
    const wrong = [...texts].filter(
      ([file, text]) => room(file) !== 'src/cli' && /process\.exit(Code)?\b/.test(text),
    )
    assert.deepEqual(
      wrong.map(([file]) => file),
      [],
    )
  })

  it('has declared every package that is imported, and imports or uses every one that is declared', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const tools = /^(@types\/.*|@biomejs\/biome|ajv|c8|esbuild|fast-check|mocha|tsx|typescript)$/
    const declared = Object.keys(manifest.devDependencies).filter(name => !tools.test(name))
    const used = new Set(imports.filter(isPackage).map(({ to }) => to))
    assert.deepEqual([...used].sort(), declared.sort())
  })

  it('is one bundle, so that nothing is installed beside it', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    assert.equal(manifest.dependencies, undefined)
  })
})
