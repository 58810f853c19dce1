import { always, same, type Act } from '#proof/server/act.js'
import { TEMPLATE_PRICE } from '#proof/server/platform-catalog.js'

/** Acts of the vendor and of operators that concern all tenants. */
export const platformActs: readonly Act[] = [
  {
    name: 'withdraw a price and set it again',
    when: ({ model }) => !model.templates.has('paid'),
    async act(platform, { buyer }) {
      await platform.vendor.withdraw(platform.paidTemplate)
      const { code } = await buyer.start('purchaseTemplate', { templateId: platform.paidTemplate })
      same('a purchase without a price', code, 'NOT_FOR_SALE')
      await platform.vendor.price(platform.paidTemplate, TEMPLATE_PRICE)
    },
  },
  {
    name: 'repeat one event',
    when: always,
    async act(platform) {
      const [row] = await platform.server.query<{ id: string }>(
        `select id from inbox_event where state = 'PROCESSED' order by event_id limit 1`,
      )
      if (!row) return
      const input = { webhookEventId: row.id }
      await platform.mutate('replayWebhook', input, 'provider')
      await platform.quiet()
    },
  },
]
