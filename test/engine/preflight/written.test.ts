import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prometheusInstances } from '../../../roles/prometheus/role.ts'
import { byName } from '../../../src/engine/host-run.ts'
import { writtenProblems } from '../../../src/engine/preflight/written.ts'
import { planInstance } from '../../../src/plan/plan.ts'
import { probeFor } from '../../../src/plan/questions.ts'
import type { Observed, WriteFault } from '../../../src/resource/observed.ts'
import { parseWritten, writtenScript } from '../../../src/shell/observe/written.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import { blank, hash } from '../../plan/host.ts'
import { inventory, labCell, prometheusSettings } from '../../topology/sample.ts'
import { runOf } from '../runs.ts'

function instanceWith(
  global: Readonly<Record<string, string>>,
  rest: Parameters<typeof prometheusSettings>[0] = {},
) {
  const settings = prometheusSettings({ global, ...rest })
  const said = labCell({ prometheus: settings })
  const cell = buildTopology(inventory([said])).cells[0] ?? assert.fail()
  return prometheusInstances(cell, said, () => ({ kind: 'debian', version: '3.13.2' }))[0] ?? assert.fail()
}

function unitOf(instance: ReturnType<typeof instanceWith>): string {
  const unit = instance.resources.find(resource => resource.kind === 'unit')
  return typeof unit?.content === 'string' ? unit.content : assert.fail()
}

const query = '/var/log/prometheus/query.log'

function problemsOf(fault: WriteFault, path = query, rest: Parameters<typeof prometheusSettings>[0] = {}) {
  const instance = instanceWith({ query_log_file: path }, rest)
  const observed: Observed = { ...blank, unwritable: new Map([[path, fault]]) }
  const plan = [planInstance(instance, observed, hash)]
  return writtenProblems(byName([runOf('mon-a', { desired: [instance], observed, plan })]))
}

describe('a log file of Prometheus', () => {
  it('is one that its unit lets it write, and its host is asked about', () => {
    const instance = instanceWith({
      query_log_file: query,
      scrape_failure_log_file: '/var/lib/prometheus/log/x',
    })
    assert.deepEqual(unitOf(instance).match(/^ReadWritePaths=.*$/gm), [
      'ReadWritePaths=/var/lib/prometheus',
      'ReadWritePaths=-/var/log/prometheus',
    ])
    assert.match(unitOf(instance), /^ProtectHome=true$/m)
    assert.deepEqual(probeFor([instance], false).written, [
      { user: 'prometheus', path: '/var/lib/prometheus/log/x' },
      { user: 'prometheus', path: query },
    ])
    assert.match(unitOf(instanceWith({ query_log_file: '/home/ops/log/q' })), /^ProtectHome=read-only$/m)
  })

  it('in its data directory needs nothing', () => {
    const instance = instanceWith({ query_log_file: '/srv/data/query.log' }, { dataDir: '/srv/data' })
    assert.equal(instance.writes, undefined)
    assert.equal(unitOf(instance).match(/ReadWritePaths/g)?.length, 1)
  })

  it('is refused before anything is touched if it could not be written, with what to type', () => {
    const told = (fault: Omit<WriteFault, 'sure'>, path?: string) => {
      const [problem, ...more] = problemsOf({ ...fault, sure: true }, path)
      assert.deepEqual(more, [])
      assert.equal(problem?.host, 'mon-a')
      return [problem?.summary, problem?.remedy]
    }
    assert.deepEqual(told({ why: 'missing', owner: '-' }), [
      `prometheus cannot write ${query}: there is no directory /var/log/prometheus`,
      'Run `install -d -o prometheus -g prometheus /var/log/prometheus` on mon-a.',
    ])
    assert.deepEqual(told({ why: 'closed', owner: 'root' }), [
      `prometheus cannot write ${query}: prometheus may not write to /var/log/prometheus`,
      'Run `install -d -o prometheus -g prometheus /var/log/prometheus` on mon-a.',
    ])
    // A directory that others share keeps its owner.
    assert.deepEqual(
      told({ why: 'closed', owner: 'root' }, '/var/log/query.log')[1],
      ['Run `install -o prometheus -g prometheus -m 0640 /dev/null /var/log/query.log` on mon-a.'][0],
    )
    assert.match(
      told({ why: 'no-user', owner: 'root' })[1] ?? '',
      /^Run `useradd --system .* prometheus && install -d/,
    )
    assert.deepEqual(told({ why: 'file', owner: 'root' }), [
      `prometheus cannot write ${query}: it belongs to root`,
      `Run \`chown -h prometheus: ${query}\` on mon-a.`,
    ])
    const [summary, remedy] = told({ why: 'other', owner: 'ops' }, '/home/ops/query.log')
    assert.equal(summary, 'prometheus cannot write /home/ops/query.log: /home/ops belongs to ops')
    assert.equal(
      remedy,
      'Set the path to /var/lib/prometheus/query.log, in the data directory of prometheus.',
    )
  })

  it('gives root no command whose way another user may change', () => {
    const data = { dataDir: '/srv/data' }
    for (const why of ['missing', 'no-user', 'closed', 'file'] as const) {
      const [problem] = problemsOf({ why, owner: 'root', sure: false }, query, data)
      assert.match(
        problem?.remedy ?? '',
        /^Users other than root can change the path to .*Set the path to \/srv\/data\/query\.log,/,
      )
      // What is said to be right is not asked about again.
      assert.equal(instanceWith({ query_log_file: '/srv/data/query.log' }, data).writes, undefined)
      assert.doesNotMatch(problem?.remedy ?? '', /chown|-g prometheus \/var\/log\/prometheus\/query/)
    }
    for (const why of ['link', 'kind'] as const) {
      const [problem] = problemsOf({ why, owner: '-', sure: false, at: '/var/log/prometheus' })
      assert.match(problem?.summary ?? '', /\/var\/log\/prometheus is (a link|neither a plain)/)
      assert.doesNotMatch(problem?.remedy ?? '', /chown|install/)
    }
  })

  it('is told of only where Prometheus changes', () => {
    const path = query
    const instance = instanceWith({ query_log_file: path })
    const observed: Observed = {
      ...blank,
      unwritable: new Map([[path, { why: 'missing', owner: '-', sure: true }]]),
    }
    const plan = { ...planInstance(instance, observed, hash), changes: [] }
    assert.deepEqual(writtenProblems(byName([runOf('mon-a', { observed, plan: [plan] })])), [])
  })

  it('is asked of the host as its user, with all groups of that user', function () {
    if (process.getuid?.() !== 0) this.skip()
    const directory = mkdtempSync(join(tmpdir(), 'promha-written-'))
    try {
      chmodSync(directory, 0o755)
      for (const [name, owner, mode] of [
        ['own', 65534, 0o750],
        ['root', 0, 0o755],
        ['open', 0, 0o777],
        ['theirs', 12345, 0o777],
        ['held', 65534, 0o755],
      ] as const) {
        mkdirSync(join(directory, name))
        chmodSync(join(directory, name), mode)
        chownSync(join(directory, name), owner, owner)
      }
      writeFileSync(join(directory, 'held/log'), '')
      chmodSync(join(directory, 'held/log'), 0o600)
      // There already, and its own.
      writeFileSync(join(directory, 'root/log'), '')
      chownSync(join(directory, 'root/log'), 65534, 65534)
      const files = [
        'own/log',
        'root/other',
        'root/log',
        'open/log',
        'theirs/log',
        'held/log',
        'none/log',
      ].map(name => ({
        user: 'nobody',
        path: join(directory, name),
      }))
      const script = writtenScript([...files, { user: 'no-such-user', path: join(directory, 'own/log2') }])
      const lines = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' }).split('\n')
      const seen = [...parseWritten(lines)].map(
        ([path, { why }]) => `${path.slice(directory.length + 1)} ${why}`,
      )
      assert.deepEqual(seen, [
        'root/other closed',
        'theirs/log other',
        'held/log file',
        'none/log missing',
        'own/log2 no-user',
      ])
    } finally {
      rmSync(directory, { recursive: true })
    }
  })
})
