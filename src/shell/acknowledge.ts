/** A person has applied again: that an earlier change was undone is no reason for doubt any more. */
import { preamble } from './frame.ts'
import { placingLock, stampOf } from './layout.ts'
import { command, quote } from './quote.ts'

/** Takes the note that a change was undone out of the stamps of these components. */
export function acknowledgeScript(components: readonly string[]): string {
  const lines = components.flatMap(component => {
    const [stamp, fresh] = [stampOf(component), `${stampOf(component)}.new`]
    return [
      `sed '1s/ undone=[0-9]*//' ${quote(stamp)} >${quote(fresh)}`,
      command('mv', '-f', '--', fresh, stamp),
    ]
  })
  return [preamble, 'set -e', `exec 8>${quote(placingLock)}; flock 8`, ...lines].join('\n')
}
