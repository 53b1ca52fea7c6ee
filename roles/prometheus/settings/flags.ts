/** Flags of Prometheus that the inventory may not set. */
import type { Problem } from '../../../src/diagnostic/problem.ts'
import { featuresOf, type Own, plainHttpFlags } from '../../../src/inventory/cell/flags.ts'
import type { FlagsText } from '../../../src/inventory/schema/schema-words.ts'
import { at, atKey } from '../../../src/inventory/text/place.ts'
import { prometheusProblem } from '../messages.ts'

export const prometheusOwnFlags: Own = {
  ...plainHttpFlags,
  'config.file': 'promha writes the config; use "scrape_configs" and its neighbours',
  'config.auto-reload*': 'promha reloads once the whole bundle is in place',
  'storage.tsdb.path': 'use "data_dir"',
  'storage.tsdb.retention*': 'use "retention"',
  'web.listen-address': 'use "listen"',
  'web.enable-lifecycle': 'promha reloads by signal, which needs no flag',
}

/** Reports the flags of agent mode. */
export function refuseAgent(flags: FlagsText, problems: Problem[]): void {
  for (const name of Object.keys(flags)) {
    const bare = name.replace(/^(-+)?(no-)?/, '')
    const feature = bare === 'enable-feature' && featuresOf(flags).includes('agent')
    if (!feature && bare !== 'agent' && !bare.startsWith('storage.agent.')) continue
    problems.push(
      prometheusProblem.agentMode({ ...(feature ? at(flags, name) : atKey(flags, name)) }, feature, name),
    )
  }
}
