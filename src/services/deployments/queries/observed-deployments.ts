import type { Sql } from '#services/kernel/database/sql.js'
import { codesOf } from '../app-states/map-containers.js'
import { readReportedDeployments, type ReportedContainer, type ReportedDeployment } from './observed-deployments.sql.js'

/** A container as its agent reported it last. */
export interface ObservedContainer extends ReportedContainer {
  readonly state: string
  readonly observedAt: Date
}

/** Containers and configuration of a deployment as the latest reports contain them. */
export interface ObservedDeployment {
  readonly deploymentId: string
  readonly containers: readonly ObservedContainer[]
  /** True if the configuration on the server was found to differ. Null if never compared. */
  readonly drift: boolean | null
}

/** Containers and drift of deployments, with one statement that does not return the reports themselves. */
export const observedDeployments = async (
  database: Sql,
  deploymentIds: readonly string[],
): Promise<ObservedDeployment[]> =>
  (await database.rows(readReportedDeployments, { deploymentIds })).map((reported) => ({
    deploymentId: reported.deploymentId,
    containers: observedContainers(reported),
    drift: reported.hasDrift,
  }))

/** Pure: the reported containers, each with the application that it belongs to. */
export function observedContainers({
  containers,
  containersReportedAt: observedAt,
  ...deployment
}: Omit<ReportedDeployment, 'deploymentId' | 'hasDrift'>): ObservedContainer[] {
  if (!containers || !observedAt) return []
  const codes = codesOf(
    deployment,
    containers.map(({ app, name }) => ({ appCode: app, containerName: name })),
  )
  return containers.map((container, index) => ({
    ...container,
    app: codes[index] ?? container.app,
    state: container.state ?? 'unknown',
    observedAt,
  }))
}
