import { error, type Problem } from '../diagnostic/problem.ts'
import { acceptedLosses } from './adopt.ts'
import type { Context } from './context.ts'
import { checkLabels, labelNames, labelTexts } from './labels.ts'
import type { Host } from './model.ts'
import { addressFault, canonicalAddress, nameFault } from './names.ts'
import { at, atKey, memberPlace, quote, rejectedOf, seen, wasRejected } from './place.ts'
import { expandRange, inStep, rangeLengths, valueAt } from './ranges.ts'
import type { HostText, InventoryText, SshText } from './schema.ts'
import { checkSsh, sshSettings } from './ssh.ts'

const takenLabels = {
  job: 'set by promha: the job of the scrape',
  instance: "set by promha: the host's name and port",
  cell: 'set by promha: the name of the cell',
}

/** The hosts of the inventory in the order of the file, ranges expanded; problems are left in the context. */
export function buildHosts(text: InventoryText, context: Context): readonly Host[] {
  const { problems } = context
  const entries = text.hosts ?? {}
  if (Object.keys(entries).length === 0 && !wasRejected(text, 'hosts')) {
    problems.push(
      error('the inventory has no hosts', { ...at(text, 'hosts'), remedy: 'add them under "hosts:"' }),
    )
  }
  const hosts: Host[] = []
  const definedBy = new Map<string, string>()
  for (const [key, entry] of Object.entries(entries)) {
    const expanded = expandRange(key)
    if ('fault' in expanded) {
      problems.push(error(`host ${quote(key)}: ${expanded.fault}`, atKey(entries, key)))
      continue
    }
    const body = entry ?? {}
    checkEntry(entries, key, body, expanded.values, context)
    const accepts = acceptedLosses(body.adopt, problems)
    for (const [index, name] of expanded.values.entries()) {
      const other = definedBy.get(name)
      if (other !== undefined) problems.push(definedTwice(entries, name, other, key))
      else {
        definedBy.set(name, key)
        const common = { ...atKey(entries, key), ...(accepts.length > 0 ? { accepts } : {}) }
        hosts.push(buildHost(name, index, name !== key, common, body, text.ssh ?? {}, context))
      }
    }
  }
  checkAddresses(hosts, problems)
  // Entries of the wrong type are reported already. Their names still count, so that uses of them are not reported too.
  for (const name of rejectedOf(entries)) {
    hosts.push({ name: String(name), address: '', labels: {}, ssh: sshSettings({}, {}, context) })
  }
  return hosts
}

function definedTwice(entries: object, name: string, first: string, second: string): Problem {
  const line = atKey(entries, first).source?.line
  const here = atKey(entries, second).source?.line
  return error(
    `the host ${quote(name)} is defined twice: by ${quote(first)} on line ${line} and by ${quote(second)} on line ${here}`,
    { ...atKey(entries, second), remedy: 'remove it from one of the two' },
  )
}

function checkEntry(
  entries: object,
  key: string,
  body: HostText,
  names: readonly string[],
  context: Context,
): void {
  const { problems } = context
  const fault = names.map(nameFault).find(found => found !== undefined)
  if (fault) problems.push(error(`host ${quote(key)}: a name ${fault}`, atKey(entries, key)))
  if (names.includes('all')) {
    problems.push(error('a host may not be called "all", which means every host', atKey(entries, key)))
  }
  if (body.address == null && !wasRejected(body, 'address')) {
    problems.push(
      error(`host ${quote(key)} has no address`, {
        ...atKey(entries, key),
        remedy: 'add "address:", the name or IP address that its peers use',
      }),
    )
  }
  if (body.labels) checkLabels(body.labels, `host ${quote(key)}`, takenLabels, labelNames(context), problems)
  checkRanges(key, body, names, problems)
  if (body.ssh) checkSsh(body.ssh, context, names[0] !== key)
}

/** Reports ranges inside the entry that do not have as many values as those of its name. */
function checkRanges(key: string, body: HostText, names: readonly string[], problems: Problem[]): void {
  const ranged = names[0] !== key
  const { length } = names
  for (const [owner, field, value] of rangedTexts(body)) {
    if (!ranged && field !== 'address' && field !== 'host') continue
    const found = rangeLengths(value)
    if ('fault' in found) {
      problems.push(error(`${field} of host ${quote(key)}: ${found.fault}`, at(owner, field)))
      continue
    }
    const other = found.lengths.find(next => next !== length)
    if (other === undefined) continue
    const own = !ranged ? 'the name is that of one host' : `the name expands to ${length} hosts`
    problems.push(
      error(`${field} of host ${quote(key)} expands to ${other} values, but ${own}`, {
        ...at(owner, field),
        remedy: 'make the ranges equally long',
      }),
    )
  }
}

/** The texts of an entry that may hold ranges: everything but secrets. */
function rangedTexts(body: HostText): (readonly [object, string, string])[] {
  return [body, body.ssh ?? {}, body.labels ?? {}].flatMap(owner =>
    Object.entries(owner).flatMap(([field, value]) => {
      const ranged = typeof value === 'string' && !memberPlace(owner, field)?.secret
      return ranged ? [[owner, field, value] as const] : []
    }),
  )
}

function buildHost(
  name: string,
  index: number,
  ranged: boolean,
  rest: Pick<Host, 'source' | 'accepts'>,
  body: HostText,
  common: SshText,
  context: Context,
): Host {
  const expanded = <T extends object>(owner: T): T => (ranged ? inStep(owner, index) : owner)
  const { address } = expanded(body)
  const fault = address == null || (!ranged && hasRange(address)) ? undefined : addressFault(address)
  // Of a range, only the first wrong value is reported: those after it are wrong in the same way.
  if (fault && (index === 0 || !addressFault(valueAt(body.address ?? '', index - 1)))) {
    const saw = memberPlace(body, 'address')?.secret ? seen(body, 'address') : quote(address ?? '')
    context.problems.push(error(`the address ${saw} of host ${quote(name)} ${fault}`, at(body, 'address')))
  }
  return {
    name,
    address: address ?? '',
    labels: expanded(labelTexts(body.labels ?? {})),
    ssh: sshSettings(common, expanded(body.ssh ?? {}), context),
    ...rest,
  }
}

/** Whether the address has a range although the name has none, which is reported already. */
function hasRange(address: string): boolean {
  const found = rangeLengths(address)
  return 'fault' in found || found.lengths.length > 0
}

/** Reports two hosts with one address and SSH port: promha would scrape and change that machine twice. */
function checkAddresses(hosts: readonly Host[], problems: Problem[]): void {
  const seenAt = new Map<string, Host>()
  for (const host of hosts) {
    if (host.address === '' || addressFault(host.address)) continue
    const key = `${canonicalAddress(host.address)} ${host.ssh.port ?? 22}`
    const other = seenAt.get(key)
    if (other === undefined) seenAt.set(key, host)
    else {
      const line = other.source ? ` (line ${other.source.line})` : ''
      problems.push(
        error(
          `the hosts ${quote(other.name)}${line} and ${quote(host.name)} have the same address and SSH port`,
          {
            ...(host.source ? { source: host.source } : {}),
            remedy: 'give each host its own address, or remove one of the two',
          },
        ),
      )
    }
  }
}
