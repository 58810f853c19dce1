import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { sqlIndex } from '../sql-index.js'

/** Fact about the payments of an account for which use beyond an allowance is denied. */
export type OverageEndReason =
  | 'DISPUTED'
  | 'CHARGED_BACK'
  | 'PERIOD_UNPAID'
  | 'PERIOD_VOIDED'
  | 'OVERAGE_UNPAID'
  | 'NO_PAYMENT_METHOD'

/** Cost at which use beyond an allowance is invoiced. */
export interface StoredOverageThreshold {
  /** Null: that of the plan. */
  readonly money: { readonly amountMinor: number; readonly currency: string } | null
  /** ISO 8601, business time. Earlier use reached no threshold. */
  readonly since: string
}

/** `FROM_START`: a plan is given when it starts. `FROM_PAYMENT`: when its first invoice is paid. */
export type InvoiceAccess = 'FROM_START' | 'FROM_PAYMENT'

/** Terms by which an account pays plans by invoice, instead of by a payment method that is charged. */
export interface StoredInvoiceTerms {
  readonly daysUntilDue: number
  readonly access: InvoiceAccess
}

/** An address as invoices show it. Null: not given. */
export interface StoredAddress {
  readonly line1: string | null
  readonly line2: string | null
  readonly city: string | null
  readonly postalCode: string | null
  /** State, county or province. */
  readonly region: string | null
  /** ISO 3166-1 alpha-2. */
  readonly country: string
}

/** A tax ID with the result of the question to an authority. */
export interface StoredTaxId {
  /** Type in the words of Stripe, as in `eu_vat`. */
  readonly type: string
  readonly value: string
  readonly verification: 'PENDING' | 'VERIFIED' | 'UNVERIFIED' | 'UNAVAILABLE'
}

/** `REVERSE_CHARGE`: the buyer owes the tax. */
export type TaxExemption = 'NONE' | 'EXEMPT' | 'REVERSE_CHARGE'

/** The buyer as invoices name it, and what its taxes depend on. */
export interface StoredBillingDetails {
  readonly name: string | null
  readonly address: StoredAddress | null
  readonly taxIds: readonly StoredTaxId[]
  readonly taxExemption: TaxExemption
  /** Number of the buyer's order, which invoices show. Missing in details of an earlier version. */
  readonly purchaseOrder?: string | null
}

export type AccountKind = 'PERSON' | 'TEAM' | 'COMMUNITY' | 'CUSTOMER'

/**
 * The party that pays and holds entitlements. Every change of them takes the lock of this row and increments its
 * version.
 */
export const AccountSchema = defineEntity({
  name: 'Account',
  tableName: 'account',
  properties: {
    id: p.text().primary(),
    kind: p.text().$type<AccountKind>(),
    externalId: p.text(),
    name: p.text(),
    /** Also the sequence of its latest event. */
    version: p.bigint('number').default(0),
    createdAt: p.datetime().defaultRaw('now()'),
    /** Address for mails and receipts while the account has no owner. Null if not set. */
    billingEmail: p.text().nullable(),
    /** As last given here or read from the payment provider. Null if never given. */
    billingDetails: p.json().$type<StoredBillingDetails>().nullable(),
    /** Data of the application, by key. */
    metadata: p.json().$type<Readonly<Record<string, string>>>().defaultRaw(`'{}'::jsonb`),
    /** Currency of its prices. Null: the default of the catalog. */
    currency: p.text().nullable(),
    /** BCP 47 tag of the language of mails and pages. Null: that of the browser. */
    language: p.text().nullable(),
    /** IANA name. Null: UTC. */
    timeZone: p.text().nullable(),
    /** Decision of an operator that plans are paid by invoice. Null: they are charged. */
    invoiceTerms: p.json().$type<StoredInvoiceTerms>().nullable(),
    /** Decision of an operator about the cost at which use beyond an allowance is invoiced. Null: there is none. */
    overageThreshold: p.json().$type<StoredOverageThreshold>().nullable(),
    /** Business time from which use beyond an allowance is denied. Null: it is not. */
    overageEndsAt: p.datetime().nullable(),
    /** Reason of the denial. */
    overageEndReason: p.text().$type<OverageEndReason>().nullable(),
    /** Business time until which unused units of ended windows have rolled over, and are written. Null: none were ever looked for. */
    rolledUntil: p.datetime().nullable(),
    /** Business time for which its deletion is scheduled, also after the deletion. Null: none is. */
    deletionAt: p.datetime().nullable(),
  },
  checks: [{ name: 'account_kind', expression: `kind in ('PERSON', 'TEAM', 'COMMUNITY', 'CUSTOMER')` }],
  indexes: [
    // The directory makes it unique.
    { name: 'account_external', properties: ['kind', 'externalId'] },
    // Operators find accounts by the start of an external ID and by words of the name.
    sqlIndex('account_external_prefix', `on "account" (lower(external_id) text_pattern_ops)`),
    sqlIndex('account_name_words', `on "account" using gin (to_tsvector('simple', name))`),
    sqlIndex('account_metadata', `on "account" using gin (metadata jsonb_path_ops)`),
    sqlIndex('account_name', `on "account" (lower(name), id)`),
  ],
})

export type AccountRow = RowOf<typeof AccountSchema>
