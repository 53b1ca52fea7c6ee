/** Upstream's programs on this machine, as judges of what a config means. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { openArtifacts } from '../../../../src/artifact/open.ts'
import { until } from '../../../../src/lab/wait.ts'
import { readInventory } from '../../../../src/site/read.ts'

export type Program = 'prometheus' | 'alertmanager' | 'blackbox_exporter'

export interface Reader {
  /** The config that the program says it has once it has loaded the text; undefined if it refuses the text. */
  readonly read: (text: string) => Promise<unknown>
  readonly stop: () => Promise<void>
}

/** A config that each of them takes, to start with. */
const first: Readonly<Record<Program, string>> = {
  prometheus: '{}',
  alertmanager: 'route: { receiver: x }\nreceivers: [{ name: x }]\n',
  blackbox_exporter: 'modules: {}\n',
}

const flags: Readonly<Record<Program, readonly string[]>> = {
  prometheus: ['--web.enable-lifecycle', '--storage.tsdb.path=data'],
  alertmanager: ['--storage.path=data', '--cluster.listen-address='],
  blackbox_exporter: [],
}

const answers: Readonly<Record<Program, (body: string) => string>> = {
  prometheus: body => JSON.parse(body).data.yaml,
  alertmanager: body => JSON.parse(body).config.original,
  blackbox_exporter: body => body,
}

const paths: Readonly<Record<Program, string>> = {
  prometheus: '/api/v1/status/config',
  alertmanager: '/api/v2/status',
  blackbox_exporter: '/config',
}

/** Debian's Alertmanager does not start without the templates that its package has here. The shell becomes the program. */
const beside = `mount -t tmpfs none /usr/share
mkdir -p /usr/share/prometheus/alertmanager
touch /usr/share/prometheus/alertmanager/default.tmpl /usr/share/prometheus/alertmanager/email.tmpl
exec "$0" "$@"`

/** Fetches the programs of forky as promha does; the absolute path of each. */
export async function upstreamPrograms(): Promise<Readonly<Record<Program, string>>> {
  const directory = mkdtempSync(join(tmpdir(), 'promha-readers-'))
  try {
    const file = join(directory, 'inventory.yml')
    writeFileSync(
      file,
      `promha: 1
artifacts: { from: debian, suite: forky }
hosts: { a: { address: 127.0.0.1 }, b: { address: 127.0.0.2 } }
cells:
  one:
    prometheus: { replicas: { a: a, b: b } }
    alertmanager: { hosts: [a, b], config: { route: { receiver: x }, receivers: [{ name: x }] } }
    blackbox: { hosts: [a] }
`,
    )
    const { inventory } = await readInventory(file)
    const artifacts = await openArtifacts(inventory, { emit: () => {} })
    const path = async (component: Program) => {
      const release = await artifacts.release(component, 'amd64')
      const program = release.files.find(one => one.path.endsWith(`/${component}`))
      if (program === undefined) throw new Error(`the release of ${component} has no such program`)
      return artifacts.local(release, program)
    }
    return {
      prometheus: await path('prometheus'),
      alertmanager: await path('alertmanager'),
      blackbox_exporter: await path('blackbox_exporter'),
    }
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** Starts one on loopback and waits until it serves. */
export async function startReader(program: Program, path: string): Promise<Reader> {
  const directory = mkdtempSync(join(tmpdir(), `promha-${program}-`))
  const file = join(directory, 'config.yml')
  writeFileSync(file, first[program])
  const url = `http://127.0.0.1:${await freePort()}`
  const listen = `--web.listen-address=${url.slice('http://'.length)}`
  const args = [`--config.file=${file}`, listen, '--log.level=error', ...flags[program]]
  const child = spawn('unshare', ['--mount', 'sh', '-ec', beside, path, ...args], {
    cwd: directory,
    stdio: 'ignore',
  })
  const stop = async () => {
    await ended(child)
    rmSync(directory, { recursive: true, force: true })
  }
  try {
    await until(`${program} to serve`, 60_000, () => isUp(`${url}${paths[program]}`))
  } catch (failure) {
    await stop()
    throw failure
  }
  const read = async (text: string) => {
    writeFileSync(file, text)
    const reloaded = await fetch(`${url}/-/reload`, { method: 'POST' })
    await reloaded.text()
    if (!reloaded.ok) return undefined
    // As a value: the order in which Go writes keys that look like numbers changes from one answer to the next.
    return parse(answers[program](await (await fetch(`${url}${paths[program]}`)).text()))
  }
  return { read, stop }
}

async function isUp(url: string): Promise<boolean> {
  return fetch(url).then(
    answer => answer.ok,
    () => false,
  )
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise(resolve => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
}
