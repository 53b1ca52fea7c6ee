/** A person has applied again: that an earlier change was undone is no reason for doubt any more. */
import { placingLock, recordPath } from '../syntax/layout.ts'
import { command, quote } from '../syntax/quote.ts'
import { type Script, script } from '../syntax/script.ts'

/** Takes the note that a change was undone out of the stamps of these components. */
export function clearUndoneScript(components: readonly string[]): Script<true> {
  const cleared = components.flatMap(component => {
    const [stamp, fresh] = [recordPath(component), `${recordPath(component)}.new`]
    return [
      `sed '1s/ undone=[0-9]*//' ${quote(stamp)} >${quote(fresh)}`,
      command('mv', '-f', '--', fresh, stamp),
    ]
  })
  const lines = () => ['set -e', `exec 8>${quote(placingLock)}; flock 8`, ...cleared]
  return script({ name: 'clear undone', lines, parse: () => true })
}
