import { ArgsType, ID, Int } from 'type-graphql'
import { field, inputType } from '../kernel/decorators.js'
import { ACCOUNT_ARG_REQUIRED } from '../kernel/descriptions.js'
import { MoneyInput } from '../kernel/money.input.js'
import { TaxExemption } from './billing-details.type.js'
import { InvoiceAccess } from './invoice-terms.type.js'

@inputType('Terms by which an account pays plans by invoice.')
export class InvoiceTermsInput {
  @field('Days from an invoice to its due date, from 1 to 365.', () => Int)
  daysUntilDue!: number

  @field('Start of the access to a new plan.', () => InvoiceAccess, { defaultValue: 'FROM_START' })
  access!: InvoiceAccess
}

@ArgsType()
export class SetChargingTermsArgs {
  @field(ACCOUNT_ARG_REQUIRED, () => ID)
  accountId!: string

  @field(
    'Whether taxes are charged, here and at the payment provider. It applies to later invoices.',
    () => TaxExemption,
    { nullable: true },
  )
  taxExemption?: TaxExemption | null

  @field(
    'Terms of plans that are paid by invoice. Running subscriptions follow with their next invoice. Null: plans are charged.',
    () => InvoiceTermsInput,
    { nullable: true },
  )
  invoiceTerms?: InvoiceTermsInput | null

  @field(
    'Cost at which use beyond the allowances is invoiced before its window ends, in `AccountUsage.currency`. Use that has reached it is invoiced at once. Null: that of the plan.',
    () => MoneyInput,
    { nullable: true },
  )
  overageThreshold?: MoneyInput | null

  @field('Why, for the audit log: for example the contract or the certificate. 1–500 characters.', () => String)
  reason!: string
}
