import assert from 'node:assert/strict'
import { mimirVersionProblems } from '../../../roles/mimir/versions.ts'

const told = (found: string | undefined, wanted: string) =>
  mimirVersionProblems({ host: 'c1', found, wanted }).map(({ summary }) => summary)

describe('a step between versions of Mimir', () => {
  it('is refused to an earlier minor release', () => {
    assert.match(told('3.2.1', '3.1.0')[0] ?? '', /^mimir 3\.2\.1 cannot be replaced by 3\.1\.0/)
    assert.deepEqual(told('3.2.1', '3.2.0'), [])
  })

  it('goes through 3.1, the first that understands 3.2', () => {
    assert.match(told('3.0.4', '3.2.1')[0] ?? '', /cannot be replaced by 3\.2\.1 directly/)
    assert.match(told('2.17.0', '3.3.0')[0] ?? '', /directly/)
    assert.deepEqual(told('3.0.4', '3.1.2'), [])
    assert.deepEqual(told('3.1.2', '3.2.1'), [])
    assert.deepEqual(told(undefined, '3.2.1'), [])
  })
})
