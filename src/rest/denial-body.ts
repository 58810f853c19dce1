import { toRestFieldName } from '../services/kernel/codes/codes.js'
import type { FieldPath } from '../services/kernel/validation/validation-issue.js'
import { toDecimal, type Money } from '../services/kernel/money/money.js'
import type {
  Denial,
  DeniedAmounts,
  InputIssue,
  RateLimited,
  Refused,
  Remedy,
} from '../services/kernel/denials/denial.js'
import type { InsufficientCredits, InsufficientPlan, QuotaExceeded } from '../services/entitlements/model/denials.js'
import { intervalWord, type Interval } from '../services/catalog/products/interval.js'
import type { CatalogSnapshot } from '../services/catalog/snapshot/catalog-snapshot.js'
import { absoluteUrl, remedyAction, remedyRequest } from '../services/entitlements/remedies/remedy-action.js'
import type { RequestContext } from '../context/request-context.js'
import { timesOf, totalCost } from '../services/entitlements/model/costed-remedy.js'
import { withExecutableRemedies } from '../services/entitlements/remedies/executable-remedies.js'
import { moneyBody, priceBody } from './money-bodies.js'

type KnownDenial = InsufficientCredits | InsufficientPlan | QuotaExceeded | RateLimited | Refused

/** Context from which the action of a remedy is derived. */
type ActionContext = Pick<RequestContext, 'catalog' | 'config'>
type FieldContext = Pick<RequestContext, 'catalog' | 'config' | 'remedyRules'>

/** REST names of the path of a field at fault. */
export type RestPath = (path: FieldPath) => FieldPath

/** The names of the schema in snake_case. */
export const snakeCase: RestPath = (path) =>
  path.map((part) => (typeof part === 'number' ? part : toRestFieldName(part)))

/** A sentence with the REST names of the fields at fault. */
export function restMessage(message: string, paths: readonly FieldPath[], restPath = snakeCase): string {
  const names = new Map(
    paths.flatMap((path) => {
      const shown = restPath(path)
      return path.map((part, index) => [String(part), String(shown[index] ?? part)] as const)
    }),
  )
  return message.replaceAll(/\b[a-z]+[A-Z]\w*\b/g, (name) => names.get(name) ?? name)
}

/** Fields of a denial in snake_case, and its remedies, in addition to short text, code and message. */
export async function denialFields(
  context: RequestContext,
  denial: Denial,
  restPath = snakeCase,
): Promise<Record<string, unknown>> {
  const upgrade = denial.remedies.find(
    ({ kind, url }) => url && kind !== 'PAY_INVOICE' && kind !== 'CONTINUE_CHECKOUT',
  )?.url
  const { remedies } = await withExecutableRemedies(context, denial)
  return {
    ...(upgrade ? { upgrade_url: absoluteUrl(context.config, upgrade) } : {}),
    ...ownFields(context, denial as KnownDenial, restPath),
    ...(denial.quantity ? { quantity: quantityBody(denial.quantity) } : {}),
    remedies: remedies.map((remedy) => toRemedy(context, remedy)),
  }
}

function ownFields(
  { catalog, config, remedyRules }: FieldContext,
  denial: KnownDenial,
  restPath: RestPath,
): Record<string, unknown> {
  switch (denial.__typename) {
    case 'QuotaExceeded':
      return {
        feature: denial.feature.code,
        used: denial.used,
        limit: denial.limit,
        resets_at: denial.resetsAt?.toISOString() ?? null,
        upgrade_url: absoluteUrl(config, catalog.current().upgradeUrl),
        current_plan: denial.currentPlan.code,
      }
    case 'InsufficientCredits':
      return {
        feature: denial.feature.code,
        requested: denial.requested,
        remaining: denial.remaining,
        upgrade_url: absoluteUrl(config, catalog.current().upgradeUrl),
        current_plan: denial.currentPlan.code,
      }
    case 'InsufficientPlan':
      return { required_plan: denial.requiredPlan.code, current_plan: denial.currentPlan.code }
    case 'RateLimited':
      return { retry_after_ms: denial.retryAfterMs }
    case 'Refused':
      return issueFields(
        denial.issues.map(({ path, code, message }) => ({
          path: restPath(path),
          code,
          message: restMessage(message, [path], restPath),
        })),
      )
    default:
      return remedyRules.fields[(denial as Denial).__typename]?.(denial) ?? {}
  }
}

function issueFields(issues: readonly InputIssue[]): Record<string, unknown> {
  const [first] = issues
  return first ? { field: first.path.join('.'), issues } : {}
}

/** Each amount has either `units` or `money`. */
function quantityBody({ feature, currency, resetsAt, ...amounts }: DeniedAmounts): Record<string, unknown> {
  const amountBody = (amount: number | null) =>
    amount === null
      ? null
      : currency === null
        ? { units: amount }
        : { money: moneyBody({ amountMinor: amount, currency }) }
  return {
    feature,
    limit: amountBody(amounts.limit),
    used: amountBody(amounts.used),
    requested: amountBody(amounts.requested),
    remaining: amountBody(amounts.remaining),
    resets_at: resetsAt?.toISOString() ?? null,
  }
}

const toRemedy = (context: ActionContext, remedy: Remedy) => ({
  ...stepOf(context, remedy),
  ...inputField(context, remedy),
  ...totalFields(remedy),
  ...actionField(context, remedy),
})

/** Arguments in GraphQL, for programs that use both. */
function inputField({ catalog }: ActionContext, remedy: Remedy): object {
  const { input } = remedyRequest(catalog.current(), remedy)
  return input ? { input } : {}
}

function actionField({ catalog, config }: ActionContext, remedy: Remedy): object {
  const action = stepForPrograms(catalog.current(), config, remedy)
  if (!action) return {}
  const fields = Object.entries(action.fields)
  return {
    action: {
      type: toRestFieldName(action.type),
      ...Object.fromEntries(fields.map(([name, value]) => [toRestFieldName(name), toRestValue(name, value)])),
    },
  }
}

/** Step of a program: a mutation, a repetition of the denied request, a page to open, or time to wait. Null if a person has to choose first. */
function stepForPrograms(
  catalog: CatalogSnapshot,
  config: ActionContext['config'],
  remedy: Remedy,
): { readonly type: string; readonly fields: object } | null {
  if (remedy.retry) return { type: 'retry', fields: remedy.retry }
  const action = remedyAction(catalog, remedy)
  if (action) {
    const { mutation, values } = action
    return { type: mutation, fields: Object.keys(values).length > 0 ? values : { mutation } }
  }
  if (remedy.mutation !== null) return null
  const url = absoluteUrl(config, remedy.url)
  if (url !== null) return { type: 'openUrl', fields: { url } }
  return remedy.kind === 'WAIT' ? { type: 'wait', fields: { retryAt: remedy.at } } : null
}

function toRestValue(name: string, value: unknown): unknown {
  if (value instanceof Date) return value.toISOString()
  if (name === 'interval') return intervalWord(value as Interval | null).toLowerCase()
  if (isMoney(value)) return moneyBody(value)
  if (name === 'limit')
    return Object.fromEntries(
      Object.entries(value as object)
        .filter(([, part]) => part !== null)
        .map(([part, amount]) => [part, toRestValue(part, amount)]),
    )
  return IN_LOWER_CASE.includes(name) && typeof value === 'string' ? value.toLowerCase() : value
}

const isMoney = (value: unknown): value is Money =>
  typeof value === 'object' && value !== null && 'amountMinor' in value

/** Fields with words of an enum, which REST writes in lower case. */
const IN_LOWER_CASE: readonly string[] = ['provider', 'at', 'period']

function totalFields(remedy: Remedy): object {
  const [quantity, total] = [timesOf(remedy), totalCost(remedy)]
  return quantity > 1 ? { quantity, ...(total ? { total: toDecimal(total) } : {}) } : {}
}

const stepOf = ({ config }: ActionContext, { kind, label, mutation, target, price, at, url }: Remedy) => ({
  kind: kind.toLowerCase(),
  label,
  ...(mutation ? { mutation } : {}),
  ...(target ? { target_id: target.id } : {}),
  ...(price ? { price: priceBody(price) } : {}),
  ...(at ? { at: at.toISOString() } : {}),
  ...(url ? { url: absoluteUrl(config, url) } : {}),
})
