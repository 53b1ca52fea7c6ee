/** What becomes of the answer to a script: it is read once the script came to its end, and nothing else counts. */
import assert from 'node:assert/strict'
import { ProblemError } from '../../src/diagnostic/problem.ts'
import { sessionProblem } from '../../src/engine/session/messages.ts'
import { longestLine } from '../../src/shell/syntax/bounds.ts'
import { script } from '../../src/shell/syntax/script.ts'
import { ask, askOrFail, ScriptError } from '../../src/ssh/ask.ts'
import { fakeConnection, type Reply } from '../support/fake-connection.ts'

const asked = script({
  name: 'sample',
  lines: nonce => [`echo '${nonce} word'`],
  parse: found => found.get('word')?.[0],
})
const answering = (other: Reply) => fakeConnection('mon-a', { other })

describe('a script that is asked', () => {
  it('answers with what it printed', async () => {
    assert.equal(await ask(answering(['word\nyes', 'end']), asked), 'yes')
  })

  it('answers with a text as it is, though no line is so long and none is empty', async () => {
    const text = `${'x'.repeat(longestLine + 1)}\n\nmore\r\n`
    const verbatim = { ...asked, verbatim: 'word' }
    assert.equal(await ask(answering([`word\n${text}`, 'end']), verbatim), text)
    assert.equal(await ask(answering(['word', 'end']), verbatim), '')
    await assert.rejects(ask(answering([`word\n${text}`, 'end']), asked), ProblemError)
  })

  const failures: Readonly<Record<string, readonly [Reply, string, boolean]>> = {
    'is cut off with its connection': [
      { sections: ['word\nyes'], cut: true },
      'the connection ended before it was done',
      true,
    ],
    'fails with what it said last': [
      { sections: ['word\nyes'], stderr: 'a\nno room\n', code: 1 },
      'no room',
      false,
    ],
    'fails with its code if it said nothing': [{ code: 3 }, 'the command ended with code 3', false],
    'fails if its answer has another form': [['other', 'end'], 'its answer makes no sense', false],
  }
  for (const [title, [reply, message, cutOff]] of Object.entries(failures)) {
    it(title, async () => {
      const failure = await ask(answering(reply), asked).catch(one => one)
      assert.ok(failure instanceof ScriptError)
      assert.deepEqual([failure.message, failure.cutOff], [message, cutOff])
    })
  }

  it('fails as a problem of its host, with all lines that it said', async () => {
    const reply = { stderr: 'a\nno room\n', code: 1 }
    const failure = await askOrFail(answering(reply), asked, sessionProblem.notObserved).catch(one => one)
    assert.ok(failure instanceof ProblemError)
    assert.deepEqual(failure.problems, [
      sessionProblem.notObserved({ host: 'mon-a' }, 'no room', { detail: 'a\nno room' }),
    ])
  })
})
