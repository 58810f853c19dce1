import { keyArgument } from '../kernel/mutation-arguments.js'
import { ArgsType, ID } from 'type-graphql'
import { field } from '../kernel/decorators.js'
import { ACCOUNT_ARG } from '../kernel/descriptions.js'
import { ChangeTime } from './change-time.js'

@ArgsType()
export class CancelSubscriptionArgs {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field(
    'Effective time of the cancellation. With NOW, the `UnusedTimePolicy` determines the credit; `previewCancellation` shows it.',
    () => ChangeTime,
    {
      nullable: true,
      defaultValue: 'PERIOD_END',
    },
  )
  at?: ChangeTime | null

  @field('Reason given by the customer, at most 500 characters. Stored, and passed to the provider.', () => String, {
    nullable: true,
  })
  reason?: string | null

  @keyArgument()
  idempotencyKey!: string
}

/** Taking back what was planned. */
@ArgsType()
export class ResumeSubscriptionArgs {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @keyArgument()
  idempotencyKey!: string
}
