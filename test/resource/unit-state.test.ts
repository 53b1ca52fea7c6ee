import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  casePattern,
  isStopped,
  readUnit,
  runs,
  runsOrStarts,
  type UnitState,
  unitState,
} from '../../src/resource/unit-state.ts'

/** systemd's word, what it means, and whether it runs, runs or is about to, and is stopped. */
const rows: readonly (readonly [string | undefined, UnitState, string])[] = [
  ['active', 'runs', 'runs, runs or starts'],
  ['reloading', 'runs', 'runs, runs or starts'],
  ['refreshing', 'runs', 'runs, runs or starts'],
  ['activating', 'starts', 'runs or starts'],
  ['deactivating', 'stops', ''],
  ['failed', 'failed', 'stopped'],
  ['inactive', 'off', 'stopped'],
  ['maintenance', 'off', 'stopped'],
  ['absent', 'absent', 'stopped'],
  ['', 'unknown', ''],
  [undefined, 'unknown', ''],
  ['constructor', 'unknown', ''],
]

describe('the state of a unit', () => {
  for (const [word, state, means] of rows) {
    it(`${word || 'no word'} means ${state}`, () => {
      assert.equal(unitState(word), state)
      const told = {
        runs: runs(word),
        'runs or starts': runsOrStarts(word),
        stopped: isStopped(word),
      }
      const applies = Object.entries(told).flatMap(([name, is]) => (is ? [name] : []))
      assert.equal(applies.join(', '), means)
    })
  }

  it('is read of what systemctl shows, with its file and its result', () => {
    const shown = { ActiveState: 'activating', SubState: 'auto-restart', Result: 'exit-code' }
    const seen = readUnit(new Map(Object.entries({ ...shown, UnitFileState: 'enabled' })))
    assert.deepEqual(seen, { active: 'activating', enabled: true, result: 'exit-code' })
    for (const word of ['enabled-runtime', 'static', 'disabled', ''])
      assert.equal(readUnit(new Map([['UnitFileState', word]])).enabled, false)
    assert.equal(readUnit(new Map([['ActiveState', 'x'.repeat(99)]])).active.length, 40)
  })

  it('is the same for scripts', () => {
    const script = `case $1 in ${casePattern('runs')}) echo runs ;; ${casePattern('starts')}) echo starts ;; *) echo no ;; esac`
    for (const [word, state] of rows) {
      const said = execFileSync('sh', ['-c', script, 'sh', `ActiveState=${word}\nNRestarts=0`], {
        encoding: 'utf8',
      })
      assert.equal(said.trim(), ['runs', 'starts'].includes(state) ? state : 'no', word)
    }
  })
})
