import { metricTexts } from '#services/entitlements/metrics/registry.js'
import { earningsMetrics, installMetrics } from '#services/marketplace/metrics/earnings.js'
import { Metric } from '../entitlements/metrics.type.js'
import { extendEnum } from '../kernel/decorators.js'
import { SearchType } from '../ops/search.type.js'

// The marketplace adds these values to enums of lower modules.

extendEnum(Metric, metricTexts({ ...earningsMetrics, ...installMetrics }))

extendEnum(SearchType, { TEMPLATE: 'By ID or slug.', VENDOR: 'By ID or name.' })
