import assert from 'node:assert/strict'
import { foldHosts, hostsText } from '../../../src/report/text/hosts.ts'

describe('report/hosts', () => {
  it('are ranges where their numbers follow each other, as the inventory writes them', () => {
    const hosts = ['mon-a', 'app-02', 'app-01', 'app-03', 'app-7', 'db9', 'db10', 'app-05']
    assert.deepEqual(foldHosts(hosts), ['mon-a', 'app-[01:03]', 'app-05', 'app-7', 'db9', 'db10'])
  })

  it('are counted if they are too many to name', () => {
    assert.equal(hostsText(['a', 'b']), 'a, b')
    assert.equal(hostsText(['a', 'b', 'c', 'd', 'e']), '5 hosts: a, b, c, d, …')
    assert.equal(hostsText(Array.from({ length: 50 }, (_, index) => `app-${index + 10}`)), 'app-[10:59]')
  })
})
