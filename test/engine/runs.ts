/** Runs as small as a test needs them: hosts, and the context that they stand in. */
import type { RunRequest } from '../../src/engine/api.ts'
import type { LockedContext } from '../../src/engine/context.ts'
import { byName, type HostRun } from '../../src/engine/host-run.ts'
import { newProgress, type Progress } from '../../src/engine/progress.ts'
import type { Host } from '../../src/inventory/model.ts'
import type { HostStatus } from '../../src/plan/model.ts'
import type { Ask } from '../../src/verify/model.ts'

interface Parts extends Partial<Omit<HostRun, 'host' | 'session' | 'result'>> {
  readonly host?: Partial<Host>
  readonly connection?: unknown
  readonly observed?: unknown
  /** Absent: nothing is decided about it. */
  readonly status?: HostStatus
}

export function runOf(name: string, parts: Parts = {}): HostRun {
  const { host, connection, observed, status, ...rest } = parts
  return {
    ...{ host: { name, address: name, ssh: {}, ...host }, desired: [], plan: [], ...rest },
    session: { ...(connection ? { connection } : {}), ...(observed ? { observed } : {}) },
    ...(status ? { result: { status, problems: [], made: [] } } : {}),
  } as unknown as HostRun
}

interface ContextParts {
  readonly request?: Partial<RunRequest>
  readonly prepared?: unknown
  readonly ask?: Ask
  readonly askHost?: unknown
  readonly progress?: Progress
}

export function contextOf(runs: readonly HostRun[], parts: ContextParts = {}): LockedContext {
  const { ask, askHost, prepared, progress = newProgress(), request } = parts
  const signal = new AbortController().signal
  return {
    ...{ hosts: byName(runs), prepared, progress, prefetch: { ask, askHost }, locks: { run: 'run' } },
    request: { emit: () => {}, forks: 4, signal, ...request },
  } as unknown as LockedContext
}
