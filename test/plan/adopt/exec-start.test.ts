import assert from 'node:assert/strict'
import { execWords, unitCommand } from '../../../src/plan/adopt/exec-start.ts'

const unit = (...lines: readonly string[]) => `[Unit]\nExecStart=/bin/no\n[Service]\n${lines.join('\n')}\n`

describe('the command line of a unit file', () => {
  it('goes on after a backslash, comments between the lines left out', () => {
    const text = unit(
      'ExecStart=/opt/prometheus \\',
      '  --a=1 \\',
      '# a word',
      '  --b=2',
      'WorkingDirectory=/srv',
    )
    assert.deepEqual(unitCommand([text]), { argv: ['/opt/prometheus', '--a=1', '--b=2'], directory: '/srv' })
  })

  it('has the variables of environment files, which win over those of the unit', () => {
    const text = unit(
      'Environment="ARGS=--a=0" B=2',
      'ExecStart=-/usr/bin/prometheus $ARGS --b=${B}/$$x --c=$B',
    )
    const debian = '# a comment\nARGS="--storage.tsdb.path=/srv/p \\\n  --web.config.file=\'/etc/w b.yml\'"\n'
    assert.deepEqual(unitCommand([text], [debian]).argv, [
      '/usr/bin/prometheus',
      '--storage.tsdb.path=/srv/p',
      '--web.config.file=/etc/w b.yml',
      '--b=2/$x',
      '--c=$B',
    ])
    assert.deepEqual(unitCommand([text]).argv.slice(1, 2), ['--a=0'])
  })

  it('is the one of the last drop-in that begins it again', () => {
    const dropIn = '[Service]\nExecStart=\nExecStart=@/usr/bin/prometheus --x\n'
    assert.deepEqual(unitCommand([unit('ExecStart=/usr/bin/prometheus --a'), dropIn]).argv, [
      '/usr/bin/prometheus',
      '--x',
    ])
  })

  it('is split as systemd splits it', () => {
    assert.deepEqual(execWords(`a "b c" 'd "e' f\\x20g h\\ni %%j "" `), [
      'a',
      'b c',
      'd "e',
      'f g',
      'h\ni',
      '%j',
      '',
    ])
  })

  it('ends where variables make it too long', () => {
    const text = unit(`ExecStart=/p ${'${A} '.repeat(20_000)}`)
    const argv = unitCommand([text], [`A=${'x'.repeat(30_000)}`]).argv
    assert.ok(argv.length < 20, String(argv.length))
  })
})
