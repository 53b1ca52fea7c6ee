import assert from 'node:assert/strict'
import { components } from '../../roles/index.ts'
import { ProblemError } from '../../src/diagnostic/problem.ts'
import type { HostSession } from '../../src/engine/hosts.ts'
import { byGeneration, rollbackInstances } from '../../src/engine/rollback.ts'
import type { Component, Host } from '../../src/inventory/model.ts'
import type { Observed, Stamp } from '../../src/resource/observed.ts'
import { renderGeneration } from '../../src/shell/generation.ts'
import { recordHeader } from '../../src/shell/record.ts'
import type { Connection } from '../../src/ssh/connection.ts'

const health = { address: '127.0.0.1', port: 9090, readyPath: '/-/ready', loaded: 'prometheus' } as const
const stamp = (run: number, generation: number, cell = 'eu'): Stamp => ({
  ...{ restart: 'r', reload: 'l', all: 'a', time: 1, run: `${run}-n`, generation, cell, health },
  ...{ version: '3.5.0', unit: 'prometheus.service', owned: [] },
})
const everything = {
  components: new Set<Component>(['prometheus', 'alertmanager', 'node_exporter']),
  cells: new Set(['eu']),
}

/** A host with these stamps, which keeps each generation from 1 on, and at most three. */
function host(name: string, stamps: Partial<Record<Component, Stamp>>): HostSession {
  const owner = new Map(Object.entries(stamps)) as Map<Component, Stamp>
  const observed: Observed = {
    ...{ addresses: [], machine: 'x86_64', systemd: true, root: true, users: new Set(), paths: new Map() },
    ...{
      hashes: new Map(),
      unremembered: new Set(),
      packages: { installed: new Map(), ours: new Set() },
      units: new Map(),
      groups: new Set(),
      damaged: [],
      unfinished: [],
      stamps: owner,
    },
  }
  const answer = (script: string) => {
    const mark = /promha-[0-9a-f]{18}/.exec(script)?.[0] ?? ''
    if (!script.includes('/generations/')) return `${mark} host\nx86_64\n0\n1.0\nsystemd\n${mark} end\n`
    const kept = [...owner].flatMap(([component, { generation }]) =>
      script.includes(`generations/${component}`) && generation > 1
        ? [`${mark} ${component}\n${renderGeneration(recordHeader(stamp(1, generation - 1)), [])}`]
        : [],
    )
    return `${kept.join('')}${mark} end\n`
  }
  const connection: Connection = {
    ...{ host: name, commands: 0, close: () => {}, closed: Promise.resolve() },
    forward: () => assert.fail('nothing is forwarded'),
    run: async ({ script }) => ({ code: 0, stdout: Buffer.from(answer(script)), stderr: '' }),
  }
  return { host: { name } as Host, instances: [], observed, connection, problems: [] }
}

const goesBack = (sessions: readonly HostSession[]) =>
  sessions.flatMap(({ host, instances }) =>
    instances.map(instance => `${host.name} ${instance.component} ${instance.back?.generation}`),
  )

function refused(pattern: RegExp) {
  return (thrown: unknown) => {
    assert.ok(thrown instanceof ProblemError)
    assert.match(thrown.message, pattern)
    assert.ok(thrown.problems.every(({ remedy }) => remedy !== undefined))
    return true
  }
}

describe('a rollback', () => {
  it('undoes the newest run only, wherever it was', async () => {
    const { run, sessions, warnings } = await rollbackInstances(
      [
        host('mon-a', { prometheus: stamp(200, 5), alertmanager: stamp(99, 2) }),
        host('mon-b', { prometheus: stamp(200, 4), node_exporter: stamp(200, 2) }),
        host('app', { node_exporter: stamp(99, 3) }),
      ],
      everything,
    )
    assert.equal(run, '200-n')
    assert.deepEqual(goesBack(sessions), [
      'mon-a prometheus 4',
      'mon-b prometheus 3',
      'mon-b node_exporter 1',
    ])
    assert.equal(warnings.length, 1)
    assert.match(warnings[0]?.summary ?? '', /inventory may not describe/)
  })

  it('takes back what this promha does not know, if the run is about all', async () => {
    const sessions = () => [host('mon-a', { prometheus: stamp(99, 5), oddity_exporter: stamp(200, 2) })]
    const all = { ...everything, components: new Set(components) }
    assert.deepEqual(goesBack((await rollbackInstances(sessions(), all)).sessions), [
      'mon-a oddity_exporter 1',
    ])
    assert.deepEqual(goesBack((await rollbackInstances(sessions(), everything)).sessions), [
      'mon-a prometheus 4',
    ])
    const created = [host('mon-a', { prometheus: stamp(200, 5), oddity_exporter: stamp(200, 1) })]
    const [warning] = (await rollbackInstances(created, all)).warnings
    assert.equal(
      warning?.remedy,
      'To remove it, run `promha apply --limit mon-a`: the inventory does not name it.',
    )
  })

  it('takes runs by their time, not by their letters', async () => {
    const sessions = [host('mon-a', { prometheus: stamp(1000, 2), alertmanager: stamp(999, 2) })]
    assert.deepEqual(goesBack((await rollbackInstances(sessions, everything)).sessions), [
      'mon-a prometheus 1',
    ])
  })

  it('goes by the clocks of the hosts where those of the people differ', async () => {
    const early = { ...stamp(9_000_000, 2), time: 100 }
    const sessions = [host('mon-a', { prometheus: { ...stamp(200, 2), time: 101 }, alertmanager: early })]
    const back = await rollbackInstances(sessions, everything)
    assert.deepEqual(goesBack(back.sessions), ['mon-a prometheus 1'])
  })

  it('is refused where a note of what is there cannot be read', async () => {
    const fine = host('mon-b', { prometheus: stamp(200, 5) })
    const { observed = assert.fail(), ...rest } = host('mon-a', {})
    const sessions = [{ ...rest, observed: { ...observed, damaged: ['prometheus'] } }, fine]
    await assert.rejects(rollbackInstances(sessions, everything), (thrown: unknown) => {
      assert.ok(thrown instanceof ProblemError)
      assert.match(thrown.message, /which run was the last is not known.*mon-a/s)
      return true
    })
  })

  it('undoes what was cut short, and then nothing else', async () => {
    const { observed = assert.fail(), ...rest } = host('mon-a', { prometheus: stamp(200, 5) })
    const cut = { ...rest, observed: { ...observed, unfinished: [{ name: 'prometheus', touched: true }] } }
    const desire = byGeneration()
    const survey = { prepared: { inventory: { cells: [{ name: 'eu' }] } }, selection: everything } as never
    const first = await desire.of(survey, [cut])
    assert.deepEqual(goesBack(first.sessions), [])
    assert.match(
      first.warnings[0]?.summary ?? '',
      /a change of prometheus was cut short: that is what is undone/,
    )
    const second = await desire.of(survey, [host('mon-a', { prometheus: stamp(200, 5) })])
    assert.deepEqual([goesBack(second.sessions), second.warnings], [[], []])
  })

  it('looks at the chosen components and cells only', async () => {
    const sessions = [
      host('mon-a', {
        prometheus: stamp(300, 5, 'us'),
        alertmanager: stamp(200, 2),
        node_exporter: stamp(100, 2),
      }),
    ]
    const chosen = { ...everything, components: new Set<Component>(['prometheus', 'node_exporter']) }
    assert.deepEqual(goesBack((await rollbackInstances(sessions, chosen)).sessions), [
      'mon-a node_exporter 1',
    ])
  })

  it('leaves what that run created, and says what to do', async () => {
    const sessions = [host('mon-a', { prometheus: stamp(200, 5), node_exporter: stamp(200, 1) })]
    const { sessions: back, warnings } = await rollbackInstances(sessions, everything)
    assert.deepEqual(goesBack(back), ['mon-a prometheus 4'])
    assert.match(warnings[0]?.summary ?? '', /node_exporter was created by the run that is undone/)
    assert.equal(warnings[0]?.host, 'mon-a')
    assert.match(warnings[0]?.remedy ?? '', /--only node_exporter/)
  })

  it('is refused where nothing can go back', async () => {
    await assert.rejects(
      rollbackInstances([host('mon-a', {})], everything),
      refused(/runs nothing on the chosen/),
    )
    const created = [host('mon-a', { prometheus: stamp(200, 1) })]
    await assert.rejects(rollbackInstances(created, everything), refused(/created all that it changed/))
  })

  it('is refused where a host did not answer, for its run may be the last', async () => {
    const { observed: _, connection: __, ...rest } = host('mon-b', {})
    const sessions = [host('mon-a', { prometheus: stamp(200, 5) }), rest]
    await assert.rejects(
      rollbackInstances(sessions, everything),
      refused(/which run was the last is not known.*mon-b/),
    )
  })

  it('is refused under the locks where another run came between', async () => {
    const sessions = [host('mon-a', { prometheus: stamp(300, 5) })]
    await assert.rejects(rollbackInstances(sessions, everything, '200-n'), refused(/another run has changed/))
  })
})
