import { Resolver, Root } from 'type-graphql'
import { arg, fieldResolver } from '#schema/kernel/decorators.js'
import { Money } from '#schema/kernel/money.type.js'
import { formatMoney } from '#services/kernel/money/money.js'

@Resolver(() => Money)
export class MoneyResolver {
  @fieldResolver('Formatted for people, for example `$49.00`.', () => String)
  formatted(
    @Root() money: Money,
    @arg('locale', 'BCP 47 language tag, for example `en` or `de-CH`.', () => String, {
      nullable: true,
      defaultValue: 'en',
    })
    locale: string | null,
  ): string {
    return formatMoney(money, locale ?? 'en')
  }
}
