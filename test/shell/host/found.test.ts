/** What is found on a host before promha comes; systemd is played by a script, processes and files are real. */

import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../../../src/lab/wait.ts'
import { foundScript, parsePrograms, programsScript } from '../../../src/shell/host/found.ts'
import { mostFoundText } from '../../../src/shell/syntax/bounds.ts'
import { begin, preamble, sections } from '../../../src/shell/syntax/frame.ts'
import { answerOf } from '../../../src/shell/syntax/script.ts'
import { type MiniHost, miniHost } from '../support/host.ts'

describe('what is on a host before promha comes', function () {
  this.timeout(30_000)
  let host: MiniHost
  const children: ChildProcess[] = []
  beforeEach(() => {
    host = miniHost()
  })
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
    host.remove()
  })

  const at = (path: string) => join(host.root, path)
  const look = (...units: readonly string[]) => {
    const script = [preamble, begin('n', 'found'), ...programsScript(units)].join('\n')
    return parsePrograms(sections('n', host.run(script).stdout).get('found') ?? [])
  }

  it('is a unit with its drop-ins and environment files, as systemd names them', () => {
    host.write(at('etc/prometheus.service'), '[Service]\nExecStart=/usr/bin/prometheus $ARGS\n')
    host.write(at('etc/more.conf'), '[Service]\nWorkingDirectory=/srv\n')
    host.write(at('etc/default'), 'ARGS="--a b"\n')
    execFileSync('mkfifo', [at('etc/pipe')])
    const shown = [
      ...['MainPID=0', `EnvironmentFiles=${at('etc/default')} (ignore_errors=yes)`],
      ...[
        `EnvironmentFiles=${at('etc/pipe')} (ignore_errors=no)`,
        `EnvironmentFiles=${at('etc/none')} (ignore_errors=yes)`,
      ],
      ...[
        'Id=prometheus.service',
        'LoadState=loaded',
        'ActiveState=inactive',
        `FragmentPath=${at('etc/prometheus.service')}`,
      ],
      ...[
        `DropInPaths=${at('etc/more.conf')}`,
        'UnitFileState=enabled',
        'ControlGroup=/system.slice/prometheus.service',
        '',
        'MainPID=0',
        'Id=x.service',
        'LoadState=not-found',
      ],
    ]
    host.write(at('systemctl'), `#!/bin/sh\ncat <<'END'\n${shown.join('\n')}\nEND\n`)
    const { units } = look('prometheus.service', 'x.service')
    assert.deepEqual(units, [
      {
        name: 'prometheus.service',
        active: false,
        enabled: true,
        pid: 0,
        group: '/system.slice/prometheus.service',
        texts: ['[Service]\nExecStart=/usr/bin/prometheus $ARGS\n', '[Service]\nWorkingDirectory=/srv\n'],
        environments: ['ARGS="--a b"\n'],
      },
    ])
    assert.deepEqual(programsScript([]), [])
  })

  it('is what a masked unit was', () => {
    host.remove()
    host = miniHost({ vendor: '/usr/lib/systemd/system', defaults: '/etc/default' })
    host.write(at('vendor/prometheus.service'), '[Service]\nExecStart=/usr/bin/prometheus $ARGS\n')
    host.write(at('defaults/prometheus'), 'ARGS=--a\n')
    host.write(
      at('systemctl'),
      "#!/bin/sh\nprintf 'MainPID=0\\nId=prometheus.service\\nLoadState=masked\\n'\n",
    )
    const [unit] = look('prometheus.service').units
    assert.deepEqual([unit?.texts.length, unit?.environments, unit?.enabled], [1, ['ARGS=--a\n'], false])
  })

  it('is a program that runs, by its name, with its words and where it stands', async () => {
    const program = at('etc/prometheus-3.5')
    copyFileSync('/bin/sleep', program)
    chmodSync(program, 0o755)
    const child = spawn(program, ['60', '0'], { cwd: at('etc') })
    children.push(child)
    await until('it to be seen', 10_000, async () =>
      look('x.service').processes.some(({ pid }) => pid === child.pid),
    )
    const found = look('x.service').processes.find(({ pid }) => pid === child.pid)
    assert.deepEqual([found?.argv, found?.directory], [[program, '60', '0'], at('etc')])
    assert.match(found?.group ?? '', /^\//)
    assert.equal(found?.ofHost, true)
  })

  it('is no program of another user, unless it holds the port, and never too many', async () => {
    const program = at('etc/prometheus')
    copyFileSync('/bin/sleep', program)
    for (const path of [host.root, at('etc'), program]) chmodSync(path, 0o755)
    const start = (uid: number) => {
      const child = spawn(program, ['60'], { uid, gid: uid })
      children.push(child)
      return child.pid ?? 0
    }
    const [byRoot, byService, byOther] = [start(0), start(1), start(65534)]
    const pids = (held = '', users: readonly string[] = ['daemon']) => {
      const script = [
        preamble,
        `held='${held}'`,
        begin('n', 'found'),
        ...programsScript(['x.service'], users),
      ]
      const { stdout } = host.run(script.join('\n'))
      return new Set(parsePrograms(sections('n', stdout).get('found') ?? []).processes.map(({ pid }) => pid))
    }
    await until('them to be seen', 10_000, async () => pids().has(byRoot) && pids().has(byService))
    assert.equal(pids().has(byOther), false)
    assert.equal(pids('', []).has(byService), false)
    assert.ok(pids(`prometheus.service tcp 9090 ${byOther} - prometheus`).has(byOther))
    const many = Array.from({ length: 230 }, () => start(1))
    await until('all to run', 20_000, async () =>
      many.every(pid => readFileSync(`/proc/${pid}/comm`, 'utf8') === 'prometheus\n'),
    )
    const seen = pids(`prometheus.service tcp 9090 ${byOther} - prometheus`)
    assert.ok(seen.has(byOther))
    assert.ok(seen.size > 150 && seen.size < 215, `${seen.size}`)
  }).timeout(60_000)

  it('is a program of any user in a unit that is looked at', async () => {
    const script = programsScript(['x.service']).join('\n')
    const group = (path: string, unit: string) => {
      const [inside] = /^inside\(\).*$/m.exec(script) ?? []
      const [counts] = /counts\(\) \{[\s\S]*?\n\}/.exec(script) ?? []
      host.write(at('cgroup'), `0::${path}\n`)
      const played = `${inside}\n${counts}`
        .replace('/proc/$1/cgroup', at('cgroup'))
        .replaceAll('x.service', unit)
      return host.run(`held= uids=none holders= net=none looked=0; ${played}; counts $$`).code === 0
    }
    assert.ok(group('/system.slice/x.service', 'x.service'))
    assert.ok(group('/system.slice/x.service/below', 'x.service'))
    assert.ok(!group('/system.slice/yx.service', 'x.service'))
    // Any user names services of its own as it likes.
    assert.ok(!group('/user.slice/user-1.slice/user@1.service/app.slice/x.service', 'x.service'))
  })

  const read = (
    patterns: readonly string[],
    directories: Parameters<typeof foundScript>[0]['directories'] = [],
  ) => {
    const request = { patterns, directories }
    return (
      answerOf(foundScript(request), 'n', host.run(foundScript(request).render('n')).stdout) ?? assert.fail()
    )
  }

  it('is not believed where it is more than a host has, or nonsense', () => {
    const many = Array.from({ length: 5_000 }, (_, index) => `process ${index}`)
    assert.equal(parsePrograms(many).processes.length, 400)
    const known = Array.from({ length: 201 }, (_, index) => [
      `Id=u${index}`,
      'LoadState=loaded',
      'next',
    ]).flat()
    assert.throws(() => parsePrograms(known), /more than 200 units/)
    const odd = [
      'argv !!!',
      'process x',
      'next',
      'Id=a',
      'LoadState=loaded',
      'MainPID=-',
      'fragment %%%',
      '=',
      '',
    ]
    const { units, processes } = parsePrograms(odd)
    assert.deepEqual([units.length, processes.length], [1, 1])
  })

  it('reads files by pattern, each whole, and never a pipe', () => {
    const odd = "b's $(touch owned) *.yml"
    host.write(at('etc/rules/a.yml'), 'groups: []\n\nzwölf')
    host.write(at(`etc/rules/${odd}`), 'n end\nn pattern 0\n')
    execFileSync('mkfifo', [at('etc/rules/p.yml')])
    mkdirSync(at('etc/rules/d.yml'))
    const patterns = [at('etc/rules/*.yml'), at(`etc/rules/$(touch ${at('etc/owned')}).yml`), at('etc/none')]
    const { texts, cut } = read(patterns)
    assert.deepEqual(
      [...(texts.get(patterns[0] ?? '') ?? [])],
      [
        [at('etc/rules/a.yml'), 'groups: []\n\nzwölf'],
        [at(`etc/rules/${odd}`), 'n end\nn pattern 0\n'],
      ],
    )
    assert.deepEqual(
      [texts.get(patterns[1] ?? '')?.size, texts.get(patterns[2] ?? '')?.size, cut],
      [0, 0, false],
    )
    assert.equal(host.read(at('etc/owned')), undefined)
  })

  it('reads no more than promha takes, and says so', () => {
    host.write(at('etc/a'), 'x'.repeat(500_000))
    host.write(at('etc/b'), 'x'.repeat(mostFoundText - 500_000 + 1))
    host.write(at('etc/c'), 'small')
    const { texts, cut } = read([at('etc/[abc]')])
    assert.deepEqual(
      [...(texts.get(at('etc/[abc]')) ?? [])].map(([path]) => path),
      [at('etc/a'), at('etc/c')],
    )
    assert.equal(cut, true)
  })

  it('tells where a directory really is, and whether data lies there', () => {
    mkdirSync(at('etc/data/01ARZ3NDEKTSV4RRFFQ69G5FAV'), { recursive: true })
    mkdirSync(at('etc/empty'))
    host.write(at('etc/pushed'), 'x')
    symlinkSync(at('etc/data'), at('etc/link'))
    const block = ['wal', '[0-9A-HJKMNP-TV-Z]'.repeat(26)]
    const { directories } = read(
      [],
      [
        ...['data/', 'link', 'empty', 'none'].map(name => ({ path: at(`etc/${name}`), holds: block })),
        { path: at('etc/pushed'), holds: [] },
      ],
    )
    assert.deepEqual(
      [...directories],
      [
        [at('etc/data/'), { real: at('etc/data'), data: true }],
        [at('etc/link'), { real: at('etc/data'), data: true }],
        [at('etc/empty'), { real: at('etc/empty'), data: false }],
        [at('etc/pushed'), { real: at('etc/pushed'), data: true }],
      ],
    )
  })
})
