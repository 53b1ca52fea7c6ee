/** Which files of tests there are, and which of several processes at once runs which. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Where the tests lie that need real hosts. */
const onHosts = /^test\/(e2e|security\/hosts)\//

/** The files of tests of a kind, `unit` or `e2e`, as paths from the root, in the order of their names. */
export function testFiles(kind) {
  const files = readdirSync(`${root}test`, { recursive: true }).map(path => `test/${path}`)
  return files.filter(path => path.endsWith('.test.ts') && onHosts.test(path) === (kind === 'e2e')).sort()
}

const table = `${root}scripts/testing/seconds.json`

/** Seconds that files took when they were measured last. */
export function measuredSeconds() {
  return JSON.parse(readFileSync(table, 'utf8'))
}

/** Puts new measurements in their place, from a second up, and drops files that are gone. Takes absolute paths. */
export function noteSeconds(times) {
  const fresh = Object.entries(times).map(([path, seconds]) => [relative(root, path), Math.round(seconds)])
  const all = Object.entries({ ...measuredSeconds(), ...Object.fromEntries(fresh) })
  const kept = all.filter(([path, seconds]) => seconds > 0 && existsSync(root + path))
  const sorted = kept.sort(([one], [other]) => (one < other ? -1 : 1))
  writeFileSync(table, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`)
}

/** Seconds for a file that the table does not name, by kind: a unit test is quick, one on real hosts is not. */
export const unmeasured = { unit: 0.5, e2e: 60 }

/**
 * Shares files out among at most `count` processes: the longest first, each to whoever has least to do so far. The
 * same input gives the same shards, none is empty, and within one the files keep their order.
 */
export function share(files, seconds, otherwise, count) {
  const weight = file => seconds[file] ?? otherwise
  const shards = Array.from({ length: Math.min(count, files.length) }, () => ({ files: [], load: 0 }))
  for (const file of files.toSorted((one, other) => weight(other) - weight(one))) {
    const lightest = shards.reduce((least, shard) => (shard.load < least.load ? shard : least))
    lightest.files.push(file)
    lightest.load += weight(file)
  }
  return shards.map(shard => files.filter(file => shard.files.includes(file)))
}
