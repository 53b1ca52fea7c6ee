import { ringChecks } from '../ring/checks.ts'

export const checks = ringChecks('cortex', '/ring')
