import { debianRelease, program } from '../release.ts'
import { exporter, inEnvironment, plainOnly } from './definition.ts'

export const redisExporter = exporter({
  key: 'redis',
  of: 'Redis and Valkey',
  release: {
    version: '1.88.0',
    upstream: {
      folder: 'oliver006/redis_exporter/releases/download/v$V',
      archive: 'redis_exporter-v$V.linux-$ARCH.tar.gz',
      checksums: 'sha256sums.txt',
      members: [program('redis_exporter-v$V.linux-$ARCH/redis_exporter', 'redis_exporter')],
      architectures: { armv7: 'arm' },
    },
    debian: debianRelease('redis_exporter'),
  },
  port: 9121,
  rules: { file: 'exporters/rules/redis.yml' },
  switches: 'go',
  own: { 'basic-auth-*': plainOnly, 'tls-server-*': plainOnly },
  secretFlags: { 'redis.password': inEnvironment('REDIS_PASSWORD') },
  credentials: inEnvironment('REDIS_ADDR', 'REDIS_PASSWORD'),
  readyPath: '/health',
  probe: {
    path: '/scrape',
    parameters: [
      'check-keys',
      'check-single-keys',
      'check-streams',
      'check-single-streams',
      'count-keys',
      'tls_server_name',
    ],
  },
})
