/** What of a directory or an account is left as the host's admin made it. */
import assert from 'node:assert/strict'
import { takenDirectory } from '../../src/plan/taken.ts'
import { resourceKind } from '../../src/resource/kind/kinds.ts'
import type { DirectoryResource, UserResource } from '../../src/resource/model.ts'
import type { PathFacts } from '../../src/resource/observed.ts'
import { blank, hash, path, prometheus } from '../plan/host.ts'

const data: DirectoryResource = {
  kind: 'directory',
  path: '/srv/data',
  owner: 'prometheus',
  group: 'prometheus',
  mode: 0o750,
}
const textfiles: DirectoryResource = {
  ...data,
  ...{ path: '/var/lib/node_exporter', owner: 'root', group: 'root', mode: 0o755, shared: true },
}

const seenAs = (directory: DirectoryResource, facts: PathFacts) => ({
  ...blank,
  paths: new Map([[directory.path, facts]]),
})
const reason = (directory: DirectoryResource, facts: PathFacts) =>
  resourceKind(directory).differ(directory, seenAs(directory, facts), hash)?.reason

describe('a directory', () => {
  it('may have taken setgid from its parent', () => {
    for (const mode of [0o750, 0o2750, 0o4750, 0o6750])
      assert.equal(reason(data, path('directory', mode, 'prometheus', 'prometheus')), undefined)
    assert.equal(
      reason(data, path('directory', 0o2755, 'prometheus', 'prometheus')),
      'mode is 0755, not 0750',
    )
    assert.equal(
      reason(data, path('directory', 0o1750, 'prometheus', 'prometheus')),
      'mode is 1750, not 0750',
    )
    assert.equal(
      reason({ ...data, mode: 0o2750 }, path('directory', 0o750, 'prometheus', 'prometheus')),
      undefined,
    )
  })

  it('is called what it is where something else is in its place', () => {
    assert.equal(reason(data, path('link', 0o777, 'root', 'root')), 'a link, not a directory')
    assert.equal(reason(data, path('file', 0o644, 'root', 'root')), 'a file, not a directory')
  })
})

describe('a directory for others', () => {
  const kept: readonly (readonly [number, string])[] = [
    [0o755, 'root'],
    [0o2755, 'metrics'],
    [0o755, 'metrics'],
    [0o775, 'metrics'],
    [0o2775, 'metrics'],
    [0o2770, 'metrics'],
    [0o3775, 'metrics'],
    [0o775, 'root'],
  ]

  it('keeps the group and the mode that the admin gave it', () => {
    for (const [mode, group] of kept)
      assert.equal(reason(textfiles, path('directory', mode, 'root', group)), undefined, `${mode} ${group}`)
  })

  it('is taken over as it is, as far as its owner allows', () => {
    const take = (facts: PathFacts) => {
      const { owner, group, mode } = takenDirectory(textfiles, prometheus, seenAs(textfiles, facts))
      return `${owner}:${group} ${mode.toString(8)}`
    }
    assert.equal(take(path('directory', 0o2775, 'root', 'metrics')), 'root:metrics 2775')
    assert.equal(take(path('directory', 0o2775, 'cron', 'metrics')), 'root:metrics 2775')
    assert.equal(take(path('directory', 0o755, 'node-exp', 'node-exp')), 'root:root 755')
    assert.equal(take(path('directory', 0o777, 'root', 'metrics')), 'root:root 755')
  })

  it('is not left open to everybody, nor to an owner other than root', () => {
    assert.equal(reason(textfiles, path('directory', 0o777, 'root', 'root')), 'mode is 0777, not 0755')
    assert.match(
      reason(textfiles, path('directory', 0o2775, 'cron', 'metrics')) ?? '',
      /owner is cron:metrics, not root:metrics/,
    )
    assert.match(reason(textfiles, path('directory', 0o750, 'root', 'metrics')) ?? '', /0750, not 0755/)
  })

  it('is the only kind that may', () => {
    assert.match(reason(data, path('directory', 0o770, 'prometheus', 'metrics')) ?? '', /owner is/)
  })
})

describe('a service user', () => {
  const user: UserResource = { kind: 'user', name: 'prometheus', home: '/var/lib/prometheus' }
  const found = (users: readonly string[], groups: readonly string[]) =>
    resourceKind(user).differ(user, { ...blank, users: new Set(users), groups: new Set(groups) }, hash)

  it('is taken as it is, with a group of its name', () => {
    assert.equal(found(['prometheus'], ['prometheus']), undefined)
    assert.deepEqual(found(['prometheus'], []), {
      action: 'update',
      reason: 'the group prometheus does not exist; apply creates it',
      content: false,
    })
    for (const groups of [[], ['prometheus']]) assert.equal(found([], groups)?.action, 'create')
  })
})
