import assert from 'node:assert/strict'
import { type Case, tells } from '../../inventory/cases.ts'
import { read, unmark } from '../../inventory/harness.ts'
import { rest, ringSite } from '../../roles/ring/site.ts'
import { readable, storeSite, twoNodes } from '../../roles/victoriametrics/site.ts'

const entry = (url: string) => `remote_write: [{ url: §${JSON.stringify(url)} }]`
const beside =
  /^an entry of remote_write of cell "eu" writes to a store of promha, victoriametrics of cell "eu": /

/** Two cells of which one has no store. */
const shared = (url: string) => `promha: 1
hosts: { 'h[1:4]': { address: '198.18.0.[1:4]' } }
cells:
  central:
    hosts: [h3, h4]
    storage: { victoriametrics: { hosts: [h3, h4], retention: 365d } }
  eu:
    hosts: [h1, h2]
    prometheus:
      replicas: { a: h1, b: h2 }
      alertmanagers: []
      retention: { time: 10d }
      ${entry(url)}
  us:
    hosts: [h1, h2]
    storage: { cell: central }
`

const errors: Readonly<Record<string, Case>> = {
  'the address at which a store is read': {
    text: storeSite(readable, entry('http://198.18.0.110:8427/api/v1/write')),
    summary: /: its host and port are those of the address to read it at$/,
    remedy: /^Remove this entry\.$/,
  },
  'a member by another path than that of promha': {
    text: storeSite(twoNodes, entry('http://198.18.0.14:8428/prometheus/api/v1/write')),
    summary: /: its host and port are those of victoriametrics on vm-b$/,
  },
  'a member by its name': {
    text: storeSite(twoNodes, entry('http://VM-B:8428/api/v1/write')),
    summary: beside,
  },
  'a member on the host of a replica, by its loopback': {
    text: storeSite('{ hosts: [mon-a, vm-b], retention: 365d }', entry('http://localhost:8428/api/v1/write')),
    summary: /: its host and port are those of victoriametrics on mon-a$/,
  },
  'the HAProxy that leads to a store, by another path': {
    text: ringSite(`{ hosts: [c1, c2, c3], ${rest} }`, {
      prometheus: [entry('http://127.0.0.1:9010/api/prom/push')],
    }),
    summary: /: its host and port are those of the HAProxy that leads there$/,
  },
  'the store of another cell, by hand': {
    text: shared('http://198.18.0.3:8428/api/v1/write'),
    summary: /victoriametrics of cell "central": /,
    remedy: /^Replace this entry by "storage: \{ cell: central \}" in cell "eu"\.$/,
  },
}

describe('an entry of remote_write of the user', () => {
  for (const [name, one] of Object.entries(errors)) it(`is refused that goes to ${name}`, () => tells(one))

  it('may go anywhere else', async () => {
    for (const url of [
      'http://198.18.0.13/api/v1/write',
      'http://198.18.0.15:8428/api/v1/write',
      'http://localhost:8428/api/v1/write',
      'https://vm-a.example.net:8428/write',
      '${env:SINK}',
    ]) {
      const { problems } = await read(unmark(storeSite(twoNodes, entry(url))).text)
      assert.deepEqual(
        problems.filter(({ code }) => code === 'storage.writes-to-store'),
        [],
        url,
      )
    }
  })
})
