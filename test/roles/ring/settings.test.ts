import { type Case, tells } from '../../inventory/cases.ts'
import { bucket, rest, ringSite } from './site.ts'

const errors: Readonly<Record<string, Case>> = {
  'two hosts, of which none may be down': {
    text: ringSite(`{ §hosts: [c1, c2], ${rest} }`),
    summary: /^storage\.cortex of cell "eu": expected at least three hosts, saw 2$/,
    remedy: /^Name three hosts or more\./,
  },
  'one host named twice': {
    text: ringSite(`{ hosts: [c1, c2, §c2], ${rest} }`),
    summary: /names "c2" twice/,
  },
  'two members on one machine': {
    text: ringSite(`{ hosts: [c1, c2, §again], ${rest} }`).replace(
      '  mon-a:',
      '  again: { address: 198.18.0.14, ssh: { port: 2222 } }\n  mon-a:',
    ),
    summary: /are on hosts with the same address, "c2" and "again"/,
  },
  'no retention': {
    text: ringSite(`§{ hosts: [c1, c2, c3], ${bucket} }`),
    summary: /^storage\.cortex of cell "eu" has no retention$/,
    remedy: /retention: 365d/,
  },
  'a retention without a unit': {
    text: ringSite(`{ hosts: [c1, c2, c3], retention: §365, ${bucket} }`),
    summary: /expected a duration like 365d, saw "365"$/,
    remedy: /^Write 365d for days\.$/,
  },
  'a retention of less than a day': {
    text: ringSite(`{ hosts: [c1, c2, c3], retention: §12h, ${bucket} }`),
    summary: /expected at least one day, saw "12h"$/,
  },
  'a failover that a quiet replica would cause': {
    text: ringSite(`{ hosts: [c1, c2, c3], ha: { failover: §5s }, ${rest} }`),
    summary: /^ha\.failover of storage\.cortex of cell "eu": expected at least 13s, saw "5s"$/,
    remedy: /^Write 13s or more/,
  },
  'a failover one second too short': {
    text: ringSite(`{ hosts: [c1, c2, c3], ha: { failover: §12s }, ${rest} }`),
    summary: /expected at least 13s, saw "12s"$/,
  },
  'a failover that is no time': {
    text: ringSite(`{ hosts: [c1, c2, c3], ha: { failover: §soon }, ${rest} }`),
    summary: /^ha\.failover of storage\.cortex of cell "eu": expected a duration like 15s, saw "soon"$/,
  },
  'two copies': {
    text: ringSite(`{ hosts: [c1, c2, c3], ${rest}, flags: { §distributor.replication-factor: 2 } }`),
    summary: /distributor\.replication-factor/,
  },
  'a target of its own': {
    text: ringSite(`{ hosts: [c1, c2, c3], ${rest}, flags: { §target: all } }`),
    summary: /target/,
  },
  'no bucket': {
    text: ringSite('§{ hosts: [c1, c2, c3], retention: 365d }'),
    summary: /^storage\.cortex of cell "eu" has no objstore$/,
  },
  'a directory that each host has for itself': {
    text: ringSite(
      '{ hosts: [c1, c2, c3], retention: 365d, objstore: { type: §FILESYSTEM, config: { directory: /x } } }',
    ),
    summary: /storage\.cortex of cell "eu"/,
  },
  'a port to write through that is none': {
    text: ringSite(`{ hosts: [c1, c2, c3], ${rest}, write: { port: §70000 } }`),
    summary: /^port of storage\.cortex\.write of cell "eu"/,
  },
  'a port to write through that Prometheus has on the same host': {
    text: ringSite(`{ hosts: [c1, c2, c3], ${rest}, write: { port: §9090 } }`),
    summary: /9090/,
  },
  'an address to read at with the port of the members': {
    text: ringSite(
      `{ hosts: [c1, c2, c3], ${rest}, listen: self:9009, read: { vip: 198.18.0.110/24, port: §9009 } }`,
    ),
    summary: /^storage\.cortex of cell "eu" and its "read" address have the same port, 9009$/,
  },
}

describe('the inventory of Cortex and Mimir', () => {
  for (const [what, one] of Object.entries(errors)) it(`refuses ${what}`, () => tells(one))

  it('is the same for Mimir', () =>
    tells({
      text: ringSite(`{ §hosts: [c1], ${rest} }`, { store: 'mimir' }),
      summary: /^storage\.mimir of cell "eu": expected at least three hosts, saw 1$/,
    }))
})
