import { debianRelease, program, promuRelease } from '../release.ts'
import { exporter } from './definition.ts'

export const processExporter = exporter({
  key: 'process',
  of: 'groups of processes',
  release: {
    version: '0.8.7',
    upstream: {
      ...promuRelease('ncabatoff/process-exporter'),
      checksums: 'checksums.txt',
      members: [program('process-exporter-$V.linux-$ARCH/process-exporter', 'process_exporter')],
    },
    debian: debianRelease('process_exporter'),
  },
  port: 9256,
  rules: { file: 'exporters/rules/process.yml' },
  switches: 'go',
  config: {
    file: 'config.yml',
    flag: 'config.path',
    required: true,
    // It ends once it has read the config, because it finds no processes there.
    check: ['--procfs=/proc/none', '--config.path'],
    accepted: 'Reading metrics from',
    checkedHere: true,
  },
  own: { procnames: 'use "config"' },
  // Reading all of a process's memory map takes half a minute of the kernel's time on large hosts.
  flags: [['gather-smaps', 'false']],
  unit: [
    '# It reads what other users run, and nothing else.',
    'CapabilityBoundingSet=CAP_SYS_PTRACE CAP_DAC_READ_SEARCH',
    'AmbientCapabilities=CAP_SYS_PTRACE CAP_DAC_READ_SEARCH',
  ],
})
