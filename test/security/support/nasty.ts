/** Problems, events and outcomes of which every text may hold what acts on a terminal, an editor or an XML reader. */
import fc from 'fast-check'
import type { Problem } from '../../../src/diagnostic/problem.ts'
import type { Event } from '../../../src/engine/event.ts'
import type { CommandOutcome } from '../../../src/report/outcome.ts'

const nasty = [
  '\u001b[31m',
  '\u001b]0;title\u0007',
  '\u001b[2J\u001b[1;1H',
  '\u009b2J',
  '\u0090q\u009c',
  '\u202egnp.exe',
  '\u2066a\u2069',
  '\u2028Error: forged',
  '\ud800',
  '\udc00x',
  '\ufeff',
  '\u{e0041}',
  '\u{e0002}',
  '\u3164',
  'a\rb',
  'a\u0008b',
  '\u007f',
  '\uffff',
]
const piece = fc.oneof(
  fc.constantFrom(...nasty),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constant('\n'),
)
export const text = fc.array(piece, { minLength: 1, maxLength: 4 }).map(parts => parts.join(''))
const problem: fc.Arbitrary<Problem> = fc.record({
  code: fc.constant('test.error'),
  severity: fc.constantFrom('error' as const, 'warning' as const),
  summary: text,
  detail: text,
  remedy: text,
  host: text,
  resource: text,
  source: fc.record({ file: text, line: fc.constant(3), column: fc.constant(2), text }),
})
const change = fc.record({
  resource: text,
  action: fc.constant('update' as const),
  reason: text,
  effect: fc.constant('restart' as const),
  diff: text,
})
const check = fc.record({
  id: text,
  target: text,
  status: fc.constantFrom('pass' as const, 'warn' as const, 'fail' as const, 'skip' as const),
  detail: text,
  remedy: text,
})
export const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ type: fc.constant('problem' as const), problem }),
  fc.record({
    type: fc.constant('host-failed' as const),
    host: text,
    status: fc.constant('failed' as const),
    problems: fc.array(problem, { maxLength: 2 }),
  }),
  fc.record({
    type: fc.constant('changed' as const),
    host: text,
    component: fc.constant('prometheus' as const),
    change,
  }),
  fc.record({
    type: fc.constant('waiting' as const),
    host: text,
    component: fc.constant('prometheus' as const),
    note: text,
  }),
  fc.record({ type: fc.constant('login-retried' as const), why: text }),
  fc.record({
    type: fc.constant('stage-progress' as const),
    stage: fc.constantFrom('lock' as const, 'probe' as const),
    done: fc.constant(1),
    note: text,
  }),
  fc.record({
    type: fc.constant('download' as const),
    progress: fc.record({ name: text, done: fc.constant(1) }),
  }),
  fc.record({ type: fc.constant('check' as const), check }),
)
const status = fc.record({
  cell: text,
  host: text,
  component: fc.constant('prometheus' as const),
  replica: text,
  version: text,
  health: fc.constant('ready' as const),
  lastChange: fc.constant(null),
  note: text,
})
const artifact = fc.record({
  // Of a Debian package, this is its name.
  component: text as fc.Arbitrary<never>,
  version: text,
  source: text,
  arch: fc.constant('amd64' as const),
  cached: fc.boolean(),
  files: fc.array(fc.record({ path: text, sha256: fc.constant('0'.repeat(64)), size: fc.constant(1) }), {
    minLength: 1,
    maxLength: 2,
  }),
})
export const came: fc.Arbitrary<CommandOutcome> = fc.record({
  command: fc.constantFrom('plan', 'apply', 'drift', 'status', 'verify', 'artifacts list'),
  inventory: text,
  result: fc.constantFrom('failed' as const, 'differs' as const, 'ok' as const),
  hosts: fc.array(
    fc.record({
      host: text,
      cells: fc.array(text, { maxLength: 1 }),
      instances: fc.constant([]).chain(() =>
        fc.array(
          fc.record({
            component: fc.constant('prometheus' as const),
            changes: fc.array(change, { maxLength: 2 }),
          }),
          { maxLength: 1 },
        ),
      ),
      problems: fc.array(problem, { maxLength: 1 }),
      status: fc.constantFrom('failed' as const, 'differs' as const),
    }),
    { maxLength: 2 },
  ),
  checks: fc.array(check, { maxLength: 2 }),
  status: fc.array(status, { maxLength: 1 }),
  artifacts: fc.array(artifact as never, { maxLength: 1 }),
  problems: fc.array(problem, { maxLength: 2 }),
})
