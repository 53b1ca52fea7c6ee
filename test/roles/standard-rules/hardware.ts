/** When the standard alerts of hardware fire. */
import type { AlertCase } from './promtool.ts'
import { answers } from './usual.ts'

const sensor = (kind: string, state: number) => ({
  [`ipmi_${kind}_state{id="7", name="FAN 1"}`]: `${state}x60`,
})
const kinds = ['temperature', 'fan_speed', 'voltage', 'current', 'power']
const is = (severity: 'warning' | 'critical') => ({
  ...{ alert: 'IpmiSensorAbnormal', severity, labels: { id: '7', name: 'FAN 1' } },
  summary: `host:1: the sensor FAN 1 is in state ${severity}`,
})
const ipmi: readonly AlertCase[] = [
  {
    ...{ alert: 'IpmiUnreadable', severity: 'warning', labels: { collector: 'ipmi' } },
    fires: { 'ipmi_up{collector="ipmi"}': '0x60' },
    summary: 'host:1: the sensors cannot be read',
    // Many boards have no power meter.
    quiet: [{ 'ipmi_up{collector="ipmi"}': '1x60', 'ipmi_up{collector="dcmi"}': '0x60' }],
  },
  ...kinds.map(
    (kind): AlertCase => ({
      ...is('warning'),
      fires: sensor(kind, 1),
      quiet: [sensor(kind, 0), { 'ipmi_sensor_state{id="7", name="FAN 1", type="Slot"}': '1x60' }],
    }),
  ),
  ...[...kinds, 'sensor'].map(
    (kind): AlertCase => ({
      ...is('critical'),
      fires: sensor(kind, 2),
      quiet: [sensor(kind, 0), { ipmi_chassis_power_state: '2x60' }],
    }),
  ),
]

const disk = 'device="nvme0"'
const labels = { device: 'nvme0' }
const spare = (blocks: number) => ({
  [`smartctl_device_available_spare{${disk}}`]: `${blocks}x60`,
  [`smartctl_device_available_spare_threshold{${disk}}`]: '10x60',
})
const heat = (degrees: number, kind = 'current') => ({
  [`smartctl_device_temperature{${disk}, temperature_type="${kind}"}`]: `${degrees}x60`,
})
const smartctl: readonly AlertCase[] = [
  answers('SmartctlExporterDown', 'smartctl'),
  {
    ...{ alert: 'SmartDiskFailing', severity: 'critical', labels },
    fires: { [`smartctl_device_smart_status{${disk}}`]: '0x60' },
    summary: 'host:1: the disk nvme0 fails its own health check',
    quiet: [{ [`smartctl_device_smart_status{${disk}}`]: '1x60' }],
  },
  {
    ...{ alert: 'SmartNvmeWarning', severity: 'critical', labels },
    fires: { [`smartctl_device_critical_warning{${disk}}`]: '1x60' },
    summary: 'host:1: the disk nvme0 reports a critical warning',
    quiet: [{ [`smartctl_device_critical_warning{${disk}}`]: '0x60' }],
  },
  {
    ...{ alert: 'SmartNvmeMediaErrors', severity: 'warning', labels },
    fires: { [`smartctl_device_media_errors{${disk}}`]: '1x60' },
    summary: 'host:1: the disk nvme0 had media errors: 1',
    quiet: [{ [`smartctl_device_media_errors{${disk}}`]: '0x60' }],
  },
  {
    ...{ alert: 'SmartNvmeSpareLow', severity: 'critical', labels },
    fires: spare(9),
    summary: 'host:1: the disk nvme0 has 9% of its spare blocks left',
    quiet: [spare(10)],
  },
  {
    ...{ alert: 'SmartDiskHot', severity: 'warning', labels: { ...labels, temperature_type: 'current' } },
    fires: heat(61),
    summary: 'host:1: the disk nvme0 has 61 °C',
    quiet: [heat(60), heat(70, 'drive_trip')],
  },
]

/** By job. */
export const hardwareCases: Readonly<Record<string, readonly AlertCase[]>> = {
  ipmi: [answers('IpmiExporterDown', 'ipmi'), ...ipmi],
  'ipmi-probe': [answers('IpmiExporterDown', 'ipmi-probe'), ...ipmi],
  nvidia_gpu: [
    answers('NvidiaGpuExporterDown', 'nvidia_gpu'),
    {
      ...{ alert: 'NvidiaGpuUnreadable', severity: 'warning' },
      fires: { nvidia_smi_last_collect_success: '0x60' },
      summary: 'host:1: nvidia-smi fails',
      quiet: [{ nvidia_smi_last_collect_success: '1x60' }],
    },
  ],
  smartctl,
}
