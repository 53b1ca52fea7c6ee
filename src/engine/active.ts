/** Which of those that stand in for each other is active just now: it is changed last. */

import { isReleased } from '../../roles/index.ts'
import type { Component } from '../inventory/model.ts'
import { cellNamed } from '../topology/named.ts'
import { isBehindAddress, standbysOf } from '../topology/standby.ts'
import { type Doubled, doubledIn } from '../verify/active.ts'
import { readAnswer } from '../verify/answers.ts'
import { checksOf } from '../verify/known.ts'
import type { Ask } from '../verify/model.ts'
import type { Need } from '../verify/view.ts'
import { keepersOf } from './keepers.ts'
import type { Scene } from './standing.ts'

/**
 * By component, the hosts of what is active: of two Pushgateways or probers the one that is asked, of what moves
 * addresses every one that has one. If the former cannot be told, as before a first build, the one that the
 * inventory names first. Never rejects.
 */
export async function activeHosts(
  scene: Scene,
  cell: string,
  components: Iterable<Component>,
): Promise<ReadonlyMap<Component, ReadonlySet<string>>> {
  const { survey } = scene
  const own = cellNamed(survey.prepared.topology, cell)
  const found = new Map<Component, ReadonlySet<string>>()
  if (own === undefined) return found
  await Promise.all(
    [...components].filter(isBehindAddress).map(async component => {
      if (!isReleased(component)) {
        const keepers = await keepersOf(scene, cell)
        found.set(component, new Set(keepers.filter(({ has }) => has.length > 0).map(({ host }) => host)))
        return
      }
      const { identity } = await checksOf(component)
      const doubled = identity && doubledIn(own, component, identity)
      if (doubled === undefined) return
      const host = (await activeHost(doubled, survey.ahead.ask)) ?? standbysOf(own, component)[0]?.host
      if (host !== undefined) found.set(component, new Set([host]))
    }),
  )
  return found
}

/** Of the first way that leads to one of them. */
async function activeHost(doubled: Doubled, ask: Ask): Promise<string | undefined> {
  const known = new Map<string, string>()
  const asked = await Promise.all(doubled.own.map(need => processAt(doubled, need, ask)))
  for (const [index, seen] of asked.entries()) {
    const host = doubled.own[index]?.program.host
    if (seen !== undefined && host !== undefined) known.set(seen, host)
  }
  for (const way of known.size === 0 ? [] : doubled.ways) {
    const host = known.get((await processAt(doubled, way, ask)) ?? '')
    if (host !== undefined) return host
  }
  return undefined
}

async function processAt(
  { processOf }: Doubled,
  { program, path }: Need,
  ask: Ask,
): Promise<string | undefined> {
  const { host, local } = program
  try {
    const { status, body } = await ask(host, local.address, local.port, path)
    if (status !== 200) return undefined
    return processOf(readAnswer(path, body))
  } catch {
    // There is none that could say.
    return undefined
  }
}
