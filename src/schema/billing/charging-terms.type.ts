import { ID, Int } from 'type-graphql'
import { field, inputType } from '../kernel/decorators.js'
import { ACCOUNT_ARG_REQUIRED } from '../kernel/descriptions.js'
import { MoneyInput } from '../kernel/money.input.js'
import { TaxExemption } from './billing-details.type.js'
import { InvoiceAccess } from './invoice-terms.type.js'

@inputType(
  'Charging terms of an account, at least one. Terms that are missing stay, so leave out what does not change.',
)
export class SetChargingTermsInput {
  @field(ACCOUNT_ARG_REQUIRED, () => ID)
  accountId!: string

  @field(
    'Whether taxes are charged, here and at the payment provider. It applies to later invoices. Null: it stays.',
    () => TaxExemption,
    { nullable: true },
  )
  taxExemption?: TaxExemption | null

  @field(
    'Days from an invoice to its due date, from 1 to 365. Plans are paid by invoice, and running subscriptions follow with their next invoice. Null: plans are charged.',
    () => Int,
    { nullable: true },
  )
  daysUntilDue?: number | null

  @field(
    'Start of the access to a new plan that is paid by invoice. Default, and null: the present one, at first `FROM_START`.',
    () => InvoiceAccess,
    { nullable: true },
  )
  invoiceAccess?: InvoiceAccess | null

  @field(
    'Cost at which use beyond the allowances is invoiced before its window ends, in `AccountUsage.currency`. Use that has reached it is invoiced at once. Null: that of the plan.',
    () => MoneyInput,
    { nullable: true },
  )
  overageThreshold?: MoneyInput | null

  @field('Why, for the audit log: for example the contract or the certificate. 1–500 characters.', () => String)
  reason!: string
}
