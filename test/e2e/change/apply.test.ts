/** The life of a stack: blank hosts, a first apply, a second one, and the commands that only look. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { stores } from '../../../roles/storage/stores.ts'
import type { Document } from '../../../src/report/format/document.ts'
import { packAndInstall } from '../../package/installed.ts'
import { textOf } from '../../roles/standard-rules/promtool.ts'
import { useFleet } from '../support/fleet.ts'
import { countTraffic } from '../support/network/network.ts'
import { assertServing, get, pids, restarted, snapshot } from '../support/observe.ts'
import { promha } from '../support/promha.ts'
import { makeSite, type Site } from '../support/site.ts'

const everyCheck = [
  'alert.deduplicated',
  'alertmanager.cluster',
  'alertmanager.config_identical',
  'alertmanager.notifications',
  'alertmanager.ready',
  'alertmanager.same_version',
  'exporter.up',
  'prometheus.alertmanagers',
  'prometheus.config_identical',
  'prometheus.config_loaded',
  'prometheus.mutual',
  'prometheus.ready',
  'prometheus.rules_healthy',
  'prometheus.same_version',
  'prometheus.targets_identical',
  'prometheus.targets_up',
]
const actions = 'create update delete adopt reload restart start stop enable disable'.split(' ')

describe('the life of a stack', function () {
  this.timeout(180_000)
  const fleet = useFleet({ bare: true })
  let site: Site
  let scratch: string

  before(async function () {
    this.timeout(300_000)
    scratch = await mkdtemp(join(tmpdir(), 'promha-installed-'))
    site = await makeSite(fleet)
  })
  after(async () => {
    await site?.remove()
    await rm(scratch, { recursive: true, force: true })
  })

  function assertDocument(document: Document, command: string, result: string): void {
    const applied = command === 'apply'
    const opened = applied && result === 'changed'
    assert.deepEqual(Object.keys(document), [
      ...['promha', 'command', 'inventory', 'result', 'changed', 'duration_s'],
      ...(applied ? ['waited_s', 'hosts', 'checks'] : ['hosts']),
      ...(opened ? ['addresses'] : []),
    ])
    assert.equal(document.promha, 1)
    assert.equal(document.command, command)
    assert.equal(document.inventory, site.inventory)
    assert.equal(document.result, result)
    assert.ok(document.duration_s > 0)
    assert.deepEqual(Object.keys(document.hosts ?? {}), fleet.names)
    const all = Object.values(document.hosts ?? {}).flatMap(host => {
      assert.deepEqual(Object.keys(host), ['cell', 'status', 'changes', 'error'])
      assert.equal(host.cell, 'lab')
      assert.equal(host.error, null)
      return host.changes
    })
    assert.equal(document.changed, all.length)
    for (const change of all) {
      const isProgram = change.resource.startsWith('program:')
      assert.deepEqual(
        Object.keys(change).filter(key => key !== 'from' && key !== 'to'),
        ['resource', 'action', 'reason', 'effect'],
      )
      assert.equal(change.to !== undefined, isProgram && change.action !== 'delete', change.resource)
      assert.match(change.resource, /^(user|directory|file|program|unit|service):\S+$/)
      assert.ok(actions.includes(change.action), change.action)
      assert.ok(change.reason.length > 0)
    }
  }

  function assertAllPass({ checks = [] }: Document): void {
    for (const check of checks) {
      assert.deepEqual(Object.keys(check), ['id', 'target', 'status', 'detail'])
      assert.equal(check.status, 'pass', `${check.id} ${check.target}: ${check.detail}`)
      assert.ok(check.target !== '' && check.detail !== '')
    }
    assert.deepEqual([...new Set(checks.map(check => check.id))].sort(), everyCheck)
  }

  it('plans a first apply without touching a host', async () => {
    const before = await snapshot(fleet)
    const { code, document } = await site.run('plan', '--json')
    assert.equal(code, 2)
    assertDocument(document(), 'plan', 'differs')
    const { changes = [], status } = document().hosts?.['mon-a'] ?? {}
    assert.equal(status, 'differs')
    for (const resource of [
      'user:prometheus',
      'directory:/etc/prometheus/rules',
      'file:/etc/prometheus/rules/shop.yml',
      'program:/usr/local/bin/promtool',
      'unit:alertmanager.service',
    ]) {
      assert.ok(
        changes.some(change => change.resource === resource && change.action === 'create'),
        resource,
      )
    }
    assert.ok(
      changes.some(change => change.resource === 'service:prometheus.service' && change.action === 'start'),
    )
    assert.deepEqual(await snapshot(fleet), before)
    const [left = ''] = await fleet.onAll(
      'ls -d /var/lib/promha /etc/prometheus /run/promha* 2>/dev/null || :',
      ['mon-a'],
    )
    assert.equal(left, '')
  })

  it('says that nothing is there yet', async () => {
    const { code, document } = await site.run('status', '--json')
    assert.equal(code, 0)
    assert.deepEqual([...new Set(document().status?.map(row => row.health))], ['absent'])
    assert.equal((await site.run('verify')).code, 4)
  })

  it('speaks after a refused apply only of what is there, and waits for nothing', async () => {
    const pair = ['mon-a', 'mon-b']
    const squatter = 'systemd-run --quiet --unit=squatter --socket-property=ListenStream=9090 sleep 300'
    await fleet.onAll(squatter, pair)
    try {
      const { code, stdout, stderr, document } = await site.run('apply', '--only', 'prometheus', '--json')
      assert.equal(code, 3, stdout + stderr)
      assert.deepEqual(document().checks, [])
      assert.ok((document().waited_s ?? 60) < 2, stdout)
      assert.ok(
        document().warnings?.some(({ summary }) =>
          /^not checked, because the run failed before it was installed: prometheus on mon-a, mon-b$/.test(
            summary,
          ),
        ),
        stdout,
      )
    } finally {
      await fleet.onAll('systemctl stop squatter.socket squatter.service 2>/dev/null || :', pair)
    }
  })

  it('builds and proves the stack on blank hosts, by a promha that npm has installed', async () => {
    const { program } = await packAndInstall(scratch)
    const away = { program, cwd: site.directory }
    for (const command of ['validate', 'plan']) {
      const ran = await promha([command], away)
      assert.equal(ran.code, command === 'plan' ? 2 : 0, ran.stdout + ran.stderr)
    }
    const { code, stdout, stderr, document } = await site.runIn(away, 'apply', '--json')
    assert.equal(code, 0, stdout + stderr)
    assertDocument(document(), 'apply', 'changed')
    for (const host of Object.values(document().hosts ?? {})) assert.equal(host.status, 'changed')
    assertAllPass(document())
    await assertServing(fleet)
  })

  it('has shipped alerts that fire when they should, and keep quiet when they should', async () => {
    const tests = await readFile(new URL('../../roles/promha-rules.yml', import.meta.url), 'utf8')
    const there = tests.replace(/\S+\/rules\/promha\.yml/, '/etc/prometheus/rules/promha.yml')
    const said = await fleet.inside(
      'mon-a',
      `cat >/run/rules-test.yml <<'END'\n${there}\nEND\npromtool test rules /run/rules-test.yml 2>&1`,
    )
    assert.match(said, /SUCCESS/)
  })

  it('has alerts about stores that fire when they should, although this site loads none', async () => {
    const tests = await readFile(new URL('../../roles/store-rules.yml', import.meta.url), 'utf8')
    const files = [...tests.matchAll(/\S+\/roles\/(\S+\.yml)/g)].map(([path, of = '']) => ({
      path,
      there: `/run/${basename(of)}`,
      text: textOf(of),
    }))
    assert.ok(files.length > stores.length, files.map(({ path }) => path).join(' '))
    const all = [
      ...files.map(({ there, text }) => ({ there, text })),
      {
        there: '/run/rules-test.yml',
        text: files.reduce((text, { path, there }) => text.replace(path, there), tests),
      },
    ]
    const written = all.map(({ there, text }) => `cat >${there} <<'END'\n${text}\nEND\n`)
    const said = await fleet.inside(
      'mon-a',
      `${written.join('')}promtool test rules /run/rules-test.yml 2>&1`,
    )
    assert.match(said, /SUCCESS/)
  })

  it('finds nothing to do in a second apply: one login and at most two commands a host', async () => {
    const sudoers = fleet.names.filter(name => fleet.host(name).user !== 'root')
    const mark = await fleet.onAll(
      'journalctl --sync; journalctl -n 0 --show-cursor -q | sed "s/^-- cursor: //"',
    )
    const running = await pids(fleet)
    const { code, document } = await site.run('apply', '--json')
    assert.equal(code, 0)
    assertDocument(document(), 'apply', 'ok')
    assert.equal(document().changed, 0)
    for (const host of Object.values(document().hosts ?? {})) assert.equal(host.status, 'ok')
    assertAllPass(document())
    assert.deepEqual(await pids(fleet), running)
    for (const [index, name] of fleet.names.entries()) {
      const log = await fleet.inside(
        name,
        `journalctl --sync; journalctl -o cat --after-cursor='${mark[index]}'`,
      )
      assert.equal(log.match(/^Accepted publickey/gm)?.length, 1, `logins to ${name}:\n${log}`)
      if (!sudoers.includes(name)) continue
      const commands = log.match(/COMMAND=/g)?.length ?? 0
      assert.ok(commands >= 1 && commands <= 2, `${commands} commands on ${name}`)
    }
  })

  it('opens no connection but SSH when the cache is filled', async () => {
    const seen = await countTraffic(fleet.lab().name, async through => {
      const { code, stdout, stderr } = await site.runIn({ through }, 'apply', '--json')
      assert.equal(code, 0, stdout + stderr)
    })
    assert.deepEqual(seen, { connections: fleet.names.length, datagrams: 0 })
  })

  it('tells in text what it tells in JSON', async () => {
    const { code, stdout } = await site.run('apply')
    assert.equal(code, 0)
    assert.match(
      stdout,
      /^Nothing changed\. 4 hosts: 4 ok\. \d+ checks passed\. [\d.]+ s(, of which [\d.]+ s waiting for programs)?$/m,
    )
    const planned = await site.run('plan')
    assert.equal(planned.code, 0, planned.stdout)
    const proven = await site.run('verify', '-v')
    assert.equal(proven.code, 0)
    for (const id of everyCheck) assert.ok(proven.stdout.includes(id), id)
    const table = await site.run('status')
    assert.equal(table.code, 0)
    assert.match(table.stdout, /^mon-b +prometheus b +3\.\S+ +ready +20\d\d-/m)
    assert.match(table.stdout, /^app-02 +node_exporter +1\.\S+ +ready/m)
  })

  it('gives both replicas the same config, byte for byte, and each its own name', async () => {
    const list = 'cd /etc/prometheus && find . -type f | sort | xargs sha256sum'
    const [first, second] = await fleet.onAll(list, ['mon-a', 'mon-b'])
    assert.equal(first, second)
    assert.deepEqual(first?.match(/\.\/\S+/g), [
      './file_sd/shop.yml',
      './prometheus.yml',
      './rules/promha.yml',
      './rules/shop.yml',
    ])
    for (const [host, replica] of [
      ['mon-a', 'a'],
      ['mon-b', 'b'],
    ] as const) {
      const { data } = (await get(fleet, host, 'prometheus', '/api/v1/status/config')) as {
        data: { yaml: string }
      }
      assert.match(
        data.yaml,
        new RegExp(`external_labels:\\n(    .*\\n)*?    prometheus_replica: ${replica}\\n`),
      )
      assert.match(data.yaml, /\n {4}cell: lab\n/)
      assert.match(data.yaml, /\n {4}region: test\n/)
    }
  })

  it('keeps every config to root and its service', async () => {
    const list = "find /etc/prometheus /etc/alertmanager -type f -printf '%m %u:%g %p\\n' | sort"
    for (const listed of await fleet.onAll(list, ['mon-a', 'mon-b'])) {
      const lines = listed.split('\n')
      assert.ok(lines.length >= 5)
      for (const line of lines) {
        const owner = line.includes('/etc/prometheus/') ? 'prometheus' : 'alertmanager'
        assert.ok(line.startsWith(`640 root:${owner} /`), line)
      }
    }
  })

  it('brings one alert to each Alertmanager though both replicas send it', async () => {
    for (const host of ['mon-a', 'mon-b']) {
      const filter = encodeURIComponent('alertname="Watchdog"')
      const alerts = (await get(fleet, host, 'alertmanager', `/api/v2/alerts?filter=${filter}`)) as {
        labels: Record<string, string>
      }[]
      assert.equal(alerts.length, 1, JSON.stringify(alerts))
      assert.equal(alerts[0]?.labels.prometheus_replica, undefined)
    }
  })

  it('puts back what was changed by hand: a file, a mode, a stopped service', async () => {
    const original = await snapshot(fleet)
    const running = await pids(fleet)
    await fleet.inside('mon-a', 'echo "# by hand" >> /etc/prometheus/prometheus.yml')
    await fleet.inside('mon-b', 'chmod 644 /etc/alertmanager/alertmanager.yml')
    await fleet.inside('app-01', 'systemctl stop node_exporter')
    await fleet.inside('app-02', 'systemctl disable -q node_exporter')
    const planned = (await site.run('plan', '--json')).document()
    const told = Object.entries(planned.hosts ?? {}).map(([host, { changes }]) => [
      host,
      changes.map(change => `${change.action} ${change.resource}`),
    ])
    assert.deepEqual(Object.fromEntries(told), {
      'mon-a': ['update file:/etc/prometheus/prometheus.yml', 'reload service:prometheus.service'],
      'mon-b': ['update file:/etc/alertmanager/alertmanager.yml'],
      'app-01': ['start service:node_exporter.service'],
      'app-02': ['enable service:node_exporter.service'],
    })
    const { code, stdout, document } = await site.run('apply', '--json')
    assert.equal(code, 0, stdout)
    assert.equal(document().changed, planned.changed)
    assert.deepEqual(restarted(running, await pids(fleet)), ['app-01 node_exporter'])
    const now = await snapshot(fleet)
    const withoutPids = (texts: Record<string, string>) =>
      JSON.stringify(texts).replaceAll(/MainPID=\d+/g, '')
    assert.equal(withoutPids(now), withoutPids(original))
    assert.equal((await site.run('plan')).code, 0)
  })

  it('installs again what someone removed', async () => {
    await fleet.inside(
      'app-02',
      'systemctl stop node_exporter; userdel node-exp; rm /usr/local/bin/node_exporter',
    )
    const { code, stdout, document } = await site.run('apply', '--json')
    assert.equal(code, 0, stdout)
    assert.deepEqual(
      document().hosts?.['app-02']?.changes.map(change => `${change.action} ${change.resource}`),
      [
        'create user:node-exp',
        'create program:/usr/local/bin/node_exporter',
        'start service:node_exporter.service',
      ],
    )
    await assertServing(fleet)
    assert.equal((await site.run('apply', '--json')).document().changed, 0)
  })

  it('notices a program that was altered without a trace in its size', async () => {
    // A program that runs cannot be written to, but a copy can take its place.
    const alter = 'printf X | dd of=copy bs=1 seek=5000000 conv=notrunc status=none'
    await fleet.inside(
      'app-01',
      `cd /usr/local/bin; cp -p node_exporter copy; ${alter}; mv copy node_exporter`,
    )
    const { document } = await site.run('plan', '--json')
    const changes = document().hosts?.['app-01']?.changes.map(change => `${change.action} ${change.resource}`)
    assert.deepEqual(changes, [
      'update program:/usr/local/bin/node_exporter',
      'restart service:node_exporter.service',
    ])
    assert.equal((await site.run('apply')).code, 0)
    assert.equal((await site.run('plan', '--deep')).code, 0)
  })
})
