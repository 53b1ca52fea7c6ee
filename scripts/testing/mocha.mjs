/** Mocha in several processes at once, each with files of its own. */
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './child.mjs'
import { readFailures, readTally, readTimes, sumUp } from './tally.mjs'

/**
 * Runs one mocha for each shard (a list of files). The first one's output is shown as it comes, that of the others
 * after it, in order, so that no lines are mixed. `on` is told of each shard that ended: its name, the counts, what
 * failed and why, and the seconds by file; what had no end by the deadline failed. `env` makes the environment of the
 * shard of that index.
 *
 * @param {{ name: string, shards: string[][], directory: string, deadline: number, node?: string, args?: string[],
 *   env?: (index: number) => Record<string, string>, on: (name: string, ended: { passed: number, failed: number, failures: { title: string, why: string }[], times: object }) => void }} what
 */
export async function runShards({ name, shards, directory, ...how }) {
  const all = shards.map((files, index) => {
    const title = shards.length === 1 ? name : `${name}, ${index + 1} of ${shards.length}`
    const base = join(directory, `${name}-${index}`.replace(/\W+/g, '-'))
    return { title, files, index, log: index === 0 ? undefined : `${base}.log`, tally: `${base}.tally` }
  })
  for (const [index, running] of all.map(shard => runShard(shard, how)).entries()) {
    const { title, log } = all[index]
    if (log === undefined) console.log(`\n== ${title}`)
    await running
    if (log === undefined) continue
    console.log(`\n== ${title}`)
    process.stdout.write(readFileSync(log))
  }
}

async function runShard({ title, files, index, log, tally }, { node, args, env, deadline, on }) {
  writeFileSync(tally, '')
  const output = log === undefined ? 'inherit' : openSync(log, 'w')
  const options = [
    '--forbid-only',
    '--forbid-pending',
    '--reporter-option',
    `tally=${tally}`,
    ...(args ?? []),
  ]
  const words = ['node_modules/mocha/bin/mocha.js', ...options, ...files]
  const own = { deadline, output, leash: true, env: env?.(index) ?? {} }
  const code = await run(node ?? process.execPath, words, own)
  if (log !== undefined) closeSync(output)
  const text = readFileSync(tally, 'utf8')
  on(title, { ...sumUp(readTally(text), code), failures: readFailures(text), times: readTimes(text) })
}
