import { defineEntity, p } from '@mikro-orm/postgresql'

/** Up to which of its versions an account's use of a feature has been gathered for reporting, or up to which time its minimums have. */
export const UsageWatermarkSchema = defineEntity({
  name: 'UsageWatermark',
  tableName: 'usage_watermark',
  properties: {
    accountId: p.text().primary(),
    feature: p.text().primary(),
    version: p.bigint('number'),
  },
})
