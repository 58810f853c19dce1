import { forEachAccount, statementForm, textOf } from '#services/kernel/database/forms.js'
import {
  addExpiringCredits,
  addUsage,
  countExpiringCredits,
  countUsage,
  expiringCredits,
  usageOf,
} from './analytics.sql.js'
import { findDefaultPrices, rollUpUsage } from './roll-up-usage.sql.js'

/** A text that reads pending entries, for one account at a time. */
const ofOneAccount = (text: string) =>
  forEachAccount(text.replaceAll('= l.account_id', '= pending.account_id'), 'pending.account_id', [
    'accountIds',
    'fromVersions',
    'toVersions',
  ])

export const analyticsForms = [
  statementForm(rollUpUsage, ofOneAccount(textOf(rollUpUsage))),
  statementForm(findDefaultPrices, ofOneAccount(textOf(findDefaultPrices))),
  statementForm(countUsage, {
    ...ofOneAccount(usageOf('text')),
    writes: [
      addUsage(`(
      select day, plan_code, feature, sum(used) as used
      from json_to_recordset(:found::json) as r (day date, plan_code text, feature text, used bigint) group by 1, 2, 3
    )`),
    ],
  }),
  statementForm(countExpiringCredits, {
    ...ofOneAccount(expiringCredits('text')),
    writes: [
      addExpiringCredits(`(
      select day, feature, sum(granted) as granted, sum(expired) as expired
      from json_to_recordset(:found::json) as r (day date, feature text, granted bigint, expired bigint) group by 1, 2
    )`),
    ],
  }),
]
