import assert from 'node:assert/strict'
import { lackOf, noteOf, storageReady } from '../../../roles/victoriametrics/ready.ts'
import { judged } from '../../verify/judged.ts'

const program = {
  ...{ host: 'vm-a', component: 'victoriametrics', instance: 'vm-a:8428' },
  local: { address: '127.0.0.1', port: 8428 },
}
const disk = ({ free = 50e9, small = 1e9, big = 1e9, readOnly = 0 }) =>
  [
    `vm_storage_is_read_only{path="/d"} ${readOnly}`,
    `vm_free_disk_space_bytes{path="/d"} ${free}`,
    `vm_data_size_bytes{type="storage/small"} ${small}`,
    `vm_data_size_bytes{type="storage/big"} ${big}\n`,
  ].join('\n')
const seen = (metrics: string, answers = ['/health', '/metrics']) => {
  const bodies = { '/health': 'OK', '/metrics': metrics }
  const given = Object.entries(bodies).filter(([path]) => answers.includes(path))
  const { status, detail, remedy } = judged(
    storageReady(program),
    Object.fromEntries(given.map(([path, body]) => [`vm-a/victoriametrics ${path}`, body])),
  )
  return { said: `${status} ${detail}`, remedy: remedy ?? '' }
}

describe('storage.ready', () => {
  it('passes where the node answers and has room', () => {
    assert.equal(seen(disk({})).said, 'pass ready, 50.0 GB free')
    assert.equal(storageReady(program).target, 'vm-a/victoriametrics')
  })

  it('fails where the node is read-only, although it says that it is healthy', () => {
    const metrics = disk({ free: 90e6, readOnly: 1 })
    const { said, remedy } = seen(metrics)
    assert.equal(said, 'fail read-only, since its disk is full (90 MB free): it refuses samples')
    assert.match(remedy, /^Free space on its disk on vm-a, /)
    assert.equal(lackOf(metrics), 'read-only, since its disk is full (90 MB free)')
  })

  it('warns where the data takes more than four fifths of its room', () => {
    assert.match(seen(disk({ free: 20e9, small: 30e9, big: 50e9 })).said, /^pass /)
    const metrics = disk({ free: 20e9, small: 30e9, big: 51e9 })
    assert.equal(
      seen(metrics).said,
      'warn ready, but its disk is nearly full (20.0 GB free, its data takes 80 % of what it may take)',
    )
    assert.deepEqual([lackOf(metrics), noteOf(disk({}))], ['', ''])
    assert.match(noteOf(metrics), /^its disk is nearly full /)
  })

  it('fails where the node does not answer', () => {
    for (const path of ['/health', '/metrics'])
      assert.match(seen(disk({}), [path]).said, /^fail victoriametrics on vm-a: /)
  })
})
