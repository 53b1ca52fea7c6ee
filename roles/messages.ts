/** The words of the problems whose topic is `component`. */
import { suggestion } from '../src/diagnostic/nearest.ts'
import { messages, type Texts } from '../src/diagnostic/problem.ts'
import { quoted } from '../src/inventory/text/place.ts'

export const componentProblem = messages('component', {
  needsPrometheus: (name: string, key: string) => ({
    summary: `cell ${quoted(name)} has ${quoted(key)} but no Prometheus`,
    remedy: 'Add "prometheus:" to the cell, or remove this.',
  }),
  noAlertmanagerConfig: () => ({
    summary: 'alertmanager has no config',
    remedy: 'Add "config:", a path or the config itself in upstream\'s form.',
  }),
  moduleNotAMap: (name: string, seen: string) =>
    `the module ${quoted(name)} of blackbox: expected a map, saw ${seen}`,
  unknownProber: (name: string, prober: string, probers: readonly string[]) => ({
    severity: 'warning',
    summary: `the module ${quoted(name)} of blackbox has the prober ${quoted(prober)}, which promha does not know`,
    ...suggestion(prober, probers, `The usual ones are ${probers.join(', ')}.`),
  }),
  noVip: (of: string) => ({ summary: `${of} has no address`, remedy: 'Add "vip: ADDRESS/PREFIX".' }),
  noPushgatewayHost: (cell: string, key: string) => ({
    summary: `pushgateway of cell ${quoted(cell)} does not say which host is ${key}`,
    detail: 'promha runs two Pushgateways, of which one serves. A single one is not supported.',
    remedy: `Add "${key}: HOST".`,
  }),
  oneAddressOnly: (name: string, versions: string, from: string | undefined) => ({
    summary: `${name} ${versions} listens on one address only`,
    ...(from === undefined
      ? { remedy: 'Keep one address.' }
      : {
          detail: `Expected: one address, or ${name} ${from} or later, which listens on several.`,
          remedy: `Keep one address, or use ${name} ${from} or later.`,
        }),
  }),
  noFailover: (of: string, target: string, port: number) => ({
    summary: `${of} has no failover, so nothing leads to ${target}`,
    remedy: `Add "failover: { vip: ADDRESS/PREFIX }", or "failover: { haproxy: { port: ${port} } }".`,
  }),
  twoFailovers: (of: string) => ({
    summary: `failover of ${of} has both "vip" and "haproxy"`,
    remedy: 'Keep one; an empty "vip:" or "haproxy:" removes the one from "defaults".',
  }),
  needsVip: (key: string, of: string) =>
    `${quoted(key)} of the failover of ${of} can be used with "vip" only`,
  emptyFailover: (of: string, port: number) => ({
    summary: `failover of ${of} does not say how`,
    remedy: `Write "vip: ADDRESS/PREFIX", or "haproxy: { port: ${port} }".`,
  }),
  templateFailed: (template: string, why: string) => ({
    summary: `the template ${template}.ejs cannot be rendered`,
    detail: why,
    remedy: 'Install promha again; if that does not help, this is a bug of promha to be reported.',
  }),
  addressNotReached: (the: Texts<'of' | 'listen' | 'address' | 'wildcard'>) => ({
    summary: `${the.of} listens on ${the.listen}, which its address ${the.address} does not reach`,
    remedy: `Listen on ${the.wildcard}.`,
  }),
})
