/** One module writes to the standard streams: there the control characters of hosts are made visible. */
import assert from 'node:assert/strict'
import { sources } from './sources.ts'

const streams =
  /\bconsole\.(log|error|warn|info|debug|table|dir|trace)\(|process\s*\.?\[?\s*(\.|')?(stdout|stderr)\b|stdio: 'inherit'/

const known = [
  // Whether there is a terminal, and errors of the streams themselves.
  /^src\/cli\/input\/prompt\.ts: return process\.stdin\.isTTY === true && process\.stderr\.isTTY === true$/,
  /^src\/cli\/program\.ts: for \(const stream of \[process\.stdout, process\.stderr\]\) stream\.on\('error'/,
  /^src\/cli\/process\/failure\.ts: void streamsFlushed\(\[process\.stderr\]\)/,
  // The version, and the wait for what was written.
  /^src\/cli\/main\.ts: process\.stdout\.write\(`\$\{manifest\.version\}\\n`\)$/,
  /^src\/cli\/main\.ts: await streamsFlushed\(\[process\.stdout, process\.stderr\]\)$/,
  // The line that is being typed; the question before it is made visible.
  /^src\/cli\/input\/confirm\.ts: const reader = createInterface\(\{ input: process\.stdin, output: process\.stderr \}\)$/,
  /^src\/report\/print\.ts: /,
  // `promha lab ssh` is a terminal on purpose.
  /^src\/process\/child\.ts: .*stdio: 'inherit'/,
]

describe('what writes to the standard streams', () => {
  it('is one module', () => {
    const writes = [...sources()].flatMap(([file, text]) =>
      text
        .split('\n')
        .filter(line => streams.test(line))
        .map(line => `${file}: ${line.trim()}`),
    )
    assert.deepEqual(
      writes.filter(line => !known.some(one => one.test(line))),
      [],
    )
    assert.ok(writes.some(line => line.startsWith('src/report/print.ts')))
  })
})
