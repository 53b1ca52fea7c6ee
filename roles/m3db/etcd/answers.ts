/** How etcd is asked. Tried with 3.4.23 and 3.5.30. */
import { page } from '../../../src/verify/answer/answers.ts'
import { samples } from '../../../src/verify/answer/metrics.ts'

/** 200 while more than half of the members are up; 503 before that. */
export const etcdHealth = page('/health')

export function etcdVersion(metrics: string): string | undefined {
  return samples(metrics, 'etcd_server_version')[0]?.labels.server_version
}
