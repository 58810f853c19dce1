/** A role may do `action` with `object`: a path, where `*` stands for one part of it, or something of the house, as `billing`. */
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

/** Operators look at every account and run the house; they do not spend other people's money. */
const OPERATOR_RULES: readonly PolicyRule[] = ['root', 'admin'].flatMap((role): PolicyRule[] => [
  [role, 'account', 'read'],
  [role, 'members', 'read'],
  [role, 'entitlements', 'read'],
  [role, 'billing', 'read'],
  [role, 'deployments', 'read'],
  [role, 'commands', 'write'],
  [role, 'ops', 'read'],
  [role, 'ops', 'write'],
  [role, 'policies', 'read'],
  [role, 'policies', 'write'],
])

/** What a new installation begins with; from then on the database says who may do what. */
export const DEFAULT_POLICIES: readonly PolicyRule[] = [...TEMPLATE_RULES, ...MARKETPLACE_RULES, ...OPERATOR_RULES]
