/** Which of those that stand in for each other is active just now: it is changed last. */
import { isHostPackage } from '../../../roles/index.ts'
import type { Component } from '../../inventory/model.ts'
import { cellNamed } from '../../topology/member/members.ts'
import { redundantMembers } from '../../topology/member/redundant.ts'
import type { HttpQuestion } from '../../verify/ask/question.ts'
import { type ActivePassive, activePassiveIn } from '../../verify/checks/active-passive.ts'
import { checksOf } from '../../verify/checks/known.ts'
import type { Ask } from '../../verify/model.ts'
import type { RunContext } from '../context.ts'
import { vrrpMembersOf } from './vrrp-members.ts'

/** By component, the hosts of what is active now, or those that the inventory names first where that cannot be told. Never rejects. */
export async function activeHosts(
  context: RunContext,
  cell: string,
  components: Iterable<Component>,
): Promise<ReadonlyMap<Component, ReadonlySet<string>>> {
  const own = cellNamed(context.prepared.topology, cell)
  const found = new Map<Component, ReadonlySet<string>>()
  if (own === undefined) return found
  await Promise.all(
    [...components].map(async component => {
      if (isHostPackage(component)) {
        const keepers = await vrrpMembersOf(context, cell)
        found.set(component, new Set(keepers.filter(({ has }) => has.length > 0).map(({ host }) => host)))
        return
      }
      const { identity } = await checksOf(component)
      const doubled = identity && activePassiveIn(own, component, identity)
      if (doubled === undefined) return
      const host =
        (await activeHost(doubled, context.prefetch.ask)) ?? redundantMembers(own, component)[0]?.host
      if (host !== undefined) found.set(component, new Set([host]))
    }),
  )
  return found
}

/** Of the first way that leads to one of them. */
async function activeHost(doubled: ActivePassive, ask: Ask): Promise<string | undefined> {
  const known = new Map<string | undefined, string>()
  await Promise.all(
    doubled.own.map(async need => known.set(await processAt(doubled, need, ask), need.program.host)),
  )
  known.delete(undefined)
  for (const way of known.size === 0 ? [] : doubled.ways) {
    const host = known.get(await processAt(doubled, way, ask))
    if (host !== undefined) return host
  }
  return undefined
}

async function processAt(
  { identity }: ActivePassive,
  { program, path, read }: HttpQuestion,
  ask: Ask,
): Promise<string | undefined> {
  const { host, local } = program
  try {
    const { status, body } = await ask(host, local.address, local.port, path)
    if (status !== 200) return undefined
    return identity.of(read(body))
  } catch {
    // There is none that could say.
    return undefined
  }
}
