/** When the standard alerts of hosts fire. */
import type { AlertCase } from './promtool.ts'

const disk = { device: '/dev/sda1', fstype: 'ext4', mountpoint: '/srv' }
const labelsOf = (labels: Readonly<Record<string, string>>) =>
  Object.entries(labels)
    .map(([label, value]) => `${label}="${value}"`)
    .join(', ')

/** A file system of size 100. */
function fileSystem(free: string, inodes: boolean, { readonly = '0', fstype = 'ext4' } = {}) {
  const on = labelsOf({ ...disk, fstype })
  const [left, all] = inodes
    ? ['node_filesystem_files_free', 'node_filesystem_files']
    : ['node_filesystem_avail_bytes', 'node_filesystem_size_bytes']
  return {
    [`${left}{${on}}`]: free,
    [`${all}{${on}}`]: '100x100',
    [`node_filesystem_readonly{${on}}`]: `${readonly}x100`,
  }
}

const filling = (alert: string, inodes: boolean): readonly AlertCase[] => {
  const says = (left: string, hours: number) =>
    `host:1: /srv has ${left}% of its ${inodes ? 'inodes' : 'space'} left and runs out within ${hours} hours`
  return [
    {
      ...{ alert, severity: 'warning', labels: disk, since: 1 },
      fires: fileSystem('39-0.04x100', inodes),
      summary: { warning: says('36.56', 24) },
      quiet: [fileSystem('70.5-0.5x100', inodes)],
    },
    {
      ...{ alert, severity: 'warning', labels: disk, since: 1 },
      // Empty in 23.5 hours when it is first looked at.
      fires: fileSystem('28.22-0.02x100', inodes),
      summary: { warning: says('27', 24) },
      quiet: [
        fileSystem('30x100', inodes),
        // Empty in 25 hours only.
        fileSystem('31.22-0.02x100', inodes),
        fileSystem('40-0.1x100', inodes, { readonly: '1' }),
        fileSystem('40-0.1x100', inodes, { fstype: 'nfs4' }),
      ],
    },
    {
      ...{ alert, severity: 'critical', labels: disk, since: 1 },
      // Empty in 3.9 hours when it is first looked at.
      fires: fileSystem('18.8-0.08x100', inodes),
      summary: { warning: says('13.92', 24), critical: says('13.92', 4) },
      quiet: [
        fileSystem('10x100', inodes),
        fileSystem('50.5-0.5x100', inodes),
        // Empty in 4.2 hours only.
        fileSystem('21.91-0.07x100', inodes),
        fileSystem('20-0.2x100', inodes, { readonly: '1' }),
        fileSystem('20-0.2x100', inodes, { fstype: 'tmpfs' }),
      ],
    },
  ]
}

const low = (alert: string, inodes: boolean): readonly AlertCase[] => {
  const says = (left: string) => `host:1: /srv has only ${left}% of its ${inodes ? 'inodes' : 'space'} left`
  return [
    {
      ...{ alert, severity: 'warning', labels: disk },
      fires: fileSystem('4.9x100', inodes),
      summary: says('4.9'),
      quiet: [
        fileSystem('5x100', inodes),
        fileSystem('1x100', inodes, { readonly: '1' }),
        fileSystem('1x100', inodes, { fstype: 'fuse.sshfs' }),
      ],
    },
    {
      ...{ alert, severity: 'critical', labels: disk },
      fires: fileSystem('2.9x100', inodes),
      summary: { warning: says('2.9'), critical: says('2.9') },
      quiet: [
        fileSystem('3x100', inodes),
        fileSystem('1x100', inodes, { readonly: '1' }),
        fileSystem('1x100', inodes, { fstype: 'fuse.sshfs' }),
      ],
    },
  ]
}

const cpu = (idle: number) => ({
  'node_cpu_seconds_total{cpu="0", mode="idle"}': `0+${idle / 2}x60`,
  'node_cpu_seconds_total{cpu="0", mode="iowait"}': `0+${idle / 2}x60`,
  'node_cpu_seconds_total{cpu="0", mode="user"}': `0+${60 - idle}x60`,
})
const load = (value: number) => ({
  node_load1: `${value}x60`,
  'node_cpu_seconds_total{cpu="0", mode="idle"}': '0+30x60',
  'node_cpu_seconds_total{cpu="1", mode="idle"}': '0+30x60',
  'node_cpu_seconds_total{cpu="1", mode="user"}': '0+30x60',
})
const memory = (free: number) => ({
  node_memory_MemAvailable_bytes: `${free}x60`,
  node_memory_MemTotal_bytes: '100x60',
})
const files = (used: number) => ({ node_filefd_allocated: `${used}x60`, node_filefd_maximum: '100x60' })
const network = (direction: string, errors: number, device = 'eth0') => ({
  [`node_network_${direction}_errs_total{device="${device}"}`]: `0+${errors * 6}x100`,
  [`node_network_${direction}_packets_total{device="${device}"}`]: '0+6000x100',
})
const raid = (active: number, failed = 0) => ({
  'node_md_disks_required{device="md0"}': '2x60',
  'node_md_disks{device="md0", state="active"}': `${active}x60`,
  'node_md_disks{device="md0", state="failed"}': `${failed}x60`,
})
const sync = (status: string, error: number) => ({
  node_timex_sync_status: `${status}x60`,
  node_timex_maxerror_seconds: `${error}x60`,
})

const clockOff = (sign: string, better: string): AlertCase => ({
  ...{ alert: 'NodeClockOff', severity: 'warning', since: 5 },
  fires: { node_timex_offset_seconds: `${sign}0.052x60` },
  summary: 'host:1: the clock is off by 52ms and does not get better',
  quiet: [
    { node_timex_offset_seconds: `${sign}0.05x60` },
    // It gets better.
    { node_timex_offset_seconds: `${sign}0.9${better}0.01x60` },
  ],
})

export const nodeCases: readonly AlertCase[] = [
  {
    ...{ alert: 'NodeDown', severity: 'critical' },
    fires: { up: '0x60' },
    summary: 'host:1: node_exporter does not answer',
    quiet: [{ up: '1x60' }, { up: '0x4 1x60' }],
  },
  ...filling('NodeDiskFilling', false),
  ...low('NodeDiskSpaceLow', false),
  ...filling('NodeInodesFilling', true),
  ...low('NodeInodesLow', true),
  {
    ...{ alert: 'NodeMemoryLow', severity: 'warning' },
    fires: memory(9),
    summary: 'host:1: 91% of the memory is in use',
    quiet: [memory(10)],
  },
  {
    ...{ alert: 'NodeMemoryPaging', severity: 'warning', since: 4 },
    fires: { node_vmstat_pgmajfault: '1000000+30060x60' },
    summary: 'host:1: 501 pages a second are read back from the disk',
    quiet: [{ node_vmstat_pgmajfault: '1000000+30000x60' }],
  },
  {
    ...{ alert: 'NodeCpuBusy', severity: 'info', since: 1 },
    fires: cpu(3),
    summary: 'host:1: the CPUs are 95% busy',
    quiet: [cpu(6)],
  },
  {
    ...{ alert: 'NodeLoadHigh', severity: 'warning' },
    fires: load(4.2),
    summary: 'host:1: 2.1 processes per CPU core want to run or wait for the disk',
    quiet: [load(4)],
  },
  {
    ...{ alert: 'NodeDiskQueueLong', severity: 'warning', since: 4, labels: { device: 'sda' } },
    fires: { 'node_disk_io_time_weighted_seconds_total{device="sda"}': '1000000+660x60' },
    summary: 'host:1: on average 11 requests wait for the disk sda',
    quiet: [
      { 'node_disk_io_time_weighted_seconds_total{device="sda"}': '1000000+600x60' },
      { 'node_disk_io_time_weighted_seconds_total{device="loop0"}': '1000000+660x60' },
    ],
  },
  {
    ...{ alert: 'NodeFileDescriptorsLow', severity: 'warning' },
    fires: files(71),
    summary: 'host:1: 71% of the file descriptors are in use',
    quiet: [files(70)],
  },
  {
    ...{ alert: 'NodeFileDescriptorsLow', severity: 'critical' },
    fires: files(91),
    summary: {
      warning: 'host:1: 91% of the file descriptors are in use',
      critical: 'host:1: 91% of the file descriptors are in use',
    },
    quiet: [files(90)],
  },
  {
    ...{ alert: 'NodeNetworkReceiveErrors', severity: 'warning', since: 1, labels: { device: 'eth0' } },
    fires: network('receive', 11),
    summary: 'host:1: 1.1% of the packets received by eth0 have errors',
    quiet: [network('receive', 10), network('receive', 500, 'veth12')],
  },
  {
    ...{ alert: 'NodeNetworkTransmitErrors', severity: 'warning', since: 1, labels: { device: 'eth0' } },
    fires: network('transmit', 11),
    summary: 'host:1: 1.1% of the packets sent by eth0 have errors',
    quiet: [network('transmit', 10), network('transmit', 500, 'lo')],
  },
  {
    ...{ alert: 'NodeConntrackNearlyFull', severity: 'warning' },
    fires: { node_nf_conntrack_entries: '76x60', node_nf_conntrack_entries_limit: '100x60' },
    summary: 'host:1: 76% of the connection tracking table is in use',
    quiet: [{ node_nf_conntrack_entries: '75x60', node_nf_conntrack_entries_limit: '100x60' }],
  },
  {
    ...{ alert: 'NodeBondDegraded', severity: 'warning', labels: { master: 'bond0' } },
    fires: {
      'node_bonding_slaves{master="bond0"}': '2x60',
      'node_bonding_active{master="bond0"}': '1x60',
    },
    summary: 'host:1: the bond bond0 has failed links: 1',
    quiet: [{ 'node_bonding_slaves{master="bond0"}': '2x60', 'node_bonding_active{master="bond0"}': '2x60' }],
  },
  clockOff('', '-'),
  clockOff('-', '+'),
  {
    ...{ alert: 'NodeClockNotSynchronised', severity: 'warning' },
    fires: sync('0', 16),
    summary: 'host:1: the clock is not synchronised',
    quiet: [sync('0', 15.9), sync('1', 16)],
  },
  {
    ...{ alert: 'NodeRebooted', severity: 'info' },
    fires: { node_boot_time_seconds: '-570x60' },
    summary: 'host:1: the host was started 9m 30s ago',
    quiet: [{ node_boot_time_seconds: '-600x60' }],
  },
  {
    ...{ alert: 'NodeRaidDegraded', severity: 'critical', labels: { device: 'md0' } },
    fires: raid(1),
    summary: 'host:1: the RAID array md0 lacks 1 of its disks',
    quiet: [raid(2)],
  },
  {
    ...{ alert: 'NodeRaidDiskFailed', severity: 'warning', labels: { device: 'md0', state: 'failed' } },
    fires: raid(2, 1),
    summary: 'host:1: the RAID array md0 has failed disks: 1',
    quiet: [raid(1)],
  },
  {
    ...{ alert: 'NodeTextfileUnreadable', severity: 'warning' },
    fires: { node_textfile_scrape_error: '1x60' },
    summary: 'host:1: node_exporter cannot read a file of metrics',
    quiet: [{ node_textfile_scrape_error: '0x60' }],
  },
  {
    ...{ alert: 'NodeUnitFailed', severity: 'warning', labels: { name: 'a.service', state: 'failed' } },
    fires: { 'node_systemd_unit_state{name="a.service", state="failed"}': '1x60' },
    summary: 'host:1: the unit a.service has failed',
    quiet: [
      { 'node_systemd_unit_state{name="a.service", state="failed"}': '0x60' },
      { 'node_systemd_unit_state{name="a.service", state="active"}': '1x60' },
    ],
  },
  {
    ...{ alert: 'NodeUnitRestarting', severity: 'warning', since: 3, labels: { name: 'a.service' } },
    fires: { 'node_systemd_service_restart_total{name="a.service"}': '0+1x60' },
    summary: 'host:1: the unit a.service keeps restarting',
    quiet: [
      { 'node_systemd_service_restart_total{name="a.service"}': '0 0 1 1 1 1 2 2 2 2 3 3 3 3 4 4 4 4 5 5 5' },
    ],
  },
]
