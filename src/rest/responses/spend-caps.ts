import { z } from 'zod'
import { component, list, lowerCaseOf, time, wholeNumber } from './fields.js'
import { money } from './money.js'

const terms = {
  feature: z.string(),
  period: lowerCaseOf('DAY', 'MONTH', 'BILLING_PERIOD'),
  setter: lowerCaseOf('ACCOUNT', 'OPERATOR').describe('The account cannot change the cap of an operator.'),
}
const alerts = {
  alert_percents: list(wholeNumber()).describe('Percent of the amount at which an alert is sent, ascending.'),
  resets_at: time().describe('End of the present period (business clock).'),
}

const units = {
  amount: wholeNumber().describe('Most units in a period.'),
  used: wholeNumber().describe('Units used in the present period.'),
  reserved: wholeNumber().describe('Units of open reservations.'),
  remaining: wholeNumber().describe('Units that the cap still allows in the present period.'),
}

const moneyTerms = {
  amount: money.describe('Highest cost in a period.'),
  used: money.describe('Cost of the present period.'),
  reserved: money.describe('Cost that open reservations have when they are committed.'),
  remaining: money.describe('Cost that the cap still allows in the present period.'),
}

export const spendCapsResponse = component('SpendCaps', 'Spend caps of an account.', {
  account_id: z.string(),
  spend_caps: list(
    component('SpendCap', 'Most units of a feature that the account uses in a period.', {
      ...terms,
      ...units,
      ...alerts,
    }),
  ).describe('Caps in units, in the order of the catalog.'),
  money_caps: list(
    component('MoneyCap', 'Highest cost of a feature beyond its allowance in a period.', {
      ...terms,
      ...moneyTerms,
      ...alerts,
    }),
  ).describe('Caps in money, in the order of the catalog.'),
  member_caps: list(
    component('MemberCap', 'Most units of a feature that one member of the account uses in a period.', {
      user_id: z.string().describe('Member whose use is limited.'),
      ...terms,
      ...units,
      ...alerts,
    }),
  ).describe('Caps of members in units, in the order of the catalog.'),
  member_money_caps: list(
    component(
      'MemberMoneyCap',
      'Highest cost of a feature beyond its allowance that the use of one member of the account has in a period.',
      {
        user_id: z.string().describe('Member whose cost is limited.'),
        ...terms,
        ...moneyTerms,
        used: money.describe('Cost of the use of the member in the present period, rounded up.'),
        ...alerts,
      },
    ),
  ).describe('Caps of members in money, in the order of the catalog.'),
})
