/** What verify sees at this moment: a run of it waits up to two minutes for what was started just now to become well. */

import { components } from '../../../roles/index.ts'
import type { RunRequest } from '../../../src/engine/api.ts'
import { runChecks } from '../../../src/engine/command/run-checks.ts'
import { withSessions } from '../../../src/engine/session/open-sessions.ts'
import { readInventory } from '../../../src/site/read.ts'
import type { Check } from '../../../src/verify/model.ts'

/** Its checks on all hosts of the inventory, asked once. */
export async function lookOnce(file: string): Promise<readonly Check[]> {
  const { inventory } = await readInventory(file)
  const request: RunRequest = {
    ...{ inventory, file, forks: 8, deep: false, allowOutage: false, lockTimeout: 0, command: 'verify' },
    selection: {
      hosts: new Set(inventory.hosts.map(({ name }) => name)),
      components: new Set(components),
    },
    order: { parallelCells: 1, keepGoing: false },
    signal: new AbortController().signal,
    emit: () => undefined,
  }
  return withSessions(request, true, context => runChecks(context, 0))
}
