import { defineEntity, p } from '@mikro-orm/postgresql'
import { ownerKey } from '../owner-key.js'

/** Units used from a grant that was revoked later. Later grants repay them first. */
export const CreditDebtSchema = defineEntity({
  name: 'CreditDebt',
  tableName: 'credit_debt',
  properties: {
    accountId: ownerKey,
    feature: p.text().primary(),
    amount: p.bigint('number'),
  },
  checks: [{ name: 'credit_debt_amount', expression: `amount >= 0` }],
})
