import { mapped, rowNodes } from '#context/nodes.js'
import { account } from '#services/identity/accounts/accounts.js'
import { visibleEvent } from '#services/identity/accounts/visible-event.js'
import { maySeeUser } from '#services/identity/accounts/visible-user.js'
import { visiblePolicy } from '#services/identity/access/policies.js'
import { visibleApiKey } from '#services/identity/keys/visible-api-key.js'
import { isInvited, visibleInvitation } from '#services/identity/members/visible-invitation.js'
import { visibleMember } from '#services/identity/members/visible-member.js'
import { visibleEndpoint } from '#services/identity/webhooks/endpoint-access.js'
import { toNumberedEvent } from '../kernel/event.mapper.js'
import { toAccount, toUser } from './account.mapper.js'
import { toApiKey } from './api-key.mapper.js'
import { toInvitation, toMember } from './member.mapper.js'
import { toPolicy } from './policy.resolver.js'
import { toWebhookDelivery, toWebhookEndpoint } from './webhook-endpoint.mapper.js'

/** Accounts, what belongs to them, and their events. */
export const identityNodes = rowNodes({
  usr: async (context, id) =>
    (await maySeeUser(context, id, (pair) => context.loaders.shareAccount.load(pair)))
      ? mapped(await context.loaders.user.load(id), toUser)
      : null,
  acc: async (context, id) => mapped(await account(context, id), toAccount),
  key: async (context, id) =>
    mapped(await visibleApiKey(context, await context.loaders.apiKey.load(id)), (row) => toApiKey(context, row)),
  mbr: async (context, id) => mapped(await visibleMember(context, await context.loaders.member.load(id)), toMember),
  pol: async (context, id) => mapped(visiblePolicy(context, await context.loaders.policy.load(id)), toPolicy),
  ivt: async (context, id) => {
    const row = await context.loaders.invitation.load(id)
    const managed = await visibleInvitation(context, row)
    if (managed) return toInvitation(managed, context.clock.now())
    return row && isInvited(context, row) ? toInvitation(row, context.clock.now(), true) : null
  },
  evt: async (context, id) => {
    const event = await context.loaders.event.load(id)
    return event && mapped(await visibleEvent(context, event), toNumberedEvent)
  },
  whe: async (context, id) =>
    mapped(await visibleEndpoint(context, await context.loaders.webhookEndpoint.load(id)), toWebhookEndpoint),
  whd: async (context, id) => {
    const delivery = await context.loaders.webhookDelivery.load(id)
    const endpoint = delivery && (await context.loaders.webhookEndpoint.load(delivery.endpointId))
    return (await visibleEndpoint(context, endpoint)) ? mapped(delivery, toWebhookDelivery) : null
  },
})
