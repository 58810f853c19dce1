import type { EntitlementSource } from './entitlement.js'

/** Code of a source, or the reason of an override, which is stored in place of a code. */
export const sourceName = ({
  kind,
  code,
}: Pick<EntitlementSource, 'kind' | 'code'>): { readonly code: string | null; readonly reason: string | null } =>
  kind === 'OVERRIDE' ? { code: null, reason: code } : { code, reason: null }
