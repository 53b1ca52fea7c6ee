import assert from 'node:assert/strict'
import type { Answer } from '../../src/shell/host/ask.ts'
import { awaitHealthy, type GateRequest } from '../../src/verify/await-healthy.ts'
import { AskError } from '../../src/verify/model.ts'
import { recorded, recordings } from './stage.ts'

const recording = recordings[1]
const answers = recorded(recording)
const loadedAt = Date.parse('2026-11-22T12:50:51Z') / 1000

/** Answers from the recording of mon-a, unless `change` says otherwise. */
function request(
  component: 'prometheus' | 'alertmanager',
  change: (path: string) => Partial<Answer> | undefined = () => undefined,
  rest: Partial<GateRequest> = {},
): { request: GateRequest; notes: string[] } {
  const notes: string[] = []
  return {
    notes,
    request: {
      ask: async (_, __, ___, path) => {
        const answer = answers[`mon-a/${component} ${path}`]
        assert.ok(answer, path)
        const body = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
        return { status: answer.status, body, ...change(path) }
      },
      host: 'mon-a',
      component,
      health: { address: '127.0.0.1', port: 1, readyPath: '/-/ready', loaded: component },
      deadline: performance.now() + 10_000,
      signal: new AbortController().signal,
      onWait: note => notes.push(note),
      ...rest,
    },
  }
}

function runtime(reloadConfigSuccess: boolean): Answer {
  const data = { reloadConfigSuccess, lastConfigTime: '2026-11-22T12:50:51Z' }
  return { status: 200, body: JSON.stringify({ status: 'success', data }) }
}

describe('awaitHealthy', () => {
  for (const component of ['prometheus', 'alertmanager'] as const) {
    it(`lets a ${component} pass that is ready and has loaded its config`, async () => {
      const { request: gate, notes } = request(component, undefined, { notLoadedBefore: loadedAt + 0.4 })
      assert.equal(await awaitHealthy(gate), undefined)
      assert.deepEqual(notes, [])
    })

    it(`waits for a ${component} that has not loaded the new config, until the deadline`, async () => {
      const { request: gate, notes } = request(component, undefined, {
        notLoadedBefore: loadedAt + 1,
        deadline: performance.now() + 150,
      })
      const problem = await awaitHealthy(gate)
      assert.equal(
        problem?.summary,
        `${component} did not become ready within 0 s: it has not loaded the new config yet`,
      )
      assert.equal(problem?.host, 'mon-a')
      assert.equal(problem?.resource, `service:${component}.service`)
      assert.deepEqual(notes, ['has not loaded the new config yet'])
    })
  }

  it('tells of the replay of the log while it lasts', async () => {
    let round = 0
    const { request: gate, notes } = request('prometheus', path => {
      if (path === '/api/v1/status/walreplay') {
        return { body: JSON.stringify({ data: { min: 2, max: 9, current: 4 + round } }) }
      }
      if (path !== '/-/ready') return undefined
      round += 1
      return round < 3 ? { status: 503 } : undefined
    })
    assert.equal(await awaitHealthy(gate), undefined)
    assert.deepEqual(notes, [
      'replays its log of samples: segment 5 of 9',
      'replays its log of samples: segment 6 of 9',
    ])
  })

  for (const [title, grows] of [
    ['watches a replay beyond the deadline as long as it goes on', true],
    ['gives up a replay that stands still', false],
  ] as const) {
    it(title, async () => {
      let round = 0
      const change = (path: string) => {
        if (path === '/api/v1/status/walreplay') {
          return { body: JSON.stringify({ data: { min: 2, max: 99, current: grows ? round : 4 } }) }
        }
        if (path !== '/-/ready') return undefined
        round += 1
        return round < 8 ? { status: 503 } : undefined
      }
      const patience = 700
      const began = performance.now()
      const { request: gate } = request('prometheus', change, { deadline: began + patience })
      const problem = await awaitHealthy(gate)
      if (grows) {
        assert.equal(problem, undefined)
        assert.ok(performance.now() - began > patience)
      } else
        assert.match(problem?.summary ?? '', /within 1 s: it replays its log of samples: segment 4 of 99/)
    })
  }

  it('leaves time to see two restarts where the program cannot be asked, then lets it pass', async () => {
    const { request: gate, notes } = request('prometheus', () => {
      throw new AskError('impossible', 'no tool')
    })
    const began = performance.now()
    assert.equal(await awaitHealthy(gate), undefined)
    assert.ok(performance.now() - began > 10_000)
    assert.deepEqual(notes, ['cannot be asked whether it is ready: no tool'])
  }).timeout(20_000)

  it('waits for a port that is not open yet', async () => {
    let round = 0
    const { request: gate, notes } = request('prometheus', () => {
      round += 1
      if (round === 1) throw new AskError('refused', 'nothing listens')
      return undefined
    })
    assert.equal(await awaitHealthy(gate), undefined)
    assert.deepEqual(notes, ['does not listen yet (127.0.0.1:1)'])
  })

  it('ends at once where a good config is followed by a refused reload', async () => {
    let round = 0
    const { request: gate } = request(
      'prometheus',
      path => {
        if (path !== '/api/v1/status/runtimeinfo') return undefined
        round += 1
        return runtime(round === 1)
      },
      { notLoadedBefore: loadedAt + 5 },
    )
    const started = performance.now()
    const problem = await awaitHealthy(gate)
    assert.ok(performance.now() - started < 2_000)
    assert.equal(problem?.summary, 'prometheus refused the new config at the reload')
  })

  it('gives a reload time to clear an earlier refusal', async () => {
    let round = 0
    const { request: gate, notes } = request('prometheus', path => {
      if (path !== '/api/v1/status/runtimeinfo') return undefined
      round += 1
      return runtime(round > 2)
    })
    assert.equal(await awaitHealthy(gate), undefined)
    assert.deepEqual(notes, ['has refused its config'])
  })

  it('gives a reload that is slow more time to clear an earlier refusal', async () => {
    const gate = (reloadTime: number, good: number) => {
      const began = performance.now()
      const { request: one } = request(
        'prometheus',
        path =>
          path === '/api/v1/status/runtimeinfo' ? runtime(performance.now() - began >= good) : undefined,
        { reloadTime, deadline: began + 100 },
      )
      return awaitHealthy(one)
    }
    // The usual three seconds are over by then, and so is the deadline.
    assert.equal(await gate(10_000, 3_600), undefined)
    assert.match((await gate(300, 3_600))?.summary ?? '', /refused/)
  }).timeout(20_000)

  it('asks behind the path that the program serves under', async () => {
    const { request: gate } = request('prometheus')
    const asked: string[] = []
    await awaitHealthy({
      ...gate,
      health: { ...gate.health, readyPath: '/prom/-/ready' },
      ask: async (host, address, port, path) => {
        asked.push(path)
        return gate.ask(host, address, port, path.replace('/prom', ''))
      },
    })
    assert.deepEqual(asked, ['/prom/-/ready', '/prom/api/v1/status/runtimeinfo'])
  })

  describe('of a prober', () => {
    const metrics = (successful: 0 | 1, at: number) =>
      `blackbox_exporter_config_last_reload_successful ${successful}
blackbox_exporter_config_last_reload_success_timestamp_seconds ${at}
`
    const prober = (body: () => string, rest: Partial<GateRequest>, asked: string[] = []): GateRequest => ({
      ...request('prometheus').request,
      component: 'blackbox_exporter',
      health: { address: '127.0.0.1', port: 9115, readyPath: '/bb/-/healthy', loaded: 'blackbox' },
      ask: async (_, __, ___, path) => {
        asked.push(path)
        return { status: 200, body: path.endsWith('/metrics') ? body() : 'Healthy' }
      },
      ...rest,
    })

    it('lets one pass that has loaded what it was given, and asks behind its prefix', async () => {
      const asked: string[] = []
      const gate = prober(() => metrics(1, 1.7953786858842797e9), { notLoadedBefore: 1795378685.9 }, asked)
      assert.equal(await awaitHealthy(gate), undefined)
      assert.deepEqual(asked, ['/bb/-/healthy', '/bb/metrics'])
    })

    it('waits for one that has not loaded it yet', async () => {
      let round = 0
      const notes: string[] = []
      const gate = prober(() => metrics(1, round++ < 2 ? 1_795_378_600 : 1_795_378_690), {
        notLoadedBefore: 1_795_378_686,
        onWait: note => notes.push(note),
      })
      assert.equal(await awaitHealthy(gate), undefined)
      assert.deepEqual(notes, ['has not loaded the new config yet'])
    })

    it('tells of one that refused it', async () => {
      let round = 0
      const gate = prober(() => metrics(round++ < 1 ? 1 : 0, 1_795_378_600), {
        notLoadedBefore: 1_795_378_686,
      })
      assert.equal(
        (await awaitHealthy(gate))?.summary,
        'blackbox_exporter refused the new config at the reload',
      )
    })
  })

  it('stops when aborted', async () => {
    const abort = new AbortController()
    const { request: gate } = request('prometheus', () => ({ status: 503 }), { signal: abort.signal })
    const waiting = awaitHealthy({ ...gate, onWait: () => abort.abort() })
    assert.equal(await waiting, undefined)
  })
})
