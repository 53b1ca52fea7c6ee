import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { reloadTime } from '../../../src/engine/backlog/reload-time.ts'
import { getFrom } from '../../../src/verify/ask/get.ts'

const recorded = readFileSync(new URL('../../verify/recorded/remote-write-3.5.txt', import.meta.url), 'utf8')

function time(metrics: string, flags: object = { 'storage.remote.flush-deadline': '10s' }) {
  const get = getFrom(
    async (_host, _address, _port, path) => ({
      status: path === '/metrics' || path === '/api/v1/status/flags' ? 200 : 404,
      body: path === '/metrics' ? metrics : JSON.stringify({ data: flags }),
    }),
    'mon-a',
    { address: '127.0.0.1', port: 9090, readyPath: '/-/ready' },
  )
  return reloadTime(get)
}

describe('the time of a reload', () => {
  it('has twice the flush deadline for each sink that is down', async () => {
    assert.equal(await time(recorded), 30_000)
    assert.equal(await time(recorded, { 'storage.remote.flush-deadline': '2m' }), 250_000)
    assert.equal(await time(recorded, {}), 130_000)
    const alive = recorded.replace(
      /^(.*_sent_timestamp_seconds\{remote_name="0e3a73".*\}) 0$/m,
      '$1 1.796075298e+09',
    )
    assert.equal(await time(alive), 10_000)
  })

  it('is as usual without remote write, or if nothing is known of it', async () => {
    assert.equal(await time('up 1\n'), undefined)
    assert.equal(await time(recorded, { x: 1 }), undefined)
  })
})
