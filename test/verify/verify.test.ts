import assert from 'node:assert/strict'
import { AskError } from '../../src/verify/model.ts'
import { proveSite } from '../../src/verify/verify.ts'
import { type Answers, byName, healthyFacts, recorded, recordings, stage } from './stage.ts'

const watchdogs = '/api/v2/alerts?filter=promha%3D%22watchdog%22'
const targets = '/api/v1/targets?state=active'

/** The recorded broken rule taken out. */
function healthy(recording: (typeof recordings)[number]): Answers {
  const answers = recorded(recording)
  for (const host of ['mon-a', 'mon-b']) answers[`${host}/prometheus /api/v1/rules`]?.body.data.groups.shift()
  return answers
}

for (const recording of recordings) {
  describe(`verify, with answers of Prometheus ${recording.version}`, () => {
    it('passes a healthy pair, with a warning for the target that is the user’s own', async () => {
      const { input, told } = stage(recording, healthy(recording))
      const checks = await proveSite(input)
      const seen = byName(checks)
      assert.deepEqual(
        checks.filter(({ status }) => status !== 'pass').map(({ id, status }) => `${status} ${id}`),
        ['warn prometheus.targets_up', 'warn prometheus.targets_up'],
      )
      assert.equal(checks.length, 22)
      assert.deepEqual(new Set(told), new Set(checks))
      assert.equal(seen['alertmanager.cluster lab']?.detail, '2 of 2 peers, seen by every member')
      assert.equal(seen['prometheus.mutual lab']?.detail, 'a sees b up and b sees a up')
      assert.equal(
        seen['prometheus.config_identical lab']?.detail,
        'the same on 2 of 2, on disk and in memory, prometheus_replica is a and b',
      )
      assert.equal(
        seen['alert.deduplicated lab']?.detail,
        'one alert on 2 of 2 Alertmanagers (b7ce2930099fe7b3), delivered to each by a and b',
      )
      assert.equal(seen['prometheus.targets_identical lab']?.detail, 'the same 6 targets on 2 of 2')
      assert.equal(
        seen['prometheus.targets_up mon-a/prometheus']?.detail,
        '5 of 6 targets up; not shop 127.0.0.1:' +
          `${recording.base + 80} (dial tcp 127.0.0.1:${recording.base + 80}: connect: connection refused)`,
      )
      assert.equal(seen['exporter.up mon-a/node_exporter']?.detail, 'up on a and b')
    })

    it('asks each path of each program once', async () => {
      const { input, asked } = stage(recording, healthy(recording))
      await proveSite(input)
      assert.deepEqual([...new Set(asked)].sort(), [...asked].sort())
      assert.equal(asked.filter(key => key.startsWith('mon-a/prometheus')).length, 8)
      assert.deepEqual(
        asked.filter(key => key.endsWith('/metrics')),
        [],
      )
    })

    it('names the rule that fails', async () => {
      const { input } = stage(recording, recorded(recording))
      const check = byName(await proveSite(input))['prometheus.rules_healthy mon-a/prometheus']
      assert.equal(check?.status, 'fail')
      assert.equal(
        check?.detail,
        '1 of 3 rules fail: users/broken (vector cannot contain metrics with the same labelset)',
      )
    })

    it('sees from the counters that nothing reaches a dead Alertmanager', async () => {
      const answers = recorded(recording, '-one-alertmanager-dead')
      const dead = `127.0.0.1:${recording.base + 4}`
      // As if it answered again, but no alert had been sent anew yet.
      for (const [key, answer] of Object.entries(answers)) {
        const twin = answers[key.replace('mon-b/', 'mon-a/')]
        if (answer.refused && twin) answers[key] = twin
      }
      const check = byName(await proveSite(stage(recording, answers).input))['alert.deduplicated lab']
      assert.equal(check?.status, 'fail')
      assert.equal(
        check?.detail,
        `the Watchdog: a has delivered nothing to ${dead} in five minutes; b has delivered nothing to ${dead} in five minutes`,
      )
    })

    it('tells of a dead Alertmanager in each check that needs it', async () => {
      const { input } = stage(recording, recorded(recording, '-one-alertmanager-dead'))
      const seen = byName(await proveSite(input))
      const why = `alertmanager on mon-b: nothing listens on 127.0.0.1:${recording.base + 4}`
      for (const name of [
        'alertmanager.ready mon-b/alertmanager',
        'alertmanager.cluster lab',
        'alert.deduplicated lab',
      ]) {
        assert.equal(seen[name]?.status, 'fail', name)
        assert.equal(seen[name]?.detail, why, name)
        assert.ok(seen[name]?.remedy)
      }
      assert.equal(seen['alertmanager.ready mon-a/alertmanager']?.status, 'pass')
      const up = seen['prometheus.targets_up mon-a/prometheus']
      assert.equal(up?.status, 'fail')
      assert.match(up?.detail ?? '', /alertmanager mon-b:\d+ \(dial tcp/)
    })
  })
}

describe('verify', () => {
  const recording = recordings[1]

  /** The checks after one change of a healthy pair. */
  async function after(change: (answers: Answers) => void, input = {}) {
    const answers = healthy(recording)
    change(answers)
    return byName(await proveSite(stage(recording, answers, input).input))
  }
  const at = (answers: Answers, key: string) => {
    const found = answers[key]
    assert.ok(found, key)
    return found
  }

  it('notices a replica label that was not expanded', async () => {
    const seen = await after(answers => {
      const { data } = at(answers, 'mon-b/prometheus /api/v1/status/config').body
      data.yaml = data.yaml.replace('prometheus_replica: b', 'prometheus_replica: ${REPLICA}')
    })
    const check = seen['prometheus.config_identical lab']
    assert.equal(check?.status, 'fail')
    assert.equal(
      check?.detail,
      'on mon-b the external label prometheus_replica should be b and is ${REPLICA}',
    )
    assert.match(check?.remedy ?? '', /expand-external-labels/)
  })

  it('notices running configs that differ, without showing their text', async () => {
    const seen = await after(answers => {
      const prometheus = at(answers, 'mon-b/prometheus /api/v1/status/config').body.data
      prometheus.yaml = prometheus.yaml.replace('job_name: node', 'job_name: secret')
      const { config } = at(answers, 'mon-b/alertmanager /api/v2/status').body
      config.original = config.original.replace('resolve_timeout: 5m', 'resolve_timeout: 6m')
    })
    assert.match(
      seen['prometheus.config_identical lab']?.detail ?? '',
      /^the running configs of mon-a and mon-b differ from line \d+ on$/,
    )
    assert.match(seen['alertmanager.config_identical lab']?.detail ?? '', /differ from line 2 on$/)
  })

  it('notices files that differ or are missing', async () => {
    const facts = (configHash: string | null) => ({
      facts: (host: string) => (host === 'mon-b' ? { ...healthyFacts, configHash } : healthyFacts),
    })
    const differs = await after(() => {}, facts('beef'))
    assert.equal(differs['prometheus.config_identical lab']?.detail, 'the files on mon-a and mon-b differ')
    const missing = await after(() => {}, facts(null))
    assert.equal(missing['alertmanager.config_identical lab']?.detail, 'a config file is missing on mon-b')
  })

  it('notices a config that is newer than what was loaded, and one that was refused', async () => {
    const newer = { ...healthyFacts, configTime: Date.parse('2026-11-22T12:51:51.5Z') / 1000 }
    const seen = await after(
      answers => {
        at(answers, 'mon-b/prometheus /api/v1/status/runtimeinfo').body.data.reloadConfigSuccess = false
      },
      { facts: () => newer },
    )
    assert.match(
      seen['prometheus.config_loaded mon-a/prometheus']?.detail ?? '',
      /loaded its config 61 s before/,
    )
    assert.match(seen['prometheus.config_loaded mon-b/prometheus']?.detail ?? '', /refused its config/)
    assert.match(seen['alertmanager.config_identical lab']?.detail ?? '', /loaded its config 60 s before/)
  })

  it('takes a file written in the second of the load as loaded', async () => {
    const same = { ...healthyFacts, configTime: Date.parse('2026-11-22T12:50:51.9Z') / 1000 }
    const seen = await after(() => {}, { facts: () => same })
    assert.equal(seen['prometheus.config_loaded mon-a/prometheus']?.status, 'pass')
    assert.equal(seen['alertmanager.config_identical lab']?.status, 'pass')
  })

  it('fails where a generated target is missing or down, and says which', async () => {
    const seen = await after(answers => {
      const { data } = at(answers, `mon-a/prometheus ${targets}`).body
      data.activeTargets = data.activeTargets.filter(
        (target: { scrapePool: string }) => target.scrapePool !== 'node',
      )
    })
    assert.match(
      seen['prometheus.targets_up mon-a/prometheus']?.detail ?? '',
      /^4 of 6 targets up; not node mon-a:29300 \(not scraped\), shop/,
    )
    assert.equal(seen['prometheus.targets_identical lab']?.detail, 'only b scrapes node mon-a:29300')
    assert.equal(seen['exporter.up mon-a/node_exporter']?.detail, 'not up on a (not scraped)')
  })

  it("does not take a user's job of the same instance for the exporter's", async () => {
    const seen = await after(answers => {
      const { data } = at(answers, `mon-a/prometheus ${targets}`).body
      const node = data.activeTargets.find((target: { scrapePool: string }) => target.scrapePool === 'node')
      const other = { ...node, scrapePool: 'other', health: 'down', lastError: 'no' }
      data.activeTargets = [other, ...data.activeTargets]
    })
    assert.equal(seen['exporter.up mon-a/node_exporter']?.detail, 'up on a and b')
  })

  it('fails where a replica does not see its twin', async () => {
    const seen = await after(answers => {
      for (const target of at(answers, `mon-b/prometheus ${targets}`).body.data.activeTargets) {
        if (target.labels.instance !== 'mon-a:29290') continue
        Object.assign(target, {
          health: 'down',
          lastError: 'Get "http://u:pw@x/?token=1": context deadline exceeded',
        })
      }
    })
    assert.equal(seen['prometheus.mutual lab']?.detail, 'b does not see a up (context deadline exceeded)')
  })

  it('fails where an Alertmanager is not sent to', async () => {
    const seen = await after(answers => {
      at(answers, 'mon-a/prometheus /api/v1/alertmanagers').body.data.activeAlertmanagers.pop()
    })
    const check = seen['prometheus.alertmanagers mon-a/prometheus']
    assert.equal(check?.status, 'fail')
    assert.equal(check?.detail, 'sends to 1 of 2 Alertmanagers; not to 127.0.0.1:29294')
  })

  it('fails where a cluster is split, unsettled or has a stranger', async () => {
    const cluster = (answers: Answers) => at(answers, 'mon-b/alertmanager /api/v2/status').body.cluster
    const name = 'alertmanager.cluster lab'
    const split = await after(answers => cluster(answers).peers.shift())
    assert.equal(split[name]?.detail, 'mon-b sees 1 of 2 peers; missing mon-1')
    const unsettled = await after(answers => Object.assign(cluster(answers), { status: 'settling' }))
    assert.equal(unsettled[name]?.detail, 'mon-b sees 2 of 2 peers, and is settling still')
    const stranger = await after(answers =>
      cluster(answers).peers.push({ name: 'x', address: '10.0.0.9:9094' }),
    )
    assert.match(stranger[name]?.detail ?? '', /stranger in the cluster: x at 10\.0\.0\.9:9094/)
  })

  it('fails if two members advertise one address, whatever they are called', async () => {
    const name = 'alertmanager.cluster lab'
    const seen = await after(answers => {
      for (const host of ['mon-a', 'mon-b'])
        for (const peer of at(answers, `${host}/alertmanager /api/v2/status`).body.cluster.peers)
          peer.address = '172.17.0.1:9094'
    })
    assert.equal(seen[name]?.status, 'fail')
    assert.equal(
      seen[name]?.detail,
      'mon-1, mon-2 advertise one address, 172.17.0.1:9094, so they cannot reach each other',
    )
    assert.match(seen[name]?.remedy ?? '', /`address:` of each of these hosts/)
    // Each of them takes itself for the only one there.
    const apart = await after(answers => {
      for (const [host, index] of [
        ['mon-a', 1],
        ['mon-b', 0],
      ] as const)
        at(answers, `${host}/alertmanager /api/v2/status`).body.cluster.peers[index].address =
          '127.0.0.1:29311'
    })
    assert.equal(apart[name]?.status, 'fail')
  })

  it('fails if a member is seen at another address than its own', async () => {
    const name = 'alertmanager.cluster lab'
    const seen = await after(answers => {
      at(answers, 'mon-b/alertmanager /api/v2/status').body.cluster.peers[0].address = '10.0.0.9:29311'
    })
    assert.equal(seen[name]?.status, 'fail')
    assert.match(
      seen[name]?.detail ?? '',
      /^mon-b sees mon-1 at 10\.0\.0\.9:29311; expected 127\.0\.0\.1:29311$/,
    )
  })

  it('fails where the Watchdog is there twice, and names the label that differs', async () => {
    const seen = await after(answers => {
      const alerts = at(answers, `mon-a/alertmanager ${watchdogs}`).body
      alerts[0].labels.prometheus_replica = 'a'
      alerts.push({
        ...alerts[0],
        fingerprint: '1',
        labels: { ...alerts[0].labels, prometheus_replica: 'b' },
      })
    })
    const check = seen['alert.deduplicated lab']
    assert.equal(check?.detail, 'the Watchdog: mon-a holds 2 of it, which differ in prometheus_replica')
    assert.match(check?.remedy ?? '', /alert_relabel_configs/)
  })

  it('does not wait for a Watchdog that alert_relabel_configs drop, and says so', async () => {
    const recording = recordings[1]
    const { input } = stage(recording, healthy(recording))
    const rules = [{ source_labels: ['severity'], regex: 'critical', action: 'keep' }]
    const cells = input.topology.cells.map(cell => ({ ...cell, alertRelabelConfigs: rules }))
    const started = performance.now()
    const check = byName(await proveSite({ ...input, topology: { cells } }))['alert.deduplicated lab']
    assert.equal(check?.status, 'warn')
    assert.equal(
      check.detail,
      'alert_relabel_configs drop the Watchdog, so promha cannot check whether each alert arrives once',
    )
    assert.ok(performance.now() - started < 5_000)
  })

  it('lets another cell’s Watchdog be, and asks nothing of a Watchdog that does not fire', async () => {
    const shared = await after(answers => {
      const alerts = at(answers, `mon-a/alertmanager ${watchdogs}`).body
      alerts.push({ ...alerts[0], fingerprint: '1', labels: { ...alerts[0].labels, cell: 'eu' } })
    })
    assert.equal(shared['alert.deduplicated lab']?.status, 'pass')
    const silent = await after(answers => {
      for (const { rules } of at(answers, 'mon-b/prometheus /api/v1/rules').body.data.groups)
        rules[0].state = 'pending'
    })
    assert.equal(silent['alert.deduplicated lab']?.detail, 'the Watchdog: it does not fire on b yet')
  })

  it('fails for an unreachable host, at once and with why', async () => {
    const started = performance.now()
    const seen = await after(() => {}, {
      unreachable: new Map([['mon-b', 'no route to host']]),
      patience: 20_000,
    })
    assert.ok(performance.now() - started < 5_000)
    assert.equal(
      seen['prometheus.ready mon-b/prometheus']?.detail,
      'mon-b could not be reached: no route to host',
    )
    assert.equal(seen['prometheus.mutual lab']?.status, 'fail')
    assert.equal(seen['prometheus.ready mon-a/prometheus']?.status, 'pass')
    assert.match(
      seen['exporter.up mon-a/node_exporter']?.detail ?? '',
      /^up on a; not seen by b: mon-b could not/,
    )
    assert.equal(seen['exporter.up mon-a/node_exporter']?.status, 'skip')
  })

  it('skips what cannot be asked', async () => {
    const ask = async () => {
      throw new AskError('impossible', 'forwarding is forbidden')
    }
    const seen = await after(() => {}, { ask, patience: 20_000 })
    assert.deepEqual(new Set(Object.values(seen).map(({ status }) => status)), new Set(['skip']))
    assert.equal(
      seen['prometheus.ready mon-a/prometheus']?.detail,
      'prometheus on mon-a could not be asked: forwarding is forbidden',
    )
  })

  it('leaves out unselected programs, and skips what would need them', async () => {
    const { input, asked } = stage(recording, healthy(recording), { hosts: new Set(['mon-a']) })
    const seen = byName(await proveSite(input))
    assert.ok(!('prometheus.ready mon-b/prometheus' in seen))
    assert.deepEqual(
      asked.filter(key => key.startsWith('mon-b')),
      [],
    )
    assert.equal(seen['prometheus.mutual lab']?.status, 'skip')
    assert.equal(seen['prometheus.mutual lab']?.detail, 'mon-b is not among the selected hosts')
    assert.equal(seen['prometheus.ready mon-a/prometheus']?.status, 'pass')
    const only = await after(() => {}, { components: new Set(['alertmanager']) })
    assert.deepEqual([...new Set(Object.values(only).map(({ id }) => id.split('.')[0]))], ['alertmanager'])
  })

  it('only warns of a generated target that was left out of the selection', async () => {
    const seen = await after(
      answers => {
        for (const target of at(answers, `mon-a/prometheus ${targets}`).body.data.activeTargets) {
          if (target.scrapePool === 'node') target.health = 'down'
        }
      },
      { components: new Set(['prometheus', 'alertmanager']) },
    )
    assert.equal(seen['prometheus.targets_up mon-a/prometheus']?.status, 'warn')
  })

  it('only warns of another cell’s replica from which this one collects', async () => {
    const answers = healthy(recording)
    for (const host of ['mon-a', 'mon-b']) {
      for (const target of at(answers, `${host}/prometheus ${targets}`).body.data.activeTargets) {
        if (target.scrapePool === 'node') Object.assign(target, { scrapePool: 'federate', health: 'down' })
      }
    }
    const { input } = stage(recording, answers)
    const [cell] = input.topology.cells
    assert.ok(cell)
    const jobs = cell.jobs.map(job => (job.name === 'node' ? { ...job, name: 'federate' } : job))
    const seen = byName(
      await proveSite({ ...input, topology: { cells: [{ ...cell, jobs, exporters: [] }] } }),
    )
    assert.equal(seen['prometheus.targets_up mon-a/prometheus']?.status, 'warn')
  })

  it('fails, and goes on, where something else answers', async () => {
    const seen = await after(answers => {
      for (const [key, answer] of Object.entries(answers))
        if (key.startsWith('mon-b/')) answer.body = '<html>hello</html>'
    })
    assert.match(seen['prometheus.mutual lab']?.detail ?? '', /shape that promha does not know/)
    assert.equal(seen['prometheus.rules_healthy mon-a/prometheus']?.status, 'pass')
  })

  it('awaits targets of the user that Prometheus has not read yet, and warns of them in the end', async () => {
    const answers = healthy(recording)
    const { input } = stage(recording, answers, { patience: 700 })
    const [cell] = input.topology.cells
    assert.ok(cell)
    const wanted = { job: 'shop', address: '192.0.2.1:80', labels: { floor: '3' } }
    const notes: string[] = []
    const began = performance.now()
    const seen = byName(
      await proveSite({
        ...input,
        topology: { cells: [{ ...cell, fileTargets: [wanted] }] },
        onWait: note => void notes.push(note),
      }),
    )
    assert.ok(performance.now() - began >= 700)
    assert.match(notes[0] ?? '', /shop 192\.0\.2\.1:80 \(not read yet\)/)
    assert.equal(seen['prometheus.targets_up mon-a/prometheus']?.status, 'warn')
  })

  it('asks again what is awaited only, and decides all by one round at last', async () => {
    const answers = healthy(recording)
    const [late, falling] = [
      at(answers, 'mon-b/prometheus /-/ready'),
      at(answers, 'mon-a/prometheus /-/ready'),
    ]
    late.status = 503
    const { input, asked, told } = stage(recording, answers, { patience: 10_000 })
    const notes: string[] = []
    const checks = proveSite({
      ...input,
      onWait(note) {
        notes.push(note)
        // As where a passed one falls while another is awaited.
        if (notes.length === 1) [late.status, falling.status] = [200, 503]
        if (notes.length === 2) falling.status = 200
      },
    })
    const seen = byName(await checks)
    assert.equal(seen['prometheus.ready mon-b/prometheus']?.status, 'pass')
    assert.equal(seen['prometheus.ready mon-a/prometheus']?.status, 'pass')
    assert.match(notes[0] ?? '', /^prometheus\.ready of mon-b\/prometheus: .*503/)
    assert.match(notes[1] ?? '', /^prometheus\.ready of mon-a\/prometheus: .*503/)
    const times = (wanted: string) => asked.filter(key => key === wanted).length
    // All at first, what was awaited, all once more, what had fallen, all at last.
    assert.equal(times('mon-a/prometheus /-/ready'), 4)
    assert.equal(times('mon-a/alertmanager /-/ready'), 3)
    assert.equal(told.length, 22)
  })

  describe('after a change', () => {
    const old = Date.parse('2026-11-22T12:53:10Z') / 1000
    /** The clock of both replicas stands at `old` when the proof begins; `scrape` is called once a round. */
    async function proven(
      scrape: (targets: Record<string, unknown>[], round: number) => void,
      patience = 20_000,
    ): Promise<{ seen: ReturnType<typeof byName>; notes: string[]; times: number }> {
      const answers = healthy(recording)
      for (const host of ['mon-a', 'mon-b']) {
        const { data } = at(answers, `${host}/prometheus ${targets}`).body
        data.activeTargets = data.activeTargets.filter(
          ({ scrapePool }: { scrapePool: string }) => scrapePool !== 'shop',
        )
        for (const target of data.activeTargets) Object.assign(target, { scrapeInterval: '1s' })
      }
      const { input } = stage(recording, answers, { patience, afterChange: true })
      const notes: string[] = []
      let times = 0
      const checks = await proveSite({
        ...input,
        ask: async (host, address, port, path) => {
          if (path !== '/api/v1/query?query=time()') return input.ask(host, address, port, path)
          times += 1
          return { status: 200, body: JSON.stringify({ data: { result: [old, String(old)] } }) }
        },
        onWait(note) {
          notes.push(note)
          for (const host of ['mon-a', 'mon-b'])
            scrape(at(answers, `${host}/prometheus ${targets}`).body.data.activeTargets, notes.length)
        },
      })
      return { seen: byName(checks), notes, times }
    }
    const later = (second: number) => new Date((old + second) * 1000).toISOString()

    it('counts only scrapes that were begun since, and waits for them', async () => {
      const { seen, notes, times } = await proven((active, round) => {
        for (const target of active) {
          if (target.scrapePool !== 'node' || round > 1) target.lastScrape = later(round)
          if (target.scrapePool !== 'node' || round < 2) continue
          Object.assign(target, { health: 'down', lastError: 'server returned HTTP status 404 Not Found' })
        }
      })
      assert.match(notes[0] ?? '', /0 of 5 targets up; not .* \(not scraped since the change\)/)
      assert.match(notes[1] ?? '', /4 of 5 targets up; not node mon-a:29300 \(not scraped since the change\)/)
      // What a program answers since the change, it answers however long one waits.
      assert.equal(notes.length, 2)
      assert.equal(times, 2)
      const up = seen['prometheus.targets_up mon-a/prometheus']
      assert.equal(
        `${up?.status} ${up?.detail}`,
        'fail 4 of 5 targets up; not node mon-a:29300 (server returned HTTP status 404 Not Found)',
      )
      assert.equal(seen['exporter.up mon-a/node_exporter']?.status, 'fail')
      assert.equal(seen['prometheus.mutual lab']?.status, 'pass')
    })

    it('takes what was begun before and reported since for old', async () => {
      const { notes } = await proven((active, round) => {
        for (const target of active) target.lastScrape = later(round === 1 ? -0.001 : 1)
      })
      assert.equal(notes.length, 2)
    })

    it('fails where nothing is scraped anew in time', async () => {
      const { seen } = await proven(() => {}, 2_500)
      assert.equal(
        seen['prometheus.mutual lab']?.detail,
        'a does not see b up (not scraped since the change), b does not see a up (not scraped since the change)',
      )
    })

    it('does not await what is scraped too rarely, and tells of it', async () => {
      const { seen } = await proven((active, round) => {
        for (const target of active)
          if (target.scrapePool === 'node') target.scrapeInterval = '5m'
          else target.lastScrape = later(round)
      })
      const up = seen['prometheus.targets_up mon-a/prometheus']
      assert.equal(`${up?.status} ${up?.detail}`, 'pass 5 of 5 targets up (1 scraped last before the change)')
    })
  })

  it('awaits nothing of a program whose unit does not run', async () => {
    for (const active of ['inactive', 'failed']) {
      const answers = recorded(recording, '-one-alertmanager-dead')
      const { input } = stage(recording, answers, {
        patience: 20_000,
        facts: (host, component) =>
          host === 'mon-b' && component === 'alertmanager' ? { ...healthyFacts, active } : healthyFacts,
      })
      const [cell] = input.topology.cells
      assert.ok(cell)
      // Of what the recorded pair lacks beside.
      for (const host of ['mon-a', 'mon-b'])
        answers[`${host}/prometheus /api/v1/rules`]?.body.data.groups.shift()
      const began = performance.now()
      const seen = byName(await proveSite(input))
      assert.ok(performance.now() - began < 5_000)
      const check = seen['alertmanager.ready mon-b/alertmanager']
      assert.equal(
        check?.detail,
        `alertmanager on mon-b: nothing listens on 127.0.0.1:29294; systemd says ${active}`,
      )
      assert.match(check?.remedy ?? '', /`promha apply` starts it\.$/)
      assert.equal(seen['prometheus.targets_up mon-a/prometheus']?.status, 'fail')
    }
  })

  for (const active of ['active', 'activating', 'reloading'])
    it(`awaits a program that does not answer yet and is ${active}`, async () => {
      const answers = healthy(recording)
      const late = at(answers, 'mon-b/alertmanager /-/ready')
      late.status = 503
      const { input } = stage(recording, answers, {
        patience: 20_000,
        facts: () => ({ ...healthyFacts, active }),
      })
      const seen = byName(await proveSite({ ...input, onWait: () => Object.assign(late, { status: 200 }) }))
      assert.equal(seen['alertmanager.ready mon-b/alertmanager']?.status, 'pass')
    })

  it('says what to do by what the scrape met', async () => {
    const remedies = async (lastError: string) => {
      const seen = await after(answers => {
        for (const host of ['mon-a', 'mon-b'])
          for (const target of at(answers, `${host}/prometheus ${targets}`).body.data.activeTargets)
            if (target.scrapePool !== 'shop') Object.assign(target, { health: 'down', lastError })
      })
      const names = [
        'prometheus.targets_up mon-a/prometheus',
        'prometheus.mutual lab',
        'exporter.up mon-a/node_exporter',
      ]
      const all = new Set(names.map(name => seen[name]?.remedy?.replace(/^mon-a(, mon-b)? /, 'HOST ')))
      assert.equal(all.size, 1, [...all].join('\n'))
      return [...all][0] ?? ''
    }
    const dial = 'Get "http://198.18.0.11:9100/metrics": dial tcp 198.18.0.11:9100:'
    assert.match(await remedies('server returned HTTP status 400 Bad Request'), /its config or its log/)
    assert.match(
      await remedies('dial tcp: lookup app-01 on 127.0.0.53:53: no such host'),
      /cannot resolve app-01: run `getent ahosts app-01`/,
    )
    assert.match(
      await remedies('server returned HTTP status 503 Service Unavailable'),
      /its config or its log/,
    )
    assert.match(await remedies(`${dial} connect: connection refused`), /does not run/)
    for (const said of ['connect: no route to host', 'i/o timeout'])
      assert.match(await remedies(`${dial} ${said}`), /"address" in the inventory .*firewall/)
    assert.match(await remedies('context deadline exceeded'), /"address" in the inventory/)
    assert.equal(await remedies('EOF'), 'Look at the program there and at a firewall between the hosts.')
  })

  it('promises nothing of an apply that has just failed', async () => {
    const answers = healthy(recording)
    Object.assign(at(answers, 'mon-b/alertmanager /-/ready'), { status: 503 })
    const remedies = async (active: string, failedOn: readonly string[]) => {
      const { input } = stage(recording, answers, {
        ...{ patience: 0, failedOn },
        facts: (host, component) => ({
          ...{
            ...healthyFacts,
            ...(host === 'mon-a' && component === 'prometheus' ? { configHash: null } : {}),
          },
          ...(host === 'mon-b' && component === 'alertmanager' ? { active } : {}),
        }),
      })
      const seen = byName(await proveSite(input))
      return ['alertmanager.ready mon-b/alertmanager', 'prometheus.config_identical lab'].map(
        name => seen[name]?.remedy,
      )
    }
    const log = 'Look at its log: journalctl -u alertmanager.service on mon-b.'
    const failed = 'This run failed on mon-b: fix what failed there, then run it again.'
    assert.deepEqual(await remedies('failed', []), [
      `${log} \`promha apply\` starts it.`,
      'Run apply: it puts the same config on all of them and reloads it.',
    ])
    assert.deepEqual(await remedies('failed', ['mon-b']), [`${log} ${failed}`, failed])
    assert.deepEqual(await remedies('absent', ['mon-b']), [failed, failed])
  })

  it('stops waiting when aborted', async () => {
    const abort = new AbortController()
    const answers = healthy(recording)
    at(answers, 'mon-b/prometheus /-/ready').status = 503
    const { input } = stage(recording, answers, { patience: 600_000, signal: abort.signal })
    const checks = proveSite(input)
    abort.abort()
    const check = byName(await checks)['prometheus.ready mon-b/prometheus']
    assert.equal(check?.status, 'fail')
    assert.match(check?.detail ?? '', /answered 503/)
  })

  it('warns of a cell with one replica and one Alertmanager', async () => {
    const { input } = stage(recording, healthy(recording))
    const [cell] = input.topology.cells
    assert.ok(cell)
    const alone = { ...cell, replicas: cell.replicas.slice(0, 1), peers: cell.peers.slice(0, 1) }
    const seen = byName(await proveSite({ ...input, topology: { cells: [alone] } }))
    assert.equal(seen['prometheus.mutual lab']?.status, 'warn')
    assert.equal(seen['alertmanager.cluster lab']?.status, 'warn')
    assert.equal(seen['prometheus.config_identical lab']?.status, 'pass')
  })
})
