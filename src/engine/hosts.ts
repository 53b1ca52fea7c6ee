/** Reaches the hosts and observes them: one connection and one command each. */
import { randomBytes } from 'node:crypto'
import { error, type Problem, ProblemError, warning } from '../diagnostic/problem.ts'
import type { Host } from '../inventory/model.ts'
import { probeFor } from '../plan/questions.ts'
import type { Instance } from '../resource/model.ts'
import type { Observed } from '../resource/observed.ts'
import { stampOf } from '../shell/layout.ts'
import { parseProbe, probeScript } from '../shell/probe.ts'
import type { Connection } from '../ssh/connection.ts'
import { guardedProblems, guardHost } from './guard.ts'

export interface HostSession {
  readonly host: Host
  /** What is desired of it, as far as selected. */
  readonly instances: readonly Instance[]
  /** Absent where it could not be reached. */
  readonly connection?: Connection
  /** Absent where it could not be observed. */
  readonly observed?: Observed
  readonly problems: readonly Problem[]
}

export function nonce(): string {
  return `promha-${randomBytes(9).toString('hex')}`
}

/** Any failure of what is done on a host as problems that name it. */
export function problemsOf(failure: unknown, host: string): readonly Problem[] {
  return guardedProblems(failure, host, 'go on')
}

/** Never rejects: what went wrong stands in the session's problems. */
export async function observe(
  host: Host,
  connecting: Promise<Connection>,
  instances: readonly Instance[],
  deep: boolean,
): Promise<HostSession> {
  let connection: Connection
  try {
    connection = await connecting
  } catch (failure) {
    return { host, instances, problems: problemsOf(failure, host.name) }
  }
  try {
    const observed = await probe(connection, instances, deep)
    return { host, instances, connection, observed, problems: unfit(host, observed) }
  } catch (failure) {
    return { host, instances, connection, problems: problemsOf(failure, host.name) }
  }
}

/** Rejects with a ProblemError where the probe did not finish. */
export async function probe(
  connection: Connection,
  instances: readonly Instance[],
  deep: boolean,
): Promise<Observed> {
  const mark = nonce()
  const script = probeScript(mark, probeFor(instances, deep))
  // Hashing every program of a slow host anew takes longer than a probe ever should.
  const result = await connection.run({ script, timeout: deep ? 600_000 : 120_000 })
  const observed = parseProbe(mark, result.stdout.toString('utf8'))
  if (observed) return observed
  const seen =
    result.code === null ? 'the connection ended before it was done' : `it ended with code ${result.code}`
  throw new ProblemError([
    error(`the host could not be observed: ${seen}`, {
      host: connection.host,
      detail: result.stderr.trim(),
      remedy: 'log in by hand and see whether /bin/sh, coreutils, grep and systemctl work there',
    }),
  ])
}

/** What promha owned there is not known any more: told, since nothing of it can be taken away. */
export function damagedStamps({ host, observed }: HostSession): readonly Problem[] {
  return (observed?.damaged ?? []).map(component =>
    warning(`promha's note of what it owns of ${component} cannot be read`, {
      host: host.name,
      detail: stampOf(component),
      remedy:
        'the next apply that changes it writes it again; what had left the inventory before is yours to remove by hand',
    }),
  )
}

/** Why nothing can be installed there at all. */
function unfit(host: Host, observed: Observed): readonly Problem[] {
  const problems: Problem[] = []
  if (!observed.systemd) {
    problems.push(
      error('the host does not run systemd, which starts and supervises all that promha installs', {
        host: host.name,
        remedy: 'use a host whose init is systemd',
      }),
    )
  }
  if (!observed.root) {
    problems.push(
      error('promha is not root there', {
        host: host.name,
        detail: 'The user it logs in as is not root, and `sudo: false` forbids it to become root.',
        remedy: 'set `sudo: true` under `ssh:`, or log in as root',
      }),
    )
  }
  return problems
}

/**
 * Each session as the work leaves it, all at once. One whose work throws has the problem of that, and the others go on;
 * what is already wrong with a session stays.
 * @param what follows "promha cannot": `compare what was seen`
 */
export async function eachGuarded(
  sessions: readonly HostSession[],
  what: string,
  work: (session: HostSession) => HostSession | Promise<HostSession>,
): Promise<readonly HostSession[]> {
  return Promise.all(
    sessions.map(async session => {
      const { value, problems } = await guardHost(session.host.name, what, () => work(session))
      return problems === undefined ? value : { ...session, problems: [...session.problems, ...problems] }
    }),
  )
}
