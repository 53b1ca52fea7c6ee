/** The host's own store: contents of its generations, each under its SHA-256, so that going back needs no transfer. */
import type { Content } from '../../resource/kind/kind.ts'
import { generationsOf, home, recordPath, storeDirectory } from '../syntax/layout.ts'
import { command, quote } from '../syntax/quote.ts'
import { treeFunctions } from '../syntax/tree.ts'

/** Generations that are kept of each component. */
const kept = 3

/** Fails, and says which, where one of the objects is missing or is not what its name says. Runs where `set -e` is on. */
export function verifyStored(hashes: readonly string[]): readonly string[] {
  if (hashes.length === 0) return []
  const lines = [...new Set(hashes)].map(hash => `${hash}  ${storeDirectory}/${hash}`)
  return [`sha256sum --quiet -c - 2>&1 <<'EOF'\n${lines.join('\n')}\nEOF`]
}

/** Copies an object out of the store. */
export function fetchStored(hash: string, to: string): string {
  return command('cp', '--', `${storeDirectory}/${hash}`, to)
}

/** Keeps what lies in its place now. Runs under `set -e`. An object is never half there, and counts if it is what its name says. */
export function keepContents(contents: readonly Content[]): readonly string[] {
  const store = quote(storeDirectory)
  return [
    `mkdir -p ${store}`,
    `good() { [ ${store}/"$1" -ef "$2" ] || { [ -f ${store}/"$1" ] && [ "$(sha256sum <${store}/"$1")" = "$1  -" ]; }; }`,
    `keep() { good "$1" "$2" || { cp -- "$2" ${store}/new && [ "$(sha256sum <${store}/new)" = "$1  -" ] && mv -fT ${store}/new ${store}/"$1"; } || { echo "$2 is not what was put there any more" >&2; return 1; }; }`,
    `share() { good "$1" "$2" || ln -fT -- "$2" ${store}/"$1" 2>/dev/null || keep "$1" "$2"; }`,
    ...(contents.some(({ tree }) => tree) ? [treeFunctions, keepTree] : []),
    ...contents.map(({ path, sha256, shared, tree }) =>
      [tree ? 'keep_tree' : shared ? 'share' : 'keep', command(sha256, path)].join(' '),
    ),
  ]
}

/** Its files are second links. */
const keepTree = `keep_tree() { [ "$(tree_hash ${storeDirectory}/"$1" 2>/dev/null)" = "$1" ] || { rm -rf ${storeDirectory}/new ${storeDirectory}/"$1"; { cp -al -- "$2" ${storeDirectory}/new 2>/dev/null || { rm -rf ${storeDirectory}/new; cp -a -- "$2" ${storeDirectory}/new; }; } && mv -fT ${storeDirectory}/new ${storeDirectory}/"$1"; }; }`

/** Forgets the component's generations that are newer than the one that its stamp names, and those that are too old. */
export function trimGenerations(component: string): readonly string[] {
  const directory = quote(generationsOf(component))
  return [
    `newest=$(sed -n '1s/.* generation=\\([0-9]*\\) .*/\\1/p' ${quote(recordPath(component))})`,
    `[ -z "$newest" ] || ls ${directory} 2>/dev/null | grep -x '[0-9]*' | sort -n | while read -r n; do if [ "$n" -le "$newest" ]; then echo "$n"; else rm -f ${directory}/"$n"; fi; done |`,
    `  head -n -${kept} | while read -r n; do rm -f ${directory}/"$n"; done`,
  ]
}

/** Removes what no generation of any component names; nothing where the names cannot be written down. */
export function sweepStore(): string {
  const store = quote(storeDirectory)
  const named = `cat ${quote(`${home}/generations`)}/*/* 2>/dev/null | grep -o '[0-9a-f]\\{64\\}'`
  return `{ ${named}; echo none; } | { sort -u >${store}/named && ls ${store} | grep -vxFf ${store}/named; rm -f ${store}/named; } | while read -r n; do rm -rf ${store}/"$n"; done`
}
