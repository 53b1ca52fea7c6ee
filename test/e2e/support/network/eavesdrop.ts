/** Reads every command line on this machine, the lab's hosts included, again and again while something goes on. */
import { readdir, readFile } from 'node:fs/promises'
import { setImmediate as breathe } from 'node:timers/promises'

export interface Overheard {
  /** Those command lines that hold one of the texts. */
  readonly found: readonly string[]
  /** How many different ones were seen in all. */
  readonly seen: ReadonlySet<string>
}

export function eavesdrop(texts: readonly string[]): { stop(): Promise<Overheard> } {
  const end = new AbortController()
  const listening = listen(end.signal)
  return {
    stop: async () => {
      end.abort()
      const seen = await listening
      return { seen, found: [...seen].filter(line => texts.some(text => line.includes(text))) }
    },
  }
}

async function listen(end: AbortSignal): Promise<ReadonlySet<string>> {
  const seen = new Set<string>()
  while (!end.aborted) {
    const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
    const lines = await Promise.all(pids.map(pid => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))
    for (const line of lines) seen.add(line.replaceAll('\0', ' '))
    await breathe()
  }
  return seen
}
