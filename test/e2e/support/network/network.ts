/** A network of its own for one process, with the lab's hosts in it and nothing else, that counts what is sent. */
import { execa } from 'execa'
import { address, bridgeName } from '../../../../src/lab/host/addresses.ts'
import { readState } from '../../../../src/lab/state.ts'

export interface Counts {
  /** TCP connections that were begun, successful or not. */
  readonly connections: number
  /** UDP datagrams sent, name look-ups among them. */
  readonly datagrams: number
}

/** `work` gets the words that start a program in there; its counts come back. */
export async function countTraffic(
  lab: string,
  work: (through: readonly string[]) => Promise<void>,
): Promise<Counts> {
  const index = (await readState(lab))?.index
  if (index === undefined) throw new Error(`there is no lab ${lab}`)
  const name = `${bridgeName(index)}-count`
  const [outer, inner] = [`${bridgeName(index)}o`, `${bridgeName(index)}i`]
  const ip = (...args: readonly string[]) => execa('ip', args)
  await ip('netns', 'delete', name).catch(() => undefined)
  await ip('netns', 'add', name)
  try {
    await ip('link', 'add', outer, 'type', 'veth', 'peer', 'name', inner, 'netns', name)
    await ip('link', 'set', outer, 'master', bridgeName(index), 'up')
    await ip('-n', name, 'address', 'add', `${address(index, 251)}/24`, 'dev', inner)
    await ip('-n', name, 'link', 'set', 'lo', 'up')
    await ip('-n', name, 'link', 'set', inner, 'up')
    // Nobody is there: whatever goes beyond the lab is begun, and so counted, and never answered.
    await ip('-n', name, 'route', 'add', 'default', 'via', address(index, 252))
    const through = ['ip', 'netns', 'exec', name]
    await work(through)
    const counters = await execa('ip', ['netns', 'exec', name, 'cat', '/proc/net/snmp', '/proc/net/snmp6'])
    return countsOf(counters.stdout)
  } finally {
    await ip('netns', 'delete', name)
    await ip('link', 'delete', outer).catch(() => undefined)
  }
}

function countsOf(text: string): Counts {
  const counter = (protocol: string, field: string) => {
    const [names, values] = text.split('\n').filter(line => line.startsWith(`${protocol}: `))
    const column = names?.split(' ').indexOf(field) ?? -1
    return Number(values?.split(' ')[column])
  }
  const v6 = Number(/^Udp6OutDatagrams\s+(\d+)$/m.exec(text)?.[1] ?? 0)
  return { connections: counter('Tcp', 'ActiveOpens'), datagrams: counter('Udp', 'OutDatagrams') + v6 }
}
