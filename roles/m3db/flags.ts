/** Flags of M3DB and of etcd that the inventory may not set, and what to use instead. */
import type { Own } from '../../src/inventory/cell/flags.ts'
import type { SecretFlags } from '../storage/secret-flags.ts'

export const m3dbOwnFlags: Own = {
  '*': 'm3dbnode takes no flags but the path of its config, which promha writes',
}

const self = 'promha tells each member its name and its address'
const plainHttp = 'promha and M3DB ask it by plain HTTP; TLS is not supported yet'
const members = 'promha names all members to each of them'

export const etcdOwnFlags: Own = {
  name: self,
  'data-dir': 'promha keeps its data in /var/lib/m3db_etcd',
  'wal-dir': 'promha keeps its data in /var/lib/m3db_etcd',
  'config-file': 'it would count instead of all flags',
  'listen-*': 'promha closes the ports 2379 and 2380 to all but M3DB and etcd; for its metrics, use "listen"',
  'advertise-client-urls': self,
  'initial-*': members,
  'discovery*': members,
  proxy: 'promha has each of them be a member',
  'force-new-cluster': 'it drops all other members',
  'enable-grpc-gateway': 'promha does not use it, and M3DB does not either',
  'cert-file': plainHttp,
  'key-file': plainHttp,
  'client-*': plainHttp,
  'trusted-ca-file': plainHttp,
  'auto-tls': plainHttp,
  'peer-*': plainHttp,
  metrics: 'promha asks for its metrics as they are',
}

/** It takes no secret in a flag that is left to the user but a token's options, which name files. */
export const etcdSecrets: SecretFlags = {
  names: /(?:^|-)(?:password|secret|token)$/,
  elsewhere: /^(?:simple|jwt(?:,[\w-]+=[\w./-]*)*)$/,
  instead: 'Remove this flag: promha cannot keep its value secret.',
}
