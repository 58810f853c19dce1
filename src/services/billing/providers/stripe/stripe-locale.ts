import type Stripe from 'stripe'
import type { Language } from '#entities/kernel/language.js'
import type { CallStripe } from './stripe-errors.js'

/** The parameter of a page's language. Without it Stripe takes that of the browser. */
export const localeOf = (language: Language | null): { readonly locale?: Lowercase<Language> } =>
  language === null ? {} : { locale: localeName(language) }

const localeName = (language: Language) => language.toLowerCase() as Lowercase<Language>

/**
 * Sets the language in which Stripe writes invoices and mails to a customer. It is no parameter of the creation, whose input must stay the same
 * under its key, and people change their language later.
 */
export async function preferLanguage(
  client: Stripe,
  call: CallStripe,
  customerId: string,
  language: Language | null,
): Promise<void> {
  if (language === null) return
  await call('customers.update', () =>
    client.customers.update(customerId, { preferred_locales: [localeName(language)] }),
  )
}
