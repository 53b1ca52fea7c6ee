/**
 * `npm run bench`: how fast promha is against bare SSH, on eight lab hosts with a filled cache, as medians of five rounds and
 * as ratios taken in one run, since machines differ and are noisy.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { labDown, labUp } from '../../src/lab/index.ts'
import type { Lab } from '../../src/lab/model.ts'
import { measureAddresses } from './addresses.ts'
import { type Measured, measure, median } from './measure.ts'
import { measureRules, rulesRatio } from './rules.ts'
import { print } from './table.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const promha = join(root, 'dist/promha.js')
/** `npm run bench -- 3` for a quicker look, `npm run bench -- 3 addresses` at the hundreds of addresses alone. */
const rounds = Number(process.argv[2] ?? 5)
const only = process.argv[3]
const name = 'bench'
const directory = join(tmpdir(), 'promha-bench')

const node = process.execPath
const say = (text: string) => process.stderr.write(`${text}\n`)

function up(): Promise<Lab> {
  return labUp({ name, hosts: 8, directory })
}

/** Eight OpenSSH clients at once, each a process of its own. */
async function openSsh(lab: Lab): Promise<Measured> {
  const each = lab.hosts.map(host => `ssh -F ${lab.sshConfig} ${host.name} true`)
  return measure('/bin/sh', ['-c', `${each.join(' & ')} & wait`])
}

function control(lab: Lab): Promise<Measured> {
  const targets = lab.hosts.map(host => `${host.user}@${host.address}`)
  return measure(node, [join(root, 'bench/speed/control.mjs'), `${directory}/id_ed25519`, ...targets])
}

/** The same programs as the lock file names them, streamed and unpacked, all hosts at once, one ssh a program. */
async function plainStream(lab: Lab, cache: string): Promise<Measured> {
  const lock = parse(readFileSync(`${directory}/inventory.lock.yml`, 'utf8')) as unknown
  const hashes = filesOf(lock)
  const on = (host: string, path: string) => path.includes('node_exporter') || host.startsWith('mon-')
  const commands = lab.hosts.map(host => {
    const streams = hashes
      .filter(({ path }) => on(host.name, path))
      .map(
        ({ sha256, path }) =>
          `ssh -F ${lab.sshConfig} ${host.name} 'gzip -dc >/tmp/plain.${path.replace(/.*\//, '')}' <${cache}/${sha256}.gz`,
      )
    return `(${streams.join(' && ')})`
  })
  return measure('/bin/sh', ['-c', `${commands.join(' & ')} & wait`])
}

function filesOf(node: unknown): { path: string; sha256: string }[] {
  if (Array.isArray(node)) return node.flatMap(filesOf)
  if (node === null || typeof node !== 'object') return []
  const entry = node as Record<string, unknown>
  if (typeof entry.path === 'string' && typeof entry.sha256 === 'string')
    return [{ path: entry.path, sha256: entry.sha256 }]
  return Object.values(entry).flatMap(filesOf)
}

function apply(): Promise<Measured> {
  return measure(node, [promha, 'apply', `${directory}/inventory.yml`, '--json'])
}

/** What sshd and sudo of one host wrote down since: connections and commands run as root. */
function hostCounts(lab: Lab, since: number): { logins: number; commands: number } {
  const journal = execFileSync(
    'ssh',
    ['-F', lab.sshConfig, 'mon-a', `sudo journalctl -q -o cat --since @${since}`],
    { encoding: 'utf8' },
  )
  // The login that asks is one of them, and so is its sudo.
  return {
    logins: (journal.match(/Accepted publickey/g)?.length ?? 0) - 1,
    commands: (journal.match(/COMMAND=/g)?.length ?? 0) - 1,
  }
}

/** CPU seconds of many short runs together, since a tick is 10 ms. */
async function cpuOf(args: readonly string[]): Promise<number> {
  let cpu = 0
  for (let run = 0; run < 20; run++) cpu += (await measure(node, args)).cpu
  return cpu / 20
}

const seconds = (values: readonly number[]) => `${median(values).toFixed(2)} s`

const cache = process.env.PROMHA_BENCH_CACHE ?? join(process.env.HOME ?? '/root', '.cache/promha')
await labDown({ name })
rmSync(directory, { recursive: true, force: true })

const addresses = () => measureAddresses(name, directory, [node, promha], rounds)
if (only === 'addresses') {
  print(await addresses())
  process.exit()
}

const first: { apply: number[]; busy: number[]; stream: number[] } = { apply: [], busy: [], stream: [] }
let memory = 0
say('filling the cache')
let lab = await up()
await measure(node, [promha, 'artifacts', 'fetch', `${directory}/inventory.yml`])
for (let round = 1; round <= rounds; round++) {
  say(`first apply, round ${round} of ${rounds}`)
  if (round > 1) {
    await labDown({ name })
    lab = await up()
  }
  first.stream.push((await plainStream(lab, cache)).seconds)
  for (const host of lab.hosts) execFileSync('ssh', ['-F', lab.sshConfig, host.name, 'rm -f /tmp/plain.*'])
  const run = await apply()
  const waited = (JSON.parse(run.stdout) as { waited_s?: number }).waited_s ?? 0
  first.apply.push(run.seconds)
  first.busy.push(run.seconds - waited)
  memory = Math.max(memory, run.memory)
}

const noop: { apply: number[]; ssh: number[]; control: number[] } = { apply: [], ssh: [], control: [] }
let counts = { logins: 0, commands: 0 }
for (let round = 1; round <= rounds; round++) {
  say(`no-op, round ${round} of ${rounds}`)
  noop.ssh.push((await openSsh(lab)).seconds)
  noop.control.push((await control(lab)).seconds)
  const since = Math.ceil(Date.now() / 1000)
  await new Promise<void>(resolve => setTimeout(resolve, since * 1000 - Date.now()))
  const run = await apply()
  const { changed, result } = JSON.parse(run.stdout) as { changed: number; result: string }
  if (changed !== 0 || result !== 'ok') throw new Error(`the no-op changed ${changed} and ended ${result}`)
  noop.apply.push(run.seconds)
  memory = Math.max(memory, run.memory)
  counts = hostCounts(lab, since)
}

say('validate')
const rules = await measureRules(
  `${directory}-rules`,
  `${directory}/inventory.yml`,
  cache,
  [node, promha],
  rounds,
)

say('start-up')
const version = await cpuOf([promha, '--version'])
const bare = await cpuOf(['-e', '0'])

await labDown({ name })
rmSync(directory, { recursive: true, force: true })

print([
  {
    what: 'no-op apply with verify, 8 hosts / 8 parallel ssh HOST true',
    ours: seconds(noop.apply),
    theirs: seconds(noop.ssh),
    ratio: median(noop.apply) / median(noop.ssh),
    limit: 1.0,
  },
  {
    what: 'the same / a Node process that logs in to all 8',
    ours: seconds(noop.apply),
    theirs: seconds(noop.control),
    ratio: median(noop.apply) / median(noop.control),
    limit: 2.0,
  },
  {
    what: 'first apply less the waits / streaming the programs',
    ours: seconds(first.busy),
    theirs: seconds(first.stream),
    ratio: median(first.busy) / median(first.stream),
    limit: 2.5,
  },
  {
    what: 'validate 500 hosts, 2,000 rules in 100 files / 1.5 promtool check rules + 0.6 s',
    ours: seconds(rules.validate),
    theirs: seconds(rules.promtool),
    ratio: rulesRatio(rules),
    limit: 1.0,
  },
  {
    what: 'CPU of promha --version / node -e 0',
    ours: `${(version * 1000).toFixed(0)} ms`,
    theirs: `${(bare * 1000).toFixed(0)} ms`,
    ratio: version / bare,
    limit: 1.6,
  },
  ...(await addresses()),
])
console.log(`
first apply with the waits that belong to the programs: ${seconds(first.apply)}
peak memory of promha in all of these: ${memory.toFixed(0)} MB (wanted below 250)
a no-op on one host: ${counts.logins} SSH connection, ${counts.commands} command (wanted 1 and at most 2)
medians of ${rounds}; all first applies less waits: ${first.busy.map(value => value.toFixed(1)).join(', ')} s; all no-ops: ${noop.apply.map(value => value.toFixed(2)).join(', ')} s`)
