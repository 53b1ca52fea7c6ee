import assert from 'node:assert/strict'
import { getFrom } from '../../../src/verify/ask/get.ts'

describe('asking one program in a gate', () => {
  const place = { address: '127.0.0.1', port: 7201, readyPath: '/health' }
  const read = (body: string) => body

  it('reads a body with another status only where that is an answer, too', async () => {
    const get = getFrom(async () => ({ status: 409, body: 'there already' }), 'm1', place)
    await assert.rejects(get({ path: '/init', read }), /\/init answers 409/)
    await assert.rejects(get({ path: '/init', read, also: [404] }), /\/init answers 409/)
    assert.equal(await get({ path: '/init', read, also: [404, 409] }), 'there already')
  })

  it('sends along what belongs to the question', async () => {
    const sent = { body: '{}' }
    const get = getFrom(async (...asked) => ({ status: 200, body: JSON.stringify(asked) }), 'm1', place)
    assert.deepEqual(JSON.parse(await get({ path: '/init', read, sent })), [
      ...['m1', '127.0.0.1', 7201, '/init'],
      sent,
    ])
  })
})
