/**
 * Golden cases, `KIND/*.yml`: what is desired and what was observed, and what follows. `steps` is the shell that puts it in
 * place, `undo` the shell that takes it back. `GOLDEN=write` writes what follows now, to be read before it is believed.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { takenDirectory } from '../../../src/plan/taken.ts'
import { contentHash, sha256 } from '../../../src/resource/hash.ts'
import { ownedKinds, placementOf, resourceKind, resourceKinds } from '../../../src/resource/kind/kinds.ts'
import { type ReleasedResource, type Resource, resourceId } from '../../../src/resource/model.ts'
import type { Observed, PathFacts } from '../../../src/resource/observed.ts'
import { blank, path, prometheus } from '../../plan/host.ts'

interface Golden {
  readonly desired: Resource
  readonly observed: {
    readonly users?: readonly string[]
    readonly groups?: readonly string[]
    readonly packages?: readonly string[]
    readonly masked?: string
    /** `file 0640 root:prometheus`, and the content behind it. */
    readonly at?: string
    readonly content?: string
  }
}

const hash = ({ version, stored }: ReleasedResource) => stored ?? sha256(version)

function observedOf({ desired, observed }: Golden): Observed {
  const { users = [], groups = [], packages = [], masked, at, content } = observed
  const name = resourceKind(desired).own(desired)?.name ?? ''
  const [type, mode = '', owner = ''] = at?.split(' ') ?? []
  const [user = '', group = ''] = owner.split(':')
  const facts = path(type as PathFacts['type'], Number.parseInt(mode, 8), user, group)
  const unit = {
    load: 'masked',
    active: 'inactive',
    enabled: false,
    activeFor: null,
    needsDaemonReload: false,
  }
  return {
    ...{ ...blank, users: new Set(users), groups: new Set(groups) },
    packages: { installed: new Map(packages.map(one => [one, '1'])), ours: new Set() },
    paths: new Map(at === undefined ? [] : [[name, facts]]),
    hashes: new Map(content === undefined ? [] : [[name, contentHash(content)]]),
    units: new Map(masked === undefined ? [] : [[masked, unit]]),
  }
}

function following(golden: Golden) {
  const { desired } = golden
  const observed = observedOf(golden)
  const kind = resourceKind(desired)
  const found = kind.differ(desired, observed, hash)
  const owned = kind.own(desired)
  const item = { resource: resourceId(desired), existed: kind.isThere(desired, observed) }
  const kept = found && !found.content && kind.content ? 'KEPT' : undefined
  const staged = kind.stage?.(desired, {
    ...{ item, observed, kept, source: 'files/0' },
    taken: directory => takenDirectory(directory, prometheus, observed),
  })
  const placement = staged && placementOf(staged)
  const undo = staged
    ? [...(placement?.undo(staged, 'NOTE') ?? []), ...(placement?.unmake?.(staged) ?? [])]
    : []
  return {
    difference: found ? `${found.action}: ${found.reason}${found.content ? '' : ' (no content)'}` : 'none',
    effect: kind.effect(desired),
    owned: owned ? `${owned.kind} ${owned.name}` : 'none',
    ...(found && staged ? { steps: placement?.place(staged, 'NOTE', 'STAGING') ?? [], undo } : {}),
  }
}

const cases = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .flatMap(({ name }) => readdirSync(join(import.meta.dirname, name)).map(file => join(name, file)))

describe('a kind of resource', () => {
  for (const file of cases)
    it(`follows ${file}`, () => {
      const whole = join(import.meta.dirname, file)
      const { desired, observed, ...expected } = parse(readFileSync(whole, 'utf8')) as Golden
      const found = following({ desired, observed })
      if (process.env.GOLDEN === 'write')
        writeFileSync(whole, stringify({ desired, observed, ...found }, { lineWidth: 0 }))
      else assert.deepEqual(found, expected)
    })

  it('has cases of its own', () => {
    const words = resourceKinds.map(({ owns }) => Object.keys(owns)[0] ?? 'service')
    assert.deepEqual([...new Set(cases.map(file => file.split('/')[0]))].sort(), words.sort())
  })

  it('is put in place by a change, except packages and services, which have rooms of their own', () => {
    const elsewhere = resourceKinds.filter(({ stage, placement }) => !stage || !placement)
    assert.deepEqual(
      elsewhere,
      (['package', 'service'] as const).map(kind => resourceKind({ kind } as Resource)),
    )
  })

  it('owns only what promha itself puts somewhere', () => {
    for (const [kind, { isOurs }] of Object.entries(ownedKinds))
      for (const name of ['/etc/passwd', '/etc/prometheus.d/x', '/usr/bin/env', 'root', '/', '/etc/ssh'])
        assert.equal(isOurs(name), false, `${kind} ${name}`)
  })
})
