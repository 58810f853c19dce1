import { invalid, notImplemented } from './stripe-error.js'

/** The version of Stripe's API whose objects the sandbox has: the one the installed SDK pins. */
export const API_VERSION = '2026-10-28.endive'

/** Names of Stripe's releases in the last two years, oldest first. Only a new name takes something away. */
const RELEASES = ['acacia', 'basil', 'clover', 'dahlia', 'endive'] as const

/** The name of a release. */
export type Release = (typeof RELEASES)[number]

/** The oldest version that is served: two years before the present one. */
const OLDEST = '2024-10-28'

/** The preview whose objects and parameters of shared payment tokens the sandbox has. All others are those of the present version. */
export const PREVIEW_VERSION = '2026-07-29.preview'

const FORM = /^(\d{4}-\d{2}-\d{2})(?:\.(\w+))?$/

/** The release of a version that a request or an endpoint names; the present one when none is named. */
export function releaseOf(version: string | undefined): Release {
  if (version === PREVIEW_VERSION) return 'endive'
  const [, date = '', name] = FORM.exec(version ?? API_VERSION) ?? []
  if (date === '') throw invalid(`Invalid Stripe API version: ${version}`)
  const release = RELEASES.find((one) => one === name)
  if (release !== undefined && date >= OLDEST && date <= API_VERSION.slice(0, OLDEST.length)) return release
  throw notImplemented(
    `The API version ${version} of the header Stripe-Version (this sandbox serves ${OLDEST}.acacia to ${API_VERSION}, the versions of stripe-node 17.3 to 23 and stripe-python 11.2 to 16.1)`,
  )
}

/** True if a release is this one or older. */
export function isUpTo(release: Release, last: Release): boolean {
  return RELEASES.indexOf(release) <= RELEASES.indexOf(last)
}
