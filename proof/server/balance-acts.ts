import { always, same, use, type Act } from '#proof/server/act.js'
import { PACK } from '#proof/server/platform-catalog.js'

/** A balance below it is topped up with one pack. */
const THRESHOLD = 40

export const balances: readonly Act[] = [
  {
    name: 'be alerted of a low balance',
    when: ({ model }) => model.remaining('credits') > 2 && model.denialOf('credits', 2) === null,
    async act(platform, { accountId, model, token }) {
      const set = async (levels: readonly number[]): Promise<void> => {
        const alerts = levels.map((units) => ({ basis: 'BALANCE', units }))
        const input = { accountId, feature: 'credits', alerts, idempotencyKey: platform.key() }
        await platform.mutate('setAlerts', input, 'id', token)
        await platform.settled()
      }
      const alerts = async (): Promise<number> => {
        const [row] = await platform.server.query<{ count: number }>(
          `select count(*)::int as count from stream_event where stream_id = $1 and type = 'alert.reached'`,
          [accountId],
        )
        return row!.count
      }
      // A balance contains reserved units. At the level it is not below it.
      await set([model.remaining('credits') + model.reserved.credits])
      same('the alerts at the level', await alerts(), model.alerts)
      model.alerts++
      for (const _ of [1, 2]) {
        const { code, id } = await use(platform, 'consume', { accountId, feature: 'credits', amount: 1 })
        same('consume a credit', code, null)
        model.consume('credits', 1, id)
        await platform.settled()
        same('the alerts below the level', await alerts(), model.alerts)
      }
      await set([])
    },
  },
  {
    name: 'be topped up automatically',
    when: always,
    async act(platform) {
      const spender = await platform.spender()
      const { accountId, token } = spender
      const consume = async (amount: number): Promise<void> => {
        const { code } = await use(platform, 'consume', { accountId, feature: 'credits', amount })
        same(`consume ${amount} of ${spender.balance} credits`, code, null)
        spender.balance -= amount
      }
      const compare = async (): Promise<void> => {
        await platform.settled()
        const { data } = await platform.server.graphql<{ check: { entitlement: { remaining: number } } }>(
          `{ check(feature: "credits") { entitlement { remaining } } }`,
          {},
          token,
        )
        same('the balance after top-ups', data.check.entitlement.remaining, spender.balance)
        const charged = await platform.server.query<{ amount: string }>(
          `select p.amount_minor as amount from top_up t join purchase p on p.payment_id = t.payment_id
           where t.account_id = $1 and t.status = 'PAID'`,
          [accountId],
        )
        same(
          'the payments of top-ups',
          charged.map(({ amount }) => Number(amount)),
          Array.from({ length: spender.topUps }, () => PACK.price),
        )
      }
      const topUp = (): void => {
        spender.balance += PACK.units
        spender.topUps++
      }
      const terms = {
        accountId,
        terms: { package: PACK.code, threshold: THRESHOLD, maxPerMonth: 30 },
        price: { amountMinor: PACK.price, currency: 'USD' },
        idempotencyKey: platform.key(),
      }
      await platform.mutate('setAutoTopUp', terms, 'id', token)
      // A balance that is below the threshold already is topped up at once.
      if (spender.balance < THRESHOLD) topUp()
      await compare()
      await consume(spender.balance - platform.below(THRESHOLD))
      topUp()
      await compare()
      const removed = { accountId, feature: 'credits', idempotencyKey: platform.key() }
      await platform.mutate('removeAutoTopUp', removed, 'id', token)
      await consume(spender.balance - platform.below(THRESHOLD))
      await compare()
      // The page on which the customer changes the payment method of top-ups.
      const page = { accountId, idempotencyKey: platform.key() }
      // The log does not contain the URL, whose port differs.
      const { __typename: opened } = await platform.mutate<{ __typename: string }>(
        'openBillingPortal',
        page,
        '__typename',
        token,
      )
      same('the page', opened, 'ProviderPagePayload')
    },
  },
]
