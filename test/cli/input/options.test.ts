import assert from 'node:assert/strict'
import type { Command } from 'commander'
import { command as apply } from '../../../src/cli/command/apply.ts'
import { command as plan } from '../../../src/cli/command/plan.ts'
import { command as verify } from '../../../src/cli/command/verify.ts'
import { verbosityOf } from '../../../src/cli/input/options.ts'

/** What the flags mean, without carrying the command out. */
async function parsed(command: Command, ...args: readonly string[]): Promise<Record<string, unknown>> {
  await command.action(() => {}).parseAsync(['inventory.yml', ...args], { from: 'user' })
  return command.opts()
}

describe('cli/options', () => {
  it('shows differences in plan unless told not to', async () => {
    assert.equal((await parsed(plan())).diff, true)
    assert.equal((await parsed(plan(), '--no-diff')).diff, false)
    assert.equal((await parsed(apply())).diff, false)
    assert.equal((await parsed(apply(), '--diff')).diff, true)
  })

  it('works on 50 hosts at once unless told otherwise', async () => {
    assert.equal((await parsed(verify())).forks, 50)
    assert.equal((await parsed(verify(), '-f', '8')).forks, 8)
  })

  it('passes patterns on as they are', async () => {
    const flags = await parsed(
      apply(),
      '-l',
      'mon-*,!mon-b',
      '--only',
      'prometheus, alertmanager',
      '--skip',
      'node_exporter',
      '--deep',
    )
    assert.deepEqual(flags, {
      limit: 'mon-*,!mon-b',
      only: ['prometheus', 'alertmanager'],
      skip: ['node_exporter'],
      deep: true,
      forks: 50,
      parallelCells: 1,
      diff: false,
    })
  })

  it('knows more and less', () => {
    assert.deepEqual([{}, { verbose: true }, { quiet: true }].map(verbosityOf), [
      'normal',
      'verbose',
      'quiet',
    ])
  })
})
