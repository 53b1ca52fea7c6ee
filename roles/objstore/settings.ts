/** `objstore:` of a store: a bucket in Thanos' form, in a file or inline. */
import type { Problem } from '../../src/diagnostic/problem.ts'
import type { Context } from '../../src/inventory/context.ts'
import type { YamlMap } from '../../src/inventory/model.ts'
import * as t from '../../src/inventory/schema/schema-words.ts'
import { asWritten } from '../../src/inventory/text/as-written.ts'
import { at, atKey, isFromOutside, seen, wasRejected } from '../../src/inventory/text/place.ts'
import { upstreamMap } from '../../src/inventory/upstream/upstream.ts'
import { isYamlMap } from '../../src/inventory/upstream/upstream-values.ts'
import { yamlText } from '../text/yaml.ts'
import { checkKeys, mapPlace } from './check.ts'
import type { ObjstoreKeys } from './key.ts'
import { objstoreProblem } from './messages.ts'
import { type BucketTypeName, bucketTypes, isBucketType } from './types.ts'

/** The key `objstore` in the schema of a store: a path, or the form itself. References stand in the form only. */
export const objstoreSchema = t.upstreamOrPath

export interface Objstore {
  readonly type: BucketTypeName
  /** All of it as it was written, references resolved. It holds secrets, which are in the inventory's secrets. */
  readonly map: YamlMap
  /** What stands below `config`. */
  readonly config: YamlMap
  /** Without slashes at its ends; empty if there is none. */
  readonly prefix: string
  /** It was read from outside the inventory's directory, so nothing of it is shown. */
  readonly outside?: true
}

type ObjstoreText = { readonly objstore?: string | YamlMap | null | undefined }

interface Uses {
  /** `storage.cortex of cell "eu"` */
  readonly of: string
  /** All that use the bucket. */
  readonly hosts: readonly string[]
  /** The store does nothing without one. */
  readonly required?: boolean
}

/** What a store says of its bucket; undefined if it says nothing, or with problems left in the context. */
export function buildObjstore(said: ObjstoreText, uses: Uses, context: Context): Objstore | undefined {
  const { problems } = context
  if (said.objstore == null) {
    if (uses.required && !wasRejected(said, 'objstore'))
      problems.push(objstoreProblem.none(atKey(said, 'objstore'), uses.of))
    return undefined
  }
  const map = upstreamMap(said, 'objstore', context)
  if (map === undefined) return undefined
  const before = problems.length
  checkKeys(map, topKeys, '', problems)
  const written = asWritten(map, 'type') ?? ''
  if (written === '') return undefined
  // Thanos takes it in any case.
  const type = written.toUpperCase()
  if (!isBucketType(type)) {
    problems.push(objstoreProblem.unknownType(at(map, 'type'), written, Object.keys(bucketTypes)))
    return undefined
  }
  const config = map.config ?? {}
  if (!isYamlMap(config)) {
    problems.push(objstoreProblem.badValue(at(map, 'config'), 'config', 'a map', seen(map, 'config')))
    return undefined
  }
  const { keys } = bucketTypes[type]
  if (Object.keys(config).length === 0) problems.push(objstoreProblem.missing(mapPlace(map), 'config'))
  else checkKeys(config, keys, 'config', problems)
  checkTogether(type, config, problems)
  if (type === 'FILESYSTEM' && uses.hosts.length > 1)
    problems.push(objstoreProblem.onSeveralHosts(at(map, 'type'), uses.of, uses.hosts))
  if (context.secrets) secretsOf(config, keys, context.secrets)
  if (problems.length > before) return undefined
  return {
    ...{ type, map, config },
    prefix: (asWritten(map, 'prefix') ?? '').replaceAll(/^\/+|\/+$/g, ''),
    ...(isFromOutside(map) ? { outside: true as const } : {}),
  }
}

const topKeys: ObjstoreKeys = {
  type: { is: 'a text', required: true },
  config: { is: 'anything' },
  prefix: { is: 'a text' },
}

/** The text of the file that Thanos reads. */
export function objstoreText({ map }: Objstore): string {
  return yamlText(map)
}

/** What Thanos says only at its start. */
function checkTogether(type: BucketTypeName, config: YamlMap, problems: Problem[]): void {
  if (type !== 'S3') return
  const has = (key: string) => config[key] != null && config[key] !== '' && config[key] !== false
  const endpoint = asWritten(config, 'endpoint') ?? ''
  if (endpoint !== '' && !/^[^/?#@\s]+$/.test(endpoint))
    problems.push(objstoreProblem.badEndpoint(at(config, 'endpoint')))
  for (const [one, other] of [
    ['access_key', 'secret_key'],
    ['secret_key', 'access_key'],
  ] as const)
    if (has(one) && !has(other)) problems.push(objstoreProblem.goesWith(at(config, one), one, other))
  if (has('aws_sdk_auth') && has('access_key'))
    problems.push(objstoreProblem.notBoth(at(config, 'access_key'), 'aws_sdk_auth', 'access_key'))
}

/** The values of secret keys, to be masked. */
function secretsOf(config: YamlMap, keys: ObjstoreKeys, into: Set<string>): void {
  for (const [key, { secret, is }] of Object.entries(keys)) {
    const value = config[key]
    if (value == null) continue
    if (secret) into.add(asWritten(config, key) ?? String(value))
    if (typeof is === 'object' && 'keys' in is && isYamlMap(value)) secretsOf(value, is.keys, into)
  }
}
