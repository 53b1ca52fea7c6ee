import assert from 'node:assert/strict'
import { annotations } from '../../../src/report/format/github.ts'
import { error, warning } from '../../support/problems.ts'
import { captured, outcome } from '../sample.ts'

const source = { file: '/repo/a,b: c.yml', line: 3, column: 7, text: 'not shown' }

describe('annotations of a GitHub workflow', () => {
  it('name file, line and column from the root of the checkout, for errors and warnings', () => {
    const problems = [
      error('no such key', {
        source: { file: '/repo/x/inventory.yml', line: 2, column: 5 },
        remedy: 'Remove it.',
      }),
      warning('odd', { source: { file: 'inventory.yml', line: 1, column: 1 } }),
      error('no place'),
    ]
    assert.equal(
      annotations(problems, '/repo'),
      `::error file=x/inventory.yml,line=2,col=5::no such key%0AWhat to do: Remove it.
::warning file=inventory.yml,line=1,col=1::odd
::error::no place`,
    )
  })

  it('cannot hold another command, whatever is in the text', () => {
    const text = annotations(
      [error('a\n::set-env name=PATH::x', { source, detail: '100%\r\n::error::y' })],
      '/elsewhere',
    )
    assert.equal(
      text,
      '::error file=/repo/a%2Cb%3A c.yml,line=3,col=7::a%0A::set-env name=PATH::x%0A100%25%0D%0A::error::y',
    )
  })

  it('take the place of the blocks of text, and hide secrets like those', async () => {
    const { reporter, out, err } = await captured({ format: 'github' })
    reporter.hide(['hunter22'])
    await reporter.finish(outcome({ result: 'refused', problems: [error('bad hunter22', { source })] }))
    assert.match(out(), /^::error file=\/repo\/a%2Cb%3A c\.yml,line=3,col=7::bad \*\*\*\*\n/)
    assert.equal(err(), '')
  })

  it('go to standard error beside a JSON document', async () => {
    const { reporter, out, err } = await captured({ format: 'github', json: true })
    await reporter.finish(outcome({ result: 'refused', problems: [error('bad')] }))
    assert.equal(JSON.parse(out()).result, 'refused')
    assert.match(err(), /^::error::bad$/m)
  })
})
