import { enumType, field, objectType } from '../kernel/decorators.js'
import { Money } from '../kernel/money.type.js'
import { Node } from '../kernel/node.type.js'
import { DateTime } from '../kernel/scalars.js'

export const DisputeStatus = enumType('DisputeStatus', 'Status of a dispute.', {
  OPEN: 'The bank has not decided. What the purchase granted is suspended.',
  WON: 'The bank decided for the seller, or closed its inquiry. What the purchase granted is restored.',
  LOST: 'The bank returned the money to the buyer. What the purchase granted was revoked.',
})
export type DisputeStatus = keyof typeof DisputeStatus

@objectType("A dispute of a payment by the buyer's bank, or by the buyer at PayPal.", { implements: Node })
export class Dispute implements Node {
  readonly __typename!: 'Dispute'
  id!: string

  @field('Disputed amount.', () => Money)
  money!: Money

  @field('Status of the dispute.', () => DisputeStatus)
  status!: DisputeStatus

  @field("ID of the dispute at the payment provider, by which it is found in the provider's dashboard.", () => String)
  providerReference!: string

  @field('Time the dispute was opened (business clock).', () => DateTime)
  createdAt!: Date
}
