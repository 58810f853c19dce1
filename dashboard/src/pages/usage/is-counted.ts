import type { EntitlementFields } from '@stackgate/client/documents'

/** True for a feature that is used up, whose use has a history. */
export const isCounted = ({ feature }: EntitlementFields): boolean =>
  feature.kind === 'QUOTA' || feature.kind === 'CREDIT'
