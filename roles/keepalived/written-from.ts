/** Where the inventory has what put a line into keepalived.conf. */
import type { Cell } from '../../src/inventory/model.ts'
import type { Place } from '../../src/inventory/place.ts'
import { frontPlace } from '../../src/topology/front-place.ts'
import type { SaidOfText } from '../component.ts'

export function writtenFrom(cell: Cell, said: SaidOfText): Place | undefined {
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
