import { metricGroupTexts, metricTexts } from '#services/entitlements/metrics/registry.js'
import { earningsMetrics, installMetrics } from '#services/marketplace/metrics/earnings.js'
import { Metric, MetricGroup } from '../entitlements/metrics.type.js'
import { Permission } from '../identity/permission.js'
import { DenialCode } from '../kernel/denial-code.js'
import { extendEnum } from '../kernel/decorators.js'
import { QueueName } from '../ops/queue.type.js'
import { SearchType } from '../ops/search.type.js'

// The marketplace adds these values to enums of lower modules.

const metrics = { ...earningsMetrics, ...installMetrics }
extendEnum(Metric, metricTexts(metrics))
extendEnum(MetricGroup, metricGroupTexts(metrics))

extendEnum(QueueName, { SYNC: 'Templates for the User Service. Retried for three days.' })

extendEnum(SearchType, { TEMPLATE: 'By ID or slug.', VENDOR: 'By ID or name.' })

extendEnum(DenialCode, {
  STACK_NOT_SUPPORTED: "The account's plan does not support the stack.",
  SLUG_TAKEN: 'Another template has this slug.',
  INVALID_DEFINITION: 'The definition of the template is invalid.',
  INFRASTRUCTURE_INSUFFICIENT: "The server does not meet the template's requirements.",
  SIGN_IN_REQUIRED: 'The operation requires a signed-in user.',
})

extendEnum(Permission, {
  MARKETPLACE_PUBLISH: 'Write templates, and read earnings.',
  TEMPLATES_DELETE: 'Delete templates.',
  TEMPLATES_REVIEW: 'Review submitted templates.',
})
