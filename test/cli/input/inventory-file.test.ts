import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import { commands } from '../../../src/cli/commands.ts'
import { inventoryFile } from '../../../src/cli/input/inventory-file.ts'
import type { ProblemError } from '../../../src/diagnostic/problem.ts'
import { readEnvironmentFile } from '../../../src/schedule/environment/file.ts'
import { scratch } from '../../artifact/support.ts'
import { requireRoot } from '../../security/support/root.ts'
import { stranger } from '../../security/support/stranger.ts'
import { promhaIn } from '../promha.ts'

describe('the inventory of a command', function () {
  this.timeout(90_000)
  const directory = scratch()
  const wrong = (mark: string) => `promha: 1\nhosts: { a: { address: 198.18.0.1, ${mark}: 1 } }\n`
  const put = (path: string, text: string, mode = 0o600) => {
    mkdirSync(join(directory, path, '..'), { recursive: true })
    writeFileSync(join(directory, path), text)
    chmodSync(join(directory, path), mode)
    return join(directory, path)
  }

  it('is the argument, then PROMHA_INVENTORY, then ./inventory.yml', () => {
    const there = () => true
    assert.equal(inventoryFile('a.yml', { PROMHA_INVENTORY: 'b.yml' }, there), 'a.yml')
    assert.equal(inventoryFile(undefined, { PROMHA_INVENTORY: 'b.yml' }, there), 'b.yml')
    assert.equal(inventoryFile(undefined, { PROMHA_INVENTORY: '' }, there), 'inventory.yml')
    assert.equal(inventoryFile(undefined, {}, there), 'inventory.yml')
  })

  it('is told of by all three names if there is none', async () => {
    const empty = join(directory, 'empty')
    mkdirSync(empty)
    const none = await promhaIn(empty, ['schedule', 'status'])
    assert.equal(none.code, 1)
    assert.match(none.err, /there is no inventory/)
    assert.match(
      none.err,
      /No inventory was named, PROMHA_INVENTORY is not set, and \.\/inventory\.yml does not exist/,
    )
    const { code, err } = await promhaIn(empty, ['plan'], { PROMHA_INVENTORY: 'gone.yml' })
    assert.equal(code, 1)
    assert.match(err, /the inventory "gone\.yml", which PROMHA_INVENTORY names, does not exist/)
  })

  it('is read from where each of the three says', async () => {
    put('site/inventory.yml', wrong('standard'))
    const usual = put('site/usual.yml', wrong('usual'))
    put('site/named.yml', wrong('named'))
    const site = join(directory, 'site')
    const seen = async (args: readonly string[], more?: NodeJS.ProcessEnv) =>
      /unknown key "(\w+)"/.exec((await promhaIn(site, args, more)).err)?.[1]
    assert.equal(await seen(['validate', 'named.yml'], { PROMHA_INVENTORY: usual }), 'named')
    assert.equal(await seen(['validate'], { PROMHA_INVENTORY: usual }), 'usual')
    const { out, err } = await promhaIn(site, ['validate', '--json'])
    assert.equal(JSON.parse(out).inventory, 'inventory.yml')
    assert.match(err, /"standard"/)
  })

  it('is an argument that may be left out of every command, each with --environment-file', async () => {
    const all: Command[] = []
    for (const [name, { load }] of Object.entries(commands)) {
      if (['lab', 'completion'].includes(name)) continue
      const { command } = await load()
      const made = command()
      all.push(...(made.commands.length > 0 ? made.commands : [made]))
    }
    assert.ok(all.length >= 14)
    for (const made of all) {
      const [argument] = made.registeredArguments
      assert.equal(argument?.required, false, made.name())
      assert.match(argument?.description ?? '', /default: PROMHA_INVENTORY, then \.\/inventory\.yml/)
      const option = made.options.find(({ long }) => long === '--environment-file')
      const opens = !['status', 'remove'].includes(made.name()) || made.parent?.name() !== 'schedule'
      assert.match(
        option?.description ?? '',
        opens
          ? /the secrets that the inventory asks for/
          : /not read: this command does not open the inventory/,
        made.name(),
      )
    }
  })
})

describe('--environment-file', function () {
  this.timeout(90_000)
  const directory = scratch()
  const put = (path: string, text: string, mode = 0o600) => {
    writeFileSync(join(directory, path), text)
    chmodSync(join(directory, path), mode)
    return join(directory, path)
  }
  before(requireRoot)
  before(() => {
    put(
      'inventory.yml',
      `promha: 1
artifacts: { from: ./none }
ssh: { sudo: { password: "\${env:SUDO}" }, port: 1 }
hosts: { a: { address: 127.0.0.1 } }
cells: { eu: { alertmanager: { hosts: [a], config: alertmanager.yml } } }
`,
    )
    // What a reference stands for is not shown, and what upstream refuses of it is.
    put('alertmanager.yml', 'route: { receiver: x }\nreceivers: [{ name: x }]\n')
  })

  it('serves the references of the inventory', async () => {
    const file = put('secrets', '# of the site\nSUDO="hunter two"\n')
    const without = await promhaIn(directory, ['plan'])
    assert.equal(without.code, 1)
    assert.match(
      without.err,
      /variable is not set[\s\S]*Set SUDO before you start promha, or name a file that holds it with --environment-file/,
    )
    const { out, err } = await promhaIn(directory, ['plan', '--environment-file', file])
    assert.doesNotMatch(out + err, /variable is not set|hunter two/)
  })

  it('is named, with the nearest name in it and no value, if it lacks a variable', async () => {
    const file = put('secrets', 'SUOD="hunter two"\nOTHER=x\n')
    for (const command of [['plan'], ['validate']]) {
      const { err } = await promhaIn(directory, [...command, '--environment-file', file])
      assert.ok(
        err.includes(`the environment variable is neither set nor in the environment file "${file}"`),
        err,
      )
      assert.match(
        err,
        /Did you mean "SUOD", which is in ".*secrets"\? Otherwise add a line SUDO=VALUE to it\./,
      )
      assert.doesNotMatch(err, /hunter two/)
    }
    put('secrets', 'OTHER=x\n')
    const { err } = await promhaIn(directory, ['plan', '--environment-file', file])
    assert.ok(err.includes(`Add a line SUDO=VALUE to "${file}".`), err)
  })

  it('wins over the environment', async () => {
    put('cmd.yml', 'promha: 1\nssh: { sudo: { password: "${cmd:echo $SUDO >seen; echo x}" } }\nhosts: {}\n')
    const file = put('secrets', 'SUDO=file\n')
    await promhaIn(directory, ['plan', 'cmd.yml'], { SUDO: 'around' })
    assert.equal(readFileSync(join(directory, 'seen'), 'utf8'), 'around\n')
    await promhaIn(directory, ['plan', 'cmd.yml', '--environment-file', file], { SUDO: 'around' })
    assert.equal(readFileSync(join(directory, 'seen'), 'utf8'), 'file\n')
  })

  it('is refused where others can read or change it, and at each line that is not NAME=VALUE', async () => {
    const refused = (file: string, message: RegExp) =>
      assert.rejects(readEnvironmentFile(file), (thrown: ProblemError) => {
        const said = JSON.stringify(thrown.problems)
        assert.match(said, message)
        assert.doesNotMatch(said, /hunter/)
        return true
      })
    await refused(join(directory, 'none'), /the environment file \S+none does not exist/)
    await refused(directory, /is not a file/)
    await refused(put('open', 'SUDO=hunter\n', 0o644), /can be read by every user.*chmod o= \S+open/)
    const shared = put('shared', 'SUDO=hunter\n', 0o660)
    chownSync(shared, 0, stranger)
    await refused(shared, /is not used: \S+shared is writable by the group/)
    const theirs = put('theirs', 'SUDO=hunter\n')
    chownSync(theirs, stranger, stranger)
    await refused(theirs, /is not used: \S+theirs belongs to uid/)
    await refused(put('broken', 'A=1\nhunter\nexport SUDO=hunter\n'), /"line":2,.*"line":3,/)
    const { code, err } = await promhaIn(directory, ['validate', '--environment-file', 'broken'])
    assert.equal(code, 1)
    assert.match(err, /broken:2:1[\s\S]*broken:3:1/)
  })

  it('may be a pipe, as the shell makes it of <(sops -d FILE)', async () => {
    const pipe = join(directory, 'pipe')
    execFileSync('mkfifo', ['-m', '600', pipe])
    const [values] = await Promise.all([readEnvironmentFile(pipe), writeFile(pipe, 'SUDO=piped\n')])
    assert.deepEqual(values, { SUDO: 'piped' })
  })
})
