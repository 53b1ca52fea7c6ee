/** What earlier runs left in the middle is put right before anything new is begun. */
import { error, type Problem } from '../diagnostic/problem.ts'
import { sections } from '../shell/frame.ts'
import { home } from '../shell/layout.ts'
import { leftoversScript } from '../shell/leftovers.ts'
import type { Connection } from '../ssh/connection.ts'
import { nonce, problemsOf } from './hosts.ts'

/** The run holds the host's lock. Never rejects: what could not be put right is told. */
export async function settle(connection: Connection, run: string): Promise<readonly Problem[]> {
  const { host } = connection
  const mark = nonce()
  try {
    // Going back may stop a Prometheus with much data, and start it again.
    const result = await connection.run({ script: leftoversScript(mark, run), timeout: 900_000 })
    const found = sections(mark, result.stdout.toString('utf8'))
    const failed = [...found.keys()].filter(name => name.startsWith('failed '))
    if (failed.length > 0)
      return failed.map(name => unsettled(host, name, `${detailOf(found)}\n${result.stderr}`.trim()))
    if (found.has('settled')) return []
    if (found.has('lost')) return [lost(host)]
    return [unsettled(host, 'an earlier run', result.stderr.trim())]
  } catch (failure) {
    return problemsOf(failure, host)
  }
}

function detailOf(found: ReadonlyMap<string, readonly string[]>): string {
  return [...found.values()].flat().join('\n')
}

function unsettled(host: string, name: string, detail: string): Problem {
  return error(`the unfinished change of ${name.replace(/^failed /, '')} could not be undone`, {
    host,
    detail,
    remedy: `Fix what the message names, then run the command again; the host also tries again. If the saved files below ${home}/staging are damaged, remove that directory and run \`promha apply\`.`,
  })
}

function lost(host: string): Problem {
  return error('the lock of the host was lost before an unfinished change was undone', {
    host,
    remedy: 'Check whether another run is active or the host was rebooted, then run the command again.',
  })
}
