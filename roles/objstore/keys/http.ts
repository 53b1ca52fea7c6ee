/** `http_config` in Thanos' form. */
import { type Counterpart, goDuration, inBoth, type ObjstoreKeys } from '../key.ts'

const duration = (to: string): Counterpart => ({ to: `http.${to}`, as: goDuration })

/** Of Thanos' HTTP clients. Cortex and Mimir have most of it under `http` in the backends that have that. */
export const httpKeys: ObjstoreKeys = {
  idle_conn_timeout: { is: 'a duration', ...inBoth(duration('idle_conn_timeout')) },
  response_header_timeout: { is: 'a duration', ...inBoth(duration('response_header_timeout')) },
  insecure_skip_verify: { is: 'true or false', ...inBoth('http.insecure_skip_verify') },
  tls_handshake_timeout: { is: 'a duration', ...inBoth(duration('tls_handshake_timeout')) },
  expect_continue_timeout: { is: 'a duration', ...inBoth(duration('expect_continue_timeout')) },
  max_idle_conns: { is: 'a number', ...inBoth('http.max_idle_connections') },
  max_idle_conns_per_host: { is: 'a number', ...inBoth('http.max_idle_connections_per_host') },
  max_conns_per_host: { is: 'a number', ...inBoth('http.max_connections_per_host') },
  tls_config: {
    is: {
      keys: {
        ca_file: { is: 'a text', hostPath: true, mimir: 'http.tls_ca_path' },
        cert_file: { is: 'a text', hostPath: true, mimir: 'http.tls_cert_path' },
        key_file: { is: 'a text', hostPath: true, mimir: 'http.tls_key_path' },
        server_name: { is: 'a text', mimir: 'http.tls_server_name' },
        // Thanos reads it and then takes the one beside `tls_config` instead.
        insecure_skip_verify: { is: 'true or false' },
      },
    },
  },
  disable_compression: { is: 'true or false' },
}

/** Of a backend that has `http` in one of the two, or in none. */
export function httpOnlyIn(which: 'mimir' | 'none'): ObjstoreKeys {
  return only(httpKeys, which)
}

function only(keys: ObjstoreKeys, which: 'mimir' | 'none'): ObjstoreKeys {
  return Object.fromEntries(
    Object.entries(keys).map(([key, { cortex: _, mimir, is, ...rest }]) => [
      key,
      {
        ...rest,
        is: typeof is === 'object' && 'keys' in is ? { keys: only(is.keys, which) } : is,
        ...(which === 'mimir' && mimir !== undefined ? { mimir } : {}),
      },
    ]),
  )
}
