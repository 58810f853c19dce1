/**
 * Allows a role to perform `action` on `object`: a path, where `*` matches one segment, or an object of the
 * installation, for example `billing`.
 */
export type PolicyRule = readonly [subject: string, object: string, action: string]

/** The eleven rules of the source, word for word. */
export const TEMPLATE_RULES: readonly PolicyRule[] = [
  ['root', '/templates', 'POST'],
  ['root', '/templates', 'GET'],
  ['root', '/templates/*', 'GET'],
  ['root', '/templates/*', 'PUT'],
  ['root', '/templates/*', 'DELETE'],
  ['admin', '/templates', 'POST'],
  ['admin', '/templates', 'GET'],
  ['admin', '/templates/*', 'GET'],
  ['admin', '/templates/*', 'PUT'],
  ['developer', '/templates', 'POST'],
  ['developer', '/templates', 'GET'],
]

/** A vendor edits what is their own; reviews are the operators'. */
const MARKETPLACE_RULES: readonly PolicyRule[] = [
  ['vendor', '/templates', 'POST'],
  ['vendor', '/templates', 'GET'],
  ['vendor', '/templates/*', 'GET'],
  ['vendor', '/templates/*', 'PUT'],
  ['root', '/templates/*/review', 'POST'],
  ['admin', '/templates/*/review', 'POST'],
]

/** Operators can read every account and run the installation, but they cannot spend an account's money. */
const OPERATOR_RULES: readonly PolicyRule[] = ['root', 'admin'].flatMap((role): PolicyRule[] => [
  [role, 'account', 'read'],
  [role, 'members', 'read'],
  [role, 'invitations', 'read'],
  [role, 'keys', 'read'],
  [role, 'webhooks', 'read'],
  [role, 'entitlements', 'read'],
  [role, 'billing', 'read'],
  [role, 'deployments', 'read'],
  [role, 'commands', 'write'],
  [role, 'ops', 'read'],
  [role, 'ops', 'write'],
  [role, 'policies', 'read'],
  [role, 'policies', 'write'],
])

/** Policies of a new installation. Afterwards the database decides. */
export const DEFAULT_POLICIES: readonly PolicyRule[] = [...TEMPLATE_RULES, ...MARKETPLACE_RULES, ...OPERATOR_RULES]
