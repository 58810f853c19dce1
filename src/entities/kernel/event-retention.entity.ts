import { defineEntity, p } from '@mikro-orm/postgresql'

/**
 * Up to which of its events the stream of an account is forgotten; none of an account without a row. The ledger is kept for ever, and
 * tells of no use before that.
 */
export const EventRetentionSchema = defineEntity({
  name: 'ForgottenEvents',
  tableName: 'forgotten_events',
  properties: {
    accountId: p.text().primary(),
    upTo: p.bigint('number'),
  },
})
