/** keepalived: holds the addresses that move, on every host that is a member of one. */
import type { Instance, Resource, WantedAddress } from '../../src/resource/model.ts'
import { ownConfig } from '../../src/shell/syntax/layout.ts'
import { failuresUntilDown } from '../../src/topology/address/proxy.ts'
import type { CellTopology, MovingAddress } from '../../src/topology/model.ts'
import { unitInstance } from '../common/exporter.ts'
import { peersCheck, peersFile } from '../common/peers.ts'
import { directory, hostPackage, openConfig, scriptFile } from '../common/resources.ts'
import { unitHealth } from '../component.ts'
import { renderTemplate } from '../text/render.ts'
import { runningConfig } from './component.ts'

const name = 'keepalived'
const config = `${ownConfig}/keepalived.conf`
const prepare = `${ownConfig}/keepalived-prepare`
/** Where SELinux lets keepalived run scripts; every other system has no opinion about it. */
const checkFolder = '/usr/libexec/keepalived'
const check = `${checkFolder}/promha-check`
/** Runs the checks, and owns nothing. */
const checkUser = 'promha-check'

/** One instance a host that may hold some of the cell's addresses. */
export function keepalivedInstances(cell: CellTopology): readonly Instance[] {
  const hosts = new Set(cell.movingAddresses.flatMap(({ members }) => members.map(({ host }) => host)))
  return [...hosts].map(host => instanceOf(cell, host))
}

function instanceOf(cell: CellTopology, host: string): Instance {
  const content = renderTemplate(name, 'promha-keepalived.service', {
    prepare: { command: ['/bin/sh', prepare, config, runningConfig] },
    commandLine: { command: keepalivedCommand },
  })
  const before: readonly Resource[] = [
    ...hostPackage(name),
    { kind: 'user', name: checkUser, home: '/nonexistent' },
    directory(ownConfig, 'root', 'root', 0o755),
    directory(checkFolder, 'root', 'root', 0o755),
    scriptFile(check, 'none', renderTemplate(name, 'promha-check.sh', {})),
    scriptFile(prepare, 'reload', renderTemplate(name, 'keepalived-prepare.sh', {})),
    openConfig(config, keepalivedConfig(cell, host)),
    peersFile(cell, host, name),
  ]
  return unitInstance({
    cell: cell.name,
    host,
    component: name,
    before,
    content,
    // VRRP is a protocol of its own.
    ports: [],
    checks: [
      {
        program: '/bin/sh',
        tool: name,
        root: ownConfig,
        args: ['keepalived-prepare', 'keepalived.conf', 'keepalived.conf.filled', 'alone'],
      },
      peersCheck(name),
    ],
    health: unitHealth,
    addresses: addressesAt(cell, host),
  })
}

/** Its own pid files, so that another keepalived of the host is not in its way. */
const keepalivedCommand = [
  '/usr/sbin/keepalived',
  '--dont-fork',
  '--log-console',
  '--no-syslog',
  '--log-detail',
  '--vrrp',
  `--use-file=${runningConfig}`,
  '--pid=/run/promha-keepalived/keepalived.pid',
  '--vrrp_pid=/run/promha-keepalived/vrrp.pid',
]

function addressesAt({ movingAddresses }: CellTopology, host: string): readonly WantedAddress[] {
  return movingAddresses
    .filter(({ members }) => members.some(member => member.host === host))
    .map(({ address, members, interface: device }) => ({
      address,
      peers: members.filter(member => member.host !== host).map(member => member.address),
      ...(device === undefined ? {} : { interface: device }),
    }))
}

/** The host's part in all addresses that it may hold. */
export function keepalivedConfig(cell: CellTopology, host: string): string {
  const addresses = cell.movingAddresses.flatMap(address => {
    const at = address.members.findIndex(member => member.host === host)
    return at < 0 ? [] : [asInstance(address, at)]
  })
  return renderTemplate(name, 'keepalived.conf', { addresses, check, checkUser })
}

/** The first is preferred, which counts only while no host has the address. */
const highest = 200
const step = 10

function asInstance({ name: called, members, check: asked, ...address }: MovingAddress, at: number) {
  return {
    ...address,
    name: called,
    priority: Math.max(1, highest - at * step),
    own: members[at]?.address,
    peers: members.filter((_, index) => index !== at).map(member => member.address),
    asked: { address: asked.endpoint.address, port: asked.endpoint.port, path: asked.path },
    fall: failuresUntilDown(called),
  }
}
