import { sql } from 'kysely'
import { functionForm, statementForm } from '#services/kernel/database/forms.js'
import { hasBalance } from './vendors.js'
import { inRange, metricsOf, ofPurchase, templateMetrics } from './vendors.sql.js'

/** Entries are not looked for once for each vendor. */
const HAS_BALANCE = sql<boolean>`vendor.id in (
  select e.vendor_id from earnings_entry e group by e.vendor_id, e.currency having sum(e.amount_minor) > 0
)`

export const vendorForms = [
  functionForm(hasBalance, () => HAS_BALANCE),
  statementForm(templateMetrics, {
    // Purchases and installs are on the machines of their accounts.
    text: metricsOf(
      `earned as materialized (
    select * from earnings_entry e where e.vendor_id = :vendorId and ${inRange('e.at')}
  ), installed as materialized (
    select i.template_id, count(*) as installs from template_install i where ${inRange('i.at')} group by i.template_id
  ), `,
      `earned e ${ofPurchase()}`,
      'coalesce((select installs from installed where installed.template_id = t.id), 0)',
    ),
  }),
]
