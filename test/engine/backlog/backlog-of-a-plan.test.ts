import assert from 'node:assert/strict'
import { config, even, sceneOf } from './scene.ts'

describe('the backlog of a replica that is planned to be restarted', () => {
  it('is nothing to tell of if it is usual, and takes one look', async () => {
    const scene = sceneOf({ lags: () => ({ 'vm-a': 2, 'vm-b': 25 }) })
    assert.deepEqual([await scene.foretold(), scene.seconds()], [[], 0])
  })

  it('is told if it would be waited for', async () => {
    const scene = sceneOf({
      lags: host => (host === 'mon-a' ? { 'vm-a': 40, 'vm-b': 2 } : { 'vm-a': 2, 'vm-b': undefined }),
      started: () => -5,
    })
    const told = ['mon-a warning backlog.would-wait', 'mon-b warning backlog.would-wait']
    assert.deepEqual([await scene.foretold(), scene.events], [told, []])
    assert.ok(scene.seconds() >= 12 && scene.seconds() < 15, `${scene.seconds()}`)
  })

  it('is told if it would be refused, or be lost for one member', async () => {
    const scene = sceneOf({
      lags: (host, second) =>
        host === 'mon-a' ? { 'vm-a': 500 + second, 'vm-b': 400 + second } : { ...even, 'vm-b': 200 + second },
    })
    assert.deepEqual(await scene.foretold(), [
      'mon-a error backlog.store-down',
      'mon-b warning backlog.member-down',
    ])
    assert.ok(scene.seconds() < 15, `${scene.seconds()}`)
  })

  it('is not asked for without a step that loses it', async () => {
    const lags = () => ({ 'vm-a': 500, 'vm-b': 500 })
    for (const parts of [
      { action: 'start' },
      { action: 'reload', config: [`${config('x')}a: 1\n`, `${config('x')}a: 2\n`] },
    ] as const) {
      const scene = sceneOf({ ...parts, lags })
      assert.deepEqual([await scene.foretold(), scene.asked], [[], []])
    }
  })

  it('is left to its step if its store is changed before', async () => {
    const scene = sceneOf({ lags: () => ({ 'vm-a': 500, 'vm-b': 400 }), changesStore: true })
    assert.deepEqual([await scene.foretold(), scene.seconds()], [[], 0])
  })
})
