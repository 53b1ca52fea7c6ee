import assert from 'node:assert/strict'
import { rekeyedQueues } from '../../../src/engine/backlog/rekeyed.ts'

const running = [
  { remoteName: 'x', url: 'http://x:1/' },
  { remoteName: '0e3a73', url: 'http://me:xxxxx@y:1/w' },
]
const entries = { x: 'name: x, url: "http://x:1/"', y: 'url: "http://me:S3CRET@y:1/w"' }

interface Config {
  readonly labels?: string
  readonly interval?: string
  readonly write?: readonly string[]
}

const config = ({ labels = 'cell: eu', interval = '15s', write = Object.values(entries) }: Config) =>
  `global: { scrape_interval: ${interval}, external_labels: { ${labels} } }
remote_write: [ ${write.map(entry => `{ ${entry} }`).join(', ')} ]
`

/** Names of the running queues that the change interrupts. */
function rekeyed(after: Config, before: Config = {}): readonly string[] {
  const concerned = rekeyedQueues(config(before), config(after))
  return concerned ? running.filter(concerned).map(({ remoteName }) => remoteName) : []
}

describe('a reload', () => {
  it('keeps each queue whose entry stays, whatever else changes', () => {
    assert.deepEqual(rekeyed({}), [])
    assert.deepEqual(rekeyed({ interval: '30s' }), [])
    assert.deepEqual(rekeyed({ write: [entries.y, 'url: "http://z:1/"', entries.x] }), [])
  })

  it('makes all queues anew for another external label', () => {
    assert.deepEqual(rekeyed({ labels: 'cell: us' }), ['x', '0e3a73'])
    assert.deepEqual(rekeyed({ labels: 'cell: eu, region: west' }), ['x', '0e3a73'])
  })

  it('makes the queue of a changed entry anew, known by its name, or else by its URL', () => {
    assert.deepEqual(rekeyed({ write: [`${entries.x}, remote_timeout: 5s`, entries.y] }), ['x'])
    assert.deepEqual(rekeyed({ write: ['name: x2, url: "http://x:1/"', entries.y] }), ['x'])
    assert.deepEqual(rekeyed({ write: ['name: x, url: "http://x:2/"', entries.y] }), ['x'])
    assert.deepEqual(rekeyed({ write: [entries.x, `${entries.y}, remote_timeout: 5s`] }), ['0e3a73'])
  })

  it('keeps nothing of an entry that is given up, which nobody waits for', () => {
    assert.deepEqual(rekeyed({ write: [entries.y] }), [])
    assert.deepEqual(rekeyed({ write: [] }), [])
  })

  it('may make each anew if the old config cannot be read', () => {
    for (const before of [undefined, 'a: [', 'a: b\n c'])
      assert.deepEqual(
        running.filter(queue => rekeyedQueues(before, config({}))?.(queue)),
        running,
      )
    assert.equal(rekeyedQueues('', config({ labels: '' })), undefined)
  })
})
