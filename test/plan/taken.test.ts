import assert from 'node:assert/strict'
import { retiredInstance } from '../../src/plan/owned/retire.ts'
import { planInstance } from '../../src/plan/plan.ts'
import { serviceUser, waysOf } from '../../src/plan/taken.ts'
import type { Instance } from '../../src/resource/model.ts'
import type { Observed } from '../../src/resource/observed.ts'
import { blank, carriedOut, hash, path, prometheus } from './host.ts'

const plan = (instance: Instance, observed: Observed) => planInstance(instance, observed, hash)
const confirmed = carriedOut(plan(prometheus, blank), blank)

describe('where a change works', () => {
  it('is each directory that it makes, and each in which it puts something', () => {
    const { service, directories, entered, purged } = waysOf(plan(prometheus, blank), blank)
    assert.equal(service, 'prometheus')
    assert.deepEqual(
      directories.map(({ known, owner, path }) => [path, owner, known]),
      [
        ['/etc/prometheus', 'root', false],
        ['/var/lib/prometheus', 'prometheus', false],
      ],
    )
    assert.deepEqual([...entered].sort(), [
      '/etc/prometheus',
      '/etc/prometheus/file_sd',
      '/etc/systemd/system',
      '/usr/local/bin',
    ])
    assert.deepEqual(purged, [])
  })

  it('says by which names a directory is known: the data of the program, or what is to lie there', () => {
    const [config, data] = waysOf(plan(prometheus, blank), blank).directories
    assert.deepEqual(config?.holds, ['prometheus.yml'])
    assert.ok(data?.holds.includes('wal') && data.holds.includes('chunks_head'))
  })

  it('is nothing where nothing differs, and a directory of the manifest is known', () => {
    const right = waysOf(plan(prometheus, confirmed), confirmed)
    assert.deepEqual([right.directories, right.entered], [[], []])
    const wrong = path('directory', 0o750, 'root', 'root')
    const paths = new Map([...confirmed.paths, ['/var/lib/prometheus', wrong]])
    const [data] = waysOf(plan(prometheus, { ...confirmed, paths }), { ...confirmed, paths }).directories
    assert.deepEqual([data?.path, data?.known], ['/var/lib/prometheus', true])
  })

  it('is, of what leaves, where its files lie and what is purged; its user is that of the manifest', () => {
    const stamp = confirmed.records.get('prometheus') ?? assert.fail()
    const gone: Instance = { ...retiredInstance('mon-a', 'prometheus', stamp), purges: true }
    const { entered, purged } = waysOf(plan(gone, confirmed), confirmed)
    assert.ok(entered.includes('/etc/prometheus'))
    assert.deepEqual(purged, ['/var/lib/prometheus'])
    assert.equal(serviceUser(gone, confirmed), 'prometheus')
    assert.equal(serviceUser(gone, blank), undefined)
  })
})
