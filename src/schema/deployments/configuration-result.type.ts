import { field, objectType } from '../kernel/decorators.js'
import { REPORTED_APP_CODE } from '../kernel/descriptions.js'
import { DateTime, JSONValue, SafeInt } from '../kernel/scalars.js'
import { moreField } from './more-field.js'
import { DriftStatus } from './result-states.type.js'

@objectType('Result of `fetch_config`.')
export class FetchConfigResult {
  readonly __typename!: 'FetchConfigResult'

  @field(REPORTED_APP_CODE, () => String, { nullable: true })
  appCode!: string | null

  @field('Content type of the file.', () => String, { nullable: true })
  contentType!: string | null

  @field('Path of the file on the server.', () => String, { nullable: true })
  destinationPath!: string | null

  @field('Permissions of the file.', () => String, { nullable: true })
  fileMode!: string | null

  @field('Size of the content, in bytes.', () => SafeInt, { nullable: true })
  contentLength!: number | null

  @field("Time the configuration was read (agent's clock).", () => DateTime, { nullable: true })
  fetchedAt!: Date | null

  @field('Whether the configuration was written to the server. Null if not requested.', () => Boolean, {
    nullable: true,
  })
  applied!: boolean | null

  @field("Time the configuration was written (agent's clock).", () => DateTime, { nullable: true })
  appliedAt!: Date | null

  @field('Error of writing the configuration. Null if none.', () => String, { nullable: true })
  applyError!: string | null

  @moreField()
  more!: unknown
}

@objectType('Result of `apply_config`.')
export class ApplyConfigResult {
  readonly __typename!: 'ApplyConfigResult'

  @field(REPORTED_APP_CODE, () => String, { nullable: true })
  appCode!: string | null

  @field('Path the configuration was written to.', () => String, { nullable: true })
  destinationPath!: string | null

  @field('Whether the configuration was written.', () => Boolean)
  configApplied!: boolean

  @field("Time the configuration was written (agent's clock).", () => DateTime, { nullable: true })
  appliedAt!: Date | null

  @field('Whether the application was restarted. Null if not requested.', () => Boolean, { nullable: true })
  containerRestarted!: boolean | null

  @field("Time the application was restarted (agent's clock).", () => DateTime, { nullable: true })
  restartedAt!: Date | null

  @field('Error of the restart. Null if none.', () => String, { nullable: true })
  restartError!: string | null

  @moreField()
  more!: unknown
}

@objectType('Result of `fetch_all_configs`.')
export class FetchAllConfigsResult {
  readonly __typename!: 'FetchAllConfigsResult'

  @field('Number of configurations requested.', () => SafeInt, { nullable: true })
  requestedCount!: number | null

  @field('Number of configurations read.', () => SafeInt, { nullable: true })
  fetchedCount!: number | null

  @field('Number of configurations written to the server.', () => SafeInt, { nullable: true })
  appliedCount!: number | null

  @field('Fetched configurations, as reported by the agent.', () => JSONValue, { nullable: true })
  fetchedConfigs!: unknown

  @field('Path of the archive.', () => String, { nullable: true })
  archivePath!: string | null

  @field("Time the configurations were read (agent's clock).", () => DateTime, { nullable: true })
  fetchedAt!: Date | null

  @moreField()
  more!: unknown
}

@objectType("Comparison of one application's configuration.")
export class ConfigDrift {
  readonly __typename!: 'ConfigDrift'

  @field(REPORTED_APP_CODE, () => String, { nullable: true })
  appCode!: string | null

  @field('Result of the comparison.', () => DriftStatus)
  driftStatus!: DriftStatus

  @field('Path of the file on the server.', () => String, { nullable: true })
  destinationPath!: string | null

  @field('Hash of the stored configuration.', () => String, { nullable: true })
  vaultHash!: string | null

  @field('Hash of the configuration on the server.', () => String, { nullable: true })
  deployedHash!: string | null

  @field("Difference in the agent's format. Null if not requested.", () => JSONValue, {
    nullable: true,
  })
  diff!: unknown

  @moreField()
  more!: unknown
}

@objectType('Result of `config_diff`.')
export class ConfigDiffResult {
  readonly __typename!: 'ConfigDiffResult'

  @field('Whether any configuration differs.', () => Boolean)
  hasDrift!: boolean

  @field('Number of configurations compared.', () => SafeInt, { nullable: true })
  total!: number | null

  @field('Number of identical configurations.', () => SafeInt, { nullable: true })
  synced!: number | null

  @field('Number of configurations changed on the server.', () => SafeInt, { nullable: true })
  drifted!: number | null

  @field('Number of configurations missing on the server.', () => SafeInt, { nullable: true })
  missing!: number | null

  @field('Comparison result per application.', () => [ConfigDrift])
  configs!: readonly ConfigDrift[]

  @field("Time of the comparison (agent's clock).", () => DateTime, { nullable: true })
  checkedAt!: Date | null

  @moreField()
  more!: unknown
}
