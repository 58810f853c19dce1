import { ID, Int } from 'type-graphql'
import { ChangeTime } from '../billing/change-time.js'
import { PaymentProvider } from '../billing/payment-provider.js'
import { BillingInterval } from '../catalog/price.type.js'
import { field, objectType, unionType } from './decorators.js'
import { CapPeriod } from '../entitlements/cap-period.js'
import { Quantity } from './quantity.type.js'
import { CurrencyCode, DateTime, Url } from './scalars.js'

const PLAN = 'Code of the plan.'
const INTERVAL = 'Billing interval.'
const PACKAGE = 'Code of the package.'
const QUANTITY = 'Number of units needed.'
const CURRENCY = 'Currency of the payment.'
const PROVIDER = "Provider of the payment. Null: the account's, otherwise the only configured one."

@objectType('Call `startSubscription` with these fields and pay the checkout.')
export class StartSubscriptionAction {
  readonly __typename!: 'StartSubscriptionAction'

  @field(PLAN, () => String)
  plan!: string

  @field(INTERVAL, () => BillingInterval)
  interval!: BillingInterval

  @field(QUANTITY, () => Int)
  quantity!: number

  @field(CURRENCY, () => CurrencyCode)
  currency!: string

  @field(PROVIDER, () => PaymentProvider, { nullable: true })
  provider!: PaymentProvider | null
}

@objectType('Call `changePlan` with these fields.')
export class ChangePlanAction {
  readonly __typename!: 'ChangePlanAction'

  @field(PLAN, () => String)
  plan!: string

  @field(INTERVAL, () => BillingInterval)
  interval!: BillingInterval

  @field(QUANTITY, () => Int)
  quantity!: number
}

@objectType('Call `cancelSubscription` with this field.')
export class CancelSubscriptionAction {
  readonly __typename!: 'CancelSubscriptionAction'

  @field('Effective time of the cancellation.', () => ChangeTime, { nullable: true })
  at!: ChangeTime | null
}

@objectType('Call `resumeSubscription`.')
export class ResumeSubscriptionAction {
  readonly __typename!: 'ResumeSubscriptionAction'

  @field('Name of the mutation.', () => String)
  mutation!: string
}

@objectType('Call `openBillingPortal` and open the URL that it returns.')
export class OpenBillingPortalAction {
  readonly __typename!: 'OpenBillingPortalAction'

  @field('Name of the mutation.', () => String)
  mutation!: string
}

@objectType('Call `purchasePackage` with these fields and pay the checkout.')
export class PurchasePackageAction {
  readonly __typename!: 'PurchasePackageAction'

  @field(PACKAGE, () => String)
  package!: string

  @field(QUANTITY, () => Int)
  quantity!: number

  @field(CURRENCY, () => CurrencyCode)
  currency!: string

  @field(PROVIDER, () => PaymentProvider, { nullable: true })
  provider!: PaymentProvider | null
}

@objectType('Call `addAddon` with these fields.')
export class AddAddonAction {
  readonly __typename!: 'AddAddonAction'

  @field(PACKAGE, () => String)
  package!: string

  @field(QUANTITY, () => Int)
  quantity!: number
}

@objectType('Call `purchaseTemplate` with these fields and pay the checkout.')
export class PurchaseTemplateAction {
  readonly __typename!: 'PurchaseTemplateAction'

  @field('ID of the template.', () => ID)
  templateId!: string

  @field(CURRENCY, () => CurrencyCode)
  currency!: string

  @field(PROVIDER, () => PaymentProvider, { nullable: true })
  provider!: PaymentProvider | null
}

@objectType('Repeat the denied mutation with a new idempotency key and with these changes of its input.')
export class RetryAction {
  readonly __typename!: 'RetryAction'

  @field('New value of `provider`. Null if unchanged.', () => PaymentProvider, { nullable: true })
  provider!: PaymentProvider | null

  @field('New value of `at`. Null if unchanged.', () => ChangeTime, { nullable: true })
  at!: ChangeTime | null

  @field('Fields of the input to omit.', () => [String])
  omittedFields!: readonly string[]
}

@objectType('Wait, then repeat the denied operation.')
export class WaitAction {
  readonly __typename!: 'WaitAction'

  @field(
    'Earliest time to repeat it (machine clock for rates, otherwise business clock). Null if unknown.',
    () => DateTime,
    { nullable: true },
  )
  retryAt!: Date | null
}

@objectType('Send the person to a page.')
export class OpenUrlAction {
  readonly __typename!: 'OpenUrlAction'

  @field('Absolute URL of the page.', () => Url)
  url!: string
}

@objectType('Call `setSpendCap` with these fields.')
export class SetSpendCapAction {
  readonly __typename!: 'SetSpendCapAction'

  @field('ID of the cap that denies.', () => ID)
  capId!: string

  @field('Code of the feature.', () => String)
  feature!: string

  @field('Period of the cap.', () => CapPeriod)
  period!: CapPeriod

  @field('Units or money that suffice.', () => Quantity)
  limit!: Quantity

  @field('Member whose cap it is. Null: the cap of the whole account.', () => ID, { nullable: true })
  userId!: string | null
}

export const RemedyAction = unionType(
  'RemedyAction',
  'Step of a program that carries out a remedy. Fields are named like those of the input of the mutation; add `idempotencyKey`, and `accountId` if the denied request named an account.',
  () => [
    StartSubscriptionAction,
    ChangePlanAction,
    CancelSubscriptionAction,
    ResumeSubscriptionAction,
    OpenBillingPortalAction,
    PurchasePackageAction,
    AddAddonAction,
    PurchaseTemplateAction,
    RetryAction,
    WaitAction,
    SetSpendCapAction,
    OpenUrlAction,
  ],
)
export type RemedyAction =
  | StartSubscriptionAction
  | ChangePlanAction
  | CancelSubscriptionAction
  | ResumeSubscriptionAction
  | OpenBillingPortalAction
  | PurchasePackageAction
  | AddAddonAction
  | PurchaseTemplateAction
  | RetryAction
  | WaitAction
  | SetSpendCapAction
  | OpenUrlAction
