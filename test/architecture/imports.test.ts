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
    const pure = ['src/inventory', 'src/topology', 'src/resource', 'src/shell', 'src/plan']
    const machine = /^node:(fs|net|tls|http|https|dgram|dns|child_process)(\/|$)/
    // What reads inventories and all that they name.
    const edge = /^src\/inventory\/(read\.ts|edge\/)/
    const wrong = files
      .filter(file => pure.includes(room(file)) && !edge.test(file))
      .flatMap(file => reached(file).filter(found => machine.test(found.to)))
    assert.deepEqual([...new Set(told(wrong))], [])
  })

  it('lets data flow to the right only', () => {
    const left = ['src/diagnostic', 'src/inventory', 'src/topology']
    const middle = ['src/resource', 'src/shell', 'src/plan']
    const allowed: Readonly<Record<string, readonly string[]>> = {
      definitions: [...left, 'definitions'],
      'src/diagnostic': ['src/diagnostic'],
      'src/inventory': ['src/diagnostic', 'src/inventory', 'src/trust', 'definitions'],
      'src/topology': [...left, 'definitions'],
      'src/site': [...left, 'src/site'],
      'src/trust': ['src/diagnostic', 'src/trust', 'src/shell'],
      'src/resource': [...left, 'src/resource', 'definitions'],
      'src/shell': [...left, 'src/resource', 'src/shell', 'definitions'],
      'src/plan': [...left, ...middle, 'definitions'],
    }
    const wrong = imports.filter(
      found =>
        isOwn(found) && !isFacet(found) && allowed[room(found.from)]?.includes(room(found.to)) === false,
    )
    assert.deepEqual(told(wrong), [])
  })

  it('has no circles', () => {
    const loaded = new Map(
      files.map(file => [
        file,
        imports.filter(one => one.from === file && isLoaded(one) && isOwn(one)).map(({ to }) => to),
      ]),
    )
    const done = new Set<string>()
    const circles: string[] = []
    const visit = (file: string, way: readonly string[]): void => {
      if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' → '))
      if (done.has(file) || way.includes(file)) return
      for (const next of loaded.get(file) ?? []) visit(next, [...way, file])
      done.add(file)
    }
    for (const file of files) visit(file, [])
    assert.deepEqual(circles, [])
  })

  it('lets each package enter by one folder', () => {
    const entrances = new Map<string, Set<string>>()
    const places = new Map<string, Set<string>>()
    for (const { from, to } of imports.filter(isPackage)) {
      entrances.set(to, (entrances.get(to) ?? new Set()).add(room(from)))
      places.set(to, (places.get(to) ?? new Set()).add(from))
    }
    // YAML is read here and written there, programs are run for several ends: one wrapper a folder.
    for (const name of ['yaml', 'execa']) {
      assert.equal(
        places.get(name)?.size,
        entrances.get(name)?.size,
        `${name}: ${[...(places.get(name) ?? [])]}`,
      )
      entrances.delete(name)
    }
    for (const [name, folders] of entrances)
      assert.equal(folders.size, 1, `${name}: ${[...folders].join(', ')}`)
    const expected = { ssh2: 'src/ssh', 'ssh-config': 'src/ssh', zod: 'src/inventory', commander: 'src/cli' }
    const more = { ejs: 'roles', listr2: 'src/report', 'tar-stream': 'src/artifact' }
    for (const [name, folder] of Object.entries({ ...expected, ...more })) {
      assert.deepEqual([...(entrances.get(name) ?? [])], [folder], name)
    }
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
    const tools = /^(@types\/.*|@biomejs\/biome|c8|esbuild|fast-check|mocha|tsx|typescript)$/
    const declared = Object.keys(manifest.devDependencies).filter(name => !tools.test(name))
    const used = new Set(imports.filter(isPackage).map(({ to }) => to))
    assert.deepEqual([...used].sort(), declared.sort())
  })

  it('is one bundle, so that nothing is installed beside it', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    assert.equal(manifest.dependencies, undefined)
  })
})
