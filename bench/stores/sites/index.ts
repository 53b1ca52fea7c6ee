/** All stores that `npm run stores` takes apart, a line each. */

import { cortexSite } from './cortex.ts'
import type { StoreSite } from './definition.ts'
import { m3dbSite } from './m3db.ts'
import { thanosSite } from './thanos.ts'
import { victoriaMetricsSite } from './victoriametrics.ts'

export const storeSites: readonly StoreSite[] = [victoriaMetricsSite, thanosSite, cortexSite, m3dbSite]
