import { program } from '../release.ts'
import { exporter, plainOnly } from './definition.ts'

export const cadvisor = exporter({
  key: 'cadvisor',
  name: 'cadvisor',
  of: 'containers',
  release: {
    version: '0.60.5',
    upstream: {
      folder: 'google/cadvisor/releases/download/v$V',
      // The program itself, not packed, with a list of its own that names it `./ARCHIVE`.
      archive: 'cadvisor-v$V-linux-$ARCH',
      checksums: '$ARCHIVE.sha256',
      members: [program('cadvisor-v$V-linux-$ARCH', 'cadvisor')],
      architectures: { armv7: null },
    },
  },
  port: 8080,
  user: 'root',
  switches: 'go',
  listenFlag: 'listen_ip',
  portFlag: 'port',
  pathFlag: 'prometheus_endpoint',
  own: { 'http_auth_*': plainOnly, 'http_digest_*': plainOnly },
  secretFlags: { storage_driver_password: 'Remove this flag: Prometheus stores the metrics.' },
  readyPath: '/healthz',
  // Its own defaults measure every container each second.
  flags: [
    ['housekeeping_interval', '10s'],
    ['max_housekeeping_interval', '15s'],
  ],
  unit: [
    '# It reads the files and processes of all containers, wherever they lie.',
    'CapabilityBoundingSet=CAP_SYS_PTRACE CAP_DAC_READ_SEARCH CAP_SYSLOG',
    'ProtectHome=read-only',
    'PrivateTmp=false',
    '# It reads the kernel log (/dev/kmsg) to count processes that were killed for lack of memory.',
    'PrivateDevices=false',
    'ProtectKernelLogs=false',
  ],
})
