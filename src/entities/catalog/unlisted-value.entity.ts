import { defineEntity, p } from '@mikro-orm/postgresql'

/** A value of a dimension that only a default line of a rate card prices. Operators are notified of each once. */
export const UnlistedValueSchema = defineEntity({
  name: 'UnlistedValue',
  tableName: 'unlisted_value',
  properties: {
    feature: p.text().primary(),
    dimension: p.text().primary(),
    value: p.text().primary(),
    /** Machine time. */
    foundAt: p.datetime(),
  },
})
