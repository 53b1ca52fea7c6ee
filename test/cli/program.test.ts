import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import manifest from '../../package.json' with { type: 'json' }
import { promha } from './promha.ts'

describe('cli usage', function () {
  this.timeout(30_000)

  it('prints its version', async () => {
    for (const flag of ['--version', '-V']) {
      assert.deepEqual(await promha(flag), { code: 0, out: `${manifest.version}\n`, err: '' })
    }
  })

  it('lists every command of this release and no other', async () => {
    const { code, out } = await promha('--help')
    assert.equal(code, 0)
    const listed = [...out.matchAll(/^ {2}(\w+) .*/gm)].map(match => match[1])
    assert.deepEqual(listed.slice(0, 13), [
      'validate',
      'plan',
      'apply',
      'verify',
      'status',
      'drift',
      'schedule',
      'rollback',
      'destroy',
      'artifacts',
      'graph',
      'lab',
      'completion',
    ])
    assert.equal(listed.includes('complete'), false)
    assert.equal(out.includes('drill'), false)
  })

  it('shows the help of a command both ways', async () => {
    const [one, other] = await Promise.all([promha('help', 'apply'), promha('apply', '--help')])
    assert.deepEqual(one, other)
    assert.match(one.out, /--check/)
    assert.match(one.out, /--forks <number> .*\(default: 50\)/)
  })

  const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['an unknown command', ['aply'], /unknown command 'aply'\n.*Did you mean apply\?/],
    [
      'an unknown flag',
      ['plan', 'x.yml', '--limt', 'a'],
      /unknown option '--limt'\n.*Did you mean --limit\?/,
    ],
    [
      'an unknown flag of a command below a command',
      ['schedule', 'install', '--every', '1h', '--evry'],
      /unknown option '--evry'\n.*Run `promha schedule install --help`/,
    ],
    ['a missing inventory', ['verify'], /there is no inventory/],
    ['a second inventory', ['verify', 'a.yml', 'b.yml'], /too many arguments/],
    [
      'forks of no number',
      ['plan', 'x.yml', '-f', '0'],
      /argument '0' is invalid\. It must be a whole number/,
    ],
    ['two opposite flags', ['plan', 'x.yml', '-v', '-q'], /'--quiet' cannot be used with option '--verbose'/],
  ]
  for (const [name, args, message] of wrong) {
    it(`refuses ${name} with exit 1`, async () => {
      const { code, out, err } = await promha(...args)
      assert.equal(code, 1)
      assert.equal(out, '')
      assert.match(err, message)
      assert.match(err, /What to do: /)
    })
  }

  it('shows its help and gives 1 where no command is named', async () => {
    const { code, err } = await promha()
    assert.equal(code, 1)
    assert.match(err, /Commands:/)
  })

  it('keeps to one JSON document for usage errors too', async () => {
    const { code, out, err } = await promha('plan', '--json')
    assert.equal(code, 1)
    const { command, result, errors } = JSON.parse(out)
    assert.deepEqual({ command, result }, { command: 'plan', result: 'refused' })
    assert.equal(errors[0].summary, 'there is no inventory')
    assert.match(err, /there is no inventory/)
  })

  for (const command of ['validate', 'plan', 'apply', 'verify', 'status']) {
    it(`${command} --json tells of an inventory that is not there`, async () => {
      const { code, out } = await promha(command, '--json', 'nowhere/inventory.yml')
      assert.equal(code, 1)
      const document = JSON.parse(out)
      assert.equal(document.command, command)
      assert.equal(document.inventory, 'nowhere/inventory.yml')
      assert.equal(document.result, 'refused')
      assert.match(document.errors[0].summary, /nowhere\/inventory\.yml/)
    })
  }

  it('calls apply --check a plan', async () => {
    const { code, out } = await promha('apply', '--check', '--json', 'nowhere/inventory.yml')
    assert.equal(code, 1)
    assert.equal(JSON.parse(out).command, 'plan')
  })

  it('writes JUnit on failure, and refuses beforehand where it could not', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'promha-cli-'))
    try {
      const file = join(directory, 'out.xml')
      await promha('plan', '--junit', file, 'nowhere/inventory.yml')
      assert.match(await readFile(file, 'utf8'), /<testsuite name="run" tests="1" failures="0" errors="1"/)
      const { code, err } = await promha(
        'plan',
        '--junit',
        join(directory, 'no/out.xml'),
        'nowhere/inventory.yml',
      )
      assert.equal(code, 1)
      assert.match(err, /JUnit file cannot be written/)
      const again = await promha('plan', '--junit', file, 'nowhere/inventory.yml')
      assert.doesNotMatch(again.err, /not replaced/)
      const mine = join(directory, 'mine.yml')
      await writeFile(mine, 'precious: true\n')
      const { err: kept } = await promha('plan', '--junit', mine, 'nowhere/inventory.yml')
      assert.match(kept, /mine.yml already exists and is not a JUnit report, so it was not replaced/)
      assert.equal(await readFile(mine, 'utf8'), 'precious: true\n')
    } finally {
      await rm(directory, { recursive: true })
    }
  })
})
