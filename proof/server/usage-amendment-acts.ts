import { same, type Act } from '#proof/server/act.js'

/** Corrections of consumptions that no revocation has followed. */
export const amendments: readonly Act[] = [
  {
    name: 'amend a consumption',
    when: ({ model }) => model.consumptions.some(({ amount }) => amount > 1),
    async act(platform, { model }) {
      const { id, feature, amount } = platform.one(model.consumptions.filter((one) => one.amount > 1))
      const kept = 1 + platform.below(amount - 1)
      const input = { consumptionId: id, amount: kept, reason: 'proof', idempotencyKey: platform.key() }
      const answer = await platform.mutate<{ amount: number; remaining: number }>(
        'amendUsage',
        input,
        'amount remaining',
        platform.turn('amend', 2) === 0 ? platform.service : undefined,
      )
      same(`amend ${amount} ${feature} to ${kept}`, [answer.amount, answer.remaining], [amount - kept, kept])
      model.amend(id, kept)
    },
  },
  {
    name: 'void a consumption',
    when: ({ model }) => model.consumptions.length > 0,
    async act(platform, { model }) {
      const { id, feature, amount } = platform.one(model.consumptions)
      const input = { consumptionId: id, amount: 0, reason: 'proof', idempotencyKey: platform.key() }
      const selection = 'amount remaining'
      // The call is repeated, as after a lost response.
      for (const _ of [1, 2]) {
        const answer = await platform.mutate<{ amount: number; remaining: number }>(
          'amendUsage',
          input,
          selection,
          platform.service,
        )
        same(`void ${amount} ${feature}`, [answer.amount, answer.remaining], [amount, 0])
      }
      model.amend(id, 0)
    },
  },
]
