import { defineEntity, p } from '@mikro-orm/postgresql'

/** An account that uses the pools of a parent account. An account has at most one parent. */
export const SubAccountSchema = defineEntity({
  name: 'SubAccount',
  tableName: 'sub_account',
  properties: {
    accountId: p.text().primary(),
    parentId: p.text(),
    since: p.datetime(),
  },
  checks: [{ name: 'sub_account_parent', expression: `parent_id <> account_id` }],
  indexes: [{ name: 'sub_account_of_parent', properties: ['parentId'] }],
})
