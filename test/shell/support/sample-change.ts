/** A small change of everything on a host in miniature, and what it did. */
import { chmodSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { sha256 } from '../../../src/resource/hash.ts'
import type { Stamp } from '../../../src/resource/observed.ts'
import { changeScript, hostFiles } from '../../../src/shell/change.ts'
import type { ChangeMark, ChangeRequest } from '../../../src/shell/change-request.ts'
import { type ConfirmRequest, confirmScript, confirmStream } from '../../../src/shell/confirm.ts'
import { renderRecord } from '../../../src/shell/record.ts'
import { undoScript } from '../../../src/shell/undo.ts'
import type { MiniHost, Said } from './host.ts'

export const mark: ChangeMark = { mark: 'promha-mark', run: '1-run' }

export const oldStamp: Stamp = {
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
export const newStamp: Stamp = { ...oldStamp, all: 'a2', time: 0, run: mark.run, generation: 2 }

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
export function directory(path: string, mode: number): ChangeRequest['directories'][number] {
  return { kind: 'directory', path, owner: 'root', group: 'root', mode, known: false, holds: [] }
}

export function request(host: MiniHost, over: Partial<ChangeRequest> = {}): ChangeRequest {
  const at = (name: string) => join(host.root, name)
  const owned = (name: string, mode: number) => ({
    resource: `file:${at(name)}`,
    path: at(name),
    owner: 'root',
    group: 'root',
    mode,
  })
  return {
    component: 'test',
    unit: 'test.service',
    users: [],
    directories: [directory(at('etc/made'), 0o750)],
    stream: Object.values(contents).map((text, index) => ({ name: `files/${index}`, size: text.length })),
    stored: [],
    checks: [],
    files: Object.keys(contents).map(name => owned(name, 0o640)),
    programs: [owned('etc/program', 0o755)],
    modes: [{ ...owned('etc/mode', 0o644), kept: sha256('same') }],
    removed: [at('etc/removed'), at('etc/never there')],
    emptied: [],
    backups: [],
    adopts: false,
    daemonReload: false,
    enable: true,
    disable: false,
    action: 'restart',
    before: {
      active: true,
      enabled: true,
      paths: new Set(['etc/changed', 'etc/program', 'etc/mode'].map(at)),
      missing: { directories: [at('etc/made')], users: [], groups: [] },
    },
    ...over,
  }
}

/** `lines`: only that many of the program's, as if it was killed then. */
export function change(host: MiniHost, wanted: ChangeRequest, lines?: number): Said {
  const script = changeScript(mark, wanted).split('\n').slice(0, lines).join('\n')
  return host.run(script, changeStream(wanted))
}

export function changeStream(wanted: ChangeRequest): Uint8Array {
  const sent = wanted.stream.map((_, index) => Buffer.from(Object.values(contents)[index] ?? ''))
  const own = hostFiles(mark, wanted).map(({ bytes }) => bytes)
  return Buffer.concat([...own, ...sent, Buffer.from(`${mark.mark}\n`)])
}

export function confirmOf(host: MiniHost, wanted: ChangeRequest, stamp: Stamp = newStamp): ConfirmRequest {
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
  const script = confirmScript('nonce', mark, wanted).split('\n').slice(0, lines).join('\n')
  return host.run(script, confirmStream('nonce', wanted))
}

export function undo(host: MiniHost, wanted: ChangeRequest): Said {
  return host.run(undoScript('nonce', mark, wanted))
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
