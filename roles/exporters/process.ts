import { debianRelease, program } from '../release.ts'
import { exporter } from './definition.ts'

export const processExporter = exporter({
  key: 'process',
  of: 'groups of processes',
  manual: 'https://github.com/ncabatoff/process-exporter',
  release: {
    version: '0.8.7',
    upstream: {
      folder: 'ncabatoff/process-exporter/releases/download/v$V',
      archive: 'process-exporter-$V.linux-$ARCH.tar.gz',
      checksums: 'checksums.txt',
      members: [program('process-exporter-$V.linux-$ARCH/process-exporter', 'process_exporter')],
    },
    debian: debianRelease('prometheus-process-exporter', 'process_exporter'),
  },
  port: 9256,
  switches: 'go',
  config: { file: 'config.yml', flag: 'config.path', required: true },
  own: { procnames: 'use "config"' },
  // Reading all of a process's memory map takes half a minute of the kernel's time on large hosts.
  flags: [['gather-smaps', 'false']],
  unit: [
    '# It reads what other users run, and nothing else.',
    'CapabilityBoundingSet=CAP_SYS_PTRACE CAP_DAC_READ_SEARCH',
    'AmbientCapabilities=CAP_SYS_PTRACE CAP_DAC_READ_SEARCH',
  ],
})
