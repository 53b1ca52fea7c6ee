import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { command, quote } from '../../../src/shell/syntax/quote.ts'

describe('quote', () => {
  it('brings any words through /bin/sh unchanged', function () {
    // It starts a shell for each.
    this.timeout(60_000)
    const word = fc.oneof(
      fc.string({ unit: 'binary' }).filter(text => !text.includes('\0')),
      fc.string({ unit: fc.constantFrom("'", '"', '\\', '$', '`', '\n', ' ', '*', '~', '!', '-', '%', 'a') }),
    )
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), words => {
        const printed = execFileSync('/bin/sh', ['-c', command('printf', '%s\\0', ...words)])
        assert.deepEqual(printed, Buffer.from(words.map(text => `${text}\0`).join('')))
      }),
      { numRuns: 150 },
    )
  })

  it('leaves plain words readable', () => {
    assert.equal(quote('/etc/prometheus/prometheus.yml'), '/etc/prometheus/prometheus.yml')
    assert.equal(quote(''), "''")
  })

  it('refuses a NUL, which no argument can carry', () => {
    assert.throws(() => quote('a\0b'), /NUL/)
  })
})
