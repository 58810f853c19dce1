import type { IdentityContext } from '../model/caller.js'
import { mayOperate } from '../model/guard.js'

/** Reads an object of the installation for an operator. Null for other callers, without a statement. */
export const readAsOperator = async <Row>(
  context: IdentityContext,
  read: () => Promise<Row | null>,
): Promise<Row | null> => (mayOperate(context, 'ops:read') ? read() : null)
