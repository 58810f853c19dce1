import { Ctx, Resolver, Root } from 'type-graphql'
import { Package, PackageType } from '../../schema/catalog/package.type.js'
import { Plan } from '../../schema/catalog/plan.type.js'
import { Price } from '../../schema/catalog/price.type.js'
import { arg, fieldResolver, query } from '../../schema/kernel/decorators.js'
import { CurrencyCode } from '../../schema/kernel/scalars.js'
import { isOperator } from '../../services/identity/guard/guard.js'
import { direct } from '../kernel/direct.js'
import type { RequestContext } from '../../context/request-context.js'
import { planPackages, toPlan } from './plan.mapper.js'

const inactive = () =>
  arg('includeInactive', 'Also what is no longer sold; for operators only, ignored for others.', () => Boolean, {
    nullable: true,
    defaultValue: false,
  })

const currencyArg = () =>
  arg('currency', 'Only prices in this currency. Left out: all.', () => CurrencyCode, { nullable: true })

interface Currency {
  readonly currency: string | null
}

interface IncludeInactive {
  readonly includeInactive: boolean | null
}

const inCurrency = (prices: readonly Price[], currency: string | null | undefined): readonly Price[] =>
  currency ? prices.filter((price) => price.money.currency === currency) : prices

@Resolver(() => Plan)
export class PlanResolver {
  @query('Plans by rank. Anyone may ask.', () => [Plan])
  @direct((_root, { includeInactive }: IncludeInactive, context) => [context, includeInactive])
  plans(@Ctx() context: RequestContext, @inactive() includeInactive: boolean | null): Plan[] {
    const all = includeInactive && isOperator(context)
    return context.catalog
      .current()
      .plans.filter((plan) => plan.active || all)
      .map(toPlan)
  }

  @query('A plan by its code; null when there is none.', () => Plan, { nullable: true })
  @direct((_root, { code }: { code: string }, context) => [context, code])
  plan(@Ctx() context: RequestContext, @arg('code', "The plan's code.", () => String) code: string): Plan | null {
    const plan = context.catalog.current().planByCode.get(code)
    return plan && (plan.active || isOperator(context)) ? toPlan(plan) : null
  }

  @fieldResolver(
    'What it costs, one price for each interval and currency; empty for a plan that costs nothing.',
    () => [Price],
  )
  @direct((plan: Plan, { currency }: Currency) => [plan, currency])
  prices(@Root() plan: Plan, @currencyArg() currency: string | null): readonly Price[] {
    return inCurrency(plan.allPrices, currency)
  }
}

@Resolver(() => Package)
export class PackageResolver {
  @query('Packages on sale. Anyone may ask.', () => [Package])
  @direct((_root, { type, includeInactive }: IncludeInactive & { type: PackageType | null }, context) => [
    context,
    type,
    includeInactive,
  ])
  packages(
    @Ctx() context: RequestContext,
    @arg('type', 'Only packages of this type.', () => PackageType, { nullable: true }) type: PackageType | null,
    @inactive() includeInactive: boolean | null,
  ): Package[] {
    const packages = planPackages(context.catalog.current(), Boolean(includeInactive) && isOperator(context))
    return type ? packages.filter((candidate) => candidate.type === type) : packages
  }

  @query(
    'A package by its code, or by code and interval as in `professional_monthly`; null when there is none.',
    () => Package,
    { nullable: true },
  )
  @direct((_root, { code }: { code: string }, context) => [context, code])
  package(
    @Ctx() context: RequestContext,
    @arg('code', "The package's code.", () => String) code: string,
  ): Package | null {
    return planPackages(context.catalog.current(), false).find((candidate) => candidate.code === code) ?? null
  }

  @fieldResolver('What it costs.', () => [Price])
  @direct((of: Package, { currency }: Currency) => [of, currency])
  prices(@Root() of: Package, @currencyArg() currency: string | null): readonly Price[] {
    return inCurrency(of.allPrices, currency)
  }

  @fieldResolver('The plan that a package of type SUBSCRIPTION sells; null for the others.', () => Plan, {
    nullable: true,
  })
  @direct((of: Package, _args, context) => [context, of])
  plan(@Ctx() context: RequestContext, @Root() of: Package): Plan | null {
    const plan = of.planId ? context.catalog.current().planById.get(of.planId) : undefined
    return plan ? toPlan(plan) : null
  }
}
