import { ringChecks } from '../ring/checks.ts'

export const checks = ringChecks('mimir', '/ingester/ring')
