import assert from 'node:assert/strict'
import { addressesText } from '../../../src/report/text/addresses.ts'

const address = (cell: string, name: string) => ({ cell, name, urls: [`http://${cell}.example:9090/`] })

describe('report/addresses', () => {
  it('are a line each, in columns', () => {
    const text = addressesText([address('eu', 'queries'), address('eu', 'Prometheus a')])
    assert.equal(
      text,
      'Open:\n  queries       http://eu.example:9090/\n  Prometheus a  http://eu.example:9090/',
    )
  })

  it('name the cell if there are several', () => {
    assert.match(
      addressesText([address('eu', 'queries'), address('us', 'queries')]),
      /^ {2}us: queries {2}http/m,
    )
  })

  it('are at most as many as a person looks at', () => {
    const many = Array.from({ length: 30 }, (_, index) => address(`c${index}`, 'queries'))
    const lines = addressesText(many).split('\n')
    assert.equal(lines.length, 18)
    assert.equal(lines.at(-1), '  and 14 more: see --json')
  })

  it('are nothing where there is nothing to open', () => {
    assert.equal(addressesText([]), '')
  })
})
