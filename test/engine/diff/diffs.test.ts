import assert from 'node:assert/strict'
import { shownTexts, withDiffs } from '../../../src/engine/diff/diffs.ts'
import type { InstancePlan } from '../../../src/plan/model.ts'
import { planRetired, retiredInstance } from '../../../src/plan/owned/retire.ts'
import { planInstance } from '../../../src/plan/plan.ts'
import { sha256 } from '../../../src/resource/hash.ts'
import type { FileResource, Instance } from '../../../src/resource/model.ts'
import type { Owned } from '../../../src/resource/observed.ts'
import { blank, built, hash, prometheus, stampOf } from '../../plan/host.ts'

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
  return planInstance(instance, { ...built(before, blank), records: stamps }, hash)
}

const texts = (...paths: readonly (readonly [string, string])[]) => ({
  contents: new Map(paths.map(([path, text]) => [path, Buffer.from(text)])),
})
const diffs = (plan: InstancePlan) =>
  Object.fromEntries(plan.changes.flatMap(({ resource, diff }) => (diff ? [[resource, diff]] : [])))

const hidden = (path: string) => `--- ${path}\n+++ /dev/null\n(not shown: it may hold secrets)\n`

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
      [`file:${key}`]: `--- ${key}\n+++ ${key}\n(not shown: it may hold secrets)\n`,
      [`file:${rules}`]: `--- ${rules}\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-groups: []\n`,
      'file:/etc/prometheus/web/old.pem': hidden('/etc/prometheus/web/old.pem'),
    })
  })

  it('shows what comes back from the store of the host', () => {
    const stored = sha256('after: 1\n')
    const plan = planOf([file(config, { stored })])
    const store = `/var/lib/promha/store/${stored}`
    assert.deepEqual(shownTexts(plan), [config, store, rules])
    const shown = withDiffs(plan, texts([config, 'before: 1\n'], [store, 'after: 1\n']))
    assert.match(diffs(shown)[`file:${config}`] ?? '', /-before: 1\n\+after: 1/)
    assert.equal(diffs(withDiffs(plan, texts([config, 'before: 1\n'])))[`file:${config}`], undefined)
  })

  it('shows what leaves of every component: units and known configs, and of each other file that it goes', () => {
    const unit = '/etc/systemd/system/oddity_exporter.service'
    const [blackbox, cnf, program] = [
      '/etc/blackbox_exporter.yml',
      '/etc/oddity_exporter/my.cnf',
      '/usr/local/bin/x',
    ]
    const leaving = (component: string, ...entries: readonly Owned[]) => {
      const record = { ...stampOf(prometheus, entries), unit: `${component}.service` }
      const instance = retiredInstance('mon-a', component, record)
      return planRetired(instance, { ...blank, records: new Map([[component, record]]) })
    }
    const made = (kind: Owned['kind'], name: string): Owned => ({ kind, name, found: false })
    const unknown = leaving(
      'oddity_exporter',
      made('unit', unit),
      made('file', cnf),
      made('program', program),
    )
    assert.deepEqual(shownTexts(unknown), [unit])
    assert.deepEqual(diffs(withDiffs(unknown, texts([unit, 'Environment=TOKEN=x\n'], [cnf, 'KEY']))), {
      [`file:${cnf}`]: hidden(cnf),
      'unit:oddity_exporter.service': `--- ${unit}\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-Environment=TOKEN=<masked>\n`,
    })
    const known = leaving('blackbox_exporter', made('file', blackbox))
    assert.deepEqual(diffs(withDiffs(known, texts([blackbox, 'password: x\n']))), {
      [`file:${blackbox}`]: `--- ${blackbox}\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-password: <masked>\n`,
    })
  })
})
