import { field, objectType } from '../kernel/decorators.js'
import { DateTime, JSONValue, SafeInt } from '../kernel/scalars.js'
import { moreField } from './more-field.js'
import { DriftStatus } from './result-states.type.js'

/** The configuration of an application. */
@objectType('The configuration of an application.')
export class FetchedConfigResult {
  readonly __typename!: 'FetchedConfigResult'

  @field('The application; null when the agent did not name one.', () => String, { nullable: true })
  appCode!: string | null

  @field('What kind of file it is.', () => String, { nullable: true })
  contentType!: string | null

  @field('Where it lies.', () => String, { nullable: true })
  destinationPath!: string | null

  @field('Its permissions.', () => String, { nullable: true })
  fileMode!: string | null

  @field('How long it is.', () => SafeInt, { nullable: true })
  contentLength!: number | null

  @field('When it was read.', () => DateTime, { nullable: true })
  fetchedAt!: Date | null

  @field('Whether it was written to the server; null when nobody asked for it.', () => Boolean, { nullable: true })
  applied!: boolean | null

  @field('When it was written.', () => DateTime, { nullable: true })
  appliedAt!: Date | null

  @field('Why it could not be written.', () => String, { nullable: true })
  applyError!: string | null

  @moreField()
  more!: unknown
}

/** What came of writing a configuration. */
@objectType('What came of writing a configuration.')
export class AppliedConfigResult {
  readonly __typename!: 'AppliedConfigResult'

  @field('The application; null when the agent did not name one.', () => String, { nullable: true })
  appCode!: string | null

  @field('Where it was written.', () => String, { nullable: true })
  destinationPath!: string | null

  @field('Whether it was written.', () => Boolean)
  configApplied!: boolean

  @field('When.', () => DateTime, { nullable: true })
  appliedAt!: Date | null

  @field('Whether the application was restarted; null when nobody asked for it.', () => Boolean, { nullable: true })
  containerRestarted!: boolean | null

  @field('When.', () => DateTime, { nullable: true })
  restartedAt!: Date | null

  @field('Why it could not be restarted.', () => String, { nullable: true })
  restartError!: string | null

  @moreField()
  more!: unknown
}

/** The configuration of many applications. */
@objectType('The configuration of many applications.')
export class FetchedConfigsResult {
  readonly __typename!: 'FetchedConfigsResult'

  @field('How many were asked for.', () => SafeInt, { nullable: true })
  requestedCount!: number | null

  @field('How many were read.', () => SafeInt, { nullable: true })
  fetchedCount!: number | null

  @field('How many were written to the server.', () => SafeInt, { nullable: true })
  appliedCount!: number | null

  @field('Each of them.', () => JSONValue, { nullable: true })
  configs!: unknown

  @field('Where they were packed.', () => String, { nullable: true })
  archivePath!: string | null

  @field('When.', () => DateTime, { nullable: true })
  fetchedAt!: Date | null

  @moreField()
  more!: unknown
}

/** How the configuration of one application compares. */
@objectType('How the configuration of one application compares.')
export class ConfigDrift {
  readonly __typename!: 'ConfigDrift'

  @field('The application; null when the agent did not name one.', () => String, { nullable: true })
  appCode!: string | null

  @field('Whether it is the one that is kept.', () => DriftStatus)
  status!: DriftStatus

  @field('Where it lies.', () => String, { nullable: true })
  destinationPath!: string | null

  @field('The hash of the one that is kept.', () => String, { nullable: true })
  vaultHash!: string | null

  @field('The hash of the one on the server.', () => String, { nullable: true })
  deployedHash!: string | null

  @field('The difference, in the form of the agent. Null if it was not requested.', () => JSONValue, {
    nullable: true,
  })
  diff!: unknown

  @moreField()
  more!: unknown
}

/** How configuration compares with what is on the server. */
@objectType('How configuration compares with what is on the server.')
export class ConfigDiffResult {
  readonly __typename!: 'ConfigDiffResult'

  @field('Whether anything differs.', () => Boolean)
  hasDrift!: boolean

  @field('How many were compared.', () => SafeInt, { nullable: true })
  total!: number | null

  @field('How many are the same.', () => SafeInt, { nullable: true })
  synced!: number | null

  @field('How many were changed on the server.', () => SafeInt, { nullable: true })
  drifted!: number | null

  @field('How many are not there.', () => SafeInt, { nullable: true })
  missing!: number | null

  @field('Each of them.', () => [ConfigDrift])
  configs!: readonly ConfigDrift[]

  @field('When.', () => DateTime, { nullable: true })
  checkedAt!: Date | null

  @moreField()
  more!: unknown
}
