import assert from 'node:assert/strict'
import {
  admits,
  selectorFault,
  withMatchers,
  withoutLabels,
} from '../../../src/inventory/upstream/selector.ts'

const taken = [
  'up',
  'job:up:sum',
  ' up ',
  'up{}',
  'up{job="node"}',
  `up{ job = "node" , instance !~ 'x.*' ,}`,
  '{__name__=~"job:.*"}',
  '{__name__=~"job:.*",cell=""}',
  '{"a name with spaces"}',
  '{"quoted label"="x"}',
  'up{job="a}b", path="c\\"d{"}',
  '{job=`raw`}',
  '{job!=""}',
  '{job!~".*",}',
  '{job=~".+"}',
  '{job=~"(?i:x)"}',
  String.raw`{job=~"a\\.b|\u00e9"}`,
  '{job=~`\\d+`}',
]

const refused: Readonly<Record<string, RegExp>> = {
  '{job="x"': /^is not a selector/,
  'up{job="x"}[5m]': /^is not a selector/,
  'sum(up)': /^is not a selector/,
  'up and down': /^is not a selector/,
  '1up': /^is not a selector/,
  '{job=x}': /^expects a matcher.*at "job=x"$/,
  '{a="b" c="d"}': /^expects a matcher.*at "a=\\"b\\" c=\\"d\\""$/,
  '{a="b",,c="d"}': /^expects a matcher.*at ",c=/,
  '{,}': /^expects a matcher/,
  '{job=="x"}': /^expects a matcher/,
  '{job=~"("}': /^has an invalid regular expression: "\("$/,
  '{job="\\d"}': /^expects a matcher/,
  '{}': /^would select every series/,
  '{job=""}': /^would select every series/,
  '{job=~".*"}': /^would select every series/,
  '{job!="x"}': /^would select every series/,
  '{job!~".+"}': /^would select every series/,
}

describe('selectorFault', () => {
  for (const text of taken) {
    it(`takes ${text}`, () => assert.equal(selectorFault(text), undefined))
  }
  for (const [text, fault] of Object.entries(refused)) {
    it(`refuses ${text}`, () => assert.match(selectorFault(text) ?? 'nothing', fault))
  }
})

describe('withMatchers', () => {
  it('adds to what is there, in every form', () => {
    const added = (text: string) => withMatchers(text, 'cell="us"', 'x!=""')
    assert.equal(added('up'), 'up{cell="us",x!=""}')
    assert.equal(added('up{}'), 'up{cell="us",x!=""}')
    assert.equal(added('up{job="}"}'), 'up{job="}",cell="us",x!=""}')
    assert.equal(added(' {job="a", } '), '{job="a",cell="us",x!=""}')
    for (const text of taken) assert.equal(selectorFault(added(text)), undefined, text)
  })
})

describe('a selector', () => {
  it('admits series by the labels that are known of them', () => {
    const of = (selector: string) => admits(selector, { cell: 'us', region: 'eu' })
    for (const text of [
      'up',
      'up{}',
      '{"up"}',
      'up{cell="us"}',
      '{cell=~"a|us"}',
      'up{zone="x"}',
      '{cell!=""}',
    ])
      assert.equal(of(text), true, text)
    for (const text of [
      'up{cell=""}',
      '{"cell"=""}',
      'up{job="x",cell!~"us|ap"}',
      '{region=~"u"}',
      `{cell!='us'}`,
    ])
      assert.equal(of(text), false, text)
    // Nobody but Go can tell.
    assert.equal(of('{cell=~"(?P<x>ap)"}'), true)
  })
})

describe('a selector of what has got labels on its way', () => {
  const without = (selector: string) => withoutLabels(selector, ['cell', 'region'])
  it('asks for those labels no more where it asked for series without them', () => {
    assert.equal(without('up'), 'up')
    assert.equal(without(`{__name__=~"job:.*", cell=""}`), '{__name__=~"job:.*"}')
    assert.equal(without('up{cell=~"|us",region!~".+",job="x" }'), 'up{job="x"}')
    assert.equal(without('up{cell=""}'), 'up')
    assert.equal(without('{"up","cell"=""}'), '{"up"}')
  })

  it('is none where it asked for series with them', () => {
    assert.equal(without('up{region="eu"}'), undefined)
    assert.equal(without('{cell=~".+"}'), undefined)
  })
})
