import type { IdentityContext } from '#services/identity/caller.js'
import { mayOperate } from '#services/identity/guard/guard.js'

/** Reads an object of the installation for an operator. Null for other callers, without a statement. */
export const readAsOperator = async <Row>(
  context: IdentityContext,
  read: () => Promise<Row | null>,
): Promise<Row | null> => (mayOperate(context, 'ops:read') ? read() : null)
