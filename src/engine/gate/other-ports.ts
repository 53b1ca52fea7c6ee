/** A program that does not answer at the port where it is asked, but has opened another one. */
import type { Problem } from '../../diagnostic/problem.ts'
import type { Instance } from '../../resource/model.ts'
import type { Diagnosis } from '../../shell/host/diagnose.ts'
import { gateProblem } from '../messages.ts'

export interface Asked extends Pick<Instance, 'component' | 'health' | 'service'> {
  /** The key that sets its port, if its program is the inventory's own. */
  readonly ownPort?: 'port' | 'listen' | undefined
}

/** What is said then. Ports that it is meant to have open beside the one where it is asked explain nothing. */
export function withOtherPorts(
  problem: Problem,
  { component, health, service, ownPort }: Asked,
  { listens }: Pick<Diagnosis, 'listens'>,
): Problem {
  if (problem.code !== 'service.not-ready' || listens.includes(health.port)) return problem
  const others = listens.filter(port => !service.ports.some(meant => meant.port === port))
  if (others.length === 0) return problem
  const told = ownPort
    ? gateProblem.otherPortOfOwn({}, { component, key: ownPort }, health.port, others)
    : gateProblem.otherPort({}, component, health.port, others)
  return { ...problem, detail: problem.summary, ...told }
}
