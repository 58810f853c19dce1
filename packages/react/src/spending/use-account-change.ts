import { expectResult, type Denial } from '@stackgate/client'
import { useKeyedMutation, type MutationResult } from '../mutation.js'

/** The account after a change. */
export interface ChangedAccount {
  readonly __typename: 'Account'
  readonly id: string
}

/** A mutation that changes an account, and reads the query of the component again. */
export const useAccountChange = <Input extends object>(
  query: { readonly refetch: () => Promise<unknown> },
  send: (input: Input & { readonly idempotencyKey: string }) => Promise<ChangedAccount | Denial>,
): MutationResult<Input, ChangedAccount> =>
  useKeyedMutation(async (input: Input, idempotencyKey) => {
    const changed = expectResult(await send({ ...input, idempotencyKey }), 'Account')
    await query.refetch()
    return changed
  })
