import { ID } from 'type-graphql'
import { Actor } from '../identity/actor.type.js'
import { PaymentProvider } from './payment-provider.js'
import { listPage } from '../kernel/connection.js'
import { field, objectType } from '../kernel/decorators.js'
import { DateTime, JSONValue, SafeInt } from '../kernel/scalars.js'
import { DriftKind } from './drift.type.js'

/** A difference that an operator accepted, as a report states it. */
@objectType('A difference with a payment provider that an operator accepted.')
export class AcceptedDifference {
  readonly __typename!: 'AcceptedDifference'

  @field('Payment provider.', () => PaymentProvider)
  provider!: PaymentProvider

  @field('Kind of the difference.', () => DriftKind)
  kind!: DriftKind

  @field('Object at the provider, for example `subscription:sub_…`.', () => String)
  object!: string

  @field('Actor that accepted it.', () => Actor)
  acceptedBy!: Actor

  @field('Reason that the operator gave.', () => String)
  reason!: string

  @field('Time of the acceptance (machine clock).', () => DateTime)
  acceptedAt!: Date

  @field('Time until which it is accepted (business clock). Null without an end.', () => DateTime, { nullable: true })
  acceptedUntil!: Date | null
}

/** The signed report of a day. */
@objectType('Signed report of the comparisons with payment providers that began on one day (UTC, machine clock).')
export class ReconciliationReport {
  readonly __typename!: 'ReconciliationReport'

  @field('Day of the report, for example `2026-11-24`.', () => String)
  day!: string

  @field('Number of comparisons that began on the day.', () => SafeInt)
  runCount!: number

  @field('Number of differences that were neither repaired nor accepted at the end of the day.', () => SafeInt)
  openCount!: number

  @field('Differences that were accepted during the day.', () => [AcceptedDifference])
  acceptedDifferences!: AcceptedDifference[]

  @field('ID of the key that signed the report. `installation.signingKeys` publishes its public part.', () => ID)
  keyId!: string

  @field('The signed document. Saved as a file, it is verified by `stackgate verify`.', () => JSONValue)
  document!: unknown
}

/** A page of reports. */
export const ReconciliationReportConnection = listPage(
  'ReconciliationReport',
  'reconciliation reports',
  () => ReconciliationReport,
)
export type ReconciliationReportConnection = InstanceType<typeof ReconciliationReportConnection>
