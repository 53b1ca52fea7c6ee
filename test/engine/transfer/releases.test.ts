/** Which programs the observed hosts need. */
import assert from 'node:assert/strict'
import { AbsentError, type Artifacts } from '../../../src/artifact/model.ts'
import { releasesFor } from '../../../src/engine/transfer/releases.ts'
import type { Instance } from '../../../src/resource/model.ts'
import { error } from '../../support/problems.ts'
import { runOf } from '../runs.ts'

const session = (name: string, machine: string) =>
  runOf(name, {
    observed: { machine },
    desired: [{ resources: [{ kind: 'program', component: 'mine_exporter' }] } as unknown as Instance],
  })

const refusing = (cause: unknown) => ({ release: () => Promise.reject(cause) }) as unknown as Artifacts

describe('releases for hosts', () => {
  const hosts = [session('app-a', 'aarch64'), session('app-b', 'aarch64')]

  it('name the hosts of the architecture for which there is no program, and ask once', async () => {
    const absent = new AbsentError([error('not made for arm64', { detail: 'mine-1.2' }), error('nor that')])
    const failure = await releasesFor(refusing(absent), hosts).catch(cause => cause)
    assert.ok(failure instanceof AbsentError)
    assert.deepEqual(
      failure.problems.map(({ detail }) => detail),
      ['mine-1.2\nHosts of arm64: app-a, app-b.', 'Hosts of arm64: app-a, app-b.'],
    )
  })

  it('leave other failures as they are', async () => {
    const cause = new Error('no room')
    assert.equal(await releasesFor(refusing(cause), hosts).catch(failure => failure), cause)
  })
})
