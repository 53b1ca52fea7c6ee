import assert from 'node:assert/strict'
import { victoriaMetricsVersionProblems } from '../../../roles/victoriametrics/versions.ts'

const isRefused = (found: string | undefined, wanted: string) =>
  victoriaMetricsVersionProblems({ host: 'vm-a', found, wanted }).length > 0

describe('a step between versions of VictoriaMetrics', () => {
  it('is refused back across 1.133, whose index earlier ones do not read', () => {
    assert.equal(isRefused('1.145.0', '1.112.0'), true)
    assert.equal(isRefused('1.133.0', '1.132.9'), true)
    assert.equal(isRefused('v1.151.0', '1.79.5'), true)
  })

  it('is allowed otherwise', () => {
    assert.equal(isRefused('1.112.0', '1.145.0'), false)
    assert.equal(isRefused('1.151.0', '1.133.0'), false)
    assert.equal(isRefused('1.112.0', '1.79.5'), false)
    assert.equal(isRefused(undefined, '1.79.5'), false)
    assert.equal(isRefused('unknown', '1.79.5'), false)
  })
})
