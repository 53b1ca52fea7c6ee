import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { quote } from '../../../src/shell/syntax/quote.ts'
import { envelope } from '../../../src/ssh/channel/envelope.ts'

/** As sshd would: the login shell gets the command, then what is sent. */
function run(script: string, onStdin: boolean, stdin = '') {
  const framed = envelope(script, 'n0', 'none', onStdin)
  const { stdout, stderr, status } = spawnSync('/bin/sh', ['-c', framed.command], {
    input: Buffer.concat([framed.head, Buffer.from(stdin)]),
    encoding: 'utf8',
  })
  const own = (text: string) => text.slice(text.indexOf(framed.announcement) + framed.announcement.length + 1)
  return { stdout: own(stdout), stderr: own(stderr), status }
}

describe('a script in its envelope', () => {
  for (const onStdin of [false, true]) {
    describe(onStdin ? 'on stdin' : 'in the command', () => {
      it('runs, reads its input and ends with its own status', () => {
        const { stdout, stderr, status } = run('cat; echo "$#"; echo no >&2; exit 7', onStdin, 'input')
        assert.deepEqual([stdout, stderr, status], ['input0\n', 'no\n', 7])
      })

      it('carries every character', () => {
        const text = fc
          .string({ unit: 'binary', maxLength: 40 })
          .filter(value => !/[\0\ud800-\udfff]/.test(value))
        fc.assert(
          fc.property(text, value => {
            assert.equal(run(`printf %s ${quote(value)}`, onStdin).stdout, value)
          }),
          { numRuns: 40 },
        )
      })
    })
  }

  it('goes to stdin where it is too long for an argument', () => {
    const long = `# ${'x'.repeat(200_000)}\ncat`
    assert.ok(envelope(long, 'n0', 'none', false).command.length < 1000)
    assert.equal(run(long, false, 'input').stdout, 'input')
  })

  it('does not run half of a script that was cut off on its way', () => {
    const { command, head } = envelope('echo ran\necho more', 'n0', 'none', true)
    const { stdout, status } = spawnSync('/bin/sh', ['-c', command], {
      input: head.subarray(0, 18),
      encoding: 'utf8',
    })
    assert.ok(!stdout.includes('ran'))
    assert.equal(status, 125)
  })

  it('does not start where the login shell reads backslashes in its own way', () => {
    const { command } = envelope('echo ran', 'n0', 'none', false)
    const { stdout, status } = spawnSync('/bin/sh', ['-c', command.replaceAll('\\\\', '\\')], {
      encoding: 'utf8',
    })
    assert.deepEqual([stdout, status], ['', 126])
  })

  it('becomes root in the way that was asked for', () => {
    assert.match(envelope('x', 'n0', 'none', false).command, /^exec \/bin\/sh -c /)
    assert.match(envelope('x', 'n0', 'silent', false).command, /^exec env LC_ALL=C sudo -n -- \/bin\/sh -c /)
    const ask = envelope('x', 'n0', 'password', false)
    assert.ok(ask.command.startsWith(`exec env LC_ALL=C sudo -S -k -p ${ask.question} -- /bin/sh -c `))
  })
})
