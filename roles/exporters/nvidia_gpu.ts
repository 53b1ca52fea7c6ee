import { flatRelease } from '../release.ts'
import { exporter } from './definition.ts'

export const nvidiaGpuExporter = exporter({
  key: 'nvidia_gpu',
  of: 'graphics processors of NVIDIA',
  release: {
    version: '1.14.0',
    upstream: flatRelease('utkuozdemir/nvidia_gpu_exporter', {
      checksums: 'checksums.txt',
      architectures: { amd64: 'x86_64', armv7: null },
    }),
  },
  port: 9835,
  severalAddressesFrom: '1.2.0',
  rules: { file: 'exporters/rules/nvidia_gpu.yml' },
  unit: ['# The devices of the driver, which nvidia-smi opens.', 'PrivateDevices=false'],
})
