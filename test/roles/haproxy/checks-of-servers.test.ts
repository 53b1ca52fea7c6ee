import assert from 'node:assert/strict'
import { loadbalancerAnswers, proxyProgram, proxyServers } from '../../../roles/haproxy/checks.ts'
import { judged } from '../../verify/judged.ts'
import { movingCell } from '../moving.ts'

const cell = movingCell()
const [address] = cell.movingAddresses
assert.ok(address)

describe('what HAProxy says of its servers', () => {
  const csv = (rows: readonly string[]) => `# pxname,svname,status,weight\n${rows.join('\n')}\n`
  const rows = (status: string) => [
    'loadbalancer,mon-a,UP,1',
    `loadbalancer,mon-b,${status},1`,
    'pushgateway,mon-a,UP,1',
    `pushgateway,mon-b,${status},1`,
  ]
  const proxies = cell.proxies.slice(0, 2).map(proxyProgram)
  const answers = (status: string) =>
    Object.fromEntries(
      proxies.flatMap(({ host }) => [
        [`${host}/haproxy /-/ready`, 'ready'],
        [`${host}/haproxy /-/statistics;csv`, csv(rows(status))],
      ]),
    )

  it('is that the address answers and both are up behind it', () => {
    const [question] = loadbalancerAnswers(cell, proxies)
    assert.deepEqual(judged(question, answers('UP')), {
      status: 'pass',
      detail: '198.18.0.101:9090 answers; mon-a and mon-b are up behind it',
    })
    for (const bad of ['DOWN', 'DOWN 1/2', 'NOLB', 'MAINT', 'no check']) {
      const found = judged(question, answers(bad))
      assert.equal(found.status, 'fail', bad)
      assert.match(found.detail, /loadbalancer of mon-b is not up behind the HAProxy of mon-a/)
    }
  })

  it('is asked through the address itself', () => {
    const [question] = loadbalancerAnswers(cell, proxies)
    const through = question?.needs.flatMap(need =>
      need.kind === 'http' && need.path === '/-/ready' ? [need.program.local] : [],
    )
    assert.deepEqual(through, [
      { address: '198.18.0.101', port: 9090 },
      { address: '198.18.0.101', port: 9090 },
    ])
  })

  it('is told of each HAProxy on its own', () => {
    const [first] = proxies
    assert.ok(first)
    const [question] = proxyServers(cell, first)
    assert.deepEqual(judged(question, answers('UP')), { status: 'pass', detail: '2 of 2 servers up' })
    assert.equal(judged(question, answers('DOWN')).status, 'fail')
  })
})
