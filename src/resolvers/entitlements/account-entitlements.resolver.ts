import { titleOfSource } from '#services/entitlements/model/source-name.js'
import { Ctx, Resolver, Root } from 'type-graphql'
import { AccountPlan } from '#schema/entitlements/account-plan.type.js'
import { EntitlementSource } from '#schema/entitlements/entitlement-source.type.js'
import { Entitlement } from '#schema/entitlements/entitlement.type.js'
import { AccountUsage } from '#schema/identity/account-groups.type.js'
import { Account } from '#schema/identity/account.type.js'
import { arg, fieldResolver } from '#schema/kernel/decorators.js'
import { Node } from '#schema/kernel/node.type.js'
import { CurrencyCode, DateTime } from '#schema/kernel/scalars.js'
import { accountPlan } from '#services/entitlements/plans/account-plan.js'
import { currencyOfUse } from '#services/entitlements/model/currency-of-use.js'
import { evaluateEntitlements, evaluateFeature } from '#services/entitlements/model/evaluate-entitlements.js'
import { requireEntitlements } from '#services/entitlements/model/visible-entitlements.js'
import { loadNode } from '../kernel/load-node.js'
import type { RequestContext } from '#context/request-context.js'
import { toAccountPlan, toEntitlement } from './entitlement.mapper.js'
import { snapshotOf } from './load-entitlement.js'

const asOfArg = () =>
  arg('asOf', 'Point in time to evaluate (business clock). Default: now.', () => DateTime, { nullable: true })

@Resolver(() => Account)
export class AccountEntitlementsResolver {
  @fieldResolver('Current plan of the account.', () => AccountPlan)
  async plan(@Ctx() context: RequestContext, @Root() account: Account): Promise<AccountPlan> {
    const catalog = context.catalog.current()
    return toAccountPlan(catalog, accountPlan(catalog, (await snapshotOf(context, account.id))!))
  }
}

@Resolver(() => AccountUsage)
export class UsageEntitlementsResolver {
  @fieldResolver('Entitlements of the account, one per feature of the catalog.', () => [Entitlement])
  async entitlements(
    @Ctx() context: RequestContext,
    @Root() account: AccountUsage,
    @arg('features', 'Feature codes to return. Default: all.', () => [String], { nullable: true }) features:
      | string[]
      | null,
    @asOfArg() asOf: Date | null,
  ): Promise<Entitlement[]> {
    const snapshot = await requireEntitlements(context, account.id, () => snapshotOf(context, account.id, asOf))
    if (!snapshot) return []
    const all = evaluateEntitlements(context.catalog.current(), snapshot)
    return all
      .filter((entitlement) => !features || features.includes(entitlement.feature.code))
      .map((one) => toEntitlement(one, asOf))
  }

  @fieldResolver(
    'Currency in which use beyond the allowances is charged, and in which caps and thresholds are set: that of the subscription, otherwise that of the catalog.',
    () => CurrencyCode,
  )
  async currency(@Ctx() context: RequestContext, @Root() { id }: AccountUsage): Promise<string> {
    const snapshot = await requireEntitlements(context, id, () => snapshotOf(context, id))
    return (snapshot && currencyOfUse(snapshot)) ?? context.catalog.current().currency
  }

  @fieldResolver('Entitlement to one feature. Null if the catalog has no such feature.', () => Entitlement, {
    nullable: true,
  })
  async entitlement(
    @Ctx() context: RequestContext,
    @Root() account: AccountUsage,
    @arg('feature', 'Code of the feature.', () => String) code: string,
    @asOfArg() asOf: Date | null,
  ): Promise<Entitlement | null> {
    const catalog = context.catalog.current()
    const feature = catalog.features.get(code)
    if (!feature) return null
    const snapshot = await requireEntitlements(context, account.id, () => snapshotOf(context, account.id, asOf))
    return snapshot && toEntitlement(evaluateFeature(catalog, snapshot, feature), asOf)
  }
}

@Resolver(() => EntitlementSource)
export class EntitlementSourceResolver {
  @fieldResolver('The plan, package or grant of the source. Null if it cannot be loaded.', () => Node, {
    nullable: true,
  })
  object(@Ctx() context: RequestContext, @Root() source: EntitlementSource): Promise<Node | null> | null {
    return source.objectId ? loadNode(context, source.objectId) : null
  }

  @fieldResolver('Display name of the plan, add-on or package. Null for other sources.', () => String, {
    nullable: true,
  })
  name(@Ctx() context: RequestContext, @Root() source: EntitlementSource): string | null {
    return titleOfSource(context.catalog.current(), source)
  }
}
