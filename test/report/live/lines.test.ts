import assert from 'node:assert/strict'
import type { Event } from '../../../src/engine/event.ts'
import { linesRenderer } from '../../../src/report/live/lines.ts'
import type { Verbosity } from '../../../src/report/outcome.ts'
import { plain } from '../../../src/report/style.ts'
import { error } from '../../support/problems.ts'
import { change } from '../sample.ts'

const events: readonly Event[] = [
  { type: 'stage-begin', stage: 'probe', total: 4, unit: 'hosts' },
  { type: 'download', progress: { name: 'prometheus.tar.gz', done: 0, total: 101e6 } },
  { type: 'download', progress: { name: 'prometheus.tar.gz', done: 50e6, total: 101e6 } },
  { type: 'login-retried', why: 'no answer from mon-c; trying again' },
  { type: 'stage-progress', stage: 'probe', done: 4 },
  { type: 'stage-end', stage: 'probe', elapsed: 340 },
  { type: 'host-failed', host: 'mon-b', status: 'unreachable', problems: [error('connection refused')] },
  { type: 'stage-begin', stage: 'change', total: 2, unit: 'programs' },
  { type: 'changed', host: 'mon-a', component: 'prometheus', change },
  { type: 'waiting', host: 'mon-a', component: 'prometheus', note: 'replaying the WAL' },
  { type: 'waiting', host: 'mon-a', component: 'prometheus', note: 'replaying the WAL' },
  { type: 'stage-end', stage: 'change', elapsed: 12_300, waited: 9_800 },
]

function lines(verbosity: Verbosity): readonly string[] {
  const text: string[] = []
  const renderer = linesRenderer(more => void text.push(more), verbosity, plain)
  for (const event of events) renderer.event(event)
  return text.join('').trimEnd().split('\n')
}

describe('report/lines', () => {
  it('prints a line a stage', () => {
    assert.deepEqual(lines('normal'), [
      'Downloading prometheus.tar.gz, 101 MB',
      'Hosts looked at: 4 hosts, 0.34 s',
      'mon-b: unreachable: connection refused',
      'Changed: 2 programs, 12.3 s, 9.8 s of it waiting',
    ])
  })

  it('prints each change with its reason when asked for more, and no wait twice', () => {
    const verbose = lines('verbose')
    assert.ok(
      verbose.includes('mon-a prometheus: update file:/etc/prometheus/prometheus.yml: content differs'),
    )
    assert.ok(verbose.includes('no answer from mon-c; trying again'))
    assert.equal(verbose.filter(line => line === 'mon-a prometheus: waiting: replaying the WAL').length, 1)
  })

  it('prints failures only when asked for less', () => {
    assert.deepEqual(lines('quiet'), ['mon-b: unreachable: connection refused'])
  })
})
