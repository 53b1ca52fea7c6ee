/** What a host itself says, where no program can be asked: its addresses, what it drops, whom it reaches. */

import { addressMover, definitions } from '../../../roles/index.ts'
import type { Endpoint } from '../../inventory/model.ts'
import { unitOf } from '../../resource/model.ts'
import { mostAddresses, mostNames } from '../syntax/bounds.ts'
import { atMost, begin, type Sections } from '../syntax/frame.ts'
import { firewallRules, peerRules } from '../syntax/layout.ts'
import { command } from '../syntax/quote.ts'
import { type Script, script } from '../syntax/script.ts'
import { staticShell } from '../syntax/static.ts'

export interface HostState {
  /** All that its interfaces have at the moment, those that moved to it included. */
  readonly addresses: readonly string[]
  /** Those that promha's keepalived knows, whether the host has them just now or not, and whatever the inventory says. */
  readonly moving: readonly string[]
  /** systemd's ActiveState of promha's keepalived; empty where it does not say. */
  readonly keepalived: string
  /** The table `inet promha`. */
  readonly table: TableState
  /** The chains of the table `inet promha_peers`, by the component whose unit loads them. */
  readonly peers: Readonly<Record<string, TableState>>
  /** Other managers of firewalls that are active. */
  readonly firewalls: readonly string[]
}

/** As its file says, other than that, loaded but impossible to compare there, or not loaded (or the host may not be asked). */
type TableState = (typeof tables)[number]

/** Each loads a chain of its name. */
const peered = definitions.filter(({ peerRules: has }) => has).map(({ name }) => name)

const mover = addressMover.name

const tables = ['whole', 'changed', 'unknown', 'missing'] as const

export function hostStateScript(): Script<HostState> {
  const lines = (nonce: string) => [
    begin(nonce, 'addresses'),
    'ip -o address show 2>/dev/null',
    begin(nonce, 'moving'),
    // The template gives each a line of its own.
    `${command('sed', '-n', 's,^ *\\([0-9a-fA-F.:]*\\)/\\(32\\|128\\)$,\\1,p', addressMover.movesAddresses.runningConfig)} 2>/dev/null`,
    begin(nonce, mover),
    command('systemctl', 'is-active', '--', unitOf(mover)),
    begin(nonce, 'tables'),
    staticShell('host/compare.sh'),
    command('compare', 'promha', firewallRules, 'table', 'inet', 'promha'),
    ...peered.map(program =>
      command('compare', program, peerRules(program), 'chain', 'inet', 'promha_peers', program),
    ),
    begin(nonce, 'firewalls'),
    // Its unit says nothing: it is active where the firewall is not, and not active where `ufw enable` has just loaded it.
    "[ -e /usr/sbin/ufw ] && grep -qs '^ENABLED=yes' /etc/ufw/ufw.conf && echo ufw",
    `${command('systemctl', 'is-active', '--quiet', '--', 'firewalld.service')} && echo firewalld`,
  ]
  return script({ name: 'host state', lines, parse: parseHostState })
}

function parseHostState(found: Sections): HostState {
  const stateOf = (name: string): TableState => {
    const lines = found.get('tables') ?? []
    return tables.find(word => lines.includes(`${name} ${word}`)) ?? 'missing'
  }
  return {
    addresses: addressesIn(found.get('addresses')),
    moving: atMost(mostAddresses, 'addresses', found.get('moving') ?? []),
    keepalived: found.get(mover)?.[0] ?? '',
    table: stateOf('promha'),
    peers: Object.fromEntries(peered.map(name => [name, stateOf(name)])),
    firewalls: atMost(mostNames, 'firewalls', found.get('firewalls') ?? []),
  }
}

/** Of lines as `ip -o address show` prints them. Throws a ProblemError where there are too many. */
export function addressesIn(lines: readonly string[] = []): readonly string[] {
  const found = lines.flatMap(line => /\binet6? ([0-9a-fA-F:.]{1,64})/.exec(line)?.[1] ?? [])
  return atMost(mostAddresses, 'addresses', found)
}

/** IPv6 has many ways to write one address. */
export function hasAddress({ addresses }: Pick<HostState, 'addresses'>, address: string): boolean {
  const wanted = canonical(address)
  return addresses.some(one => canonical(one) === wanted)
}

function canonical(address: string): string {
  return address.includes(':') && URL.canParse(`http://[${address}]`)
    ? new URL(`http://[${address}]`).hostname
    : address
}

/** Prints `ADDRESS PORT open|silent|refused|untried`, all tried at once; `none` where the host cannot try. `silent`: dropped. */
export function reachScript(targets: readonly Endpoint[]): Script<Reached> {
  const words = targets.flatMap(({ address, port }) => [address, String(port)])
  const lines = (nonce: string) => [
    begin(nonce, 'reached'),
    `if command -v bash >/dev/null 2>&1; then ${command('bash', '--norc', '-c', staticShell('host/reach.sh'), 'bash', ...words)}`,
    'else echo none; fi',
  ]
  return script({ name: 'reach', lines, parse: parseReached, root: false })
}

export interface Reached {
  /** They let it in. */
  readonly open: readonly Endpoint[]
  /** They say that nothing listens there, or somebody in between says that it leads nowhere. */
  readonly refused: readonly Endpoint[]
  /** They do not answer at all. */
  readonly silent: readonly Endpoint[]
}

/** Undefined if it could not try. */
function parseReached(found: Sections): Reached | undefined {
  const lines = found.get('reached') ?? []
  if (lines.includes('none')) return undefined
  const of = (word: string) =>
    lines.flatMap((line): Endpoint[] => {
      const [address = '', port, seen] = line.split(' ')
      return seen === word ? [{ address, port: Number(port) }] : []
    })
  return { open: of('open'), refused: of('refused'), silent: of('silent') }
}
