import type { ViewerData } from '@stackgate/client/documents'

/** True for who sells templates, or may begin to. */
export const isVendor = ({ roles, vendor }: Pick<NonNullable<ViewerData['viewer']>, 'roles' | 'vendor'>): boolean =>
  vendor !== null || roles.includes('VENDOR')
