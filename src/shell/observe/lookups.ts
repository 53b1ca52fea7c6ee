/** How a host resolves names, and by which of its addresses it is known: a part of the probe. */
import { definitions } from '../../../roles/index.ts'
import { parseEndpoint } from '../../inventory/value/endpoint.ts'
import { unitOf, unitPath } from '../../resource/model.ts'
import type { Lookups } from '../../resource/observed.ts'
import { mostAddresses } from '../syntax/bounds.ts'
import { atMost } from '../syntax/frame.ts'
import { command } from '../syntax/quote.ts'

/** Seconds for all names together; a name server that is away would let a probe wait for longer. */
const patience = 5

/** Addresses that are kept for documentation: no host has one, so the way to them is the way to everywhere. */
const elsewhere = { v4: '192.0.2.1', v6: '2001:db8::1' } as const

/** Flags by which programs tell their peers where they are, and the files of their units. */
const advertisers = definitions.flatMap(({ name, advertiseFlag: flag }) =>
  flag === undefined ? [] : [{ flag, file: unitPath(unitOf(name)) }],
)

/** Prints `name NAME ADDRESS`, what the units of its programs advertise, and the routes to everywhere. */
export function lookupScript(names: readonly string[]): string {
  return [
    `for n in ${command(...names)}; do { timeout ${patience} getent ahosts "$n" 2>/dev/null | while read -r a rest; do echo "name $n $a"; done; } & done; wait`,
    ...advertisers.map(({ flag, file }) =>
      command('grep', '-os', `${flag.replaceAll('.', '\\.')}=[^ ]*`, file),
    ),
    `${command('ip', '-o', 'route', 'get', elsewhere.v4)} 2>/dev/null`,
    `${command('ip', '-o', '-6', 'route', 'get', elsewhere.v6)} 2>/dev/null`,
  ].join('\n')
}

export function parseLookups(lines: readonly string[]): Lookups {
  const names = new Map<string, string[]>()
  const outward: string[] = []
  let advertised: string | undefined
  for (const line of atMost(mostAddresses, 'addresses', lines)) {
    const [, name, address] = /^name (\S+) (\S+)$/.exec(line) ?? []
    const [, source] = / src ([0-9a-fA-F:.]+)/.exec(line) ?? []
    const flag = advertisers.find(one => line.startsWith(`${one.flag}=`))?.flag
    if (name !== undefined && address !== undefined)
      names.set(name, [...new Set([...(names.get(name) ?? []), address])])
    else if (flag !== undefined) advertised = parseEndpoint(line.slice(flag.length + 1))?.address
    else if (source !== undefined) outward.push(source)
  }
  return { names, outward, ...(advertised === undefined ? {} : { advertised }) }
}
