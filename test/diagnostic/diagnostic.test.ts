import assert from 'node:assert/strict'
import fc from 'fast-check'
import { frame } from '../../src/diagnostic/code-frame.ts'
import { describe as describeProblem } from '../../src/diagnostic/describe.ts'
import { nearest } from '../../src/diagnostic/nearest.ts'
import { error, warning } from '../../src/diagnostic/problem.ts'
import { redact } from '../../src/diagnostic/redact.ts'

describe('nearest', () => {
  const cases: readonly (readonly [string, readonly string[], string | undefined])[] = [
    ['replicaz', ['replicas', 'replica_label'], 'replicas'],
    ['Hosts', ['ssh', 'hosts'], 'hosts'],
    ['adress', ['address', 'labels'], 'address'],
    ['node', ['prometheus', 'node_exporter'], 'node_exporter'],
    ['x', ['y', 'hosts'], 'y'],
    ['vpi', ['vip', 'vrid'], 'vip'],
    ['ip', ['vip', 'pi'], 'vip'],
    ['grafana', ['hosts', 'labels'], undefined],
    ['mon-a', [], undefined],
  ]
  for (const [name, candidates, expected] of cases) {
    it(`${name} of ${candidates.join(', ')}`, () => assert.equal(nearest(name, candidates), expected))
  }
})

describe('frame', () => {
  it('underlines what is meant', () => {
    assert.equal(
      frame({ file: 'x', line: 12, column: 3, length: 4, text: '  port: 22' }),
      ' 12 |   port: 22\n    |   ^^^^',
    )
  })

  it('is empty where the line may hold a secret', () => {
    assert.equal(frame({ file: 'x', line: 1, column: 1 }), '')
  })

  it('lets no control character through, and keeps the caret below its column', () => {
    assert.equal(frame({ file: 'x', line: 1, column: 3, text: '\t\u001bx' }), ' 1 |  ?x\n   |   ^')
  })

  it('shows the part of a long line that matters', () => {
    const shown = frame({
      file: 'x',
      line: 1,
      column: 501,
      length: 900,
      text: `${'a'.repeat(500)}B${'c'.repeat(500)}`,
    })
    const [code = '', carets = ''] = shown.split('\n')
    assert.equal(code.length, 107)
    assert.equal(code[carets.indexOf('^')], 'B')
    assert.ok(carets.length <= code.length)
  })
})

describe('describe', () => {
  it('tells all that a problem holds', () => {
    const problem = error('x is wrong', {
      detail: 'one\n\ntwo\n',
      remedy: 'do y',
      host: 'mon-a',
      resource: 'file:/etc/x',
      source: { file: 'inventory.yml', line: 2, column: 1, text: 'x: 1' },
    })
    assert.equal(
      describeProblem(problem),
      'Error: x is wrong\n  on mon-a, file:/etc/x\n  at inventory.yml:2:1\n   2 | x: 1\n     | ^\n  one\n\n  two\n  What to do: do y',
    )
  })

  it('is one line where there is no more to tell', () => {
    assert.equal(describeProblem(warning('x')), 'Warning: x')
  })
})

describe('redact', () => {
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
