/** Programs from a directory that the inventory names. */
import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { openArtifacts } from '../../../src/artifact/open.ts'
import { ProblemError } from '../../../src/diagnostic/problem.ts'
import type { Event } from '../../../src/engine/event.ts'
import { preflightHere } from '../../../src/engine/preflight/stages.ts'
import { prepareAll } from '../../../src/engine/prepare.ts'
import type { InstancePlan } from '../../../src/plan/model.ts'
import { command } from '../../../src/shell/syntax/quote.ts'
import { readInventory } from '../../../src/site/read.ts'
import { listsIn } from '../../artifact/support.ts'
import { program } from '../../cli/promha.ts'
import { contextOf, runOf } from '../../engine/runs.ts'
import { eachCase, makeCase, putReleases } from '../support/programs.ts'

describe('a program of an untrusted directory', function () {
  this.timeout(60_000)
  const current = eachCase()
  beforeEach(() => {
    putReleases(current(), 'programs')
    current().write('{ from: ./programs, cache: ./cache }')
  })

  it('is not run by validate, which says once what was not checked, and what to type', async () => {
    const { promha, inventory, ran, hashOf } = current()
    const { code, err } = await promha(['validate', inventory])
    assert.equal(code, 0, err)
    assert.deepEqual(ran(), [])
    assert.equal(err.match(/not trusted on this machine/g)?.length, 1, err)
    assert.match(
      err,
      /: alertmanager, amtool, prometheus and promtool are not trusted on this machine, so the configs of alertmanager and prometheus were not checked here/,
    )
    assert.match(err, new RegExp(`promtool 3\\.13\\.2 from \\S+/programs, sha256 ${hashOf('promtool')}`))
    assert.match(err, /not checked: alertmanager in cell eu/)
    assert.ok(err.includes(`promha artifacts trust ${inventory}`), err)
  })

  it('makes validate --strict fail', async () => {
    const { promha, inventory, ran } = current()
    const { code, out } = await promha(['validate', inventory, '--strict', '--json'])
    assert.equal(code, 1)
    assert.match(JSON.parse(out).errors[0].summary, /not trusted on this machine/)
    assert.deepEqual(ran(), [])
  })

  it('is not accepted without an answer, nor beside a document', async () => {
    const { promha, inventory, home, ran, hashOf } = current()
    for (const flags of [[], ['--json']]) {
      const { code, out, err } = await promha(['artifacts', 'trust', inventory, ...flags])
      assert.equal(code, 1)
      const said = flags.length === 0 ? err : JSON.stringify(JSON.parse(out))
      assert.match(said, /--yes/)
      assert.ok(said.includes(hashOf('amtool')), said)
    }
    assert.throws(() => statSync(join(home, '.config')))
    assert.deepEqual(ran(), [])
  })

  it('is shown on a terminal as a table with a line for each program', async () => {
    const { inventory, home, hashOf } = current()
    const words = command(process.execPath, ...program, 'artifacts', 'trust', inventory)
    const child = execa('script', ['--quiet', '--return', '--command', words, '/dev/null'], {
      env: { HOME: home, XDG_CONFIG_HOME: '', PROMHA_TRUSTED: '', TERM: 'dumb', NO_COLOR: '1' },
      reject: false,
      timeout: 50_000,
    })
    let seen = ''
    child.stdout.on('data', (chunk: Buffer) => {
      const asked = seen.includes('[y/N] ')
      seen += chunk.toString()
      if (!asked && seen.includes('[y/N] ')) child.stdin.write('n\r')
    })
    const { exitCode } = await child
    assert.equal(exitCode, 1, seen)
    assert.match(seen, /^program +version/m)
    assert.match(seen, new RegExp(`^amtool .*${hashOf('amtool')}\\r?$`, 'm'))
    assert.throws(() => statSync(join(home, '.config')))
  })

  it('runs once a person has accepted it, and no longer when it is another one', async () => {
    const { promha, inventory, home, ran, hashOf, put } = current()
    const accepted = await promha(['artifacts', 'trust', inventory, '--yes', '--json'])
    assert.equal(accepted.code, 0, accepted.out)
    const rows = JSON.parse(accepted.out).programs as readonly Record<string, string>[]
    const [promtool] = rows.filter(({ name }) => name === 'promtool')
    assert.deepEqual(
      [promtool?.version, promtool?.sha256, promtool?.trusted],
      ['3.13.2', hashOf('promtool'), 'accepted'],
    )
    assert.match(promtool?.source ?? '', /\/checkout\/programs$/)
    assert.deepEqual(ran(), [], 'looking at a program does not run it')
    const list = join(home, '.config/promha/trusted')
    assert.equal(statSync(list).mode & 0o777, 0o600)
    assert.match(readFileSync(list, 'utf8'), new RegExp(`^${hashOf('amtool')}  # amtool 0\\.34\\.0 `, 'm'))

    const { code, err } = await promha(['validate', inventory, '--strict'])
    assert.equal(code, 0, err)
    assert.ok(ran().some(line => line.startsWith('promtool check config --syntax-only')))
    assert.ok(ran().some(line => line.startsWith('amtool check-config')))

    const before = ran().length
    const other = await makeCase('altered')
    for (const [path, content] of other.releases) put(join('programs', path), content)
    put('inventory.lock.yml', 'promha_lock: 1\nartifacts: []\n')
    const again = await promha(['validate', inventory])
    assert.equal(again.code, 0, again.err)
    assert.match(again.err, /not trusted on this machine/)
    assert.equal(ran().length, before)
    assert.deepEqual(other.ran(), [])
  })

  it('is written down under the directory that XDG_CONFIG_HOME names', async () => {
    const { promha, inventory, directory } = current()
    const own = { XDG_CONFIG_HOME: join(directory, 'settings') }
    assert.equal((await promha(['artifacts', 'trust', inventory, '--yes'], own)).code, 0)
    assert.ok(statSync(join(directory, 'settings/promha/trusted')).isFile())
    assert.equal((await promha(['validate', inventory, '--strict'], own)).code, 0)
  })

  it('is not run by plan, drift and apply either, which go on', async () => {
    const { inventory: file, checkout, ran } = current()
    const { inventory } = await readInventory(file)
    const prepared = await prepareAll(inventory, () => {}, new AbortController().signal)
    const artifacts = await openArtifacts(inventory, { emit: () => {}, lists: listsIn(checkout) })
    const told: Event[] = []
    const plan = prepared.instances.map(
      instance => ({ instance, renewed: new Set(['file:/etc/x']) }) as unknown as InstancePlan,
    )
    const context = contextOf([runOf('mon-a', { plan })], {
      prepared: { ...prepared, artifacts },
      request: { inventory, emit: event => told.push(event) },
    })
    await preflightHere(context).catch(failure =>
      assert.fail(failure instanceof ProblemError ? failure.message : failure),
    )
    const warnings = told.flatMap(event => (event.type === 'problem' ? [event.problem] : []))
    assert.deepEqual(
      warnings.map(({ severity, summary }) => [severity, /not trusted/.test(summary)]),
      [['warning', true]],
    )
    assert.deepEqual(ran(), [])
  })
})
