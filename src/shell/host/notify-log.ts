/** What an Alertmanager wrote to the journal about notifications that it could not deliver. */
import { longestNotifyFailure, mostJournal, mostNotifyFailures } from '../syntax/bounds.ts'
import { atMost, begin } from '../syntax/frame.ts'
import { command } from '../syntax/quote.ts'
import { type Script, script } from '../syntax/script.ts'

/** Upstream's words, from version 0.22 on. */
const words = ['Notify for alerts failed', 'Notify attempt failed']

/** Prints the last such lines of the last minutes, the newest last. */
export function notifyLogScript(unit: string, minutes: number): Script<readonly string[]> {
  const range = ['-u', unit, `--since=-${minutes}min`, '-n', String(mostJournal)]
  const lines = (nonce: string) => [
    begin(nonce, 'lines'),
    [
      `${command('journalctl', ...range, '--no-pager', '-q', '-o', 'cat')} 2>/dev/null`,
      command('grep', '-a', '-F', ...words.flatMap(word => ['-e', word])),
      command('tail', '-n', String(mostNotifyFailures)),
      command('cut', '-b', `1-${longestNotifyFailure}`),
    ].join(' | '),
  ]
  return script({
    name: 'notify log',
    lines,
    parse: found => atMost(mostNotifyFailures, 'lines of its journal', found.get('lines') ?? []),
  })
}
