/** Packages for hosts that reach no source: from lock file and cache, over the connection, to each that lacks them. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gunzipSync, gzipSync } from 'node:zlib'
import { compressedPath } from '../../../src/artifact/cache/cache.ts'
import { lockPath, writeLock } from '../../../src/artifact/lock/lock-file.ts'
import type { RunRequest } from '../../../src/engine/api.ts'
import { installPackages } from '../../../src/engine/packages/packages.ts'
import { newProgress } from '../../../src/engine/progress.ts'
import { sha256 } from '../../../src/resource/hash.ts'
import type { CommandRequest as Command } from '../../../src/ssh/connection.ts'
import { blank } from '../../plan/host.ts'
import { planOf } from '../plans.ts'
import { contextOf, runOf } from '../runs.ts'

const deb = Buffer.from('a package')
const file = 'keepalived_1%3a2.2_amd64.deb'

/** A host that fetches nothing; `room`: what is sent to it arrives. `release`: what it says it is. */
function hostOf(name: string, { room = true, release = 'bookworm' } = {}) {
  const asked: string[] = []
  const run = async ({ script, stdin }: Command) => {
    const said = (stdout: string, code = 0, stderr = '') => ({ code, stdout: Buffer.from(stdout), stderr })
    const nonce = /promha-[0-9a-f]{18}/.exec(script)?.[0] ?? ''
    if (stdin !== undefined) {
      asked.push('push')
      const sent = await buffer(stdin as AsyncIterable<Buffer>)
      if (!room) return said('', 1, 'No space left on device')
      return said(`${nonce} sha256\n${sha256(gunzipSync(sent))}  -\n${nonce} end\n`)
    }
    const words = /quietly manager install -- (\S+)/.exec(script)?.[1] ?? ''
    const brought = script.includes('trusted=yes')
    asked.push(`${brought ? 'brought' : 'own'} ${words}`)
    const sections = brought
      ? ['installed', 'end']
      : [`unreached\nE: none`, `system\ndebian\n${release}\namd64`, 'have\nlibc6\t2\t', 'end']
    return said(sections.map(section => `${nonce} ${section}\n`).join(''))
  }
  const observed = { ...blank, packages: { ...blank.packages, manager: 'apt' } }
  const change = { resource: 'package:keepalived', action: 'create', reason: 'not installed' } as const
  const plan = planOf(name, 'node_exporter', { changes: [change] })
  const resources = [{ kind: 'package', name: 'keepalived' } as const]
  const wanting = [{ ...plan, instance: { ...plan.instance, resources } }]
  return { run: runOf(name, { connection: { host: name, run }, observed, plan: wanting }), asked }
}

describe('bringing packages', () => {
  let directory: string
  let cache: string
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'promha-bringing-'))
    cache = join(directory, 'cache')
    mkdirSync(cache)
    writeFileSync(compressedPath({ directory: cache }, sha256(deb)), gzipSync(deb))
    const named = { name: 'keepalived', version: '1:2.2', provides: '', depends: 'libc6' }
    const content = { filename: `pool/main/k/keepalived/${file}`, sha256: sha256(deb), size: deb.length }
    const from = { source: 'debian/bookworm', arch: 'amd64' }
    const lock = lockPath({ file: 'inventory.yml', directory })
    await writeLock(lock, { packages: [{ ...named, ...content, ...from }] }, { replace: false })
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  async function bring(hosts: readonly ReturnType<typeof hostOf>[], signal = new AbortController().signal) {
    const progress = newProgress()
    const told: string[] = []
    const emit: RunRequest['emit'] = event => {
      if (event.type === 'stage-progress') told.push(event.note ?? '')
    }
    const inventory = { file: 'inventory.yml', directory, artifacts: { cache } }
    const runs = hosts.map(({ run }) => run)
    const prepared = { all: [], inventory }
    const context = contextOf(runs, { prepared, request: { emit, signal }, progress })
    await installPackages(
      context,
      runs.flatMap(({ plan }) => plan),
    )
    return { problems: progress.problems, told: told.sort() }
  }

  it('sends to two hosts of a kind the same bytes, and installs that version', async () => {
    const hosts = [hostOf('a'), hostOf('b')]
    const { problems, told } = await bring(hosts)
    assert.deepEqual([problems.size, told], [0, ['a', 'b']])
    for (const { asked } of hosts)
      assert.deepEqual(asked, ['own keepalived', 'push', 'brought keepalived=1:2.2'])
  })

  it('gives up a host on which they do not arrive, and goes on with the other', async () => {
    const [full, whole] = [hostOf('a', { room: false }), hostOf('b')]
    const { problems, told } = await bring([full, whole])
    assert.deepEqual([[...problems.keys()], told], [['a'], ['a', 'b']])
    const [problem] = problems.get('a') ?? []
    assert.match(problem?.summary ?? '', /did not arrive: No space left/)
    assert.equal(problem?.resource, 'package:keepalived')
    assert.deepEqual(full.asked, ['own keepalived', 'push'])
    assert.deepEqual(whole.asked.at(-1), 'brought keepalived=1:2.2')
  })

  it('tells all of them where the lock file is damaged, and sends nothing', async () => {
    writeFileSync(join(directory, 'inventory.lock.yml'), 'packages: 7\n')
    const hosts = [hostOf('a'), hostOf('b')]
    const { problems, told } = await bring(hosts)
    assert.deepEqual(
      [[...problems.keys()].sort(), told],
      [
        ['a', 'b'],
        ['a', 'b'],
      ],
    )
    for (const { asked } of hosts) assert.deepEqual(asked, ['own keepalived'])
  })

  it('is not begun once the run is to end', async () => {
    const one = hostOf('a')
    await bring([one], AbortSignal.abort())
    assert.deepEqual(one.asked, [])
  })
})
