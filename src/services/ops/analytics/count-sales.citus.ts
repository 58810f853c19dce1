import { statementForm } from '#services/kernel/database/forms.js'
import {
  addCheckouts,
  addPurchases,
  changedCheckouts,
  changedPurchases,
  countCheckouts,
  countPurchases,
  storeCountedCheckouts,
  storeCountedPurchases,
} from './count-sales.sql.js'

/** Rows that were read before, as `changed`. */
const changedOf = (columns: string): string =>
  `with changed as (select * from json_to_recordset(:found::json) as r (${columns}))`
const PURCHASE_COLUMNS =
  'id text, account_id text, product_id text, currency text, day date, amount_minor bigint, reversed_minor bigint, before bigint'

const CHECKOUT_COLUMNS =
  'id text, account_id text, product_id text, currency text, day date, completed boolean, before boolean'

export const countSalesForms = [
  statementForm(countPurchases, {
    text: changedPurchases('text'),
    writes: [storeCountedPurchases(), addPurchases()].map((write) => `${changedOf(PURCHASE_COLUMNS)} ${write}`),
  }),
  statementForm(countCheckouts, {
    text: changedCheckouts('text'),
    writes: [storeCountedCheckouts(), addCheckouts()].map((write) => `${changedOf(CHECKOUT_COLUMNS)} ${write}`),
  }),
]
