import { z } from 'zod'
import { component, list, lowerCaseOf, time, wholeNumber } from './fields.js'

const subAccount = component('SubAccount', 'An account that uses the pools of a parent account.', {
  account_id: z.string(),
  name: z.string(),
  parent_id: z.string(),
  parent_name: z.string(),
  since: time().describe('Time from which it uses the pools.'),
  limits: list(
    z.strictObject({
      feature: z.string(),
      period: lowerCaseOf('DAY', 'MONTH', 'BILLING_PERIOD'),
      amount: wholeNumber(),
      used: wholeNumber(),
      reserved: wholeNumber(),
      remaining: wholeNumber(),
      resets_at: time(),
    }),
  ).describe('Limits that the parent account has set, with the use of the present period.'),
  usage: list(
    z.strictObject({
      feature: z.string(),
      used: wholeNumber(),
      since: time().describe('Start of the period.'),
    }),
  ).describe('Use of the pools, one entry per feature of `pools` of the catalog.'),
})

export const subAccountsResponse = component('SubAccounts', 'An account in its pools.', {
  account_id: z.string(),
  sub_account: subAccount
    .nullable()
    .describe('Use and limits of the account in the pools of its parent. Null without one.'),
  sub_accounts: list(subAccount).describe('Sub-accounts of the account, by name, at most 1,000.'),
})

export const parentAccountResponse = component('ParentAccount', 'An account with its parent.', {
  account_id: z.string(),
  parent_id: z.string().nullable().describe('Account whose pools are used. Null: the account uses its own units.'),
})
