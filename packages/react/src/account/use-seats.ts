import { expectResult } from '@stackgate/client'
import { AssignSeat, Seats, UnassignSeat, type SeatsData } from '@stackgate/client/documents'
import type { MutationResult } from '../mutation.js'
import { useStackgateContext } from '../provider.js'
import { useAccountId, useStackgateQuery, type QueryResult } from '../query.js'
import { useAccountChange, type ChangedAccount } from '../spending/use-account-change.js'

/** Seats of a feature, with the first users who have one. */
export type SeatLicense = NonNullable<NonNullable<SeatsData['account']>['usage']>['seats'][number]

/** A seat of a member. */
export interface SeatInput {
  /** Code of the feature. */
  readonly feature: string
  /** ID of the user. */
  readonly userId: string
}

/** Seats that are assigned to members, one entry per feature of `seats` of the catalog, live. They change no amount of money. */
export function useSeats(accountId?: string): QueryResult<readonly SeatLicense[]> & {
  readonly assign: MutationResult<SeatInput, ChangedAccount>
  readonly unassign: MutationResult<SeatInput, ChangedAccount>
} {
  const { client } = useStackgateContext()
  const account = useAccountId(accountId)
  const query = useStackgateQuery({
    name: 'Seats',
    document: Seats,
    variables: { account: account ?? undefined },
    account,
    select: seatsIn,
  })
  const own = { accountId: account ?? undefined }
  const assign = useAccountChange<SeatInput>(query, async ({ feature, userId }) =>
    expectResult((await client.request(AssignSeat, { ...own, feature, userId })).assignSeat),
  )
  const unassign = useAccountChange<SeatInput>(query, async ({ feature, userId }) =>
    expectResult((await client.request(UnassignSeat, { ...own, feature, userId })).unassignSeat),
  )
  return { ...query, assign, unassign }
}

const seatsIn = ({ account }: SeatsData): readonly SeatLicense[] => account?.usage?.seats ?? []
