import type { Cell } from '../../src/inventory/model.ts'
import type { Place } from '../../src/inventory/text/source-text.ts'
import { frontPlace } from '../../src/topology/address/front-place.ts'
import { type ComponentDefinition, type SaidOfText, unitHealth } from '../component.ts'

/** keepalived.conf with its interfaces filled in, written at each start and reload, and gone when it stops. */
export const runningConfig = '/run/promha-keepalived/keepalived.conf'

export const keepalived = {
  name: 'keepalived',
  noun: 'keepalived',
  packages: ['keepalived'],
  members: cell => cell.movingAddresses.flatMap(({ members }) => members),
  readyCheck: 'vip.one_holder',
  checks: async () => (await import('./checks.ts')).checks,
  health: unitHealth,
  order: {
    oneByOne: true,
    follows: [
      {
        what: ['haproxy', 'prometheus', 'pushgateway', 'blackbox_exporter'],
        because: 'the addresses of keepalived lead to these programs',
      },
    ],
  },
  leadsTo: 'prometheus',
  movesAddresses: { runningConfig },
  peerRules: true,
  writtenFrom: keepalivedWrittenFrom,
} satisfies ComponentDefinition

function keepalivedWrittenFrom(cell: Cell, said: SaidOfText): Place | undefined {
  return frontPlace(cell, { ...said, text: checked(said.text) })
}

/** What the tool sees: keepalived's check is made without its scripts (keepalived-prepare.sh). */
function checked(config: string): string {
  let until: RegExp | undefined
  const lines = config.split('\n').filter(text => {
    if (until) {
      if (until.test(text)) until = undefined
      return false
    }
    if (/^ *script_user |^ *enable_script_security/.test(text)) return false
    if (/^vrrp_script /.test(text)) until = /^}/
    else if (/^ *track_script /.test(text)) until = /^ *}/
    return until === undefined
  })
  return lines.join('\n')
}
