/** A host in miniature with a user who runs a service there, and what is not that user's. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import type { StagedDirectory } from '../../../src/resource/kind/kind.ts'
import type { ChangeRequest } from '../../../src/shell/change/request.ts'
import { sections } from '../../../src/shell/syntax/frame.ts'
import { type MiniHost, miniHost, type Said } from '../../shell/support/host.ts'
import { mark, prepare, request } from '../../shell/support/sample-change.ts'
import { requireRoot } from './root.ts'

/** A system user of every Debian: the service's. */
export const service = { name: 'daemon', uid: 1, gid: 1 }

export interface Hostile extends MiniHost {
  readonly at: (path: string) => string
  /** Makes a directory and gives it away. */
  readonly folder: (path: string, uid?: number, mode?: number) => string
  readonly file: (path: string, text: string, uid?: number, mode?: number) => string
  readonly link: (path: string, to: string, uid?: number) => string
  /** Fails if an owner, a mode or a content below `victim` has changed: no script may change them. */
  readonly unharmed: (message?: string) => void
  /** Has {@link unharmed} compare with what is below `victim` now. */
  readonly prepared: () => void
}

/** A new host for each test of a suite; afterwards its victim must be unharmed. */
export function useHostile(): Hostile {
  const host = {} as Hostile
  before(requireRoot)
  beforeEach(() => void Object.assign(host, hostile()))
  afterEach(() => {
    try {
      host.unharmed()
    } finally {
      host.remove()
    }
  })
  return host
}

function hostile(): Hostile {
  const host = miniHost()
  // The service's user has to get to what is its own.
  chmodSync(host.root, 0o755)
  const at = (path: string) => join(host.root, path)
  const given = (path: string, uid: number, mode: number) => {
    chownSync(path, uid, uid)
    chmodSync(path, mode)
    return path
  }
  const folder: Hostile['folder'] = (path, uid = 0, mode = 0o755) => {
    mkdirSync(at(path), { recursive: true })
    return given(at(path), uid, mode)
  }
  const file: Hostile['file'] = (path, text, uid = 0, mode = 0o644) => {
    mkdirSync(dirname(at(path)), { recursive: true })
    writeFileSync(at(path), text)
    return given(at(path), uid, mode)
  }
  const link: Hostile['link'] = (path, to, uid = 0) => {
    symlinkSync(to, at(path))
    lchownSync(at(path), uid, uid)
    return at(path)
  }
  prepare(host)
  file('victim/shadow', 'secret', 0, 0o600)
  file('victim/system/unit', 'of root')
  let right = facts(at('victim'))
  const unharmed: Hostile['unharmed'] = message => assert.deepEqual(facts(at('victim')), right, message)
  const prepared = () => {
    right = facts(at('victim'))
  }
  return { ...host, at, folder, file, link, unharmed, prepared }
}

/** Path → kind, owner, mode and content of all that is there. */
export function facts(path: string): Readonly<Record<string, string>> {
  const { gid, mode, uid } = lstatSync(path)
  const kind = lstatSync(path)
  const own = `${uid}:${gid} ${mode.toString(8)}`
  if (kind.isSymbolicLink()) return { [path]: `${uid}:${gid} -> ${readlinkSync(path)}` }
  if (!kind.isDirectory()) return { [path]: `${own} ${readFileSync(path, 'utf8')}` }
  const inside = readdirSync(path).map(name => facts(join(path, name)))
  return Object.assign({ [path]: own }, ...inside)
}

/** Whether a change came to its end. */
export function done({ stdout }: Pick<Said, 'stdout'>): boolean {
  return sections(mark.mark, stdout).has('end')
}

/** A change of nothing but these. */
export function only(host: MiniHost, over: Partial<ChangeRequest>): ChangeRequest {
  return { ...request(host), stream: [], staged: [], removed: [], service: service.name, ...over }
}

/** A data directory of the service's. */
export function data(path: string, more: Partial<StagedDirectory> = {}): StagedDirectory {
  const { name } = service
  return {
    ...({ kind: 'directory', path, owner: name, group: name, mode: 0o750, data: true } as const),
    ...{ resource: `directory:${path}`, existed: true, known: false, holds: ['wal', 'chunks_head'] },
    ...more,
  }
}

/** For the loop of a script that works against a test: it ends with the test, even if that is killed. */
export const testRuns = `[ -d /proc/${process.pid} ]`

/** Does the work while a user of that number runs a script that never ends. */
export async function against(uid: number, script: string, work: () => void): Promise<void> {
  const child = spawn('sh', ['-c', script], { uid, gid: uid, stdio: 'ignore', detached: true })
  const ended = once(child, 'close')
  try {
    work()
  } finally {
    // With what it has started, so that nothing is written any more once it is gone.
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    await ended
  }
}
