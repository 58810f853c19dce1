/** An application by its ID: deployment and code identify it. */
export interface AppOfDeployment {
  readonly deploymentId: string
  readonly code: string
}

const PATTERN = /^app_([0-9a-hjkmnp-tv-z]{26})-([\w.-]{1,100})$/

/** Global ID of an application. Applications have no rows of their own. */
export const deploymentAppId = (deploymentId: string, code: string): string => `app_${deploymentId.slice(4)}-${code}`

/** Deployment and code of an ID. Null for any other ID. */
export function parseDeploymentAppId(id: string): AppOfDeployment | null {
  const [, body, code] = PATTERN.exec(id) ?? []
  return body === undefined ? null : { deploymentId: `dep_${body}`, code: code! }
}
