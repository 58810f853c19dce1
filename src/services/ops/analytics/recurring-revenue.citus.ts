import { statementForm } from '#services/kernel/database/forms.js'
import { outcomesWith, trialOutcomes } from './recurring-revenue.sql.js'

export const recurringRevenueForms = [
  statementForm(trialOutcomes, {
    text: outcomesWith(`(
      select account_id, subscription_id from recurring_period group by account_id, subscription_id
    ) r on r.account_id = s.account_id and r.subscription_id = s.id`),
  }),
]
