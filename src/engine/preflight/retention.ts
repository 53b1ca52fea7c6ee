/** Tells of a change by which a program would keep its data for a shorter time: it deletes the rest, and no way back brings it. Pure. */
import type { Retention } from '../../../roles/component.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import { flagsOf, ownWords } from '../../plan/adopt/command-flags.ts'
import { unitCommand } from '../../plan/adopt/exec-start.ts'
import { takeOverOf, takesOver, wantedFlags } from '../../plan/adopt/found.ts'
import { readFoundConfig } from '../../plan/adopt/found-config.ts'
import type { InstancePlan } from '../../plan/model.ts'
import { shorter } from '../../plan/retention.ts'
import { isStored } from '../../resource/hash.ts'
import { resourceKind } from '../../resource/kind/kinds.ts'
import { atInstance, type FileResource, ofKind, type Resource, resourceId } from '../../resource/model.ts'
import type { Observed } from '../../resource/observed.ts'
import type { Preflight } from '../../shell/observe/preflight.ts'
import { preflightProblem } from './messages.ts'

/** A warning for each limit. What is taken over from another tool is refused instead, see `adopt.ts`. */
export function shorterRetention(
  { instance, component, renewed }: InstancePlan,
  observed: Observed,
  { contents }: Pick<Preflight, 'contents'>,
): readonly Problem[] {
  const { retention, config: name } = takeOverOf(component) ?? {}
  const [unit] = ofKind(instance.resources, 'unit')
  if (!retention || !unit || isStored(unit.content) || instance.retired || takesOver(instance, observed))
    return []
  /** Undefined if what is there is to change and could not be read. */
  const oldText = (resource: Resource): string | undefined => {
    const file = resourceKind(resource).file?.(resource)
    if (!file) return undefined
    if (renewed.has(resourceId(resource))) return contents.get(file.path)?.toString('utf8')
    return isStored(file.content) ? undefined : Buffer.from(file.content).toString('utf8')
  }
  const config = ofKind(instance.resources, 'file').find(({ path }) => path.endsWith(`/${name}`))
  const [oldUnit, oldConfig] = [oldText(unit), config && oldText(config)]
  if (oldUnit === undefined || (config && oldConfig === undefined)) return []
  const flags = flagsOf(ownWords(component, unitCommand([oldUnit]).argv))
  const before = retention.of(flags, limitsIn(oldConfig))
  const after = retention.of(wantedFlags(instance), limitsIn(newText(config)))
  return shorter(before, after).map(key => {
    const kept = before[key] ?? 'data without a limit'
    const keep = before[key] === undefined ? undefined : retention.setting(key, before[key])
    const the = { component, kept, after: after[key] ?? '' }
    return preflightProblem.retentionShorter(atInstance(instance), the, keep)
  })
}

function newText(config: FileResource | undefined): string | undefined {
  return !config || isStored(config.content) ? undefined : Buffer.from(config.content).toString('utf8')
}

function limitsIn(text: string | undefined): Retention | undefined {
  return text === undefined ? undefined : readFoundConfig(text)?.retention
}
