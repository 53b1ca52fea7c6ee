import assert from 'node:assert/strict'
import { shownTexts, withDiffs } from '../../src/engine/diffs.ts'
import type { InstancePlan } from '../../src/plan/model.ts'
import { planInstance } from '../../src/plan/plan.ts'
import { sha256 } from '../../src/resource/hash.ts'
import type { FileResource, Instance } from '../../src/resource/model.ts'
import type { Owned } from '../../src/resource/observed.ts'
import { blank, built, hash, prometheus, stampOf } from '../plan/host.ts'

const file = (path: string, content: FileResource['content'], concealed = false): FileResource => ({
  ...{ kind: 'file', path, content, owner: 'root', group: 'prometheus', mode: 0o640, effect: 'reload' },
  ...(concealed ? { concealed } : {}),
})
const config = '/etc/prometheus/prometheus.yml'
const key = '/etc/prometheus/web/key.pem'
const rules = '/etc/prometheus/rules/old.yml'
const owned = [config, key, '/etc/prometheus/web/old.pem', rules].map(
  (name): Owned => ({ kind: 'file', name, found: false }),
)

function planOf(resources: readonly FileResource[]): InstancePlan {
  const instance: Instance = { ...prometheus, resources: [...resources, prometheus.service] }
  const stamps = new Map([['prometheus' as const, stampOf(instance, owned)]])
  const before = { ...instance, resources: resources.map(({ path }) => file(path, 'before: 1\n')) }
  return planInstance(instance, { ...built(before, blank), stamps }, hash)
}

const texts = (...paths: readonly (readonly [string, string])[]) => ({
  contents: new Map(paths.map(([path, text]) => [path, Buffer.from(text)])),
})
const diffs = (plan: InstancePlan) =>
  Object.fromEntries(plan.changes.flatMap(({ resource, diff }) => (diff ? [[resource, diff]] : [])))

describe('diffs', () => {
  it('shows what is replaced and what goes, and nothing that may be a key', () => {
    const plan = planOf([file(config, 'after: 1\n'), file(key, 'after', true)])
    assert.deepEqual(
      plan.changes.filter(({ action }) => action === 'delete').map(({ resource }) => resource),
      [`file:${rules}`, 'file:/etc/prometheus/web/old.pem'],
    )
    assert.deepEqual(shownTexts(plan), [config, rules])
    const everything = texts(
      [config, 'before: 1\n'],
      [key, 'KEY'],
      ['/etc/prometheus/web/old.pem', 'KEY'],
      [rules, 'groups: []\n'],
    )
    assert.deepEqual(diffs(withDiffs(plan, everything)), {
      [`file:${config}`]: `--- ${config}\n+++ ${config}\n@@ -1,1 +1,1 @@\n-before: 1\n+after: 1\n`,
      [`file:${rules}`]: `--- ${rules}\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-groups: []\n`,
    })
  })

  it('shows what comes back from the store of the host', () => {
    const stored = sha256('after: 1\n')
    const plan = planOf([file(config, { stored })])
    const store = `/var/lib/promha/store/${stored}`
    assert.deepEqual(shownTexts(plan), [config, store, rules])
    const shown = withDiffs(plan, texts([config, 'before: 1\n'], [store, 'after: 1\n']))
    assert.match(diffs(shown)[`file:${config}`] ?? '', /-before: 1\n\+after: 1/)
    assert.deepEqual(diffs(withDiffs(plan, texts([config, 'before: 1\n']))), {})
  })
})
