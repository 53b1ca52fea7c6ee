import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { aloneProblems, notAlone } from '../../../src/engine/availability/alone.ts'
import type { InstancePlan } from '../../../src/plan/model.ts'
import type { Connection } from '../../../src/ssh/connection.ts'

const component = 'thanos_compactor'
const service = { kind: 'service', unit: `${component}.service`, ports: [] } as const

function planOn(host: string, action: 'start' | 'restart' | 'stop'): InstancePlan {
  const instance = { cell: 'eu', host, component, service, retired: action === 'stop', resources: [] }
  const change = { resource: `service:${service.unit}`, action, effect: 'none', reason: '' }
  return {
    instance,
    component,
    changes: [change],
    removed: [],
    renewed: new Set(),
  } as unknown as InstancePlan
}

type Seen = Readonly<Record<string, readonly string[] | 'down'>>

/** `seen`: lines of processes by host. */
function contextOf(plans: readonly InstancePlan[], seen: Seen) {
  const hosts = ['st-a', 'st-b', 'mon-a']
  const runs = hosts.map(name => [
    name,
    { host: { name }, plan: plans.filter(one => one.instance.host === name) },
  ])
  return {
    hosts: new Map(runs as never),
    prepared: { topology: { cells: [{ name: 'eu', hosts }] } },
    connect: async (host: string): Promise<Connection> => {
      const lines = seen[host] ?? []
      if (lines === 'down') throw new Error(`${host} is unreachable`)
      return connectionOf(host, lines)
    },
  } as unknown as Parameters<typeof notAlone>[0]
}

/** Answers the script with these processes, behind the nonce with which it was rendered. */
function connectionOf(host: string, lines: readonly string[]): Connection {
  const listing = `set -f; list() { printf '%s\\n' ${lines.map(line => `'${line}'`).join(' ')}; }`
  const run = async ({ script }: { script: string }) => {
    // What looks at this machine is played.
    const played = script.replace(/^found=0[\s\S]*?^done$/m, `${listing}; ${lines.length > 0 ? 'list' : ':'}`)
    assert.notEqual(played, script)
    const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', played], { encoding: 'utf8' })
    return { code: status, stdout: Buffer.from(stdout), stderr }
  }
  return { host, run } as unknown as Connection
}

describe('a component of which there may be one only', () => {
  const start = planOn('st-a', 'start')

  it('is not started if a host of its cell cannot be looked at', async () => {
    const context = contextOf([start], { 'mon-a': 'down', 'st-a': 'down', 'st-b': 'down' })
    const summaries = (await aloneProblems(context)).map(({ summary }) => summary)
    assert.deepEqual(
      summaries,
      ['st-a', 'st-b', 'mon-a'].map(
        host => `${component} was not started, because it is unknown whether another one runs on ${host}`,
      ),
    )
    assert.equal((await notAlone(context, start))?.code, 'alone.unknown')
  })

  it('is not looked for where it is only restarted or leaves', async () => {
    const down: Seen = { 'mon-a': 'down', 'st-a': 'down', 'st-b': 'down' }
    for (const action of ['restart', 'stop'] as const) {
      const plan = planOn('st-a', action)
      assert.deepEqual(await aloneProblems(contextOf([plan], down)), [])
      assert.equal(await notAlone(contextOf([plan], down), plan), undefined)
    }
  })

  const said = async (plans: readonly InstancePlan[], seen: Seen) =>
    (await aloneProblems(contextOf(plans, seen))).map(({ summary }) => summary)
  const elsewhere = (host: string) => `${component} was not started, because another one runs on ${host}`

  it('is started if none runs, or only its own unit', async () => {
    assert.deepEqual(await said([start], {}), [])
    const own: Seen = { 'st-a': [`12 ${service.unit}`] }
    assert.deepEqual(await said([start], own), [])
    assert.equal(await notAlone(contextOf([start], own), start), undefined)
  })

  it('is not started while another one runs, whoever started it and wherever', async () => {
    assert.deepEqual(await said([start], { 'mon-a': ['77 -'] }), [elsewhere('mon-a')])
    assert.deepEqual(await said([start], { 'st-a': ['77 stray.service'] }), [elsewhere('st-a')])
    assert.deepEqual(await said([start], { 'st-b': [`77 ${service.unit}`] }), [elsewhere('st-b')])
  })

  it('may move from a host that it leaves in this run, but starts only once it is gone there', async () => {
    const seen: Seen = { 'st-b': [`77 ${service.unit}`] }
    const plans = [start, planOn('st-b', 'stop')]
    assert.deepEqual(await said(plans, seen), [])
    assert.equal((await notAlone(contextOf(plans, seen), start))?.summary, elsewhere('st-b'))
  })
})
