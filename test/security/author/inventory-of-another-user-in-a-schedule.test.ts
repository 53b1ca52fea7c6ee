import assert from 'node:assert/strict'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { install } from '../../../src/schedule/install.ts'
import type { Schedule } from '../../../src/schedule/model.ts'
import { createDialer } from '../../../src/ssh/dialer.ts'
import { problemsOf } from '../../artifact/support.ts'
import { promha } from '../../cli/promha.ts'
import { type Pretended, pretend, schedule as usual } from '../../schedule/machine.ts'
import { startServer, type TestServer } from '../../ssh/support/server.ts'
import { requireRoot } from '../support/root.ts'
import { stranger } from '../support/stranger.ts'

describe('an inventory of another user in a schedule', function () {
  this.timeout(60_000)
  before(requireRoot)
  let folder: string
  let machine: Pretended
  let schedule: Schedule
  const at = (name: string) => join(folder, name)
  const inventory = () => at('site/inventory.yml')

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'promha-schedule-'))
    machine = await pretend()
    for (const name of ['site/rules', 'app/dist/chunks', 'app/roles', 'bin', 'archives'])
      mkdirSync(at(name), { recursive: true })
    for (const name of [
      ...['app/dist/promha.js', 'app/dist/chunks/a.js', 'app/roles/x.ejs', 'app/package.json', 'bin/node'],
      ...['site/rules/a.yml', 'site/rules/b.yml', 'site/token', 'site/id', 'site/known_hosts', 'site/config'],
      ...['site/alertmanager.yml', 'site/get', 'site/inventory.lock.yml', 'secrets'],
    ])
      writeFileSync(at(name), '', { mode: 0o600 })
    writeFileSync(
      inventory(),
      [
        'promha: 1',
        `artifacts: { from: ${at('archives')} }`,
        'ssh: { port: 1, identity: id, known_hosts: known_hosts, config: config }',
        'hosts: { mon-a: { address: 127.0.0.1 }, mon-b: { address: 127.0.0.2 } }',
        'cells:',
        '  eu:',
        '    hosts: [mon-a, mon-b]',
        '    prometheus:',
        '      replicas: { a: mon-a, b: mon-b }',
        '      rule_files: [rules/*.yml]',
        '      remote_write:',
        "        - { url: 'http://x/', authorization: { credentials: '${file:token}' } }",
        `        - { url: 'http://y/', authorization: { credentials: '\${cmd:touch ${at('ran')}; ./get}' } }`,
        '    alertmanager: { hosts: [mon-a, mon-b], config: alertmanager.yml }',
        '',
      ].join('\n'),
    )
    writeFileSync(at('site/alertmanager.yml'), 'route: { receiver: x }\nreceivers: [{ name: x }]\n')
    schedule = {
      ...{ ...usual, inventory: inventory(), environmentFile: at('secrets') },
      program: [at('bin/node'), at('app/dist/promha.js')],
    }
  })
  afterEach(async () => {
    rmSync(folder, { recursive: true, force: true })
    await machine.end()
  })

  async function refused() {
    const problems = await problemsOf(install(schedule, machine))
    // Nothing of it was run, and nothing installed.
    assert.deepEqual(machine.asked, [])
    assert.deepEqual(readdirSync(machine.unitDirectory), [])
    return problems
  }

  it('is one of ours if all of it is', async () => {
    assert.equal((await install(schedule, machine)).state, 'installed')
  })

  it('is refused with the command to type, whatever part of it is theirs', async () => {
    // No part of a schedule, and perhaps a home: its owner is to keep it.
    const above = ['site', 'site/rules', 'app', 'app/dist']
    for (const part of [
      ...['site', 'site/inventory.yml', 'site/inventory.lock.yml', 'site/rules', 'site/rules/b.yml'],
      ...['site/token', 'site/id', 'site/known_hosts', 'site/config', 'site/alertmanager.yml', 'site/get'],
      ...['archives', 'secrets', 'bin/node', 'app', 'app/dist', 'app/dist/promha.js', 'app/package.json'],
    ]) {
      chownSync(at(part), stranger, stranger)
      const problems = await refused()
      assert.deepEqual(
        problems.map(({ summary, remedy }) => [summary, remedy]),
        [
          [
            `a scheduled run would use ${at(part)}, which belongs to uid ${stranger}`,
            above.includes(part)
              ? `Set PROMHA_TRUST_OWNER=${stranger} if that user may act as you.`
              : `Run \`chown 0 ${at(part)}\` if you trust what is in it.`,
          ],
        ],
        part,
      )
      chownSync(at(part), 0, 0)
    }
    for (const [part, tree] of [
      ['app/dist/chunks/a.js', 'app/dist'],
      ['app/roles/x.ejs', 'app/roles'],
    ] as const) {
      chmodSync(at(part), 0o666)
      const [problem] = await refused()
      assert.match(problem?.remedy ?? '', new RegExp(`chown -R 0 ${at(tree)} && chmod -R go-w ${at(tree)}`))
      chmodSync(at(part), 0o644)
    }
  })

  const withCommand = (command: string) => {
    const text = readFileSync(inventory(), 'utf8')
    writeFileSync(
      inventory(),
      text.replace(/\$\{cmd:[^}]*\}/, () => `\${cmd:${command}}`),
    )
  }

  it('is refused if a command names a file of theirs without a slash', async () => {
    chownSync(at('site/get'), stranger, stranger)
    for (const command of ['sh get', 'cat get', 'curl -d @get x', '. get', 'sh<get', 'vault --file=get']) {
      withCommand(command)
      assert.match((await refused())[0]?.summary ?? '', /site\/get, which belongs/, command)
      const { code, err } = await promha('drift', inventory(), '--scheduled')
      assert.deepEqual([code, /scheduled run: .*\/get belongs/.test(err)], [1, true], err)
    }
  })

  it('is refused if the files of a command cannot be told', async () => {
    for (const command of ['cat $HOME/x', 'cat ~nobody/token', 'sh `echo get`', 'cd rules; ./x', 'cat g*']) {
      withCommand(command)
      const [problem, ...others] = await refused()
      assert.match(problem?.summary ?? '', /cannot use the command/, command)
      assert.match(problem?.remedy ?? '', /absolute path/)
      assert.deepEqual(others, [])
    }
    withCommand(`touch ${at('ran')}; cat ~nobody/token`)
    const { code, err } = await promha('drift', inventory(), '--scheduled')
    assert.equal(code, 1, err)
    assert.match(err, /because it holds "~"/)
    assert.equal(existsSync(at('ran')), false)
  })

  it('may ask a password manager', async () => {
    for (const command of [
      ...['pass show site/x', 'vault kv get -field=password secret/x', 'gopass show -o site/x'],
      'op read "op://Private/x/password?attribute=otp"',
    ]) {
      withCommand(command)
      await install(schedule, machine)
    }
  })

  it('is told of all at once', async () => {
    for (const part of ['site/rules', 'secrets', 'bin/node']) chownSync(at(part), stranger, stranger)
    chmodSync(inventory(), 0o666)
    chmodSync(at('secrets'), 0o644)
    const told = (await refused()).map(({ summary, remedy }) => `${summary} ${remedy}`).join('\n')
    for (const part of ['chmod o-w .*inventory.yml', 'site/rules', 'bin/node', 'chmod o= .*secrets'])
      assert.match(told, new RegExp(part))
    assert.match(told, /chown 0 .*secrets/)
  })

  it('is refused by each run again, before its commands are run', async () => {
    chownSync(inventory(), stranger, stranger)
    const run = () => promha('drift', inventory(), '--scheduled')
    const { code, err } = await run()
    assert.equal(code, 1, err)
    assert.match(err, /not used by a scheduled run: .*inventory.yml belongs to uid 61234/)
    assert.match(err, /chown 0 /)
    chownSync(inventory(), 0, 0)
    chownSync(at('site/get'), stranger, stranger)
    assert.match((await run()).err, /scheduled run: .*\/get belongs/)
    assert.equal(existsSync(at('ran')), false)
    chownSync(at('site/get'), 0, 0)
    chmodSync(at('site/get'), 0o755)
    writeFileSync(at('site/get'), '#!/bin/sh\necho secret\n')
    writeFileSync(at('site/rules/c.yml'), '')
    chownSync(at('site/rules/c.yml'), stranger, stranger)
    assert.match((await run()).err, /scheduled run: .*c\.yml belongs/)
    assert.equal(existsSync(at('ran')), true)
  })

  it('is read by a person’s run, whoever owns it', async () => {
    chownSync(inventory(), stranger, stranger)
    const { err } = await promha('drift', inventory())
    assert.doesNotMatch(err, /belongs to uid/)
    assert.equal(existsSync(at('ran')), true)
  })
})

describe('an SSH file of another user in a schedule', function () {
  this.timeout(30_000)
  let server: TestServer
  before(requireRoot)
  before(async () => {
    server = await startServer()
  })
  after(() => server.close())

  const login = (unattended: boolean, config: string) => {
    const dialer = createDialer({ forks: 1, unattended })
    return dialer.connect(server.host({ config })).finally(() => dialer.close())
  }

  it('is not used, one that an Include leads to neither', async () => {
    const folder = server.directory
    const config = join(folder, 'ssh_config')
    writeFileSync(config, `Include ${folder}/more\n`)
    writeFileSync(join(folder, 'more'), '')
    symlinkSync(join(folder, 'more'), join(folder, 'link'))
    await login(true, config)
    for (const name of ['more', 'ssh_config', 'known_hosts', 'id']) {
      chownSync(join(folder, name), stranger, stranger)
      await assert.rejects(login(true, config), new RegExp(`/${name} belongs to uid 61234`))
      chownSync(join(folder, name), 0, 0)
    }
    await login(true, config)
    chownSync(join(folder, 'known_hosts'), stranger, stranger)
    await login(false, config)
  })
})
