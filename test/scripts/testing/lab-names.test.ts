import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { nameProblem } from '../../../src/lab/host/addresses.ts'

const source = fileURLToPath(new URL('../../../scripts/testing/lab-names.mjs', import.meta.url))

describe('scripts/lab-names', function () {
  this.timeout(30_000)
  const checkouts: string[] = []
  after(() => {
    for (const checkout of checkouts) rmSync(checkout, { recursive: true })
  })

  function checkout(): string {
    const directory = mkdtempSync(join(tmpdir(), 'promha-names-'))
    checkouts.push(directory)
    cpSync(source, join(directory, 'scripts/testing/lab-names.mjs'), { recursive: true })
    return directory
  }

  /** What an expression on the module is in a checkout. */
  function evaluate(directory: string, expression: string, lab?: string) {
    const { PROMHA_E2E_LAB: _, ...env } = process.env
    const url = pathToFileURL(join(directory, 'scripts/testing/lab-names.mjs')).href
    const script = `const { labName, isOwnLab } = await import('${url}'); console.log(JSON.stringify(${expression}))`
    const args = ['--input-type=module', '-e', script]
    const options = { env: lab === undefined ? env : { ...env, PROMHA_E2E_LAB: lab } }
    return JSON.parse(execFileSync(process.execPath, args, { ...options, encoding: 'utf8' }))
  }

  it('are others in another checkout, the same each time, and names of labs', () => {
    const [here, there] = [checkout(), checkout()]
    const names = "[labName(), labName(1), labName('sshdev')]"
    const [mine, again, others] = [here, here, there].map(one => evaluate(one, names))
    assert.deepEqual(mine, again)
    assert.equal(new Set([...mine, ...others]).size, 6)
    for (const name of [...mine, ...others]) assert.equal(nameProblem(`${name}-sshdev`), undefined)
  })

  it("are known as the checkout's own, what its shards add included, and no other's", () => {
    const here = checkout()
    const own = evaluate(here, 'labName()')
    const asked = [
      own,
      `${own}-1`,
      `${own}-2-sshdev`,
      `${own}x`,
      'lab',
      'e2e',
      evaluate(checkout(), 'labName(1)'),
    ]
    assert.deepEqual(evaluate(here, `${JSON.stringify(asked)}.map(isOwnLab)`), [
      ...[true, true, true],
      ...[false, false, false, false],
    ])
  })

  it('follow PROMHA_E2E_LAB', () => {
    assert.deepEqual(evaluate(checkout(), "[labName(), labName('x'), isOwnLab('mine-1')]", 'mine'), [
      'mine',
      'mine-x',
      true,
    ])
  })
})
