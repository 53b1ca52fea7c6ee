import assert from 'node:assert/strict'
import { buildTopology } from '../../../../src/topology/build.ts'
import type { VerifyInput } from '../../../../src/verify/input.ts'
import { inventory } from '../../../topology/sample.ts'
import { cell, checkedAs, eu, hosts, onlyEu, type Site } from './federated.ts'

const checked = (site: Site, rest?: Partial<VerifyInput>, asked?: string[]) =>
  checkedAs('federation.complete', site, rest, asked)

describe('federation.complete', () => {
  it('passes where each replica has every series once', async () => {
    const { status, detail, target } = await checked({})
    assert.equal(target, 'eu')
    assert.equal(`${status} ${detail}`, 'pass a and b have 9 series of cell us once, from 2 replicas')
  })

  it('asks each replica of both cells once, and for what a selector selects there', async () => {
    const asked: string[] = []
    await checked({}, {}, asked)
    const queries = asked
      .filter(one => one.includes('promha'))
      .map(one => [one.slice(0, 4), decodeURIComponent(one)] as const)
    assert.deepEqual(queries.map(([name]) => name).sort(), ['eu-a', 'eu-b', 'us-a', 'us-b'])
    const [collected, given] = [
      queries.find(([name]) => name === 'eu-a'),
      queries.find(([name]) => name === 'us-a'),
    ]
    assert.match(
      collected?.[1] ?? '',
      /label_replace\(count by \(cell\) \(\{__name__=~"job:\.\*",cell=~"us"\}\), "promha", "0 all", "", ""\) or /,
    )
    assert.match(collected?.[1] ?? '', /count by \(cell\) \(last_over_time\(up\{cell=~"us"\}\[75000ms\]\)\)/)
    assert.match(collected?.[1] ?? '', /count by \(cell\) \(up\{cell="us",us_replica=~"a\|b"\}\)/)
    assert.match(given?.[1] ?? '', /count\(up\{cell=~"\|us"\} offset 30000ms\)/)
    assert.match(given?.[1] ?? '', /last_over_time\(up\{cell=~"\|us"\}\[30000ms\] offset 30000ms\)/)
    assert.match(given?.[1] ?? '', /count\(last_over_time\(up\{cell=~"\|us"\}\[375000ms\]\)\)/)
  })

  it('looks for what was to come without a label under the label that it got', async () => {
    const own = { ...eu, federation: { from: ['us'], match: ['{__name__=~"job:.*",cell=""}'] } }
    const asked: string[] = []
    await checked({}, { topology: buildTopology(inventory([own, cell('us')], { hosts })) }, asked)
    const queries = asked.map(decodeURIComponent)
    assert.ok(
      queries.some(one => one.startsWith('eu-a') && one.includes('({__name__=~"job:.*",cell=~"us"})')),
    )
    assert.ok(queries.some(one => one.startsWith('us-a') && one.includes('({__name__=~"job:.*",cell="",')))
  })

  it('compares nothing that cannot be told apart on its way', async () => {
    const own = { ...eu, federation: { from: ['us'], match: ['up{cell!=""}'] } }
    const asked: string[] = []
    const { status, detail } = await checked(
      {},
      { topology: buildTopology(inventory([own, cell('us')], { hosts })) },
      asked,
    )
    assert.match(`${status} ${detail}`, /^skip series are not compared, because "match" asks for labels/)
    assert.ok(asked.every(one => !one.includes('promha')))
  })

  it('fails where series are missing', async () => {
    const { status, detail, remedy } = await checked({ counts: { 'eu-b': { '0 all': 5 } } })
    assert.equal(`${status} ${detail}`, 'fail b has 5 of 7 series of cell us by {__name__=~"job:.*"}')
    assert.match(remedy ?? '', /clocks/)
  })

  it('fails where series are there, and nothing new of them comes', async () => {
    const { status, detail } = await checked({ counts: { 'eu-b': { '0 fresh': 1 } } })
    assert.equal(
      `${status} ${detail}`,
      'fail b has new samples of 1 of 7 series of cell us by {__name__=~"job:.*"}',
    )
    const rare = { 'us-a': { '1 recent': 0 }, 'us-b': { '1 recent': 0 }, 'eu-a': { '1 fresh': 0 } }
    assert.equal((await checked({ counts: rare })).status, 'pass')
  })

  it('misses no series that is too young to have arrived, and goes by the replica that has more', async () => {
    const young = { '0 now': 9 }
    assert.equal((await checked({ counts: { 'us-a': young, 'us-b': young } })).status, 'pass')
    assert.equal(
      (await checked({ counts: { 'us-a': { '0 now': 3, '0 before': 3, '0 recent': 3 } } })).status,
      'pass',
    )
    const older = { '0 now': 9, '0 before': 9 }
    assert.equal((await checked({ counts: { 'us-a': older } })).status, 'fail')
  })

  it('fails where series are doubled', async () => {
    const { status, detail } = await checked({ counts: { 'eu-a': { '1 all': 4, '1 fresh': 4 } } })
    assert.equal(
      `${status} ${detail}`,
      'fail a has 4 series of cell us by up, more than that cell has itself',
    )
  })

  it('takes what has just gone for no double', async () => {
    assert.equal((await checked({ counts: { 'eu-a': { '1 all': 3, '1 fresh': 3 } } })).status, 'pass')
    assert.equal((await checked({ counts: { 'eu-a': { '1 all': 4 } } })).status, 'pass')
  })

  it('claims no double where the replicas of the other cell disagree, or one was not heard', async () => {
    const counts = {
      'eu-a': { '1 all': 4, '1 fresh': 4 },
      'us-b': { '1 now': 1, '1 before': 1, '1 seen': 1 },
    }
    assert.equal((await checked({ counts })).status, 'pass')
    const more = { 'eu-a': { '1 all': 4, '1 fresh': 4 } }
    assert.equal((await checked({ counts: more, silent: ['us-b'] })).status, 'pass')
  })

  it('fails where the replica label was kept, whoever is asked', async () => {
    const { status, detail } = await checked({ counts: { 'eu-a': { '1 labelled': 2 } } }, { hosts: onlyEu })
    assert.equal(`${status} ${detail}`, 'fail a has 2 series of cell us by up with the label us_replica')
  })

  it('compares only with what is seen up, and leaves to the sources that none is', async () => {
    const lost = { 'eu-a us-b': 'down' }
    const fewer = {
      'us-a': { '0 now': 5, '0 before': 5, '0 recent': 5 },
      'eu-a': { '0 all': 5, '0 fresh': 5 },
    }
    assert.equal((await checked({ down: lost, counts: fewer })).status, 'pass')
    assert.equal((await checked({ counts: fewer })).status, 'fail')
    const { status, detail } = await checked({ down: { 'eu-b us-a': 'down', 'eu-b us-b': 'down' } })
    assert.equal(
      `${status} ${detail}`,
      'skip series are not compared, because b sees no replica of cell us up',
    )
  })

  it('asks no host of another cell that was not selected, and goes by what has arrived', async () => {
    const asked: string[] = []
    const { status, detail } = await checked({}, { hosts: onlyEu }, asked)
    assert.equal(`${status} ${detail}`, 'pass a and b have 9 series of cell us, from 2 replicas')
    assert.deepEqual(
      asked.filter(one => one.startsWith('us')),
      [],
    )
  })

  it('warns where there is nothing to collect', async () => {
    const nothing = { '0 all': 0, '0 fresh': 0, '1 all': 0, '1 fresh': 0 }
    const { status, detail } = await checked(
      { counts: { 'eu-a': nothing, 'eu-b': nothing } },
      { hosts: onlyEu },
    )
    assert.equal(`${status} ${detail}`, 'warn a has no series of cell us, b has no series of cell us')
  })

  it('fails where a replica that collects is silent, and skips where it is not selected', async () => {
    assert.equal((await checked({ silent: ['eu-b'] })).status, 'fail')
    assert.equal((await checked({}, { hosts: new Set(['eu-a']) })).status, 'skip')
  })
})
