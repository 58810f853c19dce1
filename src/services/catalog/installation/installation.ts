import { soldCurrencies } from '#services/catalog/products/sold-currencies.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import { mayAccess } from '#services/identity/guard/access-rules.js'
import { holdsPermission, mayOperate, rolesAllow } from '#services/identity/model/guard.js'
import type { Mode } from '#services/kernel/config/mode.js'
import { eventDataSchema, type EventDefinitions } from '#services/kernel/outbox/event-data/events.js'
import { serverVersion } from '#services/kernel/server-version.js'
import type { CatalogContext } from '../catalog-context.js'
import type { OperationLimits } from './operation-limits.js'

/** A type of event, with a JSON Schema of its data in streams. */
export interface EventTypeView {
  readonly type: string
  readonly schema: object
}

/** Types in alphabetical order. Schemas are made when they are read: most readers want the types. */
const eventTypesOf = (events: EventDefinitions): EventTypeView[] =>
  Object.keys(events)
    .toSorted()
    .map((type) => ({
      type,
      get schema() {
        return eventDataSchema(events[type]!)
      },
    }))

/** The package does not change while the process runs. */
const version = serverVersion()

/** A context that also knows the limits of GraphQL operations. */
export interface InstallationContext extends CatalogContext {
  readonly operationLimits: OperationLimits
}

/** Each permission with the check that operations make. */
const CHECKS = {
  OPS_READ: (context: InstallationContext) => mayOperate(context, 'ops:read'),
  OPS_WRITE: (context: InstallationContext) => mayOperate(context, 'ops:write'),
  ACCOUNTS_WRITE: ({ caller }: InstallationContext) => holdsPermission(caller, 'accounts:write'),
  POLICIES_READ: ({ caller }: InstallationContext) => rolesAllow(caller, 'policies:read'),
  POLICIES_WRITE: ({ caller }: InstallationContext) => rolesAllow(caller, 'policies:write'),
  TEMPLATES_DELETE: ({ caller }: InstallationContext) => mayAccess(caller, '/templates/*:DELETE'),
  TEMPLATES_REVIEW: ({ caller }: InstallationContext) => mayAccess(caller, '/templates/*/review:POST'),
}
export type InstallationPermission = keyof typeof CHECKS

const viewerCan = (context: InstallationContext): InstallationPermission[] =>
  (Object.keys(CHECKS) as InstallationPermission[]).filter((permission) => CHECKS[permission](context))

/** Public data of this installation. Nothing in it is secret. */
export interface Installation {
  readonly business: string
  readonly version: string | null
  readonly mode: Mode
  readonly currency: string
  readonly currencies: readonly string[]
  readonly parentOrigin: string | null
  readonly clock: { readonly now: Date; readonly sandbox: boolean }
  readonly features: readonly FeatureDefinition[]
  /** Features that are assigned to members. */
  readonly seatFeatures: readonly FeatureDefinition[]
  /** Features that sub-accounts use from their parent. */
  readonly poolFeatures: readonly FeatureDefinition[]
  readonly eventTypes: readonly EventTypeView[]
  readonly apiKeyScopes: readonly string[]
  readonly limits: OperationLimits & { readonly requestsPerMinute: number }
  readonly viewerCan: readonly InstallationPermission[]
}

/** Returns the public data of the installation. Requires no permission. */
export function installation(context: InstallationContext): Installation {
  const { caller, catalog, clock, config, declared, operationLimits } = context
  const { business, currency, features, pools, seats } = catalog.current()
  const featuresOf = (codes: readonly string[]) => codes.flatMap((code) => features.get(code) ?? [])
  return {
    business,
    // Not public: the version shows which weaknesses a server has.
    version: caller.kind === 'anonymous' ? null : version,
    mode: config.mode,
    currency,
    currencies: soldCurrencies(catalog.current()),
    parentOrigin: config.parentAppUrl?.origin ?? null,
    clock: { now: clock.now(), sandbox: clock.movable },
    features: [...features.values()],
    seatFeatures: featuresOf(seats),
    poolFeatures: featuresOf(pools),
    eventTypes: eventTypesOf(declared.events),
    apiKeyScopes: Object.keys(declared.scopes),
    limits: { ...operationLimits, requestsPerMinute: config.requestRates[caller.kind] },
    viewerCan: viewerCan(context),
  }
}
