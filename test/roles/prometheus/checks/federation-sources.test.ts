import assert from 'node:assert/strict'
import { federationSources } from '../../../../roles/prometheus/checks/federation-sources.ts'
import type { NamedProgram } from '../../../../src/verify/ask/question.ts'
import type { VerifyInput } from '../../../../src/verify/input.ts'
import { ask, checkedAs, onlyEu, type Site } from './federated.ts'

const checked = (site: Site, rest?: Partial<VerifyInput>, asked?: string[]) =>
  checkedAs('federation.sources', site, rest, asked)

describe('federation.sources', () => {
  it('passes where each replica sees all replicas of each source up, whatever series there are', async () => {
    const { status, detail, target } = await checked({ counts: { 'eu-b': { '0 all': 5 } } })
    assert.equal(`${target} ${status} ${detail}`, 'eu pass a and b see 2 replicas of cell us up')
  })

  it('asks the sources only whether they are ready', () => {
    const program = (host: string): NamedProgram => ({
      ...{ host, component: 'prometheus', name: host, instance: `${host}:9090` },
      local: { address: '127.0.0.1', port: 9090 },
    })
    const source = { cell: 'us', replicaLabel: 'us_replica', replicas: [program('us-a'), program('us-b')] }
    const { needs } = federationSources('eu', [program('eu-a')], [source])
    assert.deepEqual(
      needs.map(need => need.kind === 'http' && `${need.program.host}${need.path}`),
      ['eu-a/api/v1/targets?state=active', 'us-a/-/ready', 'us-b/-/ready'],
    )
  })

  it('warns where one replica of the other cell is not seen up, and where none answers', async () => {
    const one = await checked({ down: { 'eu-a us-b': 'down' }, silent: ['us-b'] })
    assert.equal(
      `${one.status} ${one.detail}`,
      'warn a does not see us-b:9090 (connection refused) of cell us',
    )
    const down = Object.fromEntries(
      ['eu-a us-a', 'eu-a us-b', 'eu-b us-a', 'eu-b us-b'].map(key => [key, 'down']),
    )
    for (const [site, rest] of [
      [{ down, silent: ['us-a', 'us-b'] }, {}],
      [{ down }, { hosts: onlyEu }],
      [{ down }, { unreachable: new Map(['us-a', 'us-b'].map(name => [name, 'no route'])) }],
    ] as const) {
      const none = await checked(site, rest)
      assert.match(`${none.status} ${none.detail}`, /^warn a collects nothing from cell us: us-a:9090 \(conn/)
    }
  })

  it('fails where the other cell answers for itself, but not to the one that collects', async () => {
    const { status, detail } = await checked({ down: { 'eu-b us-a': 'down', 'eu-b us-b': 'down' } })
    assert.match(`${status} ${detail}`, /^fail b collects nothing from cell us: /)
  })

  it('fails where a replica of the other cell is not scraped at all', async () => {
    const { status, detail } = await checked({ down: { 'eu-a us-b': 'absent' } }, { hosts: onlyEu })
    assert.equal(`${status} ${detail}`, 'fail a does not see us-b:9090 (not scraped) of cell us')
  })

  it('counts only scrapes since a change, and says what to do by what they met', async () => {
    const time = Date.parse('2026-11-22T12:53:08Z') / 1000
    const { status, detail } = await checked(
      {},
      {
        afterChange: true,
        patience: 300,
        ask: async (name, _, __, path) => {
          if (path.endsWith('query=time()'))
            return { status: 200, body: JSON.stringify({ data: { result: [time, ''] } }) }
          const answer = await ask({}, name, path)
          const seen = { lastScrape: '2026-11-22T12:53:05Z', scrapeInterval: '1s' }
          const body = answer.body.replaceAll('"labels"', `${JSON.stringify(seen).slice(1, -1)},"labels"`)
          return { ...answer, body: path.includes('/targets') ? body : answer.body }
        },
      },
    )
    assert.match(`${status} ${detail}`, /^fail a collects nothing .* \(not scraped since the change\)/)
    const down = { 'eu-a us-b': 'down' }
    assert.match((await checked({ down, silent: ['us-b'] })).remedy ?? '', /does not run/)
  })

  it('fails where a replica that collects is silent, and skips where it is not selected', async () => {
    assert.equal((await checked({ silent: ['eu-b'] })).status, 'fail')
    assert.equal((await checked({}, { hosts: new Set(['eu-a']) })).status, 'skip')
  })
})
