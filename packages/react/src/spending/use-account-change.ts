import { useKeyedMutation, type MutationResult } from '../mutation.js'

/** The account after a change. */
export interface ChangedAccount {
  readonly __typename: 'Account'
  readonly id: string
}

/** A mutation that changes an account, and reads the query of the component again. `send` throws denials. */
export const useAccountChange = <Input extends object, Changed = ChangedAccount>(
  query: { readonly refetch: () => Promise<unknown> },
  send: (input: Input & { readonly idempotencyKey: string }) => Promise<Changed>,
): MutationResult<Input, Changed> =>
  useKeyedMutation(async (input: Input, idempotencyKey) => {
    const changed = await send({ ...input, idempotencyKey })
    await query.refetch()
    return changed
  })
