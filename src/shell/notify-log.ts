/** What an Alertmanager wrote to the journal about notifications that it could not deliver. */
import { longestNotifyFailure, mostJournal, mostNotifyFailures } from './bounds.ts'
import { atMost, begin, preamble, sections } from './frame.ts'
import { command } from './quote.ts'

/** Upstream's words, from version 0.22 on. */
const words = ['Notify for alerts failed', 'Notify attempt failed']

/** Prints the last such lines of the last minutes, the newest last. */
export function notifyLogScript(nonce: string, unit: string, minutes: number): string {
  const read = [
    '-u',
    unit,
    `--since=-${minutes}min`,
    '-n',
    String(mostJournal),
    '--no-pager',
    '-q',
    '-o',
    'cat',
  ]
  return [
    preamble,
    begin(nonce, 'lines'),
    [
      `${command('journalctl', ...read)} 2>/dev/null`,
      command('grep', '-a', '-F', ...words.flatMap(word => ['-e', word])),
      command('tail', '-n', String(mostNotifyFailures)),
      command('cut', '-b', `1-${longestNotifyFailure}`),
    ].join(' | '),
    begin(nonce, 'end'),
  ].join('\n')
}

/** Undefined where the script did not reach its end. */
export function parseNotifyLog(nonce: string, output: string): readonly string[] | undefined {
  const found = sections(nonce, output)
  if (!found.has('end')) return undefined
  return atMost(mostNotifyFailures, 'lines of its journal', found.get('lines') ?? [])
}
