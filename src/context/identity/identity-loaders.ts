import DataLoader from 'dataloader'
import type { AccountRow } from '#entities/identity/account.entity.js'
import type { InvitationRow } from '#entities/identity/invitation.entity.js'
import type { MemberRow } from '#entities/identity/member.entity.js'
import type { PolicyRow } from '#entities/identity/policy.entity.js'
import type { ServiceKeyRow } from '#entities/identity/service-key.entity.js'
import type { UserRow } from '#entities/identity/user.entity.js'
import type { WebhookDeliveryRow } from '#entities/kernel/webhook-delivery.entity.js'
import type { WebhookEndpointRow } from '#entities/kernel/webhook-endpoint.entity.js'
import { policiesByIds } from '#services/identity/access/policy-store.js'
import { accountsByIds, usersByIds } from '#services/identity/accounts/account-queries.js'
import { coMembers } from '#services/identity/accounts/visible-user.js'
import { keysByIds } from '#services/identity/keys/api-keys.js'
import { invitationsByIds } from '#services/identity/members/invitation-queries.js'
import { membersByIds } from '#services/identity/members/visible-member.js'
import {
  countDeliveries,
  deliveriesByIds,
  endpointsByIds,
  type DeliveryCount,
} from '#services/kernel/outbound-webhooks/webhook-queries.js'
import { byId, many } from '../batch.js'
import type { LoaderMakers } from '../loaders.js'

/** Loaders of accounts, users and what belongs to them. */
export interface IdentityLoaders {
  readonly account: DataLoader<string, AccountRow | null>
  readonly user: DataLoader<string, UserRow | null>
  /** By two users, as `usr_… usr_…`: whether they are members of one account. */
  readonly shareAccount: DataLoader<string, boolean>
  readonly member: DataLoader<string, MemberRow | null>
  readonly invitation: DataLoader<string, InvitationRow | null>
  readonly apiKey: DataLoader<string, ServiceKeyRow | null>
  readonly policy: DataLoader<string, PolicyRow | null>
  readonly webhookEndpoint: DataLoader<string, WebhookEndpointRow | null>
  readonly webhookDelivery: DataLoader<string, WebhookDeliveryRow | null>
  /** By endpoint. */
  readonly deliveryCounts: DataLoader<string, DeliveryCount[]>
}

declare module '../loaders.js' {
  interface Loaders extends IdentityLoaders {}
}

export const identityLoaders: LoaderMakers<IdentityLoaders> = {
  account: ({ database: sql }) => byId((ids) => accountsByIds(sql, ids)),
  user: ({ database: sql }) => byId((ids) => usersByIds(sql, ids)),
  shareAccount: ({ database: sql }) =>
    new DataLoader(async (pairs) => {
      const sharing = await coMembers(sql, pairs)
      return pairs.map((pair) => sharing.has(pair))
    }),
  member: ({ database: sql }) => byId((ids) => membersByIds(sql, ids)),
  invitation: ({ database: sql }) => byId((ids) => invitationsByIds(sql, ids)),
  apiKey: ({ database: sql }) => byId((ids) => keysByIds(sql, ids)),
  policy: ({ database: sql }) => byId((ids) => policiesByIds(sql, ids)),
  webhookEndpoint: ({ database: sql }) => byId((ids) => endpointsByIds(sql, ids)),
  webhookDelivery: ({ database: sql }) => byId((ids) => deliveriesByIds(sql, ids)),
  deliveryCounts: ({ database: sql }) =>
    many(
      (ids) => countDeliveries(sql, ids),
      (row) => row.endpointId,
    ),
}
