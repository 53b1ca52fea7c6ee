/** What a host must be asked about, from what is desired of it. Pure. */
import { knownDefinition } from '../../roles/index.ts'
import type { ResourceQuestions } from '../resource/kind/kind.ts'
import { resourceKind } from '../resource/kind/kinds.ts'
import { type Instance, ofKind } from '../resource/model.ts'
import type { ProbeRequest } from '../shell/observe/probe.ts'

/** The probe of one host that answers for all its instances. */
export function probeFor(instances: readonly Instance[], deep: boolean): ProbeRequest {
  const asked = instances.flatMap(({ resources }) => resources.map(one => resourceKind(one).observe(one)))
  const all = (key: keyof ResourceQuestions) => [...new Set(asked.flatMap(one => one[key] ?? []))]
  return {
    packages: all('packages'),
    users: all('users'),
    directories: all('directories'),
    paths: all('paths'),
    hashed: all('hashed'),
    programs: all('programs'),
    trees: all('trees'),
    units: all('units'),
    names: [...new Set(instances.flatMap(({ lookups = [] }) => lookups))],
    written: instances.flatMap(({ resources: own, writes = [] }) => {
      const user = ofKind(own, 'user')[0]?.name ?? 'root'
      return writes.map(path => ({ user, path }))
    }),
    homes: instances.some(({ component }) => knownDefinition(component)?.fittedUnit !== undefined),
    deep,
  }
}
