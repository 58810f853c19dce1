import type { CreateTeamArgs } from '#schema/identity/change-member.type.js'
import type { AccountRow } from '#entities/identity/account.entity.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { refused, remedy, type Refused } from '#services/kernel/denials/denial.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { accountName, claimName } from '../accounts/account-directory.js'
import { checkAccountName } from '../accounts/account-name.js'
import { recordAccountEvent } from '../accounts/account-version.js'
import { recordMemberCount } from '../accounts/record-member-count.js'
import { requireSignedIn } from '../model/guard.js'
import { idempotencyScope } from '../idempotency-scope.js'
import type { MembersContext } from './member-slots.js'
import { requireUser } from './load-membership.js'

export type TeamOutcome = { readonly kind: 'team'; readonly account: AccountRow } | Denied

/** Maximum number of teams per owner; above it the creation is likely automated. */
const MAX_OWNED = 50

/**
 * Creates an account of kind TEAM with the current user as owner. At most one team without a plan at a time; otherwise
 * free amounts could be multiplied by creating teams.
 */
export async function createTeam(context: MembersContext, input: CreateTeamArgs): Promise<TeamOutcome> {
  requireSignedIn(context)
  const name = input.name.trim()
  const invalid = checkAccountName(name)
  if (invalid) return denied(invalid)
  const owner = requireUser(context)
  const outcome = await runIdempotent<AccountRow>(context.database, {
    scope: idempotencyScope(context.caller, owner.currentAccountId ?? owner.userId, 'createTeam', input.idempotencyKey),
    request: { name },
    replay: async (transaction, { id }) => (await accountById(transaction, id))!,
    execute: async (transaction) => {
      // Serializes creations per user: two concurrent ones would both find none.
      await transaction.query.selectFrom('app_user').select('id').where('id', '=', owner.userId).forUpdate().execute()
      const at = context.clock.now()
      const denial = await denialFor(context, transaction, owner.userId, at)
      if (denial) return denied(denial)
      const account = await open(transaction, { name, userId: owner.userId, at })
      await recordChange(transaction, {
        accountId: account.id,
        actor: owner.principal,
        action: 'account.created',
        object: account.id,
        details: { before: null, after: { kind: 'TEAM', name } },
      })
      return { value: account, reference: { __typename: 'Account', id: account.id } }
    },
  })
  return 'kind' in outcome && outcome.kind === 'denied' ? outcome : { kind: 'team', account: outcome }
}

async function denialFor(
  context: MembersContext,
  transaction: Transaction,
  userId: string,
  at: Date,
): Promise<Refused | null> {
  const owned = await transaction.query
    .selectFrom('member as m')
    .innerJoin('account as a', 'a.id', 'm.accountId')
    .select(['a.id', 'a.name'])
    .where('m.userId', '=', userId)
    .where('m.role', '=', 'OWNER')
    .where('a.kind', '=', 'TEAM')
    .where('a.externalId', 'not like', 'deleted:%')
    .orderBy('a.id')
    .execute()
  if (owned.length >= MAX_OWNED)
    return refused('TOO_MANY_OBJECTS', `A user can own at most ${MAX_OWNED} teams. Transfer or delete one first.`)
  const paying = await context.memberSlots.withPlan(
    transaction,
    owned.map(({ id }) => id),
    at,
  )
  const free = owned.find(({ id }) => !paying.has(id))
  if (!free) return null
  return refused(
    'BASE_SUBSCRIPTION_REQUIRED',
    `Your team ${free.name} has no plan. Subscribe it before you create another team.`,
    {
      remedies: [
        remedy('UPGRADE_PLAN', 'Subscribe the team to a plan', {
          mutation: 'startSubscription',
          buyer: { accountId: free.id },
        }),
      ],
    },
  )
}

async function open(
  transaction: Transaction,
  { name, userId, at }: { name: string; userId: string; at: Date },
): Promise<AccountRow> {
  const id = transaction.newId('acc')
  const externalId = id.slice('acc_'.length)
  await claimName(transaction, accountName('TEAM', externalId), id)
  await transaction.query.insertInto('account').values({ id, kind: 'TEAM', externalId, name, createdAt: at }).execute()
  await transaction.query
    .insertInto('member')
    .values({ id: transaction.newId('mbr'), accountId: id, userId, role: 'OWNER', since: at })
    .execute()
  await recordMemberCount(transaction, id, at)
  await recordAccountEvent(transaction, id, at, {
    type: 'account.created',
    outbox: true,
    summary: 'The team was created.',
    data: { kind: 'TEAM', name, by: userId },
  })
  return (await accountById(transaction, id))!
}

const accountById = (transaction: Transaction, id: string): Promise<AccountRow | undefined> =>
  transaction.query.selectFrom('account').selectAll().where('id', '=', id).executeTakeFirst()
