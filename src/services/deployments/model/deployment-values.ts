import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import type { SecretBox } from '#services/kernel/secrets/secret-box.js'
import type { DeploymentValues } from '#services/marketplace/templates/parameters/given-values.js'

const purpose = (id: string) => `deployment:${id}`

/** Values of parameters as they are kept: all under seal, bound to the deployment. */
export const sealValues = (secrets: SecretBox, id: string, values: DeploymentValues): string =>
  secrets.seal(JSON.stringify(values), purpose(id))

/** Values of the parameters of a deployment. Null if it was started without any. */
export const openValues = (
  secrets: SecretBox,
  { id, valuesSealed }: Pick<DeploymentRow, 'id' | 'valuesSealed'>,
): DeploymentValues | null =>
  valuesSealed === null ? null : (JSON.parse(secrets.open(valuesSealed, purpose(id))) as DeploymentValues)
