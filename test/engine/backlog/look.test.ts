import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { behindNow, lookAt } from '../../../src/engine/backlog/look.ts'
import { getFrom } from '../../../src/verify/ask/get.ts'
import { AskError } from '../../../src/verify/model.ts'

const recorded = readFileSync(new URL('../../verify/recorded/remote-write-3.5.txt', import.meta.url), 'utf8')
const place = { address: '127.0.0.1', port: 9090, readyPath: '/prefix/-/ready' }

function look(metrics: string, now = 1796075300.5) {
  const paths: string[] = []
  const get = getFrom(
    async (_host, _address, _port, path) => {
      paths.push(path)
      if (path === '/prefix/metrics') return { status: 200, body: metrics }
      return { status: 200, body: `{"data":{"result":[${now},"${now}"]}}` }
    },
    'mon-a',
    place,
  )
  return { seen: lookAt(get), paths }
}

describe('one look at the queues of a replica', () => {
  it('says what each has to reach, what waits in it, and that it is as old as the config or the process', async () => {
    const { seen, paths } = look(recorded)
    const { queues, newest, since } = await seen
    assert.equal(newest, 1796075298)
    assert.equal(since, 1796075273.84)
    assert.deepEqual(
      queues.map(({ remoteName, highest, sent, pending }) => [remoteName, highest, sent, pending]),
      [
        ['0e3a73', 1796075298, undefined, 13999],
        ['vm-a', 1796075298, 1796075298, 124],
        ['vm-b', 1796075298, 1796075298, 124],
      ],
    )
    assert.deepEqual(paths, ['/prefix/metrics', '/prefix/api/v1/query?query=time()'])
    const reloaded = `prometheus_config_last_reload_success_timestamp_seconds 1.7960752805e+09\n${recorded}`
    assert.equal((await look(reloaded).seen).since, 1796075280.5)
  })

  it("goes by the clock of the replica's host if Prometheus does not say what its newest sample is", async () => {
    const { seen, paths } = look(recorded.replace(/^prometheus_remote_storage_highest_.*\n/m, ''))
    const { queues, newest } = await seen
    assert.equal(newest, 1796075300.5)
    assert.equal(queues[1]?.highest, 1796075300.5)
    assert.deepEqual(paths, ['/prefix/metrics', '/prefix/api/v1/query?query=time()'])
  })

  it("leaves out times that lie in the future of the host's clock", async () => {
    const { queues, newest } = await look(recorded, 1796075290).seen
    assert.equal(newest, 1796075290)
    assert.deepEqual(
      queues.map(({ remoteName, highest, sent, ahead }) => [remoteName, highest, sent, ahead]),
      [
        ['0e3a73', 1796075290, undefined, undefined],
        ['vm-a', 1796075290, undefined, true],
        ['vm-b', 1796075290, undefined, true],
      ],
    )
    const busy = getFrom(
      async (_host, _address, _port, path) =>
        path === '/prefix/metrics' ? { status: 200, body: recorded } : { status: 503, body: '' },
      'mon-a',
      place,
    )
    assert.equal((await lookAt(busy)).newest, 1796075298)
  })

  it('follows two hundred queues of one replica at most', async () => {
    const more = Array.from(
      { length: 200 },
      (_, at) => `prometheus_remote_storage_samples_failed_total{remote_name="n${at}",url=""} 0\n`,
    )
    await assert.rejects(
      look(`${recorded}${more.join('')}`).seen,
      /it tells of 203 remote write queues, and promha follows 200 at most/,
    )
  })

  it('sees none without remote write, and fails if there is no answer', async () => {
    assert.deepEqual((await look('process_start_time_seconds 12\n').seen).queues, [])
    const silent = getFrom(async () => ({ status: 503, body: '' }), 'mon-a', place)
    await assert.rejects(lookAt(silent), AskError)
  })

  it('tells which may make a stop slow: those that are behind, and those that have sent nothing', async () => {
    const { queues, ...rest } = await look(recorded).seen
    const late = queues.map(queue =>
      queue.remoteName === 'vm-a' ? { ...queue, sent: rest.newest - 11 } : queue,
    )
    const names = behindNow({ ...rest, queues: late }).map(({ remoteName }) => remoteName)
    assert.deepEqual(names, ['0e3a73', 'vm-a'])
  })
})
