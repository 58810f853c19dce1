import { useKeyedMutation, type MutationResult } from '../mutation.js'

/** The account after a change. */
export interface ChangedAccount {
  readonly id: string
}

/** A mutation that changes an account, and reads the query of the component again. `send` throws denials. */
export const useAccountChange = <Input extends object, Changed = ChangedAccount>(
  query: { readonly refetch: () => Promise<unknown> },
  send: (input: Input & { readonly key: string }) => Promise<Changed>,
): MutationResult<Input, Changed> =>
  useKeyedMutation(async (input: Input, key) => {
    const changed = await send({ ...input, key })
    await query.refetch()
    return changed
  })
