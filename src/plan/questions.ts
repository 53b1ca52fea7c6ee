/** What a host must be asked about, from what is desired of it. Pure. */

import { knownDefinition } from '../../roles/index.ts'
import { type Instance, type Resource, unitPath } from '../resource/model.ts'
import type { ProbeRequest } from '../shell/probe.ts'

/** The probe of one host that answers for all its instances. */
export function probeFor(instances: readonly Instance[], deep: boolean): ProbeRequest {
  const resources = instances.flatMap(instance => instance.resources)
  const of = <K extends Resource['kind']>(kind: K) =>
    resources.filter((resource): resource is Extract<Resource, { kind: K }> => resource.kind === kind)
  const hashed = [...of('file').map(file => file.path), ...of('unit').map(unit => unitPath(unit.name))]
  const programs = of('program').map(program => program.path)
  return {
    packages: unique(of('package').map(item => item.name)),
    users: unique(of('user').map(user => user.name)),
    directories: unique(of('directory').map(directory => directory.path)),
    paths: unique([...hashed, ...programs]),
    hashed: unique(hashed),
    programs: unique(programs),
    units: unique(of('service').map(service => service.unit)),
    names: unique(instances.flatMap(({ lookups = [] }) => lookups)),
    written: instances.flatMap(({ resources: own, writes = [] }) => {
      const user = own.find(resource => resource.kind === 'user')?.name ?? 'root'
      return writes.map(path => ({ user, path }))
    }),
    homes: instances.some(({ component }) => knownDefinition(component)?.fittedUnit !== undefined),
    deep,
  }
}

function unique<T>(items: readonly T[]): readonly T[] {
  return [...new Set(items)]
}
