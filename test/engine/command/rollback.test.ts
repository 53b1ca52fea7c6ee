import assert from 'node:assert/strict'
import { components } from '../../../roles/index.ts'
import { ProblemError } from '../../../src/diagnostic/problem.ts'
import { byGeneration, rollbackInstances } from '../../../src/engine/command/rollback.ts'
import { byName, type HostRun, type HostRuns } from '../../../src/engine/host-run.ts'
import type { Component } from '../../../src/inventory/model.ts'
import type { StateRecord } from '../../../src/resource/observed.ts'
import { renderGeneration } from '../../../src/shell/record/generation.ts'
import { recordHeader } from '../../../src/shell/record/record.ts'
import { blank } from '../../plan/host.ts'
import {
  type FakeConnection,
  fakeConnection,
  type Reply,
  type Sent,
  timeOut,
} from '../../support/fake-connection.ts'
import { contextOf, runOf } from '../runs.ts'

const health = { address: '127.0.0.1', port: 9090, readyPath: '/-/ready', loaded: 'prometheus' } as const
const stamp = (run: number, generation: number, cell = 'eu'): StateRecord => ({
  ...{ restart: 'r', reload: 'l', all: 'a', time: 1, run: `${run}-n`, generation, cell, health },
  ...{ version: '3.5.0', unit: 'prometheus.service', owned: [] },
})
const everything = {
  components: new Set<Component>(['prometheus', 'alertmanager', 'node_exporter']),
  cells: new Set(['eu']),
}

/** A host with these stamps, which keeps each generation from 1 on, unless it answers otherwise. */
function host(
  name: string,
  stamps: Partial<Record<Component, StateRecord>>,
  generations?: Reply,
): HostRun & { readonly connection: FakeConnection } {
  const records = new Map(Object.entries(stamps)) as Map<Component, StateRecord>
  const kept = ({ script }: Sent) => {
    const before = [...records].filter(
      ([component, { generation }]) => script.includes(`generations/${component}`) && generation > 1,
    )
    return [...before.map(([component, { generation }]) => listing(component, generation - 1)), 'end']
  }
  const connection = fakeConnection(name, {
    probe: ['host\nx86_64\n0\n1.0\nsystemd', 'end'],
    generations: generations ?? kept,
  })
  return { ...runOf(name, { observed: { ...blank, records }, connection }), connection }
}

/** The section with what the host kept of a component. */
const listing = (component: Component, generation: number) =>
  `${component}\n${renderGeneration(recordHeader(stamp(1, generation)), [], () => '').trimEnd()}`

const rollBack = (runs: readonly HostRun[], choice = everything, expected?: string) =>
  rollbackInstances(byName(runs), choice, expected)

const goesBack = (hosts: HostRuns) =>
  [...hosts.values()].flatMap(({ host, desired }) =>
    desired.map(instance => `${host.name} ${instance.component} ${instance.back?.generation}`),
  )

function refused(pattern: RegExp) {
  return (thrown: unknown) => {
    assert.ok(thrown instanceof ProblemError)
    const said = thrown.problems.flatMap(({ summary, detail = '' }) => [summary, detail])
    assert.match(said.join('\n'), pattern)
    assert.ok(thrown.problems.every(({ remedy }) => remedy !== undefined))
    return true
  }
}

describe('a rollback', () => {
  it('undoes the newest run only, wherever it was', async () => {
    const { run, hosts, warnings } = await rollBack(
      [
        host('mon-a', { prometheus: stamp(200, 5), alertmanager: stamp(99, 2) }),
        host('mon-b', { prometheus: stamp(200, 4), node_exporter: stamp(200, 2) }),
        host('app', { node_exporter: stamp(99, 3) }),
      ],
      everything,
    )
    assert.equal(run, '200-n')
    assert.deepEqual(goesBack(hosts), ['mon-a prometheus 4', 'mon-b prometheus 3', 'mon-b node_exporter 1'])
    assert.equal(warnings.length, 1)
    assert.match(warnings[0]?.summary ?? '', /inventory may not match/)
  })

  it('takes back what this promha does not know, if the run is about all', async () => {
    const sessions = () => [host('mon-a', { prometheus: stamp(99, 5), oddity_exporter: stamp(200, 2) })]
    const all = { ...everything, components: new Set(components) }
    assert.deepEqual(goesBack((await rollBack(sessions(), all)).hosts), ['mon-a oddity_exporter 1'])
    assert.deepEqual(goesBack((await rollBack(sessions(), everything)).hosts), ['mon-a prometheus 4'])
    const created = [host('mon-a', { prometheus: stamp(200, 5), oddity_exporter: stamp(200, 1) })]
    const [warning] = (await rollBack(created, all)).warnings
    assert.equal(
      warning?.remedy,
      'To remove it, run `promha apply --limit mon-a`: the inventory does not name it.',
    )
  })

  it('takes runs by their time, not by their letters', async () => {
    const sessions = [host('mon-a', { prometheus: stamp(1000, 2), alertmanager: stamp(999, 2) })]
    assert.deepEqual(goesBack((await rollBack(sessions, everything)).hosts), ['mon-a prometheus 1'])
  })

  it('goes by the clocks of the hosts where those of the people differ', async () => {
    const early = { ...stamp(9_000_000, 2), time: 100 }
    const sessions = [host('mon-a', { prometheus: { ...stamp(200, 2), time: 101 }, alertmanager: early })]
    const back = await rollBack(sessions, everything)
    assert.deepEqual(goesBack(back.hosts), ['mon-a prometheus 1'])
  })

  it('is refused where a note of what is there cannot be read', async () => {
    const fine = host('mon-b', { prometheus: stamp(200, 5) })
    const sessions = [runOf('mon-a', { observed: { ...blank, damaged: ['prometheus'] } }), fine]
    await assert.rejects(rollBack(sessions, everything), (thrown: unknown) => {
      assert.ok(thrown instanceof ProblemError)
      assert.match(thrown.message, /cannot tell which run was last: mon-a could not be examined/)
      return true
    })
  })

  it('undoes what was cut short, and then nothing else', async () => {
    const { session } = host('mon-a', { prometheus: stamp(200, 5) })
    const unfinished = [{ name: 'prometheus', touched: true }]
    const cut = runOf('mon-a', { observed: { ...session.observed, unfinished } })
    const goal = byGeneration()
    const desire = (run: HostRun) =>
      goal.desire(
        contextOf([run], {
          prepared: { inventory: { cells: [{ name: 'eu' }] } },
          request: { selection: { ...everything, hosts: new Set() } },
        }),
      )
    const first = await desire(cut)
    assert.deepEqual(goesBack(first.hosts), [])
    assert.match(
      first.warnings[0]?.summary ?? '',
      /a change of prometheus was cut short: that is what is undone/,
    )
    const second = await desire(host('mon-a', { prometheus: stamp(200, 5) }))
    assert.deepEqual([goesBack(second.hosts), second.warnings], [[], []])
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
    assert.deepEqual(goesBack((await rollBack(sessions, chosen)).hosts), ['mon-a node_exporter 1'])
  })

  it('leaves what that run created, and says what to do', async () => {
    const sessions = [host('mon-a', { prometheus: stamp(200, 5), node_exporter: stamp(200, 1) })]
    const { hosts: back, warnings } = await rollBack(sessions, everything)
    assert.deepEqual(goesBack(back), ['mon-a prometheus 4'])
    assert.match(warnings[0]?.summary ?? '', /node_exporter was created by the run that is undone/)
    assert.equal(warnings[0]?.host, 'mon-a')
    assert.match(warnings[0]?.remedy ?? '', /--only node_exporter/)
  })

  const both = { prometheus: stamp(200, 5), alertmanager: stamp(200, 3) }
  const answers: Readonly<Record<string, readonly [Reply, RegExp]>> = {
    'a host does not say what it keeps': [
      { stderr: 'Permission denied', code: 1 },
      /^the kept generations could not be read: Permission denied/m,
    ],
    'a host is cut off as it is asked': [
      { sections: [listing('prometheus', 4)], cut: true },
      /^the kept generations could not be read/m,
    ],
    'a host takes too long': [timeOut('mon-a'), /^a command did not end within/m],
    'what a generation names has gone from the store': [
      [listing('prometheus', 4), 'lacks prometheus\n/etc/prometheus/a%20b', 'end'],
      /^the generation before is not whole any more\nGone from the host's store: \/etc\/prometheus\/a b/m,
    ],
    'a listing is not whole': [
      ['prometheus\nempty', 'end'],
      /^the kept generation of prometheus cannot be read/m,
    ],
    'nothing is kept of all that the run changed': [
      ['end'],
      /^nothing to roll back: no earlier generation is kept of prometheus on mon-a, alertmanager on mon-a/m,
    ],
  }
  for (const [title, [generations, says]] of Object.entries(answers)) {
    it(`is refused before anything is touched if ${title}`, async () => {
      const [asked, other] = [host('mon-a', both, generations), host('mon-b', {})]
      await assert.rejects(rollBack([asked, other], everything), refused(says))
      assert.deepEqual(asked.connection.asked(), ['generations'])
      assert.deepEqual(other.connection.asked(), [])
    })
  }

  it('is refused if one host of two cannot go back, and nothing is left half', async () => {
    const sessions = [host('mon-a', both), host('mon-b', both, timeOut('mon-b'))]
    await assert.rejects(rollBack(sessions, everything), refused(/^a command did not end within/m))
  })

  it('leaves of a run what has no generation before it any more, and says so', async () => {
    const sessions = [host('mon-a', both, [listing('prometheus', 4), 'end'])]
    const { hosts: back, warnings } = await rollBack(sessions, everything)
    assert.deepEqual(goesBack(back), ['mon-a prometheus 4'])
    assert.deepEqual(
      warnings.map(({ summary }) => summary),
      [
        'no earlier generation of alertmanager is kept, so it stays as it is',
        'the hosts roll back to an earlier generation, and the inventory may not match it',
      ],
    )
  })

  it('is refused where nothing can go back', async () => {
    await assert.rejects(rollBack([host('mon-a', {})], everything), refused(/runs nothing on the chosen/))
    const created = [host('mon-a', { prometheus: stamp(200, 1) })]
    await assert.rejects(rollBack(created, everything), refused(/only created components/))
  })

  it('is refused where a host did not answer, for its run may be the last', async () => {
    const sessions = [host('mon-a', { prometheus: stamp(200, 5) }), runOf('mon-b', { status: 'unreachable' })]
    await assert.rejects(
      rollBack(sessions, everything),
      refused(/cannot tell which run was last: mon-b is unreachable/),
    )
  })

  it('is refused under the locks where another run came between', async () => {
    const sessions = [host('mon-a', { prometheus: stamp(300, 5) })]
    await assert.rejects(rollBack(sessions, everything, '200-n'), refused(/another run has changed/))
  })
})
