/** What closes keepalived and HAProxy to all but their members; each unit loads its own part of the table before it runs. */
import { isIp } from '../../src/inventory/value/names.ts'
import type { BundleCheck, FileResource } from '../../src/resource/model.ts'
import { nftCheck } from '../../src/shell/change/nft-check.ts'
import { ownConfig, peerRules } from '../../src/shell/syntax/layout.ts'
import { proxyPeerPort } from '../../src/topology/address/proxy.ts'
import type { CellTopology, Peered } from '../../src/topology/model.ts'
import { renderTemplate } from '../text/render.ts'
import { openConfig } from './resources.ts'

type Program = keyof Omit<Peered, 'host'>

/** The program's part of the table on a host, as a file. Throws a RangeError if the host has no such program. */
export function peersFile(cell: CellTopology, host: string, program: Program): FileResource {
  const members = cell.peered.find(one => one.host === host)?.[program]
  if (members === undefined) throw new RangeError(`${host} has no ${program} in cell ${cell.name}`)
  return openConfig(peerRules(program), peersTable(program, members))
}

/** `members`: IP addresses of the others. Throws a RangeError if one is something else. */
export function peersTable(program: Program, members: readonly string[]): string {
  const name = members.find(address => !isIp(address))
  if (name !== undefined) throw new RangeError(`${program} knows its members by IP addresses, not by ${name}`)
  return renderTemplate('firewall', 'peers.nft', {
    program,
    port: proxyPeerPort,
    v4: members.filter(address => !address.includes(':')),
    v6: members.filter(address => address.includes(':')),
  })
}

/** Asks the staged file's own reader. */
export function peersCheck(program: Program): BundleCheck {
  const file = peerRules(program).slice(ownConfig.length + 1)
  return { program: '/bin/sh', tool: 'nft', root: ownConfig, args: ['-c', nftCheck, 'sh', file] }
}
