import assert from 'node:assert/strict'
import fc from 'fast-check'
import { definitions } from '../../roles/index.ts'
import { planInstance } from '../../src/plan/plan.ts'
import { versionedProgram, versionProblems } from '../../src/plan/versions.ts'
import type { Instance, ProgramResource } from '../../src/resource/model.ts'
import { blank, carriedOut, hash, prometheus } from './host.ts'

const path = '/usr/local/bin/prometheus'

function step(found: string | undefined, wanted: string) {
  const resources = prometheus.resources.map(one =>
    one.kind === 'program' ? { ...one, version: wanted } : one,
  )
  const plan = planInstance({ ...prometheus, resources }, blank, hash)
  return versionProblems(plan, blank, new Map(found === undefined ? [] : [[path, found]]))
}

describe('versions', () => {
  const fine = [
    ['2.42.0', '2.53.3'],
    ['2.53.3', '2.42.0'],
    ['2.42.0', '2.55.1'],
    ['2.55.1', '3.5.0'],
    ['3.5.0', '2.55.0'],
    ['3.5.0', '3.13.2'],
    ['3.13.2', '3.0.0'],
    [undefined, '3.5.0'],
  ] as const
  for (const [found, wanted] of fine)
    it(`lets ${found ?? 'nothing'} become ${wanted}`, () => assert.deepEqual(step(found, wanted), []))

  for (const [found, wanted] of [
    ['3.0.0', '2.54.1'],
    ['3.5.0', '2.53.3'],
    ['10.0.0', '2.9.0'],
    ['3.5.0+ds1', '2.42.0+ds'],
  ] as const) {
    it(`refuses to go from ${found} back to ${wanted}`, () => {
      const [problem] = step(found, wanted)
      assert.equal(problem?.severity, 'error')
      assert.equal(problem?.host, 'mon-a')
      assert.match(problem?.summary ?? '', /cannot go back/)
      assert.match(problem?.remedy ?? '', /2\.55/)
    })
  }

  for (const [found, wanted] of [
    ['2.54.1', '3.0.0'],
    ['2.42.0', '3.13.2'],
    ['1.8.2', '3.5.0'],
  ] as const) {
    it(`refuses to go from ${found} to ${wanted} at once, and spells out two steps`, () => {
      const [problem] = step(found, wanted)
      assert.match(problem?.summary ?? '', /at once/)
      assert.match(problem?.remedy ?? '', /prometheus: "2\.55\.1".* then .*prometheus: "/)
      assert.ok(problem?.remedy?.includes(`"${wanted}"`))
    })
  }

  it('lets any step be undone that it allows', () => {
    const version = fc
      .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 80 }))
      .map(([major, minor]) => `${major}.${minor}.0`)
    fc.assert(
      fc.property(version, version, (found, wanted) => {
        assert.equal(step(found, wanted).length, step(wanted, found).length)
      }),
    )
  })

  it('asks only where Prometheus itself is to be put in place, and believes the program first', () => {
    const host = carriedOut(planInstance(prometheus, blank, hash), blank)
    const old = new Map([[path, '2.42.0']])
    assert.deepEqual(versionProblems(planInstance(prometheus, host, hash), host, old), [])
    const replaced = { ...host, hashes: new Map([...host.hashes, [path, 'x']]) }
    const plan = planInstance(prometheus, replaced, hash)
    assert.equal(versionedProgram(plan)?.path, path)
    assert.match(versionProblems(plan, replaced, old)[0]?.summary ?? '', /at once/)
    // The record has 3.5.0.
    assert.deepEqual(versionProblems(plan, replaced, new Map()), [])
    const other: Instance = { ...prometheus, component: 'alertmanager' }
    assert.deepEqual(versionProblems(planInstance(other, blank, hash), blank, old), [])
  })

  it('are compared of every program that has rules for them', () => {
    for (const { name, release, versionProblems: judge } of definitions) {
      if (!judge || !release) continue
      const paths = [release.upstream, release.debian].flatMap(one => one?.members[0]?.path ?? [])
      assert.equal(new Set(paths).size, 1, name)
      const [main = ''] = paths
      const program: ProgramResource = {
        ...{ kind: 'program', path: main, version: '1.0.0', component: name },
        ...{ mode: 0o755, effect: 'restart' },
      }
      const instance: Instance = { ...prometheus, component: name, resources: [program] }
      const plan = planInstance(instance, blank, hash)
      assert.equal(versionedProgram(plan)?.path, main, name)
    }
  })
})
