import { PaymentProvider } from './payment-provider.js'
import { field, objectType } from '../kernel/decorators.js'
import { Money } from '../kernel/money.type.js'
import { SafeInt } from '../kernel/scalars.js'

@objectType('A reason why a text cannot be published.')
export class CatalogProblem {
  readonly __typename!: 'CatalogProblem'

  @field('Line, from 1.', () => SafeInt)
  line!: number

  @field('Column, from 1.', () => SafeInt)
  column!: number

  @field('Path of the value, as `plans.pro.rank`. Empty for the text as a whole.', () => String)
  path!: string

  @field('Description of the error.', () => String)
  message!: string
}

@objectType('A value that differs from the current catalog.')
export class CatalogTextChange {
  readonly __typename!: 'CatalogTextChange'

  @field('Path of the value, as `plans.pro.prices.month`.', () => String)
  path!: string

  @field('Value in the current catalog, as the text writes it. Null if it has no such value.', () => String, {
    nullable: true,
  })
  before!: string | null

  @field('Value in the text, as the text writes it. Null if it has no such value.', () => String, { nullable: true })
  after!: string | null

  @field(
    'True if only new subscriptions and purchases get it. Accounts keep the terms that they bought until a migration. Other changes count for everybody at once.',
    () => Boolean,
  )
  onlyNewPurchases!: boolean
}

@objectType('A step at a payment provider.')
export class CatalogProviderStep {
  readonly __typename!: 'CatalogProviderStep'

  @field('The provider.', () => PaymentProvider)
  provider!: PaymentProvider

  @field('The step, with the key of the product or price.', () => String)
  description!: string
}

@objectType('Customers of a changed plan or package, and the money that they pay.')
export class CatalogEffect {
  readonly __typename!: 'CatalogEffect'

  @field('Code of the plan or package.', () => String)
  code!: string

  @field('Its current display name.', () => String)
  name!: string

  @field('True for a plan.', () => Boolean)
  isPlan!: boolean

  @field('True if the text no longer sells it.', () => Boolean)
  isRemoved!: boolean

  @field('Number of accounts that hold the plan. 0 for a package.', () => SafeInt)
  accountCount!: number

  @field(
    'Number of subscriptions of the plan that a migration would move, which the amounts cover. 0 for a package.',
    () => SafeInt,
  )
  movedCount!: number

  @field('Number of payments for the package in the last thirty days. 0 for a plan.', () => SafeInt)
  paymentCount!: number

  @field(
    'Monthly amount at list prices of the subscriptions of a plan that a migration would move, with the charges for use beyond the allowances that the ledger has of the last thirty days. Of a package, its revenue in the last thirty days.',
    () => [Money],
  )
  before!: Money[]

  @field(
    'The same after a migration of these subscriptions, which publishing does not start: the same units beyond the allowances cost what the text says, and nothing if it has no price for them. Of a package, the same payments at the price of the text; empty if a currency has no price or several.',
    () => [Money],
  )
  after!: Money[]
}

@objectType('Effect of the publication of a text.')
export class CatalogPreview {
  readonly __typename!: 'CatalogPreview'

  @field('Changes of plans, packages and prices.', () => [String])
  steps!: readonly string[]

  @field('Steps at the payment providers, which are read now.', () => [CatalogProviderStep])
  providerSteps!: CatalogProviderStep[]

  @field('Effects on the customers of changed plans and packages.', () => [CatalogEffect])
  effects!: CatalogEffect[]
}

@objectType('A feature of a plan, as price lists print it.')
export class CatalogGrantText {
  readonly __typename!: 'CatalogGrantText'

  @field('Code of the plan.', () => String)
  plan!: string

  @field('Code of the feature.', () => String)
  feature!: string

  @field(
    'Plain text, for example `200 AI stories a month per seat`. Null if the plan excludes the feature.',
    () => String,
    {
      nullable: true,
    },
  )
  text!: string | null
}

@objectType('A text of the catalog, compared with the current one. Resolvers add `preview`.')
export class CatalogCheck {
  readonly __typename!: 'CatalogCheck'

  /** The text that `preview` loads. */
  checked!: unknown

  @field('Reasons why the text cannot be published, in its order. Empty if it can.', () => [CatalogProblem])
  problems!: CatalogProblem[]

  @field('Features of the plans of the text. Empty if it cannot be published.', () => [CatalogGrantText])
  grantTexts!: CatalogGrantText[]

  @field('Values that differ from the current catalog. Empty if the text is no YAML.', () => [CatalogTextChange])
  changes!: CatalogTextChange[]
}
