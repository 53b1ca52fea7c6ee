/** Flags are judged by the program itself, here and on the host, by a program that stands in for upstream's. */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { flagCheck } from '../../../roles/text/flags.ts'
import { flagRemedy } from '../../../src/check/subject/flag-names.ts'
import { flagProblems, judgeFlags, reasonOf } from '../../../src/check/subject/flag-values.ts'
import { createTools, type RunTool } from '../../../src/check/tool/run.ts'
import { flagCheckScript } from '../../../src/shell/change/flag-check.ts'
import { prometheus, read } from '../../inventory/harness.ts'

/** Refuses `bad…` as the value of any flag, needs two flags to differ, and ends at its config otherwise. */
const program = `#!/bin/sh
for word in "$@"; do
  case $word in
    --help) printf 'Flags:\n  -h, --[no-]help   Help.\n      --query.timeout=2m  How long.\n      --[no-]web.switch  On.\n      --list=LIST ...  More.\n'; exit 0;;
    --query.timut*|--web.swich*|--lst*|--zzz*) name=\${word%%=*}; printf "Error parsing command line arguments: unknown long flag '%s'\nprog: error: unknown long flag '%s', try --help\n" "$name" "$name" >&2; exit 1;;
    --web.switch=*) printf 'Error parsing command line arguments: unexpected %s\n' "\${word#*=}" >&2; exit 1;;
    *=bad*) printf 'Error parsing command line arguments: not a duration: "%s"\\nprog: error: x\\nusage: prog\\n' "\${word#*=}" >&2; exit 1;;
    --nope=*) echo "prog: error: unknown long flag '--nope', try --help" >&2; exit 1;;
    *=/path*) echo 'panic: stat /path: no such file or directory' >&2; exit 2;;
  esac
done
case "$*" in *--one*--two*) echo '--one and --two exclude each other' >&2; exit 1;; esac
case "$*" in *--one*--twice*) echo "Error parsing command line arguments: flag 'twice' cannot be repeated" >&2; exit 1;; esac
case "$*" in *--config.file=/nonexistent*) ;; *) echo 'it would run'; exit 0;; esac
case "$*" in *odd*) echo 'level=WARN msg="Unknown option for --enable-feature" option=odd' >&2;; esac
echo 'level=ERROR msg="Error loading config"' >&2
exit 2
`

describe('flags', () => {
  let directory = ''
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'promha-flags-'))
    writeFileSync(join(directory, 'prog'), program)
    chmodSync(join(directory, 'prog'), 0o755)
  })
  after(() => rmSync(directory, { recursive: true }))

  const end = {
    instead: [['config.file', '/nonexistent']],
    accepted: ['Error loading config'],
  } as const

  async function checkOf(flags: string) {
    const { inventory = assert.fail() } = await read(prometheus(`flags: ${flags}`))
    const user = inventory.cells[0]?.prometheus?.flags ?? assert.fail()
    const words = Object.entries(user).map(([name, value]) => `--${name}=${value}`)
    const check = flagCheck(
      [join(directory, 'prog'), '--config.file=/etc/x.yml', ...words],
      directory,
      user,
      end,
    )
    return { ...check, flags: check.flags ?? assert.fail() }
  }

  async function here(flags: string) {
    const check = await checkOf(flags)
    return judgeFlags(check, createTools().at(check.program), directory, 'of cell eu')
  }

  async function there(flags: string) {
    const check = await checkOf(flags)
    const script = flagCheckScript(check.program, check.args, check.flags)
    const { status, stdout } = spawnSync('sh', ['-c', `set -e; (${script}) 2>&1`], { encoding: 'utf8' })
    const said = stdout.split('\n').filter(line => line !== '')
    return status === 0 ? [] : flagProblems(check, said, 'on this host')
  }

  it('are taken with the values that the program takes', async () => {
    assert.deepEqual((await here('{ query.timeout: 2m }')).problems, [])
    assert.deepEqual(await there('{ query.timeout: 2m }'), [])
  })

  it('with a feature that the program does not know are warned of', async () => {
    const { problems } = await here('{ enable-feature: "odd,known" }')
    assert.deepEqual(
      problems.map(({ severity, summary, source }) => [severity, summary, source?.column]),
      [['warning', 'prog does not know the feature "odd" of cell eu', 32]],
    )
  })

  it('are refused all at once, each at its place, here and on the host', async () => {
    const flags = '{ a: bad 1, b: good, c: "bad\'2" }'
    for (const problems of [(await here(flags)).problems, await there(flags)]) {
      assert.deepEqual(
        problems.map(({ severity, detail, source }) => [severity, detail, source?.line, source?.column]),
        [
          ['error', 'not a duration: "bad 1"', 10, 19],
          ['error', 'not a duration: "bad\'2"', 10, 38],
        ],
      )
      assert.match(problems[0]?.summary ?? '', /^prog refuses the flag "a" o[fn] /)
    }
  })

  it('are told by their name if that is wrong, or if it may not be repeated', async () => {
    for (const [flags, column] of [
      ['{ a: good, nope: 1 }', 25],
      ['{ one: 1, three: 3, twice: 2 }', 41],
    ] as const)
      for (const problems of [(await here(flags)).problems, await there(flags)])
        assert.deepEqual(
          problems.map(({ source }) => [source?.line, source?.column]),
          [[10, column]],
          flags,
        )
  })

  it('that the program does not know are told at their key, with the nearest that it knows', async () => {
    const flags = '{ query.timut: 2m, lst: [a, b], web.swich: true, zzz: 1 }'
    const told = async (problems: Awaited<ReturnType<typeof there>>) =>
      problems.map(({ source, remedy }) => [source?.line, source?.column, remedy])
    const { problems } = await here(flags)
    const list = [10, 33, 'Did you mean "list"?']
    assert.deepEqual(await told(problems), [
      [10, 16, 'Did you mean "query.timeout"?'],
      ...[list, list],
      [10, 46, 'Did you mean "web.switch"?'],
      [10, 63, 'Correct the name or remove the flag. `prog --help` lists all flags with their values.'],
    ])
    assert.deepEqual(
      (await told(await there(flags))).map(([, column]) => column),
      [16, 33, 33, 46, 63],
    )
  })

  it('that take true or false say so', async () => {
    for (const value of ['yes', 'off', '"True"']) {
      const { problems } = await here(`{ web.switch: ${value} }`)
      assert.deepEqual(
        problems.map(({ source, remedy }) => [source?.column, remedy]),
        [[28, 'Write true or false, without quotes: this flag takes no other value.']],
      )
    }
  })

  it('that promha sets itself are not suggested', () => {
    const known = ['storage.tsdb.retention.time', 'storage.tsdb.path', 'query.timeout']
    const remedy = (program: string) =>
      flagRemedy(program, 'storage.tsdb.retension.time', "unknown long flag '--x'", known)
    assert.equal(
      remedy('prometheus'),
      'Remove this flag. promha sets "storage.tsdb.retention.time" itself: use "retention".',
    )
    assert.equal(remedy('pushgateway'), 'Did you mean "storage.tsdb.retention.time"?')
  })

  it('are refused together if only together they are wrong', async () => {
    const flags = '{ one: 1, two: 2 }'
    for (const problems of [(await here(flags)).problems, await there(flags)]) {
      assert.deepEqual(
        problems.map(({ detail }) => detail),
        ['--one and --two exclude each other'],
      )
      assert.match(problems[0]?.summary ?? '', /^prog refuses the command line /)
    }
  })

  it('with a path that only the host can have are left to the host', async () => {
    const flags = '{ path.procfs: /path }'
    assert.deepEqual((await here(flags)).problems, [])
    assert.equal((await there(flags))[0]?.detail, 'stat /path: no such file or directory')
  })

  it('lead to no file of this machine', async () => {
    const given: string[] = []
    const flags = '{ a: /x/y, b: ../x, c: "x,/y", d: "file:///x", e: http://h/x, f: ^/x, g: [/a, b], i: 1 }'
    const run: RunTool = async args => {
      given.push(...args)
      return { exitCode: 1, all: 'Error loading config' }
    }
    await judgeFlags(await checkOf(flags), run, directory, 'of cell eu')
    const none = '/nonexistent'
    assert.deepEqual(
      given.filter(word => /^--[a-i]=/.test(word)),
      [`--a=${none}`, `--b=${none}`, `--c=${none}`, `--d=${none}`, '--e=http://h/x', '--f=^/x'].concat([
        `--g=${none}`,
        '--i=1',
      ]),
    )
  })

  it('are not judged by a program that ends without a message', async () => {
    writeFileSync(join(directory, 'silent'), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
    const check = await checkOf('{ a: bad, b: bad }')
    assert.deepEqual(
      await judgeFlags(check, createTools().at(join(directory, 'silent')), directory, 'of cell eu'),
      {
        problems: [],
        unknown: 'it ended without a message',
      },
    )
  })

  it('are told by the reason alone, in every form that programs give it', () => {
    const forms = {
      'x: error: time: missing unit in duration "10", try --help\n': 'time: missing unit in duration "10"',
      '{"level":"INFO","msg":"hello"}\n{"level":"ERROR","msg":"no","err":"unknown option"}': 'unknown option',
      'time=x level=INFO msg=hello\ntime=x level=ERROR msg=no err="unknown option"': 'unknown option',
      'could not compile CORS regex string': 'could not compile CORS regex string',
      '': 'It ended without a message.',
    }
    for (const [said, reason] of Object.entries(forms)) assert.equal(reasonOf(said), reason)
  })

  it('cannot make the shell run anything', () => {
    const each = [{ name: 'x', map: {}, owner: {}, key: 'x', args: ['--x=$(touch pwned)`touch pwned`'] }]
    const script = flagCheckScript('/bin/false', ['--x=;touch pwned'], { accepted: ["it's $HOME *"], each })
    assert.throws(() => execFileSync('sh', ['-c', `(${script})`], { cwd: directory, stdio: 'ignore' }))
    assert.equal(spawnSync('test', ['-e', join(directory, 'pwned')]).status, 1)
  })
})
