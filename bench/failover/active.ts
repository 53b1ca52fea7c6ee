/** Which host's program is active just now: told by asking where it is used, and then each one itself. */
import type { Fleet } from '../../test/e2e/support/fleet.ts'
import { type CellUnderTest, proxied, type World } from './site.ts'

/** `pushgateway`, `prober`: the active one; `loadbalancer`: the host with its address; `replica`: the one that a client is led to. */
export type Part = 'pushgateway' | 'prober' | 'loadbalancer' | 'replica'

/** Throws where nobody answers, or whoever does is none of the cell's. `through` is a host that is well. */
export async function activeHost(
  world: World,
  cell: CellUnderTest,
  part: Part,
  through = cell.hosts[0],
): Promise<string> {
  const { fleet } = world
  if (part === 'loadbalancer') return holder(fleet, cell)
  const asked = await whoAnswers(world, cell, part, through)
  const own = await Promise.all(cell.hosts.map(host => process(fleet, host, part)))
  const at = own.indexOf(asked)
  const found = cell.hosts[at]
  if (found === undefined || own.lastIndexOf(asked) !== at)
    throw new Error(`who is the active ${part} of ${cell.name}: ${asked}? There are ${own.join(' and ')}`)
  return found
}

async function holder(fleet: Fleet, { hosts, queried = '' }: CellUnderTest): Promise<string> {
  const address = new URL(queried).hostname
  const found = await fleet.onAll(`ip -o addr show | grep -cF ' ${address}/' || :`, hosts)
  const holders = hosts.filter((_, index) => found[index]?.trim() !== '0')
  const [one, ...more] = holders
  if (one === undefined || more.length > 0) throw new Error(`${address} is on ${holders.length} hosts`)
  return one
}

type Asked = Exclude<Part, 'loadbalancer'>

const questions: Readonly<Record<Asked, { readonly port: number; readonly path: string }>> = {
  pushgateway: { port: 9091, path: '/api/v1/status' },
  prober: { port: 9115, path: '/metrics' },
  replica: { port: 9090, path: '/api/v1/status/runtimeinfo' },
}

/** What no two processes have in common. */
const marks: Readonly<Record<Asked, RegExp>> = {
  pushgateway: /"start_time":"[^"]+"/,
  prober: /^process_start_time_seconds .+$/m,
  replica: /"startTime":"[^"]+"/,
}

async function whoAnswers(world: World, cell: CellUnderTest, part: Asked, through: string): Promise<string> {
  const { path, port } = questions[part]
  if (part === 'pushgateway') return marked(part, await text(`${world.gateway(cell, through)}${path}`))
  if (part === 'replica') return marked(part, await text(`${cell.queried}${path}`))
  const gateway = new URL(world.gateway(cell, through)).hostname
  const at =
    cell.name === 'vip'
      ? { host: gateway.replace(/\d+$/, '102'), port }
      : { host: '127.0.0.1', port: proxied.blackbox }
  return marked(part, await askedInside(world.fleet, through, at, path))
}

async function process(fleet: Fleet, host: string, part: Asked): Promise<string> {
  const { port, path } = questions[part]
  return marked(part, await text(`http://${fleet.host(host).address}:${port}${path}`))
}

function marked(part: Asked, body: string): string {
  const found = marks[part].exec(body)
  if (!found) throw new Error(`no ${part} answered this: ${body.slice(0, 200)}`)
  return found[0]
}

async function text(url: string): Promise<string> {
  const signal = AbortSignal.timeout(5000)
  const response = await fetch(url, { signal, headers: { connection: 'close' } })
  return response.text()
}

/** A host has no curl. */
async function askedInside(
  fleet: Fleet,
  from: string,
  { host, port }: { readonly host: string; readonly port: number },
  path: string,
): Promise<string> {
  const question = `exec 3<>/dev/tcp/${host}/${port}; printf "GET ${path} HTTP/1.0\\r\\n\\r\\n" >&3; cat <&3`
  return fleet.inside(from, `bash -c '${question}'`)
}
