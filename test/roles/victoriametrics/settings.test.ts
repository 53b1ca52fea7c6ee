import { type Case, tells } from '../../inventory/cases.ts'
import { storeSite } from './site.ts'

const errors: Readonly<Record<string, Case>> = {
  'one host': {
    text: storeSite('{ §hosts: [vm-a], retention: 365d }'),
    summary: /^storage\.victoriametrics of cell "eu": expected two hosts, saw 1$/,
    remedy: /Name two hosts/,
  },
  'three hosts': {
    text: storeSite('{ §hosts: [vm-a, vm-b, vm-c], retention: 365d }'),
    summary: /expected two hosts, saw 3$/,
  },
  'one host named twice': {
    text: storeSite('{ hosts: [vm-a, §vm-a], retention: 365d }'),
    summary: /names "vm-a" twice/,
  },
  'an unknown host, once': {
    text: storeSite('{ hosts: [vm-a, §vm-x], retention: 365d }'),
    summary: /"vm-x"/,
  },
  'a host outside a list, and not as one too few': {
    text: storeSite('{ hosts: §vm-a, retention: 365d }'),
    summary: /expected a list, saw the text "vm-a"$/,
  },
  'no retention': {
    text: storeSite('§{ hosts: [vm-a, vm-b] }'),
    summary: /has no retention$/,
    remedy: /retention: 365d/,
  },
  'a retention without a unit, which would be months': {
    text: storeSite('{ hosts: [vm-a, vm-b], retention: §12 }'),
    summary: /expected a duration like 365d or 2y, saw "12"$/,
    remedy: /^Write 12d for days, or 12y for years\.$/,
  },
  'a retention as a map': {
    text: storeSite('{ hosts: [vm-a, vm-b], retention: §{ time: 365d } }'),
    summary: /expected a text or a number, saw a map$/,
    remedy: /^Write one value/,
  },
  'a retention in months': {
    text: storeSite('{ hosts: [vm-a, vm-b], retention: §6M }'),
    summary: /expected a duration like 365d or 2y, saw "6M"$/,
  },
  'a retention of less than a day': {
    text: storeSite('{ hosts: [vm-a, vm-b], retention: §12h }'),
    summary: /expected at least one day, saw "12h"$/,
  },
  'a flag that promha sets': {
    text: storeSite('{ hosts: [vm-a, vm-b], retention: 365d, flags: { §dedup.minScrapeInterval: 1s } }'),
    summary: /dedup\.minScrapeInterval/,
  },
  'an address to read at that is none': {
    text: storeSite('{ hosts: [vm-a, vm-b], retention: 365d, read: { vip: §198.18.0.110 } }'),
    summary: /vip of storage\.victoriametrics\.read of cell "eu"/,
  },
  'an address to read at that a host has': {
    text: storeSite('{ hosts: [vm-a, vm-b], retention: 365d, read: { vip: §198.18.0.11/24 } }'),
    summary: /198\.18\.0\.11 is that of host "mon-a"/,
  },
  'an address to read at with the port of the nodes, which is closed there': {
    text: storeSite(
      '{ hosts: [vm-a, vm-b], retention: 365d, listen: self:8428, read: { vip: 198.18.0.110/24, port: §8428 } }',
    ),
    summary: /^storage\.victoriametrics of cell "eu" and its "read" address have the same port, 8428$/,
    remedy: /^Give "read" another port, for example 8427\.$/,
  },
}

describe('storage.victoriametrics', () => {
  for (const [what, one] of Object.entries(errors)) it(`refuses ${what}`, () => tells(one))
})
