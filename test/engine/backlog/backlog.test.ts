import assert from 'node:assert/strict'
import { config, even, type Lags, longAgo, sceneOf } from './scene.ts'

describe('the backlog of a replica that is restarted', () => {
  it('is waited for before anything is changed, and told meanwhile', async () => {
    const scene = sceneOf({
      lags: (host, second) => (host === 'mon-b' && second < 40 ? { 'vm-a': 2, 'vm-b': 90 - second } : even),
    })
    assert.deepEqual(await scene.backlogs.first(), [])
    assert.ok(scene.seconds() >= 40 && scene.seconds() < 45, `${scene.seconds()}`)
    assert.deepEqual(scene.warnings(), [])
    const notes = scene.events.flatMap(event =>
      event.type === 'waiting' ? [`${event.host}: ${event.note}`] : [],
    )
    assert.ok(
      notes.includes('mon-b: waits until its samples are sent: victoriametrics on vm-b (about 90 s behind)'),
      notes.join('\n'),
    )
  })

  it('is nothing to wait for at a start, nor at a reload that changes neither remote write nor labels', async () => {
    const lags = () => ({ 'vm-a': 90, 'vm-b': 90 })
    for (const parts of [{ action: 'start' }, { action: 'reload' }] as const)
      assert.deepEqual(await sceneOf({ ...parts, lags }).backlogs.first(), [])
    const plain = sceneOf({
      action: 'reload',
      config: [`${config('x')}a: 1\n`, `${config('x')}a: 2\n`],
      lags,
    })
    assert.deepEqual(await plain.backlogs.first(), [])
    assert.deepEqual([await plain.backlogs.before(plain.a), plain.asked], [undefined, []])
  })

  it('is waited for at a reload that changes the labels of all samples', async () => {
    const scene = sceneOf({
      ...{ action: 'reload', config: [config('x'), config('y')] },
      lags: (_, second) => ({ 'vm-a': second < 30 ? 30 : 1, 'vm-b': 1 }),
    })
    assert.deepEqual(await scene.backlogs.first(), [])
    assert.ok(scene.seconds() >= 30, `${scene.seconds()}`)
  })

  it('is nothing to wait for if the replica does not run', async () => {
    const scene = sceneOf({ lags: () => undefined })
    assert.deepEqual(await scene.backlogs.first(), [])
    assert.deepEqual([scene.warnings(), scene.seconds()], [[], 0])
  })

  it('stops the run before any change if no member of the store takes samples', async () => {
    const lags = (_: string, second: number) => ({ 'vm-a': 500 + second, 'vm-b': 400 + second })
    const problems = await sceneOf({ lags }).backlogs.first()
    assert.deepEqual(
      problems.map(({ code, host }) => `${host} ${code}`),
      ['mon-a backlog.store-down', 'mon-b backlog.store-down'],
    )
    const allowed = sceneOf({ lags, allowOutage: true })
    assert.deepEqual(await allowed.backlogs.first(), [])
    assert.equal(await allowed.backlogs.before(allowed.a), undefined)
    // Each is told once, though it is found again right before the step.
    assert.deepEqual(allowed.warnings(), [
      'mon-a backlog.store-down-accepted',
      'mon-b backlog.store-down-accepted',
    ])
  })

  it('is left to its step if the store is changed before, which may be what brings it back', async () => {
    const lags = (_: string, second: number) => ({ 'vm-a': 500 + second, 'vm-b': 400 + second })
    const scene = sceneOf({ lags, changesStore: true })
    assert.deepEqual(await scene.backlogs.first(), [])
    assert.equal(scene.seconds(), 0)
    assert.equal((await scene.backlogs.before(scene.a))?.code, 'backlog.store-down')
  })

  it('stops the run before any change if it is not sent within five minutes', async () => {
    const scene = sceneOf({ lags: (_, second) => ({ 'vm-a': 2, 'vm-b': 90 - second / 10 }) })
    const [problem, ...more] = await scene.backlogs.first()
    assert.deepEqual([problem?.code, more.length], ['backlog.not-caught-up', 1])
    assert.ok(scene.seconds() >= 300 && scene.seconds() < 305, `${scene.seconds()}`)
  })

  it('is waited for again right before its step', async () => {
    const scene = sceneOf({
      lags: (host, second) =>
        host === 'mon-a' && second > 20 && second < 50 ? { 'vm-a': 2, 'vm-b': second } : even,
    })
    assert.deepEqual(await scene.backlogs.first(), [])
    assert.equal(await scene.backlogs.before(scene.a), undefined)
    const before = scene.seconds()
    assert.ok(before < 20, `${before}`)
  })

  it('waits until the replica that was changed before sends again, and not for a sink that is down', async () => {
    const lags = (host: string, second: number): Lags => {
      const first = { 'vm-a': second < 60 ? undefined : 2, 'vm-b': second < 12 ? 2 + second : undefined }
      return host === 'mon-a' ? first : { 'vm-a': 2, 'vm-b': 300 + second }
    }
    const scene = sceneOf({ lags, started: host => (host === 'mon-a' ? 5 : longAgo) })
    assert.equal(await scene.backlogs.before(scene.b), undefined)
    assert.ok(scene.seconds() >= 125 && scene.seconds() < 150, `${scene.seconds()}`)
    assert.deepEqual(scene.warnings(), ['mon-b backlog.member-down'])
  })

  it('stops a step if the replica that was changed before does not send again', async () => {
    const lags = (host: string, second: number) =>
      host === 'mon-b' ? even : { 'vm-a': 2, 'vm-b': second - second / 1000 }
    const scene = sceneOf({ lags, started: host => (host === 'mon-a' ? 1 : longAgo) })
    const problem = await scene.backlogs.before(scene.b)
    assert.equal(problem?.code, 'backlog.peer-not-sending')
    assert.match(problem?.summary ?? '', /prometheus on mon-a has sent victoriametrics on vm-b no sample/)
    assert.equal(problem?.host, 'mon-b')
    const accepted = sceneOf({ lags, started: host => (host === 'mon-a' ? 1 : longAgo), allowOutage: true })
    assert.equal(await accepted.backlogs.before(accepted.b), undefined)
  })

  it('is told as unknown if a replica with a store does not answer', async () => {
    const scene = sceneOf({ lags: even as never })
    assert.deepEqual(await scene.backlogs.first(), [])
    assert.deepEqual(scene.warnings(), ['mon-a backlog.unknown', 'mon-b backlog.unknown'])
  })

  it('says nothing of what a step loses that is refused', async () => {
    const lags = (host: string, second: number) =>
      host === 'mon-a'
        ? { 'vm-a': 500 + second, 'vm-b': 400 + second, own: 300 + second }
        : { ...even, own: 300 + second }
    const scene = sceneOf({ lags })
    const [problem, ...more] = await scene.backlogs.first()
    assert.deepEqual([problem?.code, more, scene.warnings()], ['backlog.store-down', [], []])
    assert.equal((await scene.backlogs.before(scene.a))?.code, 'backlog.store-down')
    assert.deepEqual(scene.warnings(), [])
    assert.equal(await scene.backlogs.before(scene.b), undefined)
    assert.deepEqual(scene.warnings(), ['mon-b backlog.own-down'])
  })

  it('is not begun anew on both replicas at once by a reload that changes labels', async () => {
    const lags = (host: string, second: number) =>
      host === 'mon-a' ? { 'vm-a': second < 40 ? 30 + second : 1, 'vm-b': 2 } : even
    const scene = sceneOf({
      ...{ action: 'reload', config: [config('x'), config('y')], lags },
      loaded: host => (host === 'mon-a' ? 1 : longAgo),
    })
    assert.equal(await scene.backlogs.before(scene.b), undefined)
    assert.ok(scene.seconds() >= 40, `${scene.seconds()}`)
  })
})
