import { joinAccount } from '#test/support/members.js'
import { always, same, use, type Act } from '#proof/server/act.js'
import { FREE, PACK, TEMPLATE_PRICE } from '#proof/server/platform-catalog.js'
import type { Platform, Tenant } from '#proof/server/platform.js'

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
        '... on UsageAmendment { amount remaining }',
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
      const input = { consumptionId: id, reason: 'proof', idempotencyKey: platform.key() }
      const selection = '... on UsageAmendment { amount remaining }'
      // The call is repeated, as after a lost response.
      for (const _ of [1, 2]) {
        const answer = await platform.mutate<{ amount: number; remaining: number }>(
          'voidUsage',
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

/** Members of a tenant who can have seats. */
const MEMBERS = 2

/** The tenant's users who can have a seat: the owner and the members, who join when they are needed. */
async function users({ server }: Platform, tenant: Tenant): Promise<readonly string[]> {
  if (tenant.users.length > 0) return tenant.users
  const { data } = await server.graphql<{ viewer: { user: { id: string } } }>(
    `{ viewer { user { id } } }`,
    {},
    tenant.token,
  )
  const owner = {
    email: tenant.buyer.email,
    token: tenant.token,
    userId: data.viewer.user.id,
    accountId: tenant.accountId,
  }
  tenant.users.push(owner.userId)
  for (let index = 1; index <= MEMBERS; index++)
    tenant.users.push((await joinAccount(server, owner, `member-${index}-${tenant.buyer.email}`)).userId)
  return tenant.users
}

async function changeSeats(
  platform: Platform,
  tenant: Tenant,
  mutation: 'assignSeat' | 'unassignSeat' | 'moveSeat',
  input: Record<string, string>,
): Promise<void> {
  const { seats } = tenant.model
  const expected = mutation === 'assignSeat' && seats.size >= FREE.seats ? 'LIMIT_REACHED' : null
  const answer = await platform.mutate<{ code?: string; seats?: { holders: { userId: string }[] }[] }>(
    mutation,
    { accountId: tenant.accountId, feature: 'seats', ...input },
    '... on Account { seats { assigned remaining holders { userId } } } ... on Denial { code }',
    tenant.token,
  )
  same(mutation, answer.code ?? null, expected)
  if (expected !== null) return
  if (mutation === 'moveSeat') seats.delete(input['fromUserId']!)
  if (mutation === 'unassignSeat') seats.delete(input['userId']!)
  else seats.add(input['userId'] ?? input['toUserId']!)
  const holders = answer.seats?.[0]?.holders.map(({ userId }) => userId).toSorted() ?? []
  same('the holders of seats', holders, [...seats].toSorted())
}

export const seats: readonly Act[] = [
  {
    name: 'assign a seat',
    when: always,
    async act(platform, tenant) {
      const without = (await users(platform, tenant)).filter((user) => !tenant.model.seats.has(user))
      await changeSeats(platform, tenant, 'assignSeat', { userId: platform.one(without) })
    },
  },
  {
    name: 'unassign a seat',
    when: ({ model }) => model.seats.size > 0,
    async act(platform, tenant) {
      await changeSeats(platform, tenant, 'unassignSeat', { userId: platform.one([...tenant.model.seats]) })
    },
  },
  {
    name: 'move a seat',
    when: ({ model }) => model.seats.size > 0,
    async act(platform, tenant) {
      const without = (await users(platform, tenant)).filter((user) => !tenant.model.seats.has(user))
      const fromUserId = platform.one([...tenant.model.seats])
      await changeSeats(platform, tenant, 'moveSeat', { fromUserId, toUserId: platform.one(without) })
    },
  },
]

/** A balance below it is topped up with one pack. */
const THRESHOLD = 40

export const balances: readonly Act[] = [
  {
    name: 'be alerted of a low balance',
    when: ({ model }) => model.remaining('credits') > 2 && model.denialOf('credits', 2) === null,
    async act(platform, { accountId, model, token }) {
      const set = async (levels: readonly number[]): Promise<void> => {
        const input = { accountId, feature: 'credits', levels, idempotencyKey: platform.key() }
        await platform.mutate('setBalanceAlerts', input, '... on Account { id }', token)
        await platform.settled()
      }
      const alerts = async (): Promise<number> => {
        const [row] = await platform.server.query<{ count: number }>(
          `select count(*)::int as count from stream_event where stream_id = $1 and type = 'balance.alert'`,
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
        package: PACK.code,
        threshold: THRESHOLD,
        maxPerMonth: 30,
        price: { amountMinor: PACK.price, currency: 'USD' },
        idempotencyKey: platform.key(),
      }
      await platform.mutate('setAutoTopUp', terms, '... on Account { id }', token)
      // A balance that is below the threshold already is topped up at once.
      if (spender.balance < THRESHOLD) topUp()
      await compare()
      await consume(spender.balance - platform.below(THRESHOLD))
      topUp()
      await compare()
      const removed = { accountId, feature: 'credits', idempotencyKey: platform.key() }
      await platform.mutate('removeAutoTopUp', removed, '... on Account { id }', token)
      await consume(spender.balance - platform.below(THRESHOLD))
      await compare()
      // The page on which the customer changes the payment method of top-ups.
      const page = { accountId, idempotencyKey: platform.key() }
      const { __typename: opened } = await platform.mutate<{ __typename: string }>(
        'openBillingPortal',
        page,
        '... on PortalSession { opened: __typename }',
        token,
      )
      same('the page', opened, 'PortalSession')
    },
  },
]

export const sales: readonly Act[] = [
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
      await platform.mutate('replayWebhook', input, '... on WebhookEvent { provider }')
      await platform.quiet()
    },
  },
]

const CONTAINER_ACTIONS = ['restart', 'start', 'stop'] as const

export const containers: readonly Act[] = [
  {
    name: 'change a container and wait for the report',
    when: (tenant) => tenant.agents().length > 0,
    async act(platform, tenant) {
      const agent = platform.one(tenant.agents())
      const type = CONTAINER_ACTIONS[platform.turn('containers', CONTAINER_ACTIONS.length)]!
      for (const [path, body] of [
        [`containers/${type}`, { app_code: 'kuma' }],
        [`containers/kuma/${type}`, undefined],
      ] as const) {
        const answered = platform.server.rest('POST', `/api/v1/deployments/${agent.identity.hash}/${path}`, {
          token: tenant.token,
          ...(body ? { body } : {}),
        })
        const { item } = (await agent.wait(10)).body
        same('the delivered command', item?.type, type)
        const result = { type, app_code: 'kuma', status: 'ok', container_state: 'running' }
        await agent.report({ command_id: item!.command_id, status: 'success', result })
        const { status, body: answer } = await answered
        same('the answer', [status, (answer as { item: { status: string } }).item.status], [200, 'succeeded'])
      }
    },
  },
]
