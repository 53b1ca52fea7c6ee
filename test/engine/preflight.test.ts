/** The second look at a host, with this machine's shell in the place of the host. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import type { HostSession } from '../../src/engine/hosts.ts'
import { preflight } from '../../src/engine/preflight.ts'
import type { Releases } from '../../src/engine/releases.ts'
import type { Action, InstancePlan } from '../../src/plan/model.ts'
import { planInstance } from '../../src/plan/plan.ts'
import { retiredInstance } from '../../src/plan/retire.ts'
import type { Instance } from '../../src/resource/model.ts'
import type { Observed, Stamp } from '../../src/resource/observed.ts'
import type { Connection } from '../../src/ssh/connection.ts'
import { blank, carriedOut, hash, prometheus } from '../plan/host.ts'

const host = carriedOut(planInstance(prometheus, blank, hash), blank)

/** What `preflight` takes of a connection. */
function here(scripts: string[]): Connection {
  const run: Connection['run'] = async ({ script }) => {
    scripts.push(script)
    const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', script])
    return { code: status, stdout, stderr: stderr.toString() }
  }
  return { host: 'mon-a', run } as Connection
}

const releases = { file: () => ({ file: { size: 1000 } }) } as unknown as Releases

async function look(instance: Instance, observed: Observed, connection?: Connection) {
  const scripts: string[] = []
  const session: HostSession = {
    host: { name: 'mon-a' } as HostSession['host'],
    instances: [instance],
    connection: connection ?? here(scripts),
    observed,
    problems: [],
  }
  const found = await preflight(session, [planInstance(instance, observed, hash)], { releases })
  return { ...found, scripts }
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
    const run = async () => ({ code: null, stdout: Buffer.alloc(0), stderr: '' })
    const { problems } = await look(of('3.13.2'), host, { host: 'mon-a', run } as unknown as Connection)
    assert.deepEqual(problems, [
      {
        severity: 'error',
        summary: 'the host could not be examined: the connection ended',
        host: 'mon-a',
        remedy: 'Run the command again once the host is reachable.',
      },
    ])
  })

  it('refuses what could not be undone, by the stamp where no program says its version', async () => {
    const stamp = host.stamps.get('prometheus') ?? assert.fail()
    const old = { ...host, stamps: new Map([['prometheus' as const, { ...stamp, version: '2.53.3' }]]) }
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
      ...retiredInstance('mon-a', 'haproxy', { unit: 'promha-haproxy.service', cell: 'eu' } as Stamp),
    }
    const plan = (action: Action): InstancePlan => ({
      ...{ instance: haproxy, component: 'haproxy', renewed: new Set(), removed: [], backups: [] },
      changes: [{ resource: 'service:promha-haproxy.service', action, reason: '' }],
    })
    const taken = async (...others: readonly InstancePlan[]) => {
      const real = here([])
      const run: Connection['run'] = async request => {
        const result = await real.run(request)
        const line = 'prometheus.service tcp 9090 7 promha-haproxy.service haproxy'
        const text = result.stdout.toString().replace(/^(\S+ ports)\n/m, `$1\n${line}\n`)
        return { ...result, stdout: Buffer.from(text) }
      }
      const session = {
        ...{ host: { name: 'mon-a' }, instances: [], observed: blank, problems: [] },
        connection: { host: 'mon-a', run },
      } as unknown as HostSession
      const plans = [planInstance(prometheus, blank, hash), ...others]
      const found = await preflight(session, plans, { releases })
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
