/** The second look at a host, with this machine's shell in the place of the host. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import type { HostRun } from '../../../src/engine/host-run.ts'
import { preflight } from '../../../src/engine/preflight/preflight.ts'
import type { Releases } from '../../../src/engine/transfer/releases.ts'
import type { Action, InstancePlan } from '../../../src/plan/model.ts'
import { retiredInstance } from '../../../src/plan/owned/retire.ts'
import { planInstance } from '../../../src/plan/plan.ts'
import type { Instance } from '../../../src/resource/model.ts'
import type { Observed, StateRecord } from '../../../src/resource/observed.ts'
import { blank, carriedOut, hash, prometheus } from '../../plan/host.ts'
import { fakeConnection } from '../../support/fake-connection.ts'
import { runOf } from '../runs.ts'

const host = carriedOut(planInstance(prometheus, blank, hash), blank)

/** Runs what it is asked here. `said`: what becomes of what that prints. */
const here = (said = (text: string) => text) =>
  fakeConnection('mon-a', ({ script }) => {
    const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', script], { encoding: 'utf8' })
    return { code: status, stdout: said(stdout), stderr }
  })

const releases = { file: () => ({ file: { size: 1000 } }) } as unknown as Releases

async function look(instance: Instance, observed: Observed, connection = here()) {
  const plan = [planInstance(instance, observed, hash)]
  const found = await looked(runOf('mon-a', { connection, observed, plan }))
  return { ...found, scripts: connection.sent.map(({ script }) => script) }
}

async function looked(before: HostRun) {
  const { run, ...found } = await preflight(before, { releases })
  return { ...found, plans: run.plan, problems: run.result?.problems ?? [] }
}

const of = (version: string, wanted = prometheus): Instance => ({
  ...wanted,
  resources: wanted.resources.map(resource =>
    resource.kind === 'program' ? { ...resource, version } : resource,
  ),
})

describe('preflight of a host', () => {
  it('asks nothing where nothing is to change', async () => {
    const { scripts, refusals, problems } = await look(prometheus, host)
    assert.deepEqual([scripts, refusals, problems], [[], [], []])
  })

  it('calls a connection that is lost no bug of promha', async () => {
    const { problems } = await look(of('3.13.2'), host, fakeConnection('mon-a', { preflight: { cut: true } }))
    assert.deepEqual(problems, [
      {
        code: 'preflight.not-examined',
        severity: 'error',
        summary: 'the host could not be examined: the connection ended before it was done',
        host: 'mon-a',
        remedy: 'Run the command again once the host is reachable.',
      },
    ])
  })

  it('refuses what could not be undone, by the stamp where no program says its version', async () => {
    const stamp = host.records.get('prometheus') ?? assert.fail()
    const old = { ...host, records: new Map([['prometheus' as const, { ...stamp, version: '2.53.3' }]]) }
    const { scripts, refusals } = await look(of('3.13.2'), old)
    assert.equal(scripts.length, 1)
    assert.match(scripts[0] ?? '', /\/usr\/local\/bin\/prometheus --version/)
    assert.deepEqual(
      refusals.map(problem => [problem.host, problem.summary]),
      [['mon-a', 'Prometheus 2.53.3 is not upgraded to 3.13.2 at once: that could not be undone']],
    )
    assert.deepEqual((await look(of('2.55.1'), old)).refusals, [])
    assert.match((await look(of('2.53.3'), host)).refusals[0]?.summary ?? '', /cannot go back/)
  })

  it('refuses a tree for which the disk has no room', async () => {
    const tree = { kind: 'tree', component: 'prometheus', version: '3.13.2', strip: 1 } as const
    const resources = [{ ...tree, path: '/usr/local/share/prometheus', effect: 'restart' } as const]
    const run = () => {
      const plan = [planInstance({ ...prometheus, resources }, blank, hash)]
      return runOf('mon-a', { connection: here(), observed: blank, plan })
    }
    const sized = (size: number) => ({ file: () => ({ file: { size } }) }) as unknown as Releases
    const { run: full } = await preflight(run(), { releases: sized(2 ** 50) })
    assert.match(full.result?.problems[0]?.summary ?? '', /no room|full|free/)
    const { run: fits } = await preflight(run(), { releases: sized(1000) })
    assert.deepEqual(fits.result?.problems ?? [], [])
  })

  it('goes without the release of what comes from the store of the host', async () => {
    const back: Instance = {
      ...prometheus,
      resources: prometheus.resources.map(resource => {
        if (resource.kind === 'program') return { ...resource, stored: 'a'.repeat(64) }
        return resource.kind === 'file' ? { ...resource, content: { stored: 'b'.repeat(64) } } : resource
      }),
    }
    const { problems, plans } = await look(back, host)
    assert.deepEqual(problems, [])
    assert.ok(plans[0]?.changes.length)
  })

  it('looks at no port of what is stopped, and removes nothing by looking', async () => {
    const { problems, plans } = await look({ ...prometheus, resources: [], retired: true }, host)
    assert.deepEqual(problems, [])
    assert.equal(plans[0]?.changes[0]?.action, 'stop')
  })

  it('lets whoever this very run stops or restarts have a port until then', async () => {
    const haproxy = {
      ...retiredInstance('mon-a', 'haproxy', { unit: 'promha-haproxy.service', cell: 'eu' } as StateRecord),
    }
    const plan = (action: Action): InstancePlan => ({
      ...{ instance: haproxy, component: 'haproxy', renewed: new Set(), removed: [], backups: [] },
      changes: [{ resource: 'service:promha-haproxy.service', action, reason: '' }],
    })
    const taken = async (...others: readonly InstancePlan[]) => {
      const line = 'prometheus.service tcp 9090 7 promha-haproxy.service haproxy'
      const connection = here(text => text.replace(/^(\S+ ports)\n/m, `$1\n${line}\n`))
      const plan = [planInstance(prometheus, blank, hash), ...others]
      const found = await looked(runOf('mon-a', { connection, observed: blank, plan }))
      // Directories are those of this machine.
      const problems = found.problems.filter(({ summary }) => summary.startsWith('port '))
      // Nobody is told to stop what promha itself runs.
      for (const { remedy } of problems)
        assert.match(remedy ?? '', /^promha-haproxy\.service belongs to promha/)
      return problems.map(({ summary }) => summary)
    }
    const problem = ['port 9090/tcp is taken by haproxy (pid 7)']
    assert.deepEqual(await taken(), problem)
    // A reload lets go of what is none of its own any more.
    const reloaded = (port: number): InstancePlan => {
      const ports = [{ protocol: 'tcp', port }] as const
      const { instance, ...rest } = plan('reload')
      return { ...rest, instance: { ...instance, service: { ...instance.service, ports } } }
    }
    assert.deepEqual(await taken(reloaded(9090)), problem)
    assert.deepEqual(await taken(reloaded(9191)), [])
    assert.deepEqual(await taken(plan('stop')), [])
    assert.deepEqual(await taken(plan('restart')), [])
  })
})
