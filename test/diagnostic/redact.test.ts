import assert from 'node:assert/strict'
import fc from 'fast-check'
import { redact } from '../../src/diagnostic/redact.ts'

describe('redact', () => {
  it('masks a secret that is too long for a pattern, and short ones beside it', () => {
    const long = 'v'.repeat(200_000)
    assert.equal(redact(`a ${long} b hunter2 c`, [long, 'hunter2']), 'a **** b **** c')
  })

  const cases: readonly (readonly [string, readonly string[], string])[] = [
    ['a hunter2 b', ['hunter2'], 'a **** b'],
    ['hunter22hunter22', ['hunter22'], '********'],
    ['active, act, re:act@x act1', ['act'], 'active, ****, re:****@x act1'],
    ['"x\\nact\\tb" %40act%20', ['act'], '"x\\n****\\tb" %40****%20'],
    ['said "a\\\\\\"bc"', ['a"bc'], 'said "****"'],
    ['u:p%40ss%2Fword@ p%40ss/word', ['p@ss/word'], 'u:****@ p%40ss/word'],
    ['!!str `hunter2...` into int', ['hunter2-and-more'], '!!str `****` into int'],
    ['hunter2-long', ['hunter2', 'hunter2-long'], '****'],
    ['p=1 10 x1', ['1'], 'p=**** 10 x1'],
    ['a.*b axxb', ['a.*b'], '**** axxb'],
    ['say "a\\"bc" and a"bc', ['a"bc'], 'say "****" and ****'],
    ["'it''s-me'", ["it's-me"], "'****'"],
    ['+ second-line', ['first-line\nsecond-line'], '+ ****'],
    ['+ pin12\n+ two\n', ['pin12\ntwo'], '+ ****\n+ two\n'],
    ['line1\\nline2', ['line1\nline2'], '****'],
    ['nothing', [], 'nothing'],
    ['a b', ['', ' '], 'a b'],
  ]
  for (const [text, secrets, expected] of cases) {
    it(JSON.stringify(text), () => assert.equal(redact(text, secrets), expected))
  }

  it('leaves no secret of eight characters or more behind', () => {
    const secret = fc.string({ minLength: 8 }).filter(text => text.trim() !== '' && !'****'.includes(text))
    fc.assert(
      fc.property(fc.array(secret, { minLength: 1, maxLength: 5 }), fc.string(), (secrets, rest) => {
        const text = redact(secrets.map(one => `${rest} ${one}`).join(''), secrets).replaceAll('****', '\n')
        for (const one of secrets) assert.ok(!text.includes(one), JSON.stringify(text))
      }),
    )
  })
})
