import { Command } from 'commander'
import { count } from '../../report/words.ts'
import { mustConfirm } from '../input/confirm.ts'
import { withInventory } from '../input/inventory-file.ts'
import { withLockOption, withReport, withSelection } from '../input/options.ts'
import { requestOf } from '../input/request.ts'
import { session } from '../session.ts'
import type { RunFlags } from './run.ts'

interface DestroyFlags extends RunFlags {
  readonly purgeData?: boolean
  readonly restore?: boolean
  readonly yes?: boolean
}

export function command(): Command {
  return withInventory(withLockOption(withReport(withSelection(new Command('destroy')))))
    .description('stop and remove all that promha owns on the chosen hosts')
    .option('--purge-data', 'also the data: all series, silences and what else the programs have written')
    .option('--restore', 'give back what stood there before promha took it over, and start it again')
    .option('--yes', 'ask nothing')
    .action((file: string, flags: DestroyFlags) =>
      session('destroy', file, flags, async work => {
        const { purgeData = false, restore = false, yes = false } = flags
        const request = await requestOf('destroy', file, flags, work)
        // Ctrl-C is no answer.
        await mustConfirm(question([...request.selection.hosts], flags), yes, work.confirm).finally(() =>
          work.signal.throwIfAborted(),
        )
        const { destroy } = await import('../../engine/command/destroy.ts')
        const { hosts, interrupted } = await destroy(request, { purgeData, restore })
        return { hosts, interrupted }
      }),
    )
}

function question(hosts: readonly string[], { purgeData, restore }: DestroyFlags): string {
  const named = hosts.length > 4 ? [...hosts.slice(0, 3), '…'] : hosts
  const data = purgeData ? 'and delete its data' : 'and keep its data'
  const after = restore ? ', then give back what stood there before' : ''
  return `Stop and remove all that promha owns on ${count(hosts.length, 'host')} (${named.join(', ')}), ${data}${after}?`
}
