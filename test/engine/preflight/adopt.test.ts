/** Taking over a host that another tool has set up; systemd is played by a script, files and shell are real. */
import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { gathered } from '../../../src/engine/preflight/adopt.ts'
import { preflight } from '../../../src/engine/preflight/preflight.ts'
import type { Releases } from '../../../src/engine/transfer/releases.ts'
import type { Loss } from '../../../src/inventory/host/adopt.ts'
import type { Cell } from '../../../src/inventory/model.ts'
import { lossProblems } from '../../../src/plan/adopt/adopt.ts'
import { planInstance } from '../../../src/plan/plan.ts'
import type { Instance } from '../../../src/resource/model.ts'
import type { Observed } from '../../../src/resource/observed.ts'
import { blank, carriedOut, hash, prometheus } from '../../plan/host.ts'
import { type MiniHost, miniHost } from '../../shell/support/host.ts'
import { fakeConnection } from '../../support/fake-connection.ts'
import { warning } from '../../support/problems.ts'
import { runOf } from '../runs.ts'

const exec = '/usr/local/bin/prometheus --storage.tsdb.path=/srv/none --web.listen-address=0.0.0.0:9090'
const wanted: Instance = {
  ...prometheus,
  resources: prometheus.resources.map(resource => {
    if (resource.kind === 'unit') return { ...resource, content: `[Service]\nExecStart=${exec}\n` }
    const config = resource.kind === 'file' && resource.path.endsWith('/prometheus.yml')
    return config ? { ...resource, content: 'scrape_configs: [{ job_name: node }]\n' } : resource
  }),
}

describe('a host that another tool has set up', function () {
  this.timeout(30_000)
  let host: MiniHost
  const at = (path: string) => join(host.root, path)
  beforeEach(() => {
    host = miniHost()
    const shown = [
      ...['MainPID=0', `EnvironmentFiles=${at('etc/default')} (ignore_errors=yes)`, 'Id=prometheus.service'],
      ...[
        'LoadState=loaded',
        'ActiveState=inactive',
        'UnitFileState=enabled',
        `FragmentPath=${at('etc/unit')}`,
      ],
    ]
    host.write(
      at('systemctl'),
      `#!/bin/sh\n[ "$1" = show ] || exit 0\ncat <<'END'\n${shown.join('\n')}\nEND\n`,
    )
    host.write(at('etc/unit'), '[Service]\nExecStart=/usr/bin/prometheus $ARGS\n')
    const args = [
      `--config.file=${at('etc/p.yml')}`,
      `--storage.tsdb.path=${at('data')}`,
      '--web.config.file=/w.yml',
    ]
    host.write(at('etc/default'), `ARGS="${args.join(' ')} --storage.tsdb.retention.time=90d"\n`)
    host.write(at('data/wal/1'), 'x')
    const jobs = (...names: readonly string[]) =>
      `scrape_configs: [${names.map(name => `{ job_name: ${name} }`)}]\n`
    host.write(
      at('etc/p.yml'),
      `rule_files: [rules/*.yml]\nscrape_config_files: [scrape_configs/*]\n${jobs('node', 'shop')}`,
    )
    host.write(at('etc/rules/a.yml'), 'groups: [{ name: a, rules: [{ alert: DiskFull, expr: 1 }] }]\n')
    host.write(at('etc/rules/b.yml'), '{{ no yaml }}\n')
    host.write(at('etc/scrape_configs/more.yml'), jobs('mail'))
  })
  afterEach(() => host.remove())

  async function look(
    { accepts, cell }: { accepts?: readonly Loss[]; cell?: readonly Loss[] } = {},
    observed: Observed = blank,
  ) {
    // Programs that this machine itself happens to run are not of that host.
    const connection = fakeConnection('mon-a', ({ script }) =>
      host.run(script.replace('for p in /proc/[0-9]*;', 'for p in;')),
    )
    const one = runOf('mon-a', {
      host: accepts ? { accepts } : {},
      connection,
      observed,
      plan: [planInstance(wanted, observed, hash)],
    })
    const releases = { file: () => ({ file: { size: 1000 } }) } as unknown as Releases
    const cells = [{ name: 'eu', ...(cell ? { accepts: cell } : {}) } as Cell]
    const found = await preflight(one, { releases, cells })
    const losses = lossProblems(found.takeOvers, () => false)
    const summaries = (severity: string) =>
      [...found.refusals, ...losses, ...found.warnings].flatMap(one =>
        one.severity === severity ? [one.summary] : [],
      )
    return {
      refused: summaries('error'),
      warned: summaries('warning'),
      scripts: connection.sent.map(({ script }) => script),
    }
  }

  it('is refused what is lost, and is told what else changes, at once', async () => {
    const { refused, warned, scripts } = await look()
    assert.deepEqual(refused, [
      'prometheus reads /w.yml for TLS and passwords, and promha would serve port 9090 without them',
      `prometheus keeps its data in ${at('data')}, and promha would use /srv/none: its history would disappear from every query`,
      'prometheus keeps 90d of data, and the inventory keeps 15d: older data would be deleted',
    ])
    assert.deepEqual(warned, [
      `the inventory lacks scrape jobs that ${at('etc/p.yml')} has: mail, shop`,
      `the inventory lacks alerts that ${at('etc/p.yml')} has: DiskFull`,
      `not all of what prometheus reads could be compared: ${at('etc/rules/b.yml')}`,
    ])
    assert.equal(scripts.length, 3)
  })

  it('is taken over once the host and its cell accept the losses, which are told all the same', async () => {
    const { refused, warned } = await look({ accepts: ['web_config'], cell: ['data_path'] })
    assert.deepEqual(refused, [])
    assert.equal(warned.filter(summary => summary.endsWith('(accepted by `adopt`)')).length, 2)
  })

  it('has nothing to compare if a stopped program has no config', async () => {
    rmSync(at('etc/p.yml'))
    assert.deepEqual((await look()).warned, [])
  })

  it('is asked nothing of this once promha has set it up', async () => {
    const confirmed = carriedOut(planInstance(prometheus, blank, hash), blank)
    const { refused, warned, scripts } = await look({}, confirmed)
    assert.deepEqual([refused, warned, scripts.length], [[], [], 1])
    assert.ok(!scripts[0]?.includes('EnvironmentFiles'))
  })

  it('is named with the others of which the same is told, if they are many', () => {
    const on = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        warning('same', { host: `app-${index}`, resource: 'r', remedy: 'do' }),
      )
    assert.equal(gathered(on(4)).length, 4)
    assert.deepEqual(gathered([...on(5), warning('other', { host: 'mon-a' })]), [
      warning('same', {
        resource: 'r',
        detail: 'On 5 hosts: app-0, app-1, app-2, app-3, app-4.',
        remedy: 'do',
      }),
      warning('other', { host: 'mon-a' }),
    ])
  })

  it('costs no further question where nothing is there', async () => {
    host.write(at('systemctl'), '#!/bin/sh\n')
    assert.deepEqual((await look()).scripts.length, 1)
  })
})
