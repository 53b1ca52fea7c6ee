/** Made-up releases and a server on loopback that carries them the way upstream does. */
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import type { HashLists } from '../../src/artifact/cache/hash-list.ts'
import { openArtifacts } from '../../src/artifact/open.ts'
import type { Problem, ProblemError } from '../../src/diagnostic/problem.ts'
import type { ArtifactSettings } from '../../src/inventory/artifact/origin.ts'
import type { Component, Inventory } from '../../src/inventory/model.ts'

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

/** A directory that is gone after the test suite. */
export function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), 'promha-artifact-'))
  after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

export async function tarGz(files: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const tar = pack()
  for (const [name, content] of Object.entries(files)) tar.entry({ name, mode: 0o755 }, content)
  tar.finalize()
  return gzipSync(await buffer(tar))
}

export interface MadeRelease {
  readonly folder: string
  readonly archive: string
  readonly content: Buffer
  readonly programs: Readonly<Record<string, Buffer>>
}

const programs: Readonly<Record<Component, readonly string[]>> = {
  prometheus: ['prometheus', 'promtool'],
  alertmanager: ['alertmanager', 'amtool'],
  node_exporter: ['node_exporter'],
  pushgateway: ['pushgateway'],
  blackbox_exporter: ['blackbox_exporter'],
  mysqld_exporter: ['mysqld_exporter'],
}

/** A release laid out as upstream does; `size` of random bytes in each program. */
export async function makeRelease(
  component: Component,
  version: string,
  arch = 'amd64',
  size = 200_000,
): Promise<MadeRelease> {
  const base = `${component}-${version}.linux-${arch}`
  const made = Object.fromEntries((programs[component] ?? []).map(name => [name, randomBytes(size)]))
  const files = Object.entries(made).map(([name, content]) => [`${base}/${name}`, content] as const)
  return {
    folder: `prometheus/${component}/releases/download/v${version}`,
    archive: `${base}.tar.gz`,
    content: await tarGz({ [`${base}/LICENSE`]: 'free', ...Object.fromEntries(files) }),
    programs: made,
  }
}

type Handler = (request: IncomingMessage, response: ServerResponse) => boolean

export interface TestServer {
  readonly url: string
  readonly files: Map<string, Buffer>
  /** `METHOD path [range]` of each request so far. */
  readonly requests: string[]
  /** Asked before the files; true where it answered. */
  handler: Handler | undefined
  ranges: boolean
  /** Carries a release with a right checksum file. */
  readonly publish: (release: MadeRelease) => void
}

/** Runs from before the suite to its end. */
export function testServer(): TestServer {
  const files = new Map<string, Buffer>()
  const requests: string[] = []
  let url = ''
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    const range = request.headers.range
    requests.push([request.method, path, range].filter(Boolean).join(' '))
    if (made.handler?.(request, response)) return
    const content = files.get(path)
    if (!content) return void response.writeHead(404).end('no such file')
    send(response, content, made.ranges ? range : undefined)
  })
  before(done => {
    server.listen(0, '127.0.0.1', () => {
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      done()
    })
  })
  beforeEach(() => {
    files.clear()
    requests.length = 0
    made.handler = undefined
    made.ranges = true
  })
  after(done => {
    server.close(() => done())
    server.closeAllConnections()
  })
  const made: TestServer = {
    get url() {
      return url
    },
    files,
    requests,
    handler: undefined,
    ranges: true,
    publish: ({ folder, archive, content }) => {
      files.set(`/${folder}/${archive}`, content)
      files.set(
        `/${folder}/sha256sums.txt`,
        Buffer.from(`${'0'.repeat(64)}  other.tar.gz\n${sha256(content)}  ${archive}\n`),
      )
    },
  }
  return made
}

export function send(response: ServerResponse, content: Buffer, range: string | undefined): void {
  const start = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? Number.NaN)
  const etag = `"${sha256(content).slice(0, 16)}"`
  if (Number.isNaN(start)) {
    response.writeHead(200, { 'content-length': content.length, etag }).end(content)
  } else if (start >= content.length) {
    response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end()
  } else {
    const rest = content.subarray(start)
    const seen = `bytes ${start}-${content.length - 1}/${content.length}`
    response.writeHead(206, { 'content-length': rest.length, 'content-range': seen, etag }).end(rest)
  }
}

/**
 * Sends the head and the first bytes of a file, and resets the connection once the client has written some of them to
 * `directory`: what a reset overtakes is lost.
 */
export function cut(response: ServerResponse, content: Buffer, bytes: number, directory: string): void {
  const begun = performance.now()
  const arrived = () =>
    existsSync(directory) && readdirSync(directory).some(name => statSync(join(directory, name)).size > 0)
  const end = () => {
    if (arrived() || performance.now() - begun > 5000) response.destroy()
    else setTimeout(end, 10)
  }
  response.writeHead(200, { 'content-length': content.length })
  response.write(content.subarray(0, bytes), end)
}

/** An inventory that uses all three components. */
export function inventoryOf(
  directory: string,
  artifacts: Partial<ArtifactSettings>,
  versions: Inventory['versions'] = {},
): Inventory {
  return {
    file: 'inventory.yml',
    directory,
    artifacts: { from: 'upstream', kind: 'upstream', cache: join(directory, 'cache'), ...artifacts },
    versions,
    hosts: [],
    groups: {},
    cells: [
      {
        name: 'one',
        hosts: [],
        allowSharedHost: false,
        prometheus: {},
        alertmanager: {},
        exporters: { node_exporter: {} },
      },
    ],
    secrets: [],
  } as unknown as Inventory
}

/** Lists of trusted hashes beside an inventory of the tests, which the user's own stay out of. */
export const listsIn = (directory: string): HashLists => ({
  accepted: { path: join(directory, 'config', 'trusted') },
  fetched: { path: join(directory, 'config', 'fetched') },
})

export const opened = (inventory: Inventory, update = false) =>
  openArtifacts(inventory, { emit: () => {}, update, lists: listsIn(inventory.directory) })

/** The problems of a promise that is rejected with a ProblemError. */
export async function problemsOf(work: Promise<unknown>): Promise<readonly Problem[]> {
  try {
    await work
  } catch (cause) {
    // By its form: a module that is loaded on use may have a class of its own here.
    if (cause instanceof Error && 'problems' in cause) return (cause as ProblemError).problems
    throw cause
  }
  throw new Error('expected a problem, but there was none')
}

/** What a rejected promise's problems say, all in one text. */
export async function problemText(work: Promise<unknown>): Promise<string> {
  return (await problemsOf(work))
    .map(one => [one.summary, one.detail, one.remedy].filter(Boolean).join('\n'))
    .join('\n\n')
}

/** The URL of a port where nothing listens. */
export async function nowhere(): Promise<string> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return `http://127.0.0.1:${port}`
}
