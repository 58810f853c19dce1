import { metricGroupTexts, metricTexts } from '#services/entitlements/metrics/registry.js'
import { earningsMetrics, installMetrics } from '#services/marketplace/metrics/earnings.js'
import { Metric, MetricGroup } from '../entitlements/metrics.type.js'
import { extendEnum } from '../kernel/decorators.js'
import { QueueName } from '../ops/queue.type.js'
import { SearchType } from '../ops/search.type.js'

// The marketplace adds these values to enums of lower modules.

const metrics = { ...earningsMetrics, ...installMetrics }
extendEnum(Metric, metricTexts(metrics))
extendEnum(MetricGroup, metricGroupTexts(metrics))

extendEnum(QueueName, { SYNC: 'Templates for the User Service. Retried for three days.' })

extendEnum(SearchType, { TEMPLATE: 'By ID or slug.', VENDOR: 'By ID or name.' })
