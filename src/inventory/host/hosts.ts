import type { Problem } from '../../diagnostic/problem.ts'
import type { Context } from '../context.ts'
import type { Host } from '../model.ts'
import type { HostText, InventoryText, SshText } from '../schema/schema.ts'
import { at, atKey, memberPlace, quoted, rejectedOf, seen, wasRejected } from '../text/place.ts'
import { checkLabels, labelNames, labelTexts } from '../upstream/labels.ts'
import { addressFault, canonicalAddress, nameFault } from '../value/names.ts'
import { expandRange, inStep, rangeLengths, valueAt } from '../value/ranges.ts'
import { acceptedLosses } from './adopt.ts'
import { hostProblem } from './messages.ts'
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
    problems.push(hostProblem.noHosts(at(text, 'hosts')))
  }
  const hosts: Host[] = []
  const definedBy = new Map<string, string>()
  for (const [key, entry] of Object.entries(entries)) {
    const expanded = expandRange(key)
    if ('fault' in expanded) {
      problems.push(hostProblem.badRange(atKey(entries, key), key, expanded.fault))
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
        const named = { name, index, ranged: name !== key }
        hosts.push({ ...buildHost(named, body, text.ssh ?? {}, context), ...common })
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
  return hostProblem.definedTwice(atKey(entries, second), { name, first, line, second, here })
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
  if (fault) problems.push(hostProblem.badName(atKey(entries, key), key, fault))
  if (names.includes('all')) problems.push(hostProblem.reservedName(atKey(entries, key)))
  if (body.address == null && !wasRejected(body, 'address'))
    problems.push(hostProblem.noAddress(atKey(entries, key), key))
  const labelRules = { taken: takenLabels, names: labelNames(context) }
  if (body.labels) checkLabels(body.labels, `host ${quoted(key)}`, labelRules, problems)
  checkRanges(key, body, names, problems)
  if (body.ssh) checkSsh(body.ssh, context, names[0] !== key)
}

/** Reports ranges inside the entry that do not have as many values as those of its name. */
function checkRanges(key: string, body: HostText, names: readonly string[], problems: Problem[]): void {
  const ranged = names[0] !== key
  const { length } = names
  // Everything but secrets may hold ranges.
  const texts = [body, body.ssh ?? {}, body.labels ?? {}].flatMap(owner =>
    Object.entries(owner).map(([field, value]) => ({ owner, field, value })),
  )
  for (const { owner, field, value } of texts) {
    if (typeof value !== 'string' || memberPlace(owner, field)?.secret) continue
    if (!ranged && field !== 'address' && field !== 'host') continue
    const found = rangeLengths(value)
    if ('fault' in found) {
      problems.push(hostProblem.badFieldRange(at(owner, field), field, key, found.fault))
      continue
    }
    const other = found.lengths.find(next => next !== length)
    if (other === undefined) continue
    const own = !ranged ? 'the name is that of one host' : `the name expands to ${length} hosts`
    problems.push(hostProblem.unequalRanges(at(owner, field), { field, key, other, own }))
  }
}

function buildHost(
  { name, index, ranged }: { readonly name: string; readonly index: number; readonly ranged: boolean },
  body: HostText,
  common: SshText,
  context: Context,
): Host {
  const expanded = <T extends object>(owner: T): T => (ranged ? inStep(owner, index) : owner)
  const { address } = expanded(body)
  const lengths = rangeLengths(address ?? '')
  // If the address has a range and the name has none, that is reported already.
  const isRanged = 'fault' in lengths || lengths.lengths.length > 0
  const fault = address == null || (!ranged && isRanged) ? undefined : addressFault(address)
  // Of a range, only the first wrong value is reported: those after it are wrong in the same way.
  if (fault && (index === 0 || !addressFault(valueAt(body.address ?? '', index - 1)))) {
    const saw = memberPlace(body, 'address')?.secret ? seen(body, 'address') : quoted(address ?? '')
    context.problems.push(hostProblem.badAddress(at(body, 'address'), saw, name, fault))
  }
  return {
    name,
    address: address ?? '',
    labels: expanded(labelTexts(body.labels ?? {})),
    ssh: sshSettings(common, expanded(body.ssh ?? {}), context),
  }
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
      const where = host.source ? { source: host.source } : {}
      problems.push(hostProblem.sameAddress(where, other.name, line, host.name))
    }
  }
}
