import { statementForm, textOf } from '#services/kernel/database/forms.js'
import { findChargedAgainstPlan, recountSales, salesOfDay, storeSales } from './money.sql.js'

export const moneyForms = [
  statementForm(findChargedAgainstPlan, {
    text: textOf(findChargedAgainstPlan).replace('paid as (', 'paid as not materialized ('),
  }),
  statementForm(recountSales, {
    text: salesOfDay('day::text as day'),
    writes: [
      storeSales(`json_to_recordset(:found::json) as
        sales (day date, product_id text, currency text, purchases int, gross_minor bigint, reversed_minor bigint)`),
    ],
  }),
]
