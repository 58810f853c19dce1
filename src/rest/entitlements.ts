import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { checkMany } from '../services/entitlements/check/check.js'
import type { Entitlement } from '../services/entitlements/rights/entitlement.js'
import { codeInfo } from '../services/kernel/codes/codes.js'
import { denialFields } from './denial-body.js'
import { parseBody } from './parse-body.js'
import type { RestHost } from './rest-context.js'

const code = z.string().min(1).max(100)
/** Whole, or it is refused with its own code rather than as a malformed body. */
const amount = z.number().nullish()

const checkBody = z.strictObject({ account_id: z.string().min(1).max(200).nullish(), feature: code, amount })

/** The entitlement engine for services that speak REST: the same verbs as in GraphQL, 402 where money lifts a refusal. */
export function entitlementRoutes(host: RestHost) {
  return (app: FastifyInstance): void => {
    app.post('/api/v1/entitlements/check', async (request) => {
      const context = await host.contextOf(request)
      const body = parseBody(checkBody, request.body)
      const [check] = await checkMany(context, [
        { accountId: body.account_id ?? null, feature: body.feature, amount: body.amount ?? null },
      ])
      const { allowed, entitlement, denial, explain } = check!
      return {
        allowed,
        entitlement: entitlement && toEntitlement(entitlement),
        denial: denial && {
          ...denialFields(denial),
          error: codeInfo(denial.code).text,
          code: denial.code,
          message: denial.message,
        },
        explain,
      }
    })
  }
}

const toEntitlement = (entitlement: Entitlement) => ({
  feature: entitlement.feature.code,
  kind: entitlement.feature.kind.toLowerCase(),
  granted: entitlement.granted,
  unlimited: entitlement.unlimited,
  limit: entitlement.limit,
  used: entitlement.used,
  reserved: entitlement.reserved,
  remaining: entitlement.remaining,
  resets_at: entitlement.resetsAt?.toISOString() ?? null,
  percent: entitlement.percent,
  near_limit: entitlement.nearLimit,
  version: entitlement.version,
  sources: entitlement.sources.map(({ kind, code, amount, unlimited, expiresAt }) => ({
    kind: kind.toLowerCase(),
    code,
    amount,
    unlimited,
    expires_at: expiresAt?.toISOString() ?? null,
  })),
})
