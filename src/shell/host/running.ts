/** Which processes of a program run on a host, whoever started them. */
import { mostNames } from '../syntax/bounds.ts'
import { atMost, begin } from '../syntax/frame.ts'
import { variables } from '../syntax/quote.ts'
import { type Script, script } from '../syntax/script.ts'
import { staticShell } from '../syntax/static.ts'

export interface RunningProcess {
  readonly pid: number
  /** Of systemd; absent if it runs in none. */
  readonly unit?: string
}

/** Those of which the kernel's name begins with `program` and the first argument is `word`. */
export function runningScript(program: string, word: string): Script<readonly RunningProcess[]> {
  const lines = (nonce: string) => [
    begin(nonce, 'processes'),
    variables({ program, word, most: mostNames }),
    staticShell('host/running.sh'),
  ]
  return script({
    name: 'running processes',
    lines,
    parse: found =>
      atMost(mostNames, 'processes', found.get('processes') ?? []).flatMap((line): RunningProcess[] => {
        const [, pid, unit] = /^(\d{1,10}) ([\w.@-]{1,100})$/.exec(line) ?? []
        if (pid === undefined || unit === undefined) return []
        return [{ pid: Number(pid), ...(unit === '-' ? {} : { unit }) }]
      }),
  })
}
