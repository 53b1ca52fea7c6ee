/**
 * A {@link miniHost} with package managers: a tenth of apt, dpkg, rpm, dnf and systemctl, each a few lines of shell over
 * small files. They lie in the host's /usr/sbin, where scripts look first, and where a policy-rc.d is asked.
 */

import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { installScript } from '../../../src/shell/package/install.ts'
import type { Manager } from '../../../src/shell/package/manager.ts'
import { parseRemoval } from '../../../src/shell/package/removal.ts'
import { answerOf } from '../../../src/shell/syntax/script.ts'
import { miniHost } from './host.ts'

/**
 * `db/NAME`: the word of dpkg for its status, the version, and what it needs. `mode`: what goes wrong. `calls`: what was
 * called. `systemd`: `enabled UNIT` and `active UNIT`. `policy`: what the policy said to whom.
 */
const fakes = (root: string): Readonly<Record<string, string>> => ({
  common: `
db=${root}/db; mode=$(cat ${root}/mode 2>/dev/null)
call() { echo "$*" >>${root}/calls; }
is() { [ "$mode" = "$1" ]; }
word() { cut -d ' ' -f "$2" "$db/$1" 2>/dev/null; }
# As a package's own scripts do.
invoke() { code=0; [ ! -x /usr/sbin/policy-rc.d ] || /usr/sbin/policy-rc.d "$1" "$2" || code=$?; echo "$1 $2 $code" >>${root}/policy; return $code; }
on() { grep -qxF "$1" ${root}/systemd || echo "$1" >>${root}/systemd; }
off() { grep -vxF "$1" ${root}/systemd >${root}/systemd.new; cat ${root}/systemd.new >${root}/systemd; }
configured() { echo "installed $(word "$1" 2)" >$db/$1; on "enabled $1.service"; if invoke $1.service start; then on "active $1.service"; fi; }
`,
  'apt-get': `
sim=; verb=; names=; behind=; auto=; again=
for one; do
  if [ -n "$behind" ]; then names="$names $one"; continue; fi
  case $one in -s | -d) sim=$one ;; --reinstall) again=yes ;; --auto-remove) auto=yes ;; install | remove | purge | update) verb=$one ;; --) behind=yes ;; esac
done
call apt-get $sim $verb$names
if is interrupted && [ -z "$sim" ]; then echo 'E: dpkg was interrupted, you must manually run dpkg --configure -a'; exit 100; fi
case $verb in
install)
  if is unknown; then echo "E: Unable to locate package$names"; exit 100; fi
  # The hundredth part of a second in which another one of the kind is at work.
  if [ -z "$sim" ]; then (unset PROMHA_PACKAGING; invoke other.service restart); fi
  for one in $names; do
    name=\${one%%=*}; status=$(word $name 1); old="[$(word $name 2)] "
    case $status in installed) continue ;; half-configured) old=skip ;; half-installed) [ -n "$again" ] || continue ;; '' | not-installed | config-files) old= ;; esac
    case $sim in
      -s) [ "$old" = skip ] || echo "Inst $name $old(1 Debian [amd64])" ;;
      '') if is full; then echo "E: No space left on device"; exit 100; fi
        echo 'half-configured 1' >$db/$name
        if is halfway; then on "enabled $name.service"; echo 'E: Sub-process /usr/bin/dpkg returned an error code (1)'; exit 100; fi
        configured $name ;;
    esac
  done ;;
remove | purge)
  if is stuck-$verb && [ -z "$sim" ]; then echo "E: $verb failed"; exit 100; fi
  for name in $names; do
    [ -f $db/$name ] || continue
    echo "Purg $name [1]"
    [ -z "$sim" ] || continue
    invoke $name.service stop && off "active $name.service"
    if [ $verb = remove ]; then echo 'config-files 1' >$db/$name; else rm $db/$name; fi
  done ;;
esac
exit 0
`,
  'apt-config': `echo "archives='${root}/archives/'"`,
  dpkg: `
call dpkg "$*"
case $* in
  '-L '*) echo "/usr/lib/systemd/system/$2.service" ;;
  *'--configure -a') if is interrupted; then : >${root}/mode; fi
    for each in $db/*; do [ "$(word \${each##*/} 1)" != half-configured ] || configured \${each##*/}; done ;;
esac
`,
  'dpkg-query': `
format=; names=
for one; do case $one in -f=*) format=\${one#-f=} ;; -*) ;; *) names="$names $one" ;; esac; done
[ -n "$names" ] || names=$(ls $db)
for name in $names; do
  [ ! -f $db/$name ] || printf "$(printf %s "$format" | sed "s/[$]{db:Status-Status}/$(word $name 1)/; s/[$]{Package}/$name/; s/[$]{Version}/$(word $name 2)/; s/[$]{Provides}//")"
done
`,
  'dpkg-deb': `[ "$1" != -f ] || { name=\${2%%_*}; printf 'Package: %s\\n' "$name"; }`,
  dnf: `
call dnf "$*"
if is unknown; then echo 'Error: Unable to find a match: haproxy'; exit 1; fi
for one; do case $one in -* | install) ;; *) [ -f $db/$one ] || { echo 'installed 1' >$db/$one; echo 'installed 1' >$db/$one-lib; on "enabled $one.service"; } ;; esac; done
`,
  rpm: `
case $* in
  '-qa '*) ls $db ;;
  '-ql '*) echo "/usr/lib/systemd/system/$3.service" ;;
  '-q --qf'*) while [ $# -gt 0 ]; do [ ! -f "$db/$1" ] || echo "installed $1 1-1"; shift; done ;;
  '-q -- '*) [ -f "$db/$3" ] ;;
  '-e -- '*) call rpm "$*"; rm "$db/$3" ;;
esac
`,
  systemctl: `
case $1 in
  list-unit-files) sed -n 's/^enabled \\(.*\\)/\\1 enabled enabled/p' ${root}/systemd ;;
  list-units) sed -n 's/^active \\(.*\\)/\\1 loaded active running A service/p' ${root}/systemd ;;
  disable) for last; do :; done; call systemctl "$*"
    if is masked-$last; then echo "Failed to disable unit: $last is odd" >&2; exit 1; fi
    off "enabled $last"
    case " $* " in *' --now '*) off "active $last" ;; esac ;;
esac
exit 0
`,
})

export type PackageHost = ReturnType<typeof packageHost>

/** One run, `r`, holds its lock. */
export function packageHost(manager: Manager) {
  const host = miniHost({ sbin: '/usr/sbin' })
  const at = (path: string) => join(host.root, path)
  const { common = '', ...programs } = fakes(host.root)
  for (const [name, text] of Object.entries(programs)) {
    if (manager === 'apt' ? /^(dnf|rpm)$/.test(name) : /^(apt|dpkg)/.test(name)) continue
    host.write(at(`sbin/${name}`), `#!/bin/dash\n${common}${text}`)
    chmodSync(at(`sbin/${name}`), 0o755)
  }
  host.write(at('systemd'), '')
  mkdirSync(at('db'))
  host.lock('r')
  const linesOf = (path: string) => (host.read(path) ?? '').split('\n').filter(line => line !== '')
  // Debian's own apt is not to be found by what looks for another manager.
  const hide =
    manager === 'dnf'
      ? 'for one in apt-get dpkg-query; do [ ! -e /usr/bin/$one ] || mount --bind /dev/null /usr/bin/$one; done; '
      : ''
  const notes = (path: string) => host.promha(`packages/${path}`)
  return {
    ...host,
    at,
    /** Code and output of a script; what it says to stderr is shown where it fails. */
    run: (script: string) => host.run(`${hide}${script}`),
    install: (script: string) =>
      answerOf(
        installScript({ manager: 'apt', names: [], run: 'r' }),
        'n',
        host.run(`${hide}${script}`).stdout,
      ),
    uninstall: (script: string) =>
      answerOf({ parse: parseRemoval }, 'n', host.run(`${hide}${script}`).stdout),
    /** What goes wrong from now on. */
    mode: (word: string) => host.write(at('mode'), word),
    /** As dpkg has it: `installed`. */
    has: (name: string, status: string) => host.write(at(`db/${name}`), `${status} 1\n`),
    state: (name: string) => host.read(at(`db/${name}`))?.split(' ')[0],
    units: () => linesOf(at('systemd')).sort(),
    unit: (line: string) => host.write(at('systemd'), `${host.read(at('systemd'))}${line}\n`),
    /** What was called since the last time. */
    calls: () => {
      const found = linesOf(at('calls'))
      rmSync(at('calls'), { force: true })
      return found
    },
    /** `UNIT ACTION CODE` of what asked the policy since the last time. */
    asked: () => {
      const found = linesOf(at('policy'))
      rmSync(at('policy'), { force: true })
      return found
    },
    /** Names in promha's folder of notes, and what one of them holds. */
    notes: () =>
      existsSync(notes(''))
        ? readdirSync(notes(''))
            .filter(name => name !== '.configured')
            .sort()
        : [],
    note: (name: string) => linesOf(notes(name)),
    policy: at('sbin/policy-rc.d'),
    policies: () =>
      readdirSync(at('sbin'))
        .filter(name => name.startsWith('policy'))
        .sort(),
  }
}
