import { z } from 'zod'
import { component, list, wholeNumber } from './fields.js'

export const balanceAlertsResponse = component('BalanceAlerts', 'Balance alerts of an account.', {
  account_id: z.string(),
  balance_alerts: list(
    component('BalanceAlert', 'A balance of a feature below which an alert is sent.', {
      feature: z.string(),
      threshold: wholeNumber().describe(
        'Units below which the alert is sent. For a level in percent: `percent` of `base`, rounded up.',
      ),
      percent: wholeNumber()
        .nullable()
        .describe('Percent of `base` below which the alert is sent. Null for a level in units.'),
      base: wholeNumber()
        .nullable()
        .describe(
          'Highest balance since the last grant: of credits, a pack, or an allowance at the start of its window. Null for a level in units.',
        ),
      balance: wholeNumber()
        .nullable()
        .describe('Units that are not used yet, reserved ones included. Null if unlimited.'),
      below: z
        .boolean()
        .describe(
          'Whether the balance is below the level. The next alert follows after it has risen and fallen again.',
        ),
    }),
  ).describe('The highest level of a feature first.'),
})
