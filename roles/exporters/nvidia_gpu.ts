import { flatRelease } from '../release.ts'
import { exporter } from './definition.ts'

export const nvidiaGpuExporter = exporter({
  key: 'nvidia_gpu',
  of: 'graphics processors of NVIDIA',
  manual: 'https://github.com/utkuozdemir/nvidia_gpu_exporter',
  release: {
    version: '1.14.0',
    upstream: {
      ...flatRelease('utkuozdemir/nvidia_gpu_exporter', 'nvidia_gpu_exporter', 'checksums.txt'),
      architectures: { amd64: 'x86_64', armv7: null },
    },
  },
  port: 9835,
  unit: ['# The devices of the driver, which nvidia-smi opens.', 'PrivateDevices=false'],
})
