/**
 * Whatever hosts, cells, jobs, paths, users and units are called, no name reaches a shell but in single quotes: outside
 * of these, every script is the same text for hostile names as for others of the same length.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import type { Component } from '../../../src/inventory/model.ts'
import { changeScript } from '../../../src/shell/change/change.ts'
import { cleanupScript } from '../../../src/shell/change/cleanup.ts'
import { pushScript, pushTreeScript } from '../../../src/shell/change/push.ts'
import type { ChangeRequest } from '../../../src/shell/change/request.ts'
import { undoScript, undoText } from '../../../src/shell/change/undo.ts'
import { askScript } from '../../../src/shell/host/ask.ts'
import { bucketListScript, certificatesScript } from '../../../src/shell/host/bucket.ts'
import { diagnoseScript } from '../../../src/shell/host/diagnose.ts'
import { foundScript } from '../../../src/shell/host/found.ts'
import { hostStateScript, reachScript } from '../../../src/shell/host/host-state.ts'
import { notifyLogScript } from '../../../src/shell/host/notify-log.ts'
import { runningScript } from '../../../src/shell/host/running.ts'
import { lockScript, releaseScript, renewScript } from '../../../src/shell/lock/lock.ts'
import { preflightScript } from '../../../src/shell/observe/preflight.ts'
import { probeScript } from '../../../src/shell/observe/probe.ts'
import { installBroughtScript, installScript } from '../../../src/shell/package/install.ts'
import { removalScript } from '../../../src/shell/package/removal.ts'
import { clearUndoneScript } from '../../../src/shell/record/clear-undone.ts'
import { confirmScript, hashCacheScript } from '../../../src/shell/record/confirm.ts'
import { readGenerationsScript } from '../../../src/shell/record/generation.ts'
import { recoverScript } from '../../../src/shell/record/recover.ts'
import type { Script } from '../../../src/shell/syntax/script.ts'

const nonce = 'promha-nonce'

/** A name that holds the hostile part, different for each use. */
type Name = (use: string) => string

const address = '198.18.0.1'

function changeOf(name: Name): ChangeRequest {
  const at = (use: string) => `/srv/${name(use)}/${name(`${use}-leaf`)}`
  const place = (kind: 'file' | 'program' | 'unit', use: string) => ({
    ...{ kind, resource: `${kind}:${at(use)}`, path: at(use), owner: name('owner'), group: name('group') },
    ...{ mode: 0o644, existed: true },
  })
  return {
    ...{ component: name('component'), unit: name('unit'), service: name('service') },
    staged: [
      { kind: 'user', resource: `user:${name('user')}`, name: name('user'), home: at('home') },
      {
        ...{ kind: 'directory', resource: `directory:${at('dir')}`, path: at('dir'), existed: false },
        ...{ owner: name('owner'), group: name('group'), mode: 0o750, known: false, holds: [name('holds')] },
      },
      place('file', 'file'),
      { ...place('program', 'program'), stored: 'a'.repeat(64) },
      place('unit', 'unit-file'),
    ] as unknown as ChangeRequest['staged'],
    stream: [{ name: `bundle/${name('stream')}`, bytes: Buffer.from('abc') }],
    stored: [{ name: `bundle/${name('stored')}`, sha256: 'b'.repeat(64) }],
    checks: [{ program: at('tool'), root: at('root'), args: [name('argument')], accepted: name('accepted') }],
    ...{ removed: [at('removed')], emptied: [at('emptied')], backups: [at('backup')], adopts: true },
    ...{ daemonReload: true, enable: true, disable: true, action: 'restart' },
    before: { active: undefined, enabled: undefined },
    leaving: { purged: [at('purged')], users: [name('user')], groups: [name('group')], forgets: true },
  }
}

const change = (name: Name) => ({ mark: name('mark'), run: name('run') })

/** Every script, by the function that makes it. */
const scripts: Readonly<Record<string, (name: Name) => Pick<Script<unknown>, 'render'>>> = {
  askScript: name =>
    askScript(
      5,
      { address, port: 9090 },
      {
        path: `/${name('path')}`,
        sent: { headers: { 'X-Any': 'any' }, body: name('body') },
      },
    ),
  changeScript: name => changeScript(change(name), changeOf(name)),
  cleanupScript: name =>
    cleanupScript({
      lock: { run: name('run'), who: name('who'), pid: 1, from: name('from'), command: name('command') },
      restores: [name('component')],
    }),
  clearUndoneScript: name => clearUndoneScript([name('component')]),
  confirmScript: name =>
    confirmScript(change(name), {
      ...{ change: changeOf(name), record: name('record'), listing: { number: 2, text: name('listing') } },
      contents: [
        { path: `/${name('content')}`, sha256: 'c'.repeat(64), shared: false },
        { path: `/${name('shared')}`, sha256: 'd'.repeat(64), shared: true },
      ],
      programs: [{ path: `/${name('program')}`, sha256: 'e'.repeat(64) }],
    }),
  bucketListScript: name => bucketListScript([`/usr/bin/${name('program')}`], name('config')),
  certificatesScript: name => certificatesScript([`/etc/${name('one')}`, `/etc/${name('other')}`]),
  diagnoseScript: name => diagnoseScript(name('unit'), { lines: 3, since: 5 }),
  foundScript: name =>
    foundScript({
      patterns: [`/${name('pattern')}`],
      // What shows that it holds data is a pattern of promha's own.
      directories: [
        { path: `/${name('data')}`, holds: ['*.db'] },
        { path: `/${name('plain')}`, holds: [] },
      ],
    }),
  hashCacheScript: name =>
    hashCacheScript(name('component'), [{ path: `/${name('program')}`, sha256: 'e'.repeat(64) }]),
  hostStateScript: () => hostStateScript(),
  installBroughtScript: name =>
    installBroughtScript({ manager: 'apt', names: [name('package')], run: name('run') }, [
      { name: name('package'), version: name('version'), file: name('file') },
    ]),
  installScript: name => installScript({ manager: 'apt', names: [name('package')], run: name('run') }),
  'installScript by dnf': name =>
    installScript({ manager: 'dnf', names: [name('package')], run: name('run') }),
  lockScript: name =>
    lockScript({
      ...{ run: name('run'), who: name('who'), pid: 1, from: name('from'), command: name('command') },
      over: name('over'),
    }),
  notifyLogScript: name => notifyLogScript(name('unit'), 15),
  preflightScript: name =>
    preflightScript({
      services: [{ unit: name('unit'), ports: [{ protocol: 'tcp', port: 9090, addresses: [address] }] }],
      ...{ directories: [`/${name('directory')}`], contents: [`/${name('dir')}/${name('content')}`] },
      ...{ largest: 10, versions: [`/${name('version')}`], accounts: true, speaksTo: [address] },
      addresses: [{ address, peers: [address] }],
      ways: [
        {
          service: name('service'),
          directories: [
            { path: `/${name('wanted')}`, owner: name('owner'), known: false, holds: [name('holds')] },
            { path: `/${name('roots')}`, owner: 'root', known: true, holds: [] },
          ],
          ...{ entered: [`/${name('entered')}`], purged: [`/${name('purged')}`] },
        },
      ],
      ...{ units: [name('found')], users: [name('user')] },
    }),
  probeScript: name =>
    probeScript({
      ...{ users: [name('user')], packages: [name('package')], directories: [`/${name('directory')}`] },
      ...{ paths: [`/${name('path')}`], hashed: [`/${name('hashed')}`], programs: [`/${name('program')}`] },
      ...{
        trees: [`/${name('tree')}`],
        units: [name('unit')],
        names: [name('host')],
        homes: true,
        deep: false,
      },
      written: [{ user: name('user'), path: `/${name('log')}/${name('file')}` }],
    }),
  pushScript: name => pushScript(`/${name('directory')}/${name('program')}`),
  pushTreeScript: name => pushTreeScript(`/${name('directory')}/${name('tree')}`),
  readGenerationsScript: name =>
    readGenerationsScript([{ component: name('component') as Component, generation: 3 }]),
  runningScript: name => runningScript(name('program'), name('word')),
  reachScript: name => reachScript([{ address: name('address'), port: 9090 }]),
  recoverScript: name => recoverScript(name('run')),
  releaseScript: name => releaseScript(name('run')),
  removalScript: name =>
    removalScript({
      leaving: [{ component: name('component'), name: name('package') }],
      ...{ wanted: [name('wanted')], run: name('run') },
    }),

  renewScript: name => renewScript(name('run'), 1000),
  undoScript: name => undoScript(change(name), changeOf(name)),
  undoText: name => ({ render: () => undoText(name('mark'), changeOf(name)) }),
}

/** The text without what stands in single quotes; numbers, which tell lengths, are alike. Throws if a quote is not closed. */
function outside(script: string): string {
  let out = ''
  let at = 0
  const closing = (quote: string, from: number) => {
    const end = script.indexOf(quote, from)
    assert.notEqual(end, -1, `not closed: ${script.slice(from, from + 80)}`)
    return end
  }
  /** Until the parenthesis that closes `$(` within double quotes. */
  function code(nested: boolean): void {
    for (let depth = 0; at < script.length; ) {
      const char = script[at] ?? ''
      const [document, word] = /^<<'(\w+)'/.exec(script.slice(at, at + 20)) ?? []
      if (document !== undefined) {
        const end = closing(`\n${word}\n`, at)
        out += script.slice(at, end)
        at = end
      } else if (char === "'") {
        at = closing("'", at + 1) + 1
        out += 'Q'
      } else if (char === '"') {
        at += 1
        doubled()
      } else if (char === '#' && /(^|[\s;])$/.test(script.slice(Math.max(0, at - 1), at)))
        at = closing('\n', at)
      else if (nested && char === ')' && depth === 0) return
      else {
        if (char === '(') depth += 1
        if (char === ')') depth -= 1
        const length = char === '\\' ? 2 : 1
        out += script.slice(at, at + length)
        at += length
      }
    }
  }
  function doubled(): void {
    while (script[at] !== '"') {
      assert.ok(at < script.length, 'a double quote is not closed')
      if (script.startsWith('$(', at) && script[at + 2] !== '(') {
        at += 2
        code(true)
      }
      const length = script[at] === '\\' ? 2 : 1
      out += script.slice(at, at + length)
      at += length
    }
    at += 1
  }
  code(false)
  // A quote within a name ends one pair of quotes and begins another.
  return out.replaceAll(/Q(?:\\'Q?)*/g, 'Q').replaceAll(/\d+/g, '0')
}

const hostile = [
  '$(canary)',
  '`canary`',
  ';canary;',
  '\n',
  "'",
  '"',
  '\\',
  '*',
  '?',
  '~',
  '&',
  '|',
  '>x',
  '{a,b}',
  '!',
  '#',
  ' ',
  'ß',
  '日',
  '-rf',
]
const part = fc
  .array(fc.constantFrom(...hostile), { minLength: 1, maxLength: 6 })
  .map(words => words.join(''))

/** A parenthesis is left alone by percent-encoding, too, so that both are quoted everywhere. */
const named =
  (middle: string): Name =>
  use =>
    `-${use}(${middle}`
const harmless = (middle: string) => named('('.repeat(middle.length))

describe('names in scripts', () => {
  it('are tried in every script', () => {
    const folder = join(import.meta.dirname, '../../../src/shell')
    const made = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter(file => file.endsWith('.ts') && file !== 'syntax/script.ts')
      .flatMap(file => [
        ...readFileSync(join(folder, file), 'utf8').matchAll(/^export function (\w+)\([^{]*?\): Script</gm),
      ])
      .map(([, name = '']) => name)
    assert.ok(made.length > 15)
    assert.deepEqual(
      made.filter(name => !(name in scripts)),
      [],
    )
  })

  for (const [title, script] of Object.entries(scripts))
    it(`stand in single quotes only: ${title}`, () => {
      fc.assert(
        fc.property(part, middle => {
          const [wicked, plain] = [named(middle), harmless(middle)].map(name => script(name).render(nonce))
          assert.equal(outside(wicked ?? ''), outside(plain ?? ''))
        }),
        { numRuns: 30 },
      )
      const { status, stderr } = spawnSync('dash', ['-n'], {
        input: script(named(hostile.join(''))).render(nonce),
        encoding: 'utf8',
      })
      assert.equal(status, 0, stderr)
    })
})
