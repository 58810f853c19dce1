import { Permission } from '../identity/permission.js'
import { Int } from 'type-graphql'
import { Clock } from '../kernel/clock.type.js'
import { Feature } from './feature.type.js'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { CurrencyCode, JSONValue, SafeInt, Url } from '../kernel/scalars.js'

export const InstallationMode = enumType('InstallationMode', 'Kind of money that an installation takes.', {
  SANDBOX: 'Simulated money. The business clock can be moved.',
  TEST: "Test money of the payment provider's test mode.",
  LIVE: 'Payments move real money.',
})
export type InstallationMode = keyof typeof InstallationMode

@objectType('Limits of a GraphQL operation, and of the requests of the caller.')
export class InstallationLimits {
  readonly __typename?: 'InstallationLimits'

  @field('Levels of fields of an operation. Introspection is not counted.', () => Int)
  maxDepth!: number

  @field('Aliases of an operation, with its fragments expanded.', () => Int)
  maxAliases!: number

  @field('Cost of an operation.', () => Int)
  maxCost!: number

  @field('Fragments of a document.', () => Int)
  maxFragments!: number

  @field('Characters of a document.', () => Int)
  maxDocumentCharacters!: number

  @field('Lexical tokens of a document.', () => Int)
  maxDocumentTokens!: number

  @field('Operations of a batch.', () => Int)
  maxBatchSize!: number

  @field('Items of a page: the highest value of `first` and `last`.', () => Int)
  maxPageSize!: number

  @field('Bytes of the body of a request.', () => SafeInt)
  maxBodyBytes!: number

  @field('Seconds that an operation may take.', () => Int)
  maxOperationSeconds!: number

  @field('Items of all lists of a response. A batch shares them.', () => Int)
  maxResponseItems!: number

  @field('Bytes of the data of a response. A batch shares them.', () => SafeInt)
  maxResponseBytes!: number

  @field('Operations that run on a WebSocket at the same time.', () => Int)
  maxSocketOperations!: number

  @field('Bytes of a message on a WebSocket.', () => SafeInt)
  maxSocketMessageBytes!: number

  @field('Requests that the caller may send to one process in a minute.', () => Int)
  requestsPerMinute!: number
}

/** A type of event. */
@objectType('A type of event. New types are added without notice.')
export class EventType {
  readonly __typename?: 'EventType'

  @field('Name of the type, for example `subscription.activated`.', () => String)
  type!: string

  @field('JSON Schema of `Event.data`. Webhooks deliver members of their own: docs/events.md.', () => JSONValue)
  schema!: object
}

/** Clients read it before anybody has signed in. */
@objectType('Public data of this installation. Contains no secrets.')
export class Installation {
  readonly __typename?: 'Installation'

  @field('Code of the business whose catalog is loaded, for example `try-direct`.', () => String)
  business!: string

  @field('Version of the server. Null for callers without a token.', () => String, { nullable: true })
  version!: string | null

  @field('Kind of money that the installation takes.', () => InstallationMode)
  mode!: InstallationMode

  @field('Default currency of the catalog.', () => CurrencyCode)
  currency!: string

  @field('Currencies of all prices on sale, the default currency first.', () => [CurrencyCode])
  currencies!: readonly string[]

  @field('Origin of the page that may embed the application (`PARENT_APP_URL`). Null if not configured.', () => Url, {
    nullable: true,
  })
  parentOrigin!: string | null

  @field('Business clock of the installation.', () => Clock)
  clock!: Clock

  @field('Features that plans and packages can grant, in the order of the catalog.', () => [Feature])
  features!: readonly Feature[]

  @field('Features whose units are assigned to members (`seats` of the catalog).', () => [Feature])
  seatFeatures!: readonly Feature[]

  @field('Features that sub-accounts use from their parent account (`pools` of the catalog).', () => [Feature])
  poolFeatures!: readonly Feature[]

  @field('Types of events that streams and webhooks can select, in alphabetical order.', () => [EventType])
  eventTypes!: readonly EventType[]

  @field('Scopes that an API key can have.', () => [String])
  apiKeyScopes!: readonly string[]

  @field('Limits of operations, and of the requests of the caller.', () => InstallationLimits)
  limits!: InstallationLimits

  @field('Permissions of the caller on the installation. Empty for customers.', () => [Permission])
  viewerCan!: readonly Permission[]
}
