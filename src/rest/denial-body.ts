import { toRestFieldName } from '../services/kernel/codes/codes.js'
import type { FieldPath } from '../services/kernel/validation/validation-issue.js'
import { toDecimal, type Money } from '../services/kernel/money/money.js'
import type { Denial, InputIssue, RateLimited, Refused, Remedy } from '../services/kernel/denials/denial.js'
import type { InsufficientCredits, InsufficientPlan, QuotaExceeded } from '../services/entitlements/model/denials.js'
import { absoluteUrl, remedyAction } from '../services/entitlements/remedies/remedy-action.js'
import type { RequestContext } from '../context/request-context.js'
import { timesOf, totalCost } from '../services/entitlements/model/costed-remedy.js'
import type { TemplateNotPurchased } from '../services/marketplace/eligibility/decide-eligibility.js'
import { withExecutableRemedies } from '../services/marketplace/remedies/executable-remedies.js'
import { moneyBody, priceBody } from './money-bodies.js'

type KnownDenial = InsufficientCredits | InsufficientPlan | QuotaExceeded | TemplateNotPurchased | RateLimited | Refused

/** Context from which the action of a remedy is derived. */
type ActionContext = Pick<RequestContext, 'catalog' | 'config'>

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
  const upgrade = denial.remedies.find(({ kind, url }) => url && kind !== 'PAY_INVOICE')?.url
  const { remedies } = await withExecutableRemedies(context, denial)
  return {
    ...(upgrade ? { upgrade_url: absoluteUrl(context.config, upgrade) } : {}),
    ...ownFields(context, denial as KnownDenial, restPath),
    remedies: remedies.map((remedy) => toRemedy(context, remedy)),
  }
}

function ownFields({ config }: ActionContext, denial: KnownDenial, restPath: RestPath): Record<string, unknown> {
  switch (denial.__typename) {
    case 'QuotaExceeded':
      return {
        feature: denial.feature.code,
        used: denial.used,
        limit: denial.limit,
        resets_at: denial.resetsAt?.toISOString() ?? null,
        upgrade_url: absoluteUrl(config, denial.upgradeUrl),
        current_plan: denial.currentPlan.code,
      }
    case 'InsufficientCredits':
      return {
        feature: denial.feature.code,
        requested: denial.requested,
        remaining: denial.remaining,
        upgrade_url: absoluteUrl(config, denial.upgradeUrl),
        current_plan: denial.currentPlan.code,
      }
    case 'InsufficientPlan':
      return { required_plan: denial.requiredPlan.code, current_plan: denial.currentPlan.code }
    case 'TemplateNotPurchased':
      return {
        template_id: denial.templateId,
        template_name: denial.templateName,
        price: priceBody(denial.price),
      }
    case 'RateLimited':
      return { retry_after_ms: denial.retryAfterMs }
    case 'Refused':
      return issueFields(
        denial.issues.map((issue) => ({
          ...issue,
          path: restPath(issue.path),
          message: restMessage(issue.message, [issue.path], restPath),
        })),
      )
  }
}

function issueFields(issues: readonly InputIssue[]): Record<string, unknown> {
  const [first] = issues
  return first ? { field: first.path.join('.'), issues } : {}
}

const toRemedy = (context: ActionContext, remedy: Remedy) => ({
  ...stepOf(context, remedy),
  ...totalFields(remedy),
  ...actionField(context, remedy),
})

function actionField({ catalog, config }: ActionContext, remedy: Remedy): object {
  const action = remedyAction(catalog.current(), config, remedy)
  if (!action) return {}
  const { __typename, ...fields } = action
  return {
    action: {
      type: toRestFieldName(__typename[0]!.toLowerCase() + __typename.slice(1).replace(/Action$/, '')),
      ...Object.fromEntries(
        Object.entries(fields).map(([name, value]) => [toRestFieldName(name), toRestValue(name, value)]),
      ),
    },
  }
}

function toRestValue(name: string, value: unknown): unknown {
  if (value instanceof Date) return value.toISOString()
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
const IN_LOWER_CASE: readonly string[] = ['interval', 'provider', 'at', 'period']

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
