/** Which checks there are for a topology and a selection. */
import type { Component } from '../inventory/model.ts'
import type { CellTopology, Member, Replica } from '../topology/model.ts'
import { proxyHealth } from '../topology/proxy.ts'
import { doubledIn } from './active.ts'
import { loadbalancerAnswers, oneHolder, proxyServers } from './checks/addresses.ts'
import { firewallClosed, peersClosed, strangerTo, strangerToPeers } from './checks/closed.ts'
import { cluster } from './checks/cluster.ts'
import { alertmanagerConfig, prometheusConfig, prometheusLoaded } from './checks/config.ts'
import { federationComplete } from './checks/federation.ts'
import { notifications } from './checks/notifications.ts'
import { probeJobs, probesThere } from './checks/probes.ts'
import { alertmanagers, ready, rulesHealthy } from './checks/prometheus.ts'
import { gatewayJob, oneActive } from './checks/pushgateway.ts'
import {
  type Exporter,
  exporterUp,
  mutual,
  type Owner,
  targetsIdentical,
  targetsUp,
} from './checks/targets.ts'
import { deduplicated } from './checks/watchdog.ts'
import { isStopped, type VerifyInput } from './input.ts'
import { byWay, comparing, hostsOf, keepersOf, missingPrograms, missingWay, withoutMissing } from './there.ts'
import type { NamedProgram, Program, Question } from './view.ts'

type Chosen = Pick<VerifyInput, 'hosts' | 'components' | 'unreachable' | 'facts' | 'missing' | 'tellsMissing'>

export function programOf(component: Component, member: Member): Program {
  const { host, port, local, pathPrefix } = member
  return {
    host,
    component,
    local,
    instance: `${host}:${port}`,
    ...(pathPrefix === undefined ? {} : { pathPrefix }),
  }
}

function exporterPrograms({ exporters }: CellTopology): readonly Program[] {
  return exporters.flatMap(({ component, members }) => members.map(member => programOf(component, member)))
}

function replicaProgram(replica: Replica): NamedProgram {
  return { ...programOf('prometheus', replica), name: replica.name }
}

/**
 * All checks of one cell that the selection leaves, in the order in which they are told. What compares members is judged
 * over those that are installed.
 */
export function questionsOf(whole: CellTopology, chosen: Chosen): readonly Question[] {
  const cell = withoutMissing(whole, chosen.missing)
  const replicas = cell.replicas.map(replicaProgram)
  const peers = cell.peers.map(peer => programOf('alertmanager', peer))
  const exporters = exporterPrograms(cell)
  const selected = <P extends Program>(programs: readonly P[]): readonly P[] =>
    programs.filter(({ host, component }) => chosen.hosts.has(host) && chosen.components.has(component))
  const facts = (program: Program) => chosen.facts(program.host, program.component)
  const gateways = cell.pushgateways.map(member => programOf('pushgateway', member))
  const probers = cell.probers.map(member => programOf('blackbox_exporter', member))
  const owner = ownerOf(whole, chosen)
  const [ours, theirs] = [selected(replicas), selected(peers)]

  const pair = (question: Question) =>
    comparing(question, 'prometheus', hostsOf(whole.replicas), hostsOf(replicas))
  const ring = (question: Question) =>
    comparing(question, 'alertmanager', hostsOf(whole.peers), hostsOf(peers))

  const questions: Question[] = [...missingPrograms(whole, chosen), ...ours.map(ready)]
  if (ours.length > 0) questions.push(pair(prometheusConfig(cell, replicas, facts)))
  questions.push(...ours.map(replica => prometheusLoaded(replica, facts)))
  if (ours.length > 0) questions.push(pair(targetsIdentical(cell, replicas)))
  questions.push(...ours.map(replica => targetsUp(cell, replica, owner)))
  if (ours.length > 0) questions.push(pair(mutual(cell, replicas)))
  if (peers.length > 0) questions.push(...ours.map(replica => alertmanagers(replica, cell.peers)))
  questions.push(...ours.map(rulesHealthy), ...theirs.map(ready))
  if (theirs.length > 0)
    questions.push(ring(cluster(whole, peers)), ring(alertmanagerConfig(cell, peers, facts)))
  if (theirs.length > 0 && replicas.length > 0) questions.push(notifications(cell.name, replicas, theirs))
  if (ours.length > 0 && theirs.length > 0) questions.push(deduplicated(cell, replicas, peers))
  const { collection } = cell
  if (ours.length > 0 && collection) {
    const sources = collection.sources.map(source => ({
      ...source,
      replicas: source.replicas.map(replicaProgram),
    }))
    questions.push(federationComplete(cell.name, replicas, collection, sources))
  }
  const served = selected(gateways)
  if (served.length > 0)
    questions.push(
      comparing(
        byWay(oneActive(cell, gateways, chosen.components), whole, 'pushgateway', chosen.missing),
        'pushgateway',
        hostsOf(whole.pushgateways),
        hostsOf(gateways),
      ),
    )
  if (selected(probers).length > 0)
    questions.push(byWay(probesThere(cell, probers, replicas), whole, 'blackbox_exporter', chosen.missing))
  if (replicas.length > 0) {
    questions.push(
      ...exportersOf(cell, selected([...exporters, ...gateways, ...probers]))
        .filter(exporter => !owner(exporter.instance, exporter.job).missing)
        .map(exporter =>
          exporterUp(
            exporter,
            replicas,
            chosen.unreachable.get(exporter.host),
            owner(exporter.instance, exporter.job).gone,
          ),
        ),
    )
  }
  return [...questions, ...addressQuestions(cell, whole, chosen)]
}

/** Where a program that it needs does not run, it fails for as long as that is so. */
function settledIf(stopped: boolean, question: Question): Question {
  if (!stopped) return question
  return {
    ...question,
    judge(view) {
      const verdict = question.judge(view)
      return verdict.status === 'fail' ? { ...verdict, settled: true } : verdict
    },
  }
}

function addressQuestions(
  cell: CellTopology,
  whole: CellTopology,
  { hosts, components, unreachable, facts }: Chosen,
): readonly Question[] {
  const lacks = (component: Component) => (host: string) => isStopped(facts(host, component))
  const balanced = cell.replicas.map(({ host }) => host).some(lacks('prometheus'))
  const doubled = [
    ...cell.pushgateways.map(({ host }) => lacks('pushgateway')(host)),
    ...cell.probers.map(({ host }) => lacks('blackbox_exporter')(host)),
  ].includes(true)
  const has = (component: Component, host: string) => components.has(component) && hosts.has(host)
  const proxies = cell.proxies.map(proxy => proxyProgram(proxy)).filter(({ host }) => has('haproxy', host))
  const balancing = proxies.filter(({ host }) =>
    cell.proxies.some(
      proxy => proxy.host === host && proxy.frontends.some(({ name }) => name === 'loadbalancer'),
    ),
  )
  const usable = (host: string) => hosts.has(host) && !unreachable.has(host)
  return [
    ...cell.movingAddresses
      .filter(({ members }) => members.some(({ host }) => has('keepalived', host)))
      .map(address =>
        settledIf(
          address.members.map(({ host }) => host).some(lacks('keepalived')),
          comparing(
            oneHolder(cell, address, cell.guarded.map(({ host }) => host).filter(usable)),
            'keepalived',
            keepersOf(whole, address.name),
            hostsOf(address.members),
          ),
        ),
      ),
    ...(balancing.length > 0 ? loadbalancerAnswers(cell, balancing) : []).map(question =>
      comparing(
        settledIf(balanced, question),
        'keepalived',
        keepersOf(whole, 'loadbalancer'),
        keepersOf(cell, 'loadbalancer'),
        Math.min(1, keepersOf(whole, 'loadbalancer').length),
      ),
    ),
    ...proxies.flatMap(proxy => proxyServers(cell, proxy)).map(question => settledIf(doubled, question)),
    ...cell.peered.flatMap(peered => {
      const programs = (['keepalived', 'haproxy'] as const).filter(
        program => peered[program] !== undefined && has(program, peered.host),
      )
      if (programs.length === 0) return []
      const stranger = programs.includes('haproxy') ? strangerToPeers(cell, peered, usable) : undefined
      const stopped = programs.some(program => lacks(program)(peered.host))
      return settledIf(stopped, peersClosed(peered, programs, stranger))
    }),
    ...cell.guarded
      .filter(({ host, rules }) => rules.length > 0 && has('firewall', host))
      .map(guarded => firewallClosed(guarded, strangerTo(cell, guarded, usable))),
  ]
}

export function proxyProgram({ host }: CellTopology['proxies'][number]): Program {
  return { host, component: 'haproxy', local: proxyHealth, instance: `${host}:${proxyHealth.port}` }
}

/** The targets by which the replicas see these programs. A prober that only probes through has none of its own. */
function exportersOf(cell: CellTopology, programs: readonly Program[]): readonly Exporter[] {
  const direct = programs.flatMap(({ host, component, instance }) => {
    const job = cell.jobs.find(({ targets }) => targets.some(target => target.instance === instance))
    return job ? [{ target: `${host}/${component}`, host, job: job.name, instance }] : []
  })
  const pushed = programs.some(({ component }) => component === 'pushgateway') ? [gatewayJob(cell)] : []
  const moving = pushed.flatMap(job =>
    (job?.targets ?? [])
      .filter(({ instance }) => !direct.some(exporter => exporter.instance === instance))
      .map(({ instance }) => ({
        target: `${cell.name}/pushgateway`,
        host: '',
        job: job?.name ?? '',
        instance,
      })),
  )
  return [...direct, ...moving]
}

/** What is scraped at an address that moves is there once all of its members are, and what moves it. */
function ownerOf(cell: CellTopology, chosen: Chosen): (instance: string, job: string) => Owner {
  const programs = [
    ...cell.replicas.map(replicaProgram),
    ...cell.peers.map(peer => programOf('alertmanager', peer)),
    ...exporterPrograms(cell),
    ...cell.pushgateways.map(member => programOf('pushgateway', member)),
    ...cell.probers.map(member => programOf('blackbox_exporter', member)),
  ]
  const missing = chosen.missing ?? (() => false)
  const byInstance = new Map(programs.map(program => [program.instance, program]))
  const behind = new Map<string, Component>([
    ...probeJobs(cell).map(job => [job.name, 'blackbox_exporter'] as const),
    ...[gatewayJob(cell)].flatMap(job => (job ? [[job.name, 'pushgateway'] as const] : [])),
  ])
  const anybodys: Owner = { selected: true, gone: false, missing: false }
  const found = (program: Program | undefined, component: Component | undefined): Owner => {
    const by = component && doubledIn(cell, component)?.by
    const all = program ? [program] : programs.filter(candidate => candidate.component === component)
    return {
      selected:
        all.every(({ host, component }) => chosen.hosts.has(host) && chosen.components.has(component)) &&
        (by === undefined || chosen.components.has(by)),
      gone: all.every(
        ({ host, component }) => chosen.unreachable.has(host) || isStopped(chosen.facts(host, component)),
      ),
      missing:
        all.every(({ host, component }) => missing(host, component)) ||
        (component !== undefined && missingWay(cell, component, chosen.missing) !== undefined),
    }
  }
  // Asked for each target of each replica, of which a host may tell any number; the programs are a few.
  const owners = new Map<string, Owner>()
  return (instance, job) => {
    const program = byInstance.get(instance)
    const component = behind.get(job)
    if (!program && component === undefined) return anybodys
    const key = `${program?.instance ?? ''} ${component ?? ''}`
    const owner = owners.get(key) ?? found(program, component)
    owners.set(key, owner)
    return owner
  }
}
