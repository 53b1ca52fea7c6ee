/**
 * `npm run known-hashes -- [--base URL] [--out FILE] [COMPONENT=VERSION…]`: fetches upstream's releases of these versions,
 * of this promha's own set if none is named, and writes the hashes of their programs into the table that ships with
 * promha. What the table holds already stays. Run it from a network that you trust, before a release; look at the diff.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { releasedComponents, releaseOf } from '../roles/index.ts'
import { prepareCache, temporaryDirectory } from '../src/artifact/cache/cache.ts'
import { architectures } from '../src/artifact/catalog.ts'
import { fetchRelease } from '../src/artifact/fetch-release.ts'
import { githubSource, upstreamBase } from '../src/artifact/source/github.ts'
import type { ReleaseKey } from '../src/artifact/source/source.ts'
import { createTransfer } from '../src/artifact/source/transfer.ts'
import type { Component } from '../src/inventory/model.ts'

const table = fileURLToPath(new URL('../src/artifact/cache/known-hashes.ts', import.meta.url))
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { base: { type: 'string', default: upstreamBase }, out: { type: 'string', default: table } },
})

const directory = await mkdtemp(join(tmpdir(), 'promha-known-'))
try {
  const cache = { directory }
  await prepareCache(cache)
  const transfer = createTransfer({
    directory: temporaryDirectory(cache),
    prepare: async () => {},
    emit: () => {},
    isLocked: () => false,
  })
  const source = githubSource(values.base, transfer)
  const found: string[] = []
  for (const key of wanted(positionals)) {
    const { entry } = await fetchRelease(cache, source, key, {
      archives: await source.resolve(key),
      fromSource: true,
    })
    for (const { path, sha256 } of entry.files)
      found.push(`${sha256} ${key.component} ${key.version} ${key.arch} ${basename(path)}`)
  }
  const text = await readFile(values.out, 'utf8')
  const known = [...text.matchAll(/^ {2}'([0-9a-f]{64} [^']*)',$/gm)].map(match => match[1] ?? '')
  const lines = [...new Set([...known, ...found])].sort(byRelease)
  const begin = text.indexOf('export const knownHashes')
  if (begin < 0) throw new Error(`${values.out} holds no table`)
  const list = lines.map(line => `  '${line}',\n`).join('')
  await writeFile(
    values.out,
    `${text.slice(0, begin)}export const knownHashes: readonly string[] = [\n${list}]\n`,
  )
  console.log(`${lines.length - known.length} programs added, ${lines.length} in all`)
} finally {
  await rm(directory, { recursive: true, force: true })
}

function wanted(named: readonly string[]): readonly ReleaseKey[] {
  const versions = named.map((text): readonly [Component, string] => {
    const [name = '', version = ''] = text.split('=')
    const component = releasedComponents.find(one => one === name)
    if (component === undefined || !/^\d[0-9A-Za-z.-]*$/.test(version))
      throw new Error(
        `expected COMPONENT=VERSION, seen ${text}; promha knows ${releasedComponents.join(', ')}`,
      )
    return [component, version]
  })
  // What is unpacked as a whole never runs on the machine that runs promha.
  const programs = releasedComponents.filter(one =>
    releaseOf(one).upstream.members.every(({ strip }) => strip === undefined),
  )
  const all = versions.length > 0 ? versions : programs.map(one => [one, releaseOf(one).version] as const)
  return all.flatMap(([component, version]) => architectures.map(arch => ({ component, version, arch })))
}

/** What belongs together stands together, so that a diff shows what a release added. */
function byRelease(a: string, b: string): number {
  const [one, other] = [a.slice(65), b.slice(65)]
  return one < other ? -1 : one > other ? 1 : 0
}
