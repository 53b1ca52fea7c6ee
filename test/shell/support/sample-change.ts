/** A small change of everything on a host in miniature, and what it did. */
import { chmodSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { sha256 } from '../../../src/resource/hash.ts'
import type { StagedDirectory, StagedPlace } from '../../../src/resource/kind/kind.ts'
import type { StateRecord } from '../../../src/resource/observed.ts'
import { changeScript } from '../../../src/shell/change/change.ts'
import type { ChangeMark, ChangeRequest } from '../../../src/shell/change/request.ts'
import { undoScript } from '../../../src/shell/change/undo.ts'
import { type ConfirmRequest, confirmScript } from '../../../src/shell/record/confirm.ts'
import { renderRecord } from '../../../src/shell/record/record.ts'
import type { MiniHost, Said } from './host.ts'

export const mark: ChangeMark = { mark: 'promha-mark', run: '1-run' }

export const oldStamp: StateRecord = {
  restart: 'r1',
  reload: 'l1',
  all: 'a1',
  time: 5,
  run: '0-run',
  generation: 1,
  cell: 'eu',
  version: '1',
  unit: 'test.service',
  health: { loaded: 'none', address: '127.0.0.1', port: 1, readyPath: '/' },
  owned: [],
}
export const newStamp: StateRecord = { ...oldStamp, all: 'a2', time: 0, run: mark.run, generation: 2 }

const contents = { 'etc/changed': 'new', "etc/it's new": 'created' }

/** Lays down what the change meets. */
export function prepare(host: MiniHost): void {
  host.write(join(host.root, 'etc/changed'), 'old')
  host.write(join(host.root, 'etc/removed'), 'unwanted')
  host.write(join(host.root, 'etc/mode'), 'same')
  host.write(join(host.root, 'etc/program'), 'old program')
  for (const name of ['changed', 'removed', 'mode', 'program']) chmodSync(join(host.root, 'etc', name), 0o600)
  host.write(host.promha('state/test'), renderRecord(oldStamp))
  host.lock(mark.run)
  push(host)
}

/** As the push leaves it. */
export function push(host: MiniHost): void {
  const path = join(host.root, 'etc/program')
  host.write(join(host.root, 'etc/.promha-new.program'), 'new program')
  host.write(host.promha(`staging/push/${encodeURIComponent(path)}`), `${path}\n`)
}

/** A directory of root's as a change takes it. */
export function directory(path: string, mode: number, existed = true): StagedDirectory {
  const owned = { path, owner: 'root', group: 'root', mode }
  return { kind: 'directory', resource: `directory:${path}`, ...owned, existed, known: false, holds: [] }
}

export function request(host: MiniHost, over: Partial<ChangeRequest> = {}): ChangeRequest {
  const at = (name: string) => join(host.root, name)
  const owned = (kind: StagedPlace['kind'], name: string, mode: number) => ({
    ...{ kind, resource: `${kind}:${at(name)}`, path: at(name), owner: 'root', group: 'root', mode },
    existed: !name.includes(' '),
  })
  return {
    component: 'test',
    unit: 'test.service',
    staged: [
      directory(at('etc/made'), 0o750, false),
      ...Object.keys(contents).map((name, index) => ({
        ...owned('file', name, 0o640),
        source: `files/${index}`,
      })),
      owned('program', 'etc/program', 0o755),
      { ...owned('file', 'etc/mode', 0o644), kept: sha256('same') },
    ],
    stream: Object.values(contents).map((text, index) => ({
      name: `files/${index}`,
      bytes: Buffer.from(text),
    })),
    stored: [],
    checks: [],
    removed: [at('etc/removed'), at('etc/never there')],
    emptied: [],
    backups: [],
    adopts: false,
    daemonReload: false,
    enable: true,
    disable: false,
    action: 'restart',
    before: { active: true, enabled: true },
    ...over,
  }
}

/** `lines`: only that many of the program's, as if it was killed then. */
export function change(host: MiniHost, wanted: ChangeRequest, lines?: number): Said {
  const { script, stdin } = changeProgram(wanted)
  return host.run(script.split('\n').slice(0, lines).join('\n'), stdin)
}

/** What the host is sent; its sections begin with the mark. */
export function changeProgram(wanted: ChangeRequest): {
  readonly script: string
  readonly stdin: Uint8Array
} {
  const { render, stdin } = changeScript(mark, wanted)
  return { script: render(mark.mark), stdin: stdin?.(mark.mark) as Uint8Array }
}

export function confirmOf(
  host: MiniHost,
  wanted: ChangeRequest,
  stamp: StateRecord = newStamp,
): ConfirmRequest {
  const at = (name: string) => join(host.root, name)
  const kept = Object.entries({ ...contents, 'etc/program': 'new program' }).map(([name, text]) => ({
    path: at(name),
    sha256: sha256(text),
    shared: name === 'etc/program',
  }))
  const record = renderRecord(stamp)
  return {
    change: wanted,
    record,
    listing: {
      number: stamp.generation,
      text: `${record}${kept.map(({ sha256: hash, path }) => `file none 644 root root ${hash} ${encodeURI(path)}\n`).join('')}`,
    },
    contents: kept,
    programs: kept.filter(({ shared }) => shared),
  }
}

export function confirm(host: MiniHost, wanted: ConfirmRequest, lines?: number): Said {
  const { render, stdin } = confirmScript(mark, wanted)
  const script = render('nonce').split('\n').slice(0, lines).join('\n')
  return host.run(script, stdin?.('nonce') as Uint8Array)
}

export function undo(host: MiniHost, wanted: ChangeRequest): Said {
  return host.run(undoScript(mark, wanted).render('nonce'))
}

/** Name → mode and content of everything in /etc, links included. */
export function etc(host: MiniHost): Record<string, string> {
  const directory = join(host.root, 'etc')
  return Object.fromEntries(
    readdirSync(directory)
      .sort()
      .map(name => {
        const facts = statSync(join(directory, name))
        const content = facts.isDirectory() ? 'directory' : readFileSync(join(directory, name), 'utf8')
        return [name, `${(facts.mode & 0o7777).toString(8)} ${content}`]
      }),
  )
}

export const oldEtc = {
  changed: '600 old',
  mode: '600 same',
  program: '600 old program',
  removed: '600 unwanted',
}
export const newEtc = {
  changed: '640 new',
  "it's new": '640 created',
  made: '750 directory',
  mode: '644 same',
  program: '755 new program',
}

/** What staging still holds. */
export function staged(host: MiniHost): readonly string[] {
  return existsSync(host.promha('staging')) ? readdirSync(host.promha('staging')) : []
}
