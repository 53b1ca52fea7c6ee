/** The scripts in real shells, which come from Debian where they are not there. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { completionScripts } from '../../../src/cli/completion/scripts.ts'
import { requireProgram } from '../../support/debian-package.ts'
import { promha } from '../promha.ts'

const root = join(import.meta.dirname, '../../..')

/** What is offered for the last word of a line. */
type Complete = (line: string) => readonly string[]

describe('completion in a shell', function () {
  this.timeout(300_000)
  const directory = mkdtempSync(join(tmpdir(), 'promha-shells-'))
  const folder = join(directory, 'site')

  before('a promha on PATH, and files to be named', () => {
    const tsx = createRequire(import.meta.url).resolve('tsx')
    const words = [process.execPath, `--import=${tsx}`, join(root, 'src/cli/main.ts')]
    writeFileSync(join(directory, 'promha'), `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`)
    chmodSync(join(directory, 'promha'), 0o755)
    mkdirSync(join(folder, 'my dir'), { recursive: true })
    writeFileSync(join(folder, 'my site.yml'), '')
    for (const [shell, script] of Object.entries(completionScripts))
      writeFileSync(join(directory, `script.${shell}`), script)
  })
  after(() => rmSync(directory, { recursive: true }))

  function output(shell: string, args: readonly string[]): readonly string[] {
    const PATH = `${directory}:${process.env.PATH}`
    const env = {
      ...process.env,
      PATH,
      HOME: directory,
      PROMHA_INVENTORY: join(root, 'inventories/example.yml'),
    }
    const { status, stdout, stderr } = spawnSync(shell, args, { cwd: folder, env, encoding: 'utf8' })
    assert.equal(status, 0, stderr)
    assert.equal(stderr, '')
    return stdout.split('\n').filter(line => line !== '')
  }

  /** As readline would: the words of the line are those of bash, which divides at `=`. */
  const inBash: Complete = line => {
    const words = line.split(/ |(?<==)|(?==)/)
    const script = `source "$0" && COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) && _promha && printf '%s\\n' "\${COMPREPLY[@]}"`
    return output('bash', ['--norc', '-c', script, join(directory, 'script.bash'), ...words])
  }

  /** zsh completes only on a terminal, which its own zpty makes. What it is given to offer is written down there. */
  const inZsh: Complete = line => {
    const offered = join(directory, 'offered')
    writeFileSync(offered, '')
    writeFileSync(
      join(directory, '.zshrc'),
      `PROMPT=
autoload -Uz compinit && compinit -u -D && source ${directory}/script.zsh
compadd() {
  local -a out
  if (( ! \${@[(I)-[OAD]]} )); then builtin compadd -O out "$@"; print -rl -- $out >>${offered}; fi
  builtin compadd "$@"
}
comppostfuncs=(exit)
print ready
`,
    )
    const script = `
zmodload zsh/zpty
ZDOTDIR=${directory} zpty z zsh -d -i
zpty -r -m z out '*ready*'
zpty -w -n z "$1"$'\t'
repeat 400; do zpty -t z || break; zpty -rt z out; sleep 0.05; done`
    output('zsh', ['-f', '-c', script, 'zsh', line])
    // Files are offered once for each way in which zsh looks for them.
    return [...new Set(output('cat', [offered]))]
  }

  const inFish: Complete = line => {
    const script = `source ${directory}/script.fish; complete -C $argv[1]`
    const lines = output('fish', ['--no-config', '-c', script, line])
    return lines.map(one => one.split('\t')[0] ?? '')
  }

  const shells: Readonly<Record<string, Complete>> = { bash: inBash, zsh: inZsh, fish: inFish }
  for (const [shell, complete] of Object.entries(shells))
    describe(shell, () => {
      before(`${shell} is there, or comes from Debian`, () => requireProgram(shell))

      it('is given its script by promha', async () => {
        const { code, out } = await promha('completion', shell)
        assert.equal(code, 0)
        assert.equal(out, completionScripts[shell])
      })

      it('completes commands', () => assert.deepEqual(complete('promha ver'), ['verify']))

      it('completes commands below a command', () =>
        assert.deepEqual(complete('promha schedule inst'), ['install']))

      it('completes flags', () => assert.deepEqual(complete('promha apply --par'), ['--parallel-cells']))

      it('completes lists of components', () =>
        assert.deepEqual(complete('promha apply --only node_exporter,alertm'), [
          'node_exporter,alertmanager',
        ]))

      it('completes names of the inventory', () =>
        assert.deepEqual(complete('promha plan --limit mon-').toSorted(), ['mon-a', 'mon-b']))

      it('completes a value after "="', () => {
        const [found = '', ...more] = complete('promha validate --format=git')
        assert.deepEqual(more, [])
        // fish replaces the whole word, the others what follows the "=".
        assert.equal(found, shell === 'fish' ? '--format=github' : 'github')
      })

      it('completes every value after "=" and nothing', () =>
        assert.equal(complete('promha validate --format=').length, 2))

      it('completes files after "="', () => {
        const flag = shell === 'fish' ? '--out=' : ''
        const expected = ['my dir', 'my site.yml'].map(name => flag + name)
        for (const typed of ['', 'my'])
          assert.deepEqual(complete(`promha plan --out=${typed}`).map(withoutMarks).toSorted(), expected)
      })

      it('completes files and directories', () => {
        assert.deepEqual(complete('promha plan my').map(withoutMarks).toSorted(), ['my dir', 'my site.yml'])
        assert.deepEqual(complete('promha lab up --dir my').map(withoutMarks), ['my dir'])
      })
    })

  it('is a script in which shellcheck finds nothing', () => {
    requireProgram('shellcheck')
    const found = spawnSync('shellcheck', ['-s', 'bash', join(directory, 'script.bash')], {
      encoding: 'utf8',
    })
    assert.equal(found.status, 0, found.stdout)
  })
})

/** As a shell marks a directory, and a blank in a name. */
function withoutMarks(path: string): string {
  return path.replaceAll('\\', '').replace(/\/$/, '')
}
