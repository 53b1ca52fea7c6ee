import assert from 'node:assert/strict'
import { isLoopback, isNamed } from '../../../src/inventory/value/names.ts'

describe('a loopback', () => {
  const own =
    'localhost LOCALHOST localhost. app.localhost localhost.localdomain ip6-localhost ip6-loopback 127.0.0.1 127.8.9.1 ::1 0:0:0:0:0:0:0:1 ::ffff:127.0.0.1'
  const others =
    'localhost1 my-localhost localhost.example.com 127.example.com 10.127.0.1 0.0.0.0 :: 2001:db8::1 ::1%eth0 fe80::1 127.1 ::ffff:10.0.0.1'
  for (const host of own.split(' ')) it(`is ${host}`, () => assert.equal(isLoopback(host), true))
  for (const host of [...others.split(' '), ''])
    it(`is not ${JSON.stringify(host)}`, () => assert.equal(isLoopback(host), false))
})

describe('an address', () => {
  for (const name of ['mon-a', 'mon-a.example.net'])
    it(`is a name: ${name}`, () => assert.equal(isNamed(name), true))
  for (const other of ['', '198.18.0.11', '2001:db8::1', '[2001:db8::1]', '198.18.0', 'a/b', '0.0.0.0'])
    it(`is not a name: ${JSON.stringify(other)}`, () => assert.equal(isNamed(other), false))
})
