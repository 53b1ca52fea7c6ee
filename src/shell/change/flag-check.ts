/** A program judges its command line on the host: all flags at once, and one by one if it refuses them. */
import type { FlagQuestion } from '../../resource/model.ts'
import { longestFlagCheck, mostOfFlagCheck } from '../syntax/bounds.ts'
import { command, quote } from '../syntax/quote.ts'

/** A line with this and a number comes before what is said of the flag of that number. */
export const flagMark = 'promha-flag'

/** Fails, with what the program says, if it does not end as {@link FlagQuestion.accepted} says. Runs in the directory of the check. */
export function flagCheckScript(program: string, args: readonly string[], flags: FlagQuestion): string {
  const taken = flags.accepted.map(text => `*${quote(text)}*`).join('|')
  return [
    `judge() { said=$(timeout -k 5 ${longestFlagCheck} "$@" 2>&1 </dev/null) || :; case $said in ${taken}) return 0;; esac; return 1; }`,
    `tell() { printf '%s\\n' "$said" | head -c ${mostOfFlagCheck}; echo; }`,
    `if judge ${command(program, ...args)}; then exit 0; fi`,
    'tell',
    ...flags.each.map(
      (flag, index) =>
        `judge ${command(program, ...flag.args)} || { echo ${quote(`${flagMark} ${index}`)}; tell; }`,
    ),
    'exit 1',
  ].join('\n')
}
