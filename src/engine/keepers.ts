/** What each keepalived of a cell knows and has of addresses that move, asked now. */

import { addressMover } from '../../roles/index.ts'
import { type HostState, hasAddress } from '../shell/host-state.ts'
import { cellNamed } from '../topology/named.ts'
import { readAnswer } from '../verify/answers.ts'
import { itself, statePath } from '../verify/host-ask.ts'
import type { Keeper } from './handover.ts'
import { candidatesOf, type Scene } from './standing.ts'

/** Those that leave the cell included, without those that cannot be asked. Never rejects. */
export async function keepersOf(scene: Scene, cell: string): Promise<readonly Keeper[]> {
  const { ask } = scene.survey.ahead
  const moving = cellNamed(scene.survey.prepared.topology, cell)?.movingAddresses ?? []
  const keepers = candidatesOf(scene, cell, addressMover.name).map(
    async ({ host }): Promise<readonly Keeper[]> => {
      const answer = await ask(host, itself.address, itself.port, statePath).catch(() => undefined)
      if (answer === undefined) return []
      const state = readAnswer(statePath, answer.body) as HostState
      const wanted = moving.filter(({ members }) => members.some(member => member.host === host))
      return [
        {
          host,
          knows: state.moving,
          wanted: wanted.map(({ address }) => address),
          has: state.moving.filter(address => hasAddress(state, address)),
        },
      ]
    },
  )
  return (await Promise.all(keepers)).flat()
}
