/** What a host itself says, where no program can be asked: its addresses, what it drops, whom it reaches. */

import { addressMover, definitions } from '../../roles/index.ts'
import type { Endpoint } from '../inventory/model.ts'
import { unitOf } from '../resource/model.ts'
import { mostAddresses, mostNames } from './bounds.ts'
import { atMost, begin, preamble, sections } from './frame.ts'
import { firewallRules, peerRules } from './layout.ts'
import { command } from './quote.ts'

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

/**
 * As its file says, other than that, loaded but impossible to compare there, or not loaded; `missing` too if the host may
 * not be asked.
 */
type TableState = (typeof tables)[number]

/** Each loads a chain of its name. */
const peered = definitions.filter(({ peerRules: has }) => has).map(({ name }) => name)

const mover = addressMover.name

const tables = ['whole', 'changed', 'unknown', 'missing'] as const

/**
 * For sh: `compare NAME FILE WHAT…` prints NAME and the state of WHAT, a table or chain. What the file means in nft's own
 * words: it is loaded in a network namespace of its own, which ends with the question. A file that is away or refused says
 * nothing, so there is a difference; only a host without such networks cannot tell.
 */
const compare = `compare() {
  name=$1
  file=$2
  shift 2
  found=$(nft -s list "$@" 2>/dev/null)
  want=
  [ -z "$found" ] || want=$(unshare --net sh -c 'nft -f "$1" && shift && nft -s list "$@"' sh "$file" "$@" 2>/dev/null)
  if [ -z "$found" ]; then state=missing; elif [ "$found" = "$want" ]; then state=whole; elif unshare --net true 2>/dev/null; then state=changed; else state=unknown; fi
  echo "$name $state"
}`

export function hostStateScript(nonce: string): string {
  return [
    preamble,
    begin(nonce, 'addresses'),
    'ip -o address show 2>/dev/null',
    begin(nonce, 'moving'),
    // The template gives each a line of its own.
    `${command('sed', '-n', 's,^ *\\([0-9a-fA-F.:]*\\)/\\(32\\|128\\)$,\\1,p', addressMover.movesAddresses.runningConfig)} 2>/dev/null`,
    begin(nonce, mover),
    command('systemctl', 'is-active', '--', unitOf(mover)),
    begin(nonce, 'tables'),
    compare,
    command('compare', 'promha', firewallRules, 'table', 'inet', 'promha'),
    ...peered.map(program =>
      command('compare', program, peerRules(program), 'chain', 'inet', 'promha_peers', program),
    ),
    begin(nonce, 'firewalls'),
    // Its unit says nothing: it is active where the firewall is not, and not active where `ufw enable` has just loaded it.
    "[ -e /usr/sbin/ufw ] && grep -qs '^ENABLED=yes' /etc/ufw/ufw.conf && echo ufw",
    `${command('systemctl', 'is-active', '--quiet', '--', 'firewalld.service')} && echo firewalld`,
    begin(nonce, 'end'),
  ].join('\n')
}

/** Undefined where the script did not reach its end. */
export function parseHostState(nonce: string, output: string): HostState | undefined {
  const found = sections(nonce, output)
  if (!found.has('end')) return undefined
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

/**
 * Seconds for a connection within one network; a firewall that drops lets it wait in vain, and so does the whole run. A
 * lost packet is sent again after a second only, so that a little longer would see no more.
 */
const patience = 0.3

/**
 * For bash: tries each ADDRESS PORT of its arguments. The time counts from when a try has begun, which a busy host may put
 * off for longer than that. A try that has run out of it is `silent` only where the kernel lets it sleep (S), so that it
 * does wait for an answer; one that waits for the processor may have its answer already.
 */
const tries = `
attempt() {
  word=untried
  {
    if read -r pid; then
      read -r -t ${patience} word
      if [ $? -gt 128 ]; then
        read -r _ _ state _ <"/proc/$pid/stat"
        if [ "$state" = S ]; then word=silent; else word=untried; fi
        kill -KILL "$pid"
      fi
    fi
  } < <(echo "$BASHPID"; if : <>"/dev/tcp/$1/$2"; then echo open; else echo refused; fi)
  echo "$1 $2 $word"
}
exec 2>/dev/null
while [ $# -gt 1 ]; do attempt "$1" "$2" & shift 2; done
wait`

/**
 * Prints `ADDRESS PORT open|silent|refused|untried` of each TCP port, all tried at once; `none` where the host has no way to
 * try. What is dropped is silent; a refusal says only that nothing listens, or that somebody else is in between.
 */
export function reachScript(nonce: string, targets: readonly Endpoint[]): string {
  const words = targets.flatMap(({ address, port }) => [address, String(port)])
  return [
    preamble,
    begin(nonce, 'reached'),
    `if command -v bash >/dev/null 2>&1; then ${command('bash', '--norc', '-c', tries, 'bash', ...words)}`,
    'else echo none; fi',
    begin(nonce, 'end'),
  ].join('\n')
}

export interface Reached {
  /** They let it in. */
  readonly open: readonly Endpoint[]
  /** They say that nothing listens there, or somebody in between says that it leads nowhere. */
  readonly refused: readonly Endpoint[]
  /** They do not answer at all. */
  readonly silent: readonly Endpoint[]
}

/** Undefined where it could not try. */
export function parseReached(nonce: string, output: string): Reached | undefined {
  const found = sections(nonce, output)
  const lines = found.get('reached') ?? []
  if (!found.has('end') || lines.includes('none')) return undefined
  const of = (word: string) =>
    lines.flatMap((line): Endpoint[] => {
      const [address = '', port, seen] = line.split(' ')
      return seen === word ? [{ address, port: Number(port) }] : []
    })
  return { open: of('open'), refused: of('refused'), silent: of('silent') }
}
