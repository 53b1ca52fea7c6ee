import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runningScript } from '../../../src/shell/host/running.ts'
import { answerOf } from '../../../src/shell/syntax/script.ts'

describe('the processes of a program', () => {
  const directory = mkdtempSync(join(tmpdir(), 'promha-running-'))
  const started: ChildProcess[] = []
  after(() => {
    for (const one of started) one.kill('SIGKILL')
    rmSync(directory, { recursive: true, force: true })
  })

  /** A shell under another name, which waits as long as its stdin is open. */
  const start = (name: string, word: string): number => {
    const program = join(directory, name)
    if (!existsSync(program)) copyFileSync(realpathSync('/bin/sh'), program)
    writeFileSync(join(directory, word), 'read -r line\n')
    const child = spawn(program, [word, 'more'], { cwd: directory, stdio: ['pipe', 'ignore', 'ignore'] })
    started.push(child)
    return child.pid ?? assert.fail()
  }
  const look = (program: string, word: string) => {
    const asked = runningScript(program, word)
    const { stdout } = spawnSync('/bin/sh', ['-c', asked.render('n')], { encoding: 'utf8' })
    return answerOf(asked, 'n', stdout) ?? assert.fail(stdout)
  }

  it('are found by the beginning of its name and by the first argument', () => {
    const name = `promhatest${process.pid}`
    const [one, other] = [start(`${name}_a`, 'compact'), start(name, 'compact')]
    const wrong = [start(name, 'query'), start(`x${name}`.slice(0, 15), 'compact')]
    const found = look(name.slice(0, 14), 'compact').map(({ pid }) => pid)
    assert.ok(found.includes(one) && found.includes(other), String(found))
    assert.ok(!wrong.some(pid => found.includes(pid)))
  })

  it('are none of another program', () => {
    assert.deepEqual(look('no-such-program', 'compact'), [])
  })

  it('are read in their own form only', () => {
    const { parse } = runningScript('thanos', 'compact')
    const lines = ['12 thanos.service', '13 -', 'x y', '14 a b', '99999999999 -', '15 a;b']
    assert.deepEqual(parse(new Map([['processes', lines]])), [
      { pid: 12, unit: 'thanos.service' },
      { pid: 13 },
    ])
  })
})
