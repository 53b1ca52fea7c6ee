/** What an exported function is given is told apart by names, once it is more than four things. */
import assert from 'node:assert/strict'
import { sources } from './sources.ts'

const most = 4
const head =
  /^export (?:default )?(?:(?:async )?function\*? ?(\w*)|const (\w+) = (?:async )?(?=[<(]))(?:<[^(]*>)?\(/gm

/** How many parameters stand in the list that begins at this place, just behind its bracket. */
function parametersFrom(text: string, start: number): number {
  let [depth, count, quote] = [1, 0, '']
  let isEmpty = true
  for (let at = start; depth > 0 && at < text.length; at += 1) {
    const sign = text[at] ?? ''
    if (quote !== '') {
      if (sign === quote) quote = ''
    } else if (/['"`]/.test(sign)) quote = sign
    else if (/[([{<]/.test(sign)) depth += 1
    else if (/[)\]}]/.test(sign) || (sign === '>' && text[at - 1] !== '=')) depth -= 1
    if (depth === 1 && quote === '' && sign === ',') {
      count += 1
      isEmpty = true
    } else if (depth > 0 && /\S/.test(sign)) isEmpty = false
  }
  return isEmpty ? count : count + 1
}

describe('exported functions', () => {
  it('have at most four parameters', () => {
    const long = [...sources()].flatMap(([file, source]) => {
      const text = source.replace(/\/\*.*?\*\/|\/\/.*$/gms, '')
      return [...text.matchAll(head)].flatMap(({ 0: found, 1: name, 2: constant, index }) => {
        const count = parametersFrom(text, index + found.length)
        return count > most ? [`${file}: ${name || constant} has ${count}`] : []
      })
    })
    assert.deepEqual(long, [])
  })
})
