import { isServed } from './config.js'
import type { InstallationData, ViewerData } from '@stackgate/client/documents'

/** True for who sells templates, or may begin to. */
export const isVendor = ({ roles, vendor }: Pick<NonNullable<ViewerData['viewer']>, 'roles' | 'vendor'>): boolean =>
  vendor !== null || roles.includes('VENDOR')

/** The feature that the server counts deployments by. */
const DEPLOYMENTS = 'deployments'

/** True if accounts can deploy templates of the marketplace. A catalog without the feature, and a server without the module, has no such pages. */
export const hasDeployments = ({ features }: Pick<InstallationData['installation'], 'features'>): boolean =>
  isServed('/market') && features.some(({ code }) => code === DEPLOYMENTS)
