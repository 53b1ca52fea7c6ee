/** What a change asks of the service: the part of each reason that tells whether anything is interrupted. */
import { unitFile } from '../resource/difference.ts'
import type { Effect, Resource } from '../resource/model.ts'
import type { Action, Change } from './model.ts'

/** What new content of this resource asks of the service that reads it. */
export function effectOf(resource: Resource): Effect {
  if (resource.kind === 'unit') return unitFile(resource).effect
  // What ran from a package that is gone from the disk has to be started from the new one.
  if (resource.kind === 'package') return 'restart'
  return resource.kind === 'file' || resource.kind === 'program' ? resource.effect : 'none'
}

/**
 * What is done to the service itself: a stop interrupts it as a restart does, a start interrupts nothing, since nothing
 * served.
 */
export function effectOfAction(action: Action): Effect {
  if (action === 'restart' || action === 'stop') return 'restart'
  return action === 'reload' ? 'reload' : 'none'
}

/**
 * The change with what it does to the service. `asks`: what its new content asks for; `service`: what is going to be
 * done to the service, since one that does not run has nothing to read anew.
 */
export function withEffect(change: Change, asks: Effect, service: Effect): Change {
  return { ...change, effect: service === 'none' ? 'none' : asks }
}
