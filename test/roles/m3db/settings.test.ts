import assert from 'node:assert/strict'
import { type Case, tells } from '../../inventory/cases.ts'
import { read } from '../../inventory/harness.ts'
import { etcd, m3dbSite, threeNodes } from './site.ts'

const errors: Readonly<Record<string, Case>> = {
  'two nodes, of which none may be down': {
    text: m3dbSite(`{ §hosts: [m1, m2], ${etcd} }`),
    summary: /^storage\.m3db of cell "eu": expected at least three hosts, saw 2$/,
    remedy: /^Name three hosts or more\./,
  },
  'one node named twice': {
    text: m3dbSite(`{ hosts: [m1, m2, §m2], ${etcd} }`),
    summary: /names "m2" twice/,
  },
  'two nodes on one machine': {
    text: m3dbSite(`{ hosts: [m1, m2, §again], ${etcd} }`).replace(
      '  mon-a:',
      '  again: { address: 198.18.0.14, ssh: { port: 2222 } }\n  mon-a:',
    ),
    summary: /are on hosts with the same address, "m2" and "again"/,
  },
  'two members of etcd on one machine': {
    text: m3dbSite('{ hosts: [m1, m2, m3], etcd: [m1, m2, §again] }').replace(
      '  mon-a:',
      '  again: { address: 198.18.0.14, ssh: { port: 2222 } }\n  mon-a:',
    ),
    summary: /are on hosts with the same address, "m2" and "again"/,
  },
  'no etcd': {
    text: m3dbSite('§{ hosts: [m1, m2, m3] }'),
    summary: /^storage\.m3db of cell "eu" has no etcd$/,
    remedy: /etcd: \[m1, m2, m3\]/,
  },
  'an etcd of two': {
    text: m3dbSite('{ hosts: [m1, m2, m3], §etcd: [m1, m2] }'),
    summary: /^storage\.m3db of cell "eu": expected an odd number of etcd hosts, three or more, saw 2$/,
    remedy: /^Name three hosts\.$/,
  },
  'an etcd of four': {
    text: m3dbSite('{ hosts: [m1, m2, m3], §etcd: [m1, m2, m3, m4] }'),
    summary: /expected an odd number of etcd hosts, three or more, saw 4$/,
    remedy: /^Name 3 or 5 hosts\.$/,
  },
  'a retention without a unit': {
    text: m3dbSite(`{ hosts: [m1, m2, m3], retention: §365, ${etcd} }`),
    summary: /expected a duration like 365d, saw "365"$/,
    remedy: /^Write 365d for days\.$/,
  },
  'a retention of less than a day': {
    text: m3dbSite(`{ hosts: [m1, m2, m3], retention: §12h, ${etcd} }`),
    summary: /expected at least one day, saw "12h"$/,
  },
  'a flag of m3dbnode': {
    text: m3dbSite(`{ hosts: [m1, m2, m3], ${etcd}, flags: { §f: /x } }`),
    summary: /flag/,
  },
  'a flag of etcd that promha sets': {
    text: m3dbSite(
      '{ hosts: [m1, m2, m3], etcd: { hosts: [m1, m2, m3], flags: { §listen-client-urls: "http://0.0.0.0:2379" } } }',
    ),
    summary: /listen-client-urls/,
  },
  'an address to read at with the port of the nodes': {
    text: m3dbSite(
      `{ hosts: [m1, m2, m3], ${etcd}, listen: self:7201, read: { vip: 198.18.0.110/24, port: §7201 } }`,
    ),
    summary: /^storage\.m3db of cell "eu" and its "read" address have the same port, 7201$/,
  },
}

describe('the inventory of M3DB', () => {
  for (const [what, one] of Object.entries(errors)) it(`refuses ${what}`, () => tells(one))

  it('warns of what it costs, and keeps a year unless told', async () => {
    const { inventory, problems } = await read(m3dbSite(threeNodes))
    assert.deepEqual(
      problems.map(({ severity, summary }) => [severity, summary]),
      [
        [
          'warning',
          'storage.m3db of cell "eu" costs more than other stores, and loses more if all of it is away',
        ],
      ],
    )
    const said = problems[0]?.detail ?? ''
    for (const words of [/1\.3 to 1\.6 GiB/, /a minute after/, /more than a minute/, /April 2022/])
      assert.match(said, words)
    assert.equal(inventory?.cells[0]?.storage?.m3db?.retention, 365 * 86_400_000)
  })

  it('takes five members of etcd beside three nodes', async () => {
    const site = m3dbSite('{ hosts: [m1, m2, m3], etcd: { hosts: [mon-a, m1, m2, m3, m4] } }')
    const { inventory } = await read(site)
    assert.equal(inventory?.cells[0]?.storage?.m3db?.etcd.hosts.length, 5)
  })
})
