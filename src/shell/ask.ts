/** Asks a program on its own host over HTTP, by whichever of curl, wget and bash there is. */
import { joinHostPort } from '../inventory/endpoint.ts'
import type { Endpoint } from '../inventory/model.ts'
import { quote } from './quote.ts'

/**
 * The script: prints `NONCE TOOL`, the raw HTTP response (head included), `NONCE EXITCODE`. HTTP/1.0 where the tool
 * has it, so that no answer comes in chunks. Given up after so many seconds.
 */
export function askScript(nonce: string, seconds: number, { address, port }: Endpoint, path: string): string {
  const url = quote(`http://${joinHostPort({ address, port })}${path}`)
  const raw =
    'exec 3<>"/dev/tcp/$1/$2" || exit 7; printf "GET %s HTTP/1.0\\r\\nHost: %s\\r\\nConnection: close\\r\\n\\r\\n" "$3" "$4" >&3; cat <&3'
  return [
    'LC_ALL=C; export LC_ALL; unset http_proxy HTTP_PROXY all_proxy ALL_PROXY',
    `begin() { printf '\\n%s %s\\n' ${nonce} "$1"; }`,
    'if command -v curl >/dev/null 2>&1; then',
    `  begin curl; curl -q -g -sS -i -0 -m ${seconds} ${url}`,
    'elif command -v wget >/dev/null 2>&1; then',
    // wget's exit status 8 is only "answered with an error status", which the head tells better.
    `  begin wget; wget -nv --no-config -t 1 -T ${seconds} --save-headers --content-on-error -O - ${url}; code=$?; [ $code = 8 ] && code=0; (exit $code)`,
    'elif command -v bash >/dev/null 2>&1; then',
    `  begin bash; timeout ${seconds} bash --norc -c ${quote(raw)} bash ${quote(address)} ${port} ${quote(path)} ${quote(joinHostPort({ address, port }))}`,
    'else begin none; fi',
    `printf '\\n%s %s\\n' ${nonce} $?`,
  ].join('\n')
}

/** What the script printed: the raw response and what asked for it, `none` without a tool. Undefined where it was cut. */
export function parseAsked(
  nonce: string,
  text: string,
): { readonly tool: string; readonly code: number; readonly output: string } | undefined {
  const begin = new RegExp(`\\n${nonce} (\\w+)\\n`).exec(text)
  const end = new RegExp(`\\n${nonce} (\\d+)\\n`).exec(text.slice((begin?.index ?? 0) + 1))
  if (!begin || !end) return undefined
  const from = begin.index + begin[0].length
  // Without output the two markers share no line end, but they stand next to each other.
  const to = begin.index + 1 + end.index
  return { tool: begin[1] ?? '', code: Number(end[1]), output: text.slice(from, Math.max(from, to)) }
}
