/** Which branches of the code were never executed, as V8 counts them. */
import { Session } from 'node:inspector'

/** Watches the code that is loaded from now on from files whose path ends so. The result ends it and gives the branches. */
export function watchBranches(end: string): () => readonly string[] {
  const session = new Session()
  session.connect()
  const ask = <T>(method: string, parameters: object = {}): T => {
    let answer: unknown
    // The answer comes before `post` returns, because the session is of this thread.
    session.post(method, parameters, (failure, result) => {
      if (failure) throw failure
      answer = result
    })
    return answer as T
  }
  ask('Profiler.enable')
  ask('Debugger.enable')
  ask('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  return () => {
    const { result } = ask<Coverage>('Profiler.takePreciseCoverage')
    const watched = result.filter(({ url }) => url.replace(/\?.*/, '').endsWith(end))
    if (watched.length === 0) return [`no file that ends in ${end} was watched`]
    const unexecuted = watched.flatMap(({ scriptId, url, functions }) => {
      const { scriptSource } = ask<{ scriptSource: string }>('Debugger.getScriptSource', { scriptId })
      return functions
        .flatMap(({ ranges }) => ranges)
        .filter(({ count }) => count === 0)
        .map(({ startOffset, endOffset }) => `${url}: ${scriptSource.slice(startOffset, endOffset)}`)
    })
    session.disconnect()
    return unexecuted
  }
}

interface Coverage {
  readonly result: readonly {
    readonly scriptId: string
    readonly url: string
    readonly functions: readonly {
      readonly ranges: readonly {
        readonly startOffset: number
        readonly endOffset: number
        readonly count: number
      }[]
    }[]
  }[]
}
