import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { clock, diskOf, exported, firstSample, versionOf } from '../../../roles/victoriametrics/answers.ts'
import { ShapeError } from '../../../src/verify/answer/shape.ts'

/** Of a node that two replicas feed. */
const recorded = (name: string) =>
  readFileSync(new URL(`recorded/${name}-1.151.0.txt`, import.meta.url), 'utf8')
const held = exported(['up{job="prometheus",cell="lab"}', 'promha_writer{cell="lab"}'], 3600)

describe('what a VictoriaMetrics node answers', () => {
  it('is asked for all series at once, without a bracket or brace that curl would expand', () => {
    assert.equal(
      held.path,
      '/api/v1/export?match%5B%5D=up%7Bjob%3D%22prometheus%22%2Ccell%3D%22lab%22%7D&match%5B%5D=promha_writer%7Bcell%3D%22lab%22%7D&start=-3600s',
    )
  })

  it('has the labels and the times of each series', () => {
    const series = held.read(recorded('export'))
    assert.deepEqual(
      series.map(({ labels }) => `${labels.__name__} ${labels.instance ?? labels.writer}`).sort(),
      ['promha_writer a', 'promha_writer b', 'up mon-a:9090', 'up mon-b:9090'],
    )
    for (const { at } of series) {
      assert.ok(at.length > 1)
      assert.deepEqual(at, [...at].sort())
      assert.ok(at.every(time => time > 1.79e12 && time < 1.8e12))
    }
  })

  it('may have nothing, and no sample where a target has gone', () => {
    assert.deepEqual(held.read(''), [])
    const [gone] = held.read('{"metric":{"__name__":"up"},"values":[1,null,0],"timestamps":[3,2,1]}\n')
    assert.deepEqual(gone?.at, [1, 3])
  })

  it('is refused with times that are none', () => {
    const of = (timestamp: string) =>
      `{"metric":{"__name__":"up"},"values":[1,1],"timestamps":[${timestamp},1795000000000]}\n`
    for (const wrong of ['-1e300', '1e300', '-1', '1e999'])
      assert.throws(() => held.read(of(wrong)), ShapeError)
    assert.deepEqual(held.read(of('1794999998000'))[0]?.at, [1794999998000, 1795000000000])
  })

  it('is refused if all its series together have too many values', () => {
    const line = `{"metric":{},"values":[${'1,'.repeat(1_500_000)}1],"timestamps":[]}\n`
    assert.throws(() => held.read(line.repeat(3)), ShapeError)
  })

  it('is refused in another shape', () => {
    assert.throws(() => held.read('<html>'), ShapeError)
    assert.throws(() => held.read('{"metric":{},"values":[1],"timestamps":["1"]}'), ShapeError)
    assert.throws(() => clock.read('{"data":{"result":[]}}'), ShapeError)
  })

  it('tells its time in milliseconds, not that of half a minute ago', () => {
    assert.match(clock.path, /&nocache=1$/)
    const body = '{"data":{"resultType":"vector","result":[{"metric":{},"value":[1796076245,"1796076245"]}]}}'
    assert.equal(clock.read(body), 1_796_076_245_000)
  })

  it('tells when its first sample is, if it has any', () => {
    const { path, read } = firstSample('e"u')
    const asked = new URL(path, 'http://vm-a').searchParams
    assert.equal(asked.get('query'), 'min(tfirst_over_time(up{job="prometheus",cell="e\\"u"}[50y]))')
    assert.equal(asked.get('nocache'), '1')
    const body = (result: string) => `{"data":{"resultType":"vector","result":[${result}]}}`
    assert.equal(read(body('{"metric":{},"value":[1796105328,"1778825325"]}')), 1_778_825_325_000)
    assert.equal(read(body('')), undefined)
    for (const wrong of ['NaN', '-1', '1e300'])
      assert.throws(() => read(body(`{"metric":{},"value":[1796105328,"${wrong}"]}`)), ShapeError)
  })

  it('tells its version and its disk in its metrics', () => {
    const metrics = recorded('metrics')
    assert.equal(versionOf(metrics), '1.151.0')
    const { isReadOnly, free, used } = diskOf(metrics)
    assert.equal(isReadOnly, false)
    assert.ok(free > 1e9 && used > 0 && used < 0.1)
    assert.equal(versionOf('vm_app_version{version="", short_version=""} 1\n'), undefined)
  })
})
