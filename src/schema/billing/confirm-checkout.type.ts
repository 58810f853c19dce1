import { ID } from 'type-graphql'
import { field, oneOfInputType, unionType } from '../kernel/decorators.js'
import { Checkout } from './checkout.type.js'

@oneOfInputType('Checkout to confirm.')
export class ConfirmCheckoutInput {
  @field('ID of the checkout.', () => ID, { nullable: true })
  checkoutId?: string | null

  @field("Provider's ID of the checkout, as in the return URL.", () => String, { nullable: true })
  providerReference?: string | null
}

export const ConfirmCheckoutResult = unionType(
  'ConfirmCheckoutResult',
  'The checkout, as confirmed by the provider. If the provider does not respond, as last recorded.',
  () => [Checkout],
)
export type ConfirmCheckoutResult = Checkout
