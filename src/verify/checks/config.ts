/** Do all members of a cell have the same config, on disk and in memory? */
import type { CellTopology } from '../../topology/model.ts'
import { type AlertmanagerStatus, data, paths, type RuntimeInfo } from '../answers.ts'
import type { ServiceFacts } from '../input.ts'
import { sample } from '../metrics.ts'
import { firstDifference, withoutReplica } from '../running-config.ts'
import {
  each,
  heard,
  isVerdict,
  type NamedProgram,
  type Need,
  type Program,
  type Question,
  question,
  type Verdict,
  type View,
} from '../view.ts'

type Facts = (program: Program) => ServiceFacts | undefined

const applyAgain = {
  remedy: 'Run apply: it puts the same config on all of them and reloads it.',
  afterFailure: '',
}

/** `prometheus.config_identical`: on disk, in memory but for the replica label, whose expanded value is read back. */
export function prometheusConfig(
  cell: CellTopology,
  replicas: readonly NamedProgram[],
  facts: Facts,
): Question {
  const needs = each(replicas, paths.config)
  return question('prometheus.config_identical', cell.name, needs, bodies => {
    const running = bodies.map(body => withoutReplica(data<{ yaml: string }>(body).yaml, cell.replicaLabel))
    for (const [index, { name, host }] of replicas.entries()) {
      const value = running[index]?.value
      if (value !== name) return wrongReplica(cell.replicaLabel, name, host, value)
    }
    return identical(
      replicas,
      facts,
      running.map(config => config.rest),
      `, ${cell.replicaLabel} is ${replicas.map(({ name }) => name).join(' and ')}`,
    )
  })
}

/** `alertmanager.config_identical`: on disk and in memory, and what is in memory is what lies on disk. */
export function alertmanagerConfig(cell: CellTopology, peers: readonly Program[], facts: Facts): Question {
  const needs = each(peers, paths.status)
  const metrics = each(peers, paths.metrics)
  // One that started after the last change has loaded it, or would not run; only for others its many metrics are read.
  const more = (view: View): readonly Need[] => {
    const answers = heard(view, needs)
    if (isVerdict(answers)) return []
    return metrics.filter((need, index) => {
      const started = Date.parse((answers.bodies[index] as AlertmanagerStatus).uptime) / 1000
      const changed = facts(need.program)?.configTime
      return typeof changed === 'number' && !(Math.floor(started) > changed)
    })
  }
  return {
    id: 'alertmanager.config_identical',
    target: cell.name,
    needs,
    more,
    judge(view) {
      const answers = heard(view, needs)
      if (isVerdict(answers)) return answers
      const older = more(view)
      const measured = heard(view, older)
      if (isVerdict(measured)) return measured
      for (const [index, { program }] of older.entries()) {
        const text = String(measured.bodies[index])
        const stale = notLoaded(
          program,
          sample(text, 'alertmanager_config_last_reload_successful') !== 0,
          sample(text, 'alertmanager_config_last_reload_success_timestamp_seconds'),
          facts(program)?.configTime,
        )
        if (stale) return stale
      }
      const running = answers.bodies.map(body => (body as AlertmanagerStatus).config.original)
      return identical(peers, facts, running, '')
    },
  }
}

/** `prometheus.config_loaded`: the last reload succeeded, and no file is newer than it. */
export function prometheusLoaded(replica: Program, facts: Facts): Question {
  const needs = each([replica], paths.runtime)
  return question('prometheus.config_loaded', `${replica.host}/prometheus`, needs, bodies => {
    const { reloadConfigSuccess, lastConfigTime } = data<RuntimeInfo>(bodies[0])
    const loaded = Date.parse(lastConfigTime) / 1000
    const stale = notLoaded(replica, reloadConfigSuccess, loaded, facts(replica)?.configTime)
    return stale ?? { status: 'pass', detail: `loaded at ${lastConfigTime}` }
  })
}

/** Times are the host's own clock on both sides; those of files and of Prometheus' answer may be whole seconds. */
function notLoaded(
  program: Program,
  succeeded: boolean,
  loaded: number | undefined,
  changed: number | null | undefined,
): Verdict | undefined {
  const { host, component } = program
  if (!succeeded) {
    return {
      status: 'fail',
      detail: `${component} on ${host} refused its config at the last reload and still runs the one before`,
      remedy: `\`journalctl -u ${component}\` on ${host} says why. Fix the config, then run \`promha apply\`.`,
    }
  }
  if (typeof changed !== 'number' || loaded === undefined || Math.floor(loaded) >= Math.floor(changed))
    return undefined
  return {
    status: 'fail',
    detail: `${component} on ${host} loaded its config ${Math.ceil(changed - loaded)} s before the files on disk last changed`,
    remedy: `Run apply, or reload it: systemctl reload ${component} on ${host}.`,
    afterFailure: `Reload it: systemctl reload ${component} on ${host}.`,
  }
}

function wrongReplica(label: string, name: string, host: string, value: string | undefined): Verdict {
  const literal = value?.includes('${')
  return {
    status: 'fail',
    detail: `on ${host} the external label ${label} should be ${name} and is ${value ?? 'missing'}`,
    remedy: literal
      ? 'Prometheus 2 expands it only with --enable-feature=expand-external-labels: run apply.'
      : `Run apply: REPLICA in the unit of ${host} has to be ${name}.`,
    afterFailure: '',
  }
}

function identical(
  programs: readonly Program[],
  facts: Facts,
  running: readonly string[],
  also: string,
): Verdict {
  const hashes = programs.map(program => facts(program)?.configHash)
  for (const [index, { host }] of programs.entries()) {
    const hash = hashes[index]
    if (hash === null)
      return {
        status: 'fail',
        detail: `a config file is missing on ${host}`,
        ...applyAgain,
        settled: true,
      }
    if (hash === undefined) return { status: 'skip', detail: `what lies on the disk of ${host} is not known` }
    const first = programs[0]?.host
    if (hash !== hashes[0]) {
      return {
        status: 'fail',
        detail: `the files on ${first} and ${host} differ`,
        ...applyAgain,
        settled: true,
      }
    }
    // Only where they differ, since the lines themselves may hold what others must not read.
    const line = firstDifference(running[0] ?? '', running[index] ?? '')
    if (line > 0) {
      const detail = `the running configs of ${first} and ${host} differ from line ${line} on`
      return { status: 'fail', detail, ...applyAgain }
    }
  }
  const count =
    programs.length === 1 ? 'the only one' : `the same on ${programs.length} of ${programs.length}`
  return { status: 'pass', detail: `${count}, on disk and in memory${also}` }
}
