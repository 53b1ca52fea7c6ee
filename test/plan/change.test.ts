import assert from 'node:assert/strict'
import { changeOf } from '../../src/plan/change.ts'
import { contentsOf, recordAfter } from '../../src/plan/owned/record.ts'
import { planInstance } from '../../src/plan/plan.ts'
import { sha256 } from '../../src/resource/hash.ts'
import type { Instance } from '../../src/resource/model.ts'
import type { Observed } from '../../src/resource/observed.ts'
import { blank, carriedOut, hash, path, prometheus } from './host.ts'

const plan = (instance: Instance, observed: Observed) => planInstance(instance, observed, hash)
const change = (instance: Instance, observed: Observed) => changeOf(plan(instance, observed), observed)
const after = (instance: Instance, observed: Observed) =>
  recordAfter(plan(instance, observed), observed, hash, '400000-y')

const confirmed = carriedOut(plan(prometheus, blank), blank)
const config = '/etc/prometheus/prometheus.yml'

function withContent(content: Extract<Instance['resources'][number], { kind: 'file' }>['content']): Instance {
  return {
    ...prometheus,
    checks: [{ program: '/usr/local/bin/promtool', root: '/etc/prometheus', args: ['check'] }],
    resources: prometheus.resources.map(resource =>
      resource.kind === 'file' && resource.path === config ? { ...resource, content } : resource,
    ),
  }
}

const retired: Instance = { ...prometheus, resources: [], retired: true }

describe('change of one instance', () => {
  it('knows of a first build that nothing of it was there', () => {
    const { before, action, enable, staged } = change(prometheus, blank)
    assert.deepEqual([action, enable, before.active, before.enabled], ['start', true, false, false])
    assert.deepEqual(
      staged.map(({ existed, kind }) => `${kind} ${existed}`),
      ['user', 'directory', 'directory', 'program', 'file', 'file', 'unit'].map(kind => `${kind} false`),
    )
  })

  it('gives a file another owner or mode as a copy, and a link in its place as a new file', () => {
    const seen = (type: 'file' | 'link'): Observed => ({
      ...confirmed,
      paths: new Map([...confirmed.paths, [config, path(type, 0o600, 'root', 'root')]]),
    })
    const of = (type: 'file' | 'link') =>
      change(prometheus, seen(type)).staged.map(item =>
        'path' in item && 'mode' in item && item.kind === 'file' ? [item.path, item.kept, item.source] : item,
      )
    assert.deepEqual(of('file'), [[config, sha256('new'), undefined]])
    assert.deepEqual(of('link'), [[config, undefined, 'files/0']])
  })

  it('takes from the store what lies there, for its place and for the check, and sends the rest', () => {
    const stored = sha256('earlier')
    const { stored: fetched, stream } = change(withContent({ stored }), confirmed)
    assert.deepEqual(fetched, [
      { name: 'files/0', sha256: stored },
      { name: 'bundle/etc/prometheus/prometheus.yml', sha256: stored },
    ])
    assert.deepEqual(
      stream.map(part => part.name),
      ['bundle/etc/prometheus/file_sd/x.yml'],
    )
  })

  it('of what leaves it takes files, programs and the unit away, and forgets it only where no data is kept', () => {
    const { removed, emptied, action, disable, daemonReload, before, leaving } = change(retired, confirmed)
    assert.deepEqual([...removed].sort(), [
      '/etc/prometheus/file_sd/x.yml',
      config,
      '/etc/systemd/system/prometheus.service',
      '/usr/local/bin/prometheus',
    ])
    assert.deepEqual(emptied, ['/etc/prometheus'])
    assert.deepEqual([action, disable, daemonReload, before.active], ['stop', true, true, true])
    assert.deepEqual(leaving, { purged: [], users: [], groups: [], forgets: false })
    const purged = change({ ...retired, purges: true }, confirmed).leaving
    const gone = { purged: ['/var/lib/prometheus'], users: ['prometheus'], groups: [] }
    assert.deepEqual(purged, { ...gone, forgets: true })
  })

  it('leaves it to the host to see whether a unit runs that nobody asked about', () => {
    const { before } = change(retired, { ...confirmed, units: new Map() })
    assert.deepEqual([before.active, before.enabled], [undefined, undefined])
  })
})

describe('record of one instance', () => {
  it('counts a generation only where something is another', () => {
    assert.equal(after(prometheus, blank).generation, 1)
    assert.equal(after(prometheus, confirmed).generation, 1)
    assert.equal(after(withContent('other'), confirmed).generation, 2)
  })

  it('goes back under the number and the run that confirmed it', () => {
    const back = { generation: 1, run: '300000-x' }
    const { generation, run } = after({ ...withContent('other'), back }, confirmed)
    assert.deepEqual({ generation, run }, back)
  })

  it('names the run, the version, and how this state is asked for its health', () => {
    const { run, version, health, cell, unit, time } = after(prometheus, blank)
    assert.deepEqual(
      { run, version, cell, unit, time },
      {
        run: '400000-y',
        version: '3.5.0',
        cell: 'eu',
        unit: 'prometheus.service',
        time: 0,
      },
    )
    assert.deepEqual(health, prometheus.health)
  })

  it('tells what was there before promha, also later', () => {
    const found: Observed = { ...blank, users: new Set(['prometheus']) }
    const first = after(prometheus, found)
    assert.deepEqual(
      first.owned.filter(entry => entry.found).map(entry => entry.name),
      ['prometheus'],
    )
    const later = { ...confirmed, records: new Map([['prometheus' as const, first]]) }
    assert.deepEqual(after(withContent('other'), later).owned, first.owned)
  })

  it('of what has left it keeps the data and whose it is, and no run that could be undone', () => {
    const stamp = after(retired, confirmed)
    assert.deepEqual(stamp.owned.map(({ kind }) => kind).sort(), ['data', 'user'])
    assert.deepEqual([stamp.run, stamp.restart, stamp.health], ['', '', undefined])
  })

  it('keeps every content, programs as links', () => {
    const kept = contentsOf(plan(prometheus, blank), hash)
    assert.deepEqual(
      kept.map(({ path: where, shared }) => [where, shared]),
      [
        ['/usr/local/bin/prometheus', true],
        [config, false],
        ['/etc/prometheus/file_sd/x.yml', false],
        ['/etc/systemd/system/prometheus.service', false],
      ],
    )
    assert.equal(kept.find(({ path: where }) => where === config)?.sha256, sha256('new'))
  })
})
