/** Which checks there are for a topology and a selection. */
import type { Component } from '../inventory/model.ts'
import type { CellTopology, Member } from '../topology/model.ts'
import { cluster } from './checks/cluster.ts'
import { alertmanagerConfig, prometheusConfig, prometheusLoaded } from './checks/config.ts'
import { alertmanagers, ready, rulesHealthy } from './checks/prometheus.ts'
import { exporterUp, mutual, type Owner, targetsIdentical, targetsUp } from './checks/targets.ts'
import { deduplicated } from './checks/watchdog.ts'
import type { VerifyInput } from './input.ts'
import type { Program, Question } from './view.ts'

type Chosen = Pick<VerifyInput, 'hosts' | 'components' | 'unreachable' | 'facts'>

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

/** All checks of one cell that the selection leaves, in the order in which they are told. */
export function questionsOf(cell: CellTopology, chosen: Chosen): readonly Question[] {
  const replicas = cell.replicas.map(replica => ({ ...programOf('prometheus', replica), name: replica.name }))
  const peers = cell.peers.map(peer => programOf('alertmanager', peer))
  const exporters = cell.nodeExporters.map(member => programOf('node_exporter', member))
  const selected = <P extends Program>(programs: readonly P[]): readonly P[] =>
    programs.filter(({ host, component }) => chosen.hosts.has(host) && chosen.components.has(component))
  const facts = (program: Program) => chosen.facts(program.host, program.component)
  const owner = ownerOf([...replicas, ...peers, ...exporters], chosen)
  const [ours, theirs] = [selected(replicas), selected(peers)]

  const questions: Question[] = ours.map(ready)
  if (ours.length > 0) questions.push(prometheusConfig(cell, replicas, facts))
  questions.push(...ours.map(replica => prometheusLoaded(replica, facts)))
  if (ours.length > 0) questions.push(targetsIdentical(cell, replicas))
  questions.push(...ours.map(replica => targetsUp(cell, replica, owner)))
  if (ours.length > 0) questions.push(mutual(cell, replicas))
  if (peers.length > 0) questions.push(...ours.map(replica => alertmanagers(replica, cell.peers)))
  questions.push(...ours.map(rulesHealthy), ...theirs.map(ready))
  if (theirs.length > 0) questions.push(cluster(cell, peers), alertmanagerConfig(cell, peers, facts))
  if (ours.length > 0 && theirs.length > 0) questions.push(deduplicated(cell, replicas, peers))
  if (replicas.length > 0) {
    questions.push(
      ...selected(exporters).map(exporter =>
        exporterUp(exporter, replicas, chosen.unreachable.get(exporter.host)),
      ),
    )
  }
  return questions
}

function ownerOf(programs: readonly Program[], chosen: Chosen): (instance: string) => Owner {
  const byInstance = new Map(programs.map(program => [program.instance, program]))
  return instance => {
    const program = byInstance.get(instance)
    if (!program) return { selected: true, unreachable: false }
    return {
      selected: chosen.hosts.has(program.host) && chosen.components.has(program.component),
      unreachable: chosen.unreachable.has(program.host),
    }
  }
}
