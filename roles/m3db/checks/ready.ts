/** Does a node of M3DB take samples, as it was founded to? */
import { listFirst } from '../../../src/diagnostic/list-first.ts'
import { type CheckDefinition, defineCheck } from '../../../src/verify/answer/view.ts'
import { type Program, programQuestion } from '../../../src/verify/ask/question.ts'
import type { Policy } from '../policy.ts'
import { m3dbOwnPorts } from '../ports.ts'
import { bootstrapped, placement, takesWrites } from './answers.ts'

interface Founded {
  readonly hosts: readonly string[]
  readonly wanted: Policy
}

/** What the same process says of its data, on its own host. */
export function ownNode(program: Program): Program {
  return { ...program, local: { address: '127.0.0.1', port: m3dbOwnPorts.node } }
}

/** `storage.ready`: it has read what it holds, takes samples for as long as the inventory says, and the shards are on its hosts. */
export function m3dbReady(program: Program, { hosts, wanted }: Founded): CheckDefinition {
  const { host, component } = program
  const needs = {
    read: programQuestion(ownNode(program), bootstrapped),
    takes: programQuestion(program, takesWrites),
    placed: programQuestion(program, placement),
  }
  return defineCheck('storage.ready', `${host}/${component}`, needs, ({ read, takes, placed }) => {
    const look = `Read \`journalctl -u ${component}\` on ${host}.`
    if (!read) return { status: 'fail', detail: 'it still reads what it holds', remedy: look }
    if (takes === undefined)
      return {
        status: 'fail',
        detail: 'it takes no samples',
        remedy: `${look} It needs two of three nodes, and etcd.`,
      }
    if (takes.retention !== wanted.retention || takes.resolution !== wanted.resolution)
      return {
        status: 'fail',
        detail: `it keeps ${said(takes)}, and the inventory says ${said(wanted)}`,
        remedy: 'Change the inventory back: M3DB cannot change this, and readers find nothing.',
      }
    const others = placed.map(one => one.host).filter(one => !hosts.includes(one))
    const absent = hosts.filter(one => !placed.some(({ host }) => host === one))
    const open = placed.filter(({ states }) => states.some(state => state !== 'AVAILABLE'))
    if (others.length + absent.length + open.length > 0)
      return {
        status: 'fail',
        detail: listFirst([
          ...others.map(one => `${one} holds data, and is no host of it`),
          ...absent.map(one => `${one} holds no data`),
          ...open.map(one => `${one.host} still copies what it has to hold`),
        ]),
        remedy: 'promha moves no data between nodes. Name the hosts with which it was founded.',
      }
    return { status: 'pass', detail: `ready, ${said(takes)}` }
  })
}

function said({ resolution, retention }: Policy): string {
  return `one sample every ${resolution / 1000} s for ${retention / 86_400_000} days`
}
